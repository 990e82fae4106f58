"""When a daily question is due. Our own rule: schedulers' cron triggers get daylight saving wrong.

Due at the wall time; in a gap at the first instant after it; in a fold at the first occurrence; a local date
that does not exist (Apia 2011-12-30) has no slot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Days = Literal["all", "weekdays", "weekends"]
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A local date and the instant at which its question is due."""

    local_date: date
    due_at: datetime


def first_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the first UTC instant at or after a wall time.

    A wall time that occurs twice gives its first occurrence; one in a gap gives the end of the gap.
    """
    naive = local.replace(tzinfo=None, fold=0)
    early = naive.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
        return early
    # In a gap, fold=1 reads the offset after it and so lands before the transition; fold=0 lands at or after it.
    low = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = early
    offset_after = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle == low:
            break
        if middle.astimezone(zone).utcoffset() == offset_after:
            high = middle
        else:
            low = middle
    return high


def date_exists(local_date: date, zone: ZoneInfo) -> bool:
    """Whether a calendar day happens in the zone (Apia skipped 2011-12-30)."""
    midnight = first_instant(datetime.combine(local_date, time()), zone)
    return midnight.astimezone(zone).date() == local_date


def due_instant(local_date: date, wall_time: time, zone: ZoneInfo) -> datetime | None:
    """Return the instant at which the date's question is due, or None for a date that does not exist."""
    if not date_exists(local_date, zone):
        return None
    return first_instant(datetime.combine(local_date, wall_time), zone)


def runs_on(local_date: date, days: Days) -> bool:
    """Whether a schedule of these days has a slot on the date. Weekends are Saturday and Sunday."""
    weekend = local_date.weekday() >= 5
    return days == "all" or weekend == (days == "weekends")


def upcoming(wall_time: time, zone: ZoneInfo, days: Days, after: datetime) -> Iterator[DueSlot]:
    """Yield the slots due strictly after an instant, in order, without end."""
    day = after.astimezone(zone).date() - _DAY
    while True:
        due_at = due_instant(day, wall_time, zone) if runs_on(day, days) else None
        if due_at is not None and due_at > after:
            yield DueSlot(day, due_at)
        day += _DAY


def next_slot(
    wall_time: time, zone: ZoneInfo, days: Days, after: datetime, *, after_date: date | None = None
) -> DueSlot:
    """Return the first slot due strictly after an instant and, if given, for a later date than `after_date`."""
    for slot in upcoming(wall_time, zone, days, after):
        if after_date is None or slot.local_date > after_date:
            return slot
    raise AssertionError("upcoming() has no end")
