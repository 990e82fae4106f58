"""When a slot is due: wall time, daylight saving, days that do not exist."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.slots import DueSlot, date_exists, due_instant, first_instant, next_slot, runs_on, upcoming

# Zones with the odd rules: half-hour and 45-minute offsets, changes at midnight, skipped and repeated days.
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Nuuk",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
)
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall_times(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Naive wall times in whole minutes."""
    drawn = st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last))
    return drawn.map(lambda at: at.replace(second=0, microsecond=0))


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def scan(wall: datetime, zone: ZoneInfo) -> datetime:
    """The rule by its words: look at every minute and take the first that is not before the wall time."""
    instant = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while local(instant, zone) < wall:
        instant += MINUTE
    return instant


@pytest.mark.parametrize(
    ("day", "wall", "zone", "due"),
    [
        ("2026-03-02", "09:00", "Asia/Shanghai", "2026-03-02 01:00"),
        # The gap: 02:00 to 03:00 does not happen; the first instant after it is 03:00 summer time.
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29 01:00"),
        ("2026-03-29", "01:59", "Europe/Berlin", "2026-03-29 00:59"),
        ("2026-03-29", "03:00", "Europe/Berlin", "2026-03-29 01:00"),
        # The fold: 02:00 to 03:00 happens twice; the first time is summer time.
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25 00:30"),
        ("2026-10-25", "03:00", "Europe/Berlin", "2026-10-25 02:00"),
        # Half an hour of daylight saving.
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03 15:30"),
        # Midnight does not exist, the day does.
        ("2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04 03:00"),
        # The gap crosses midnight: due on the next calendar day, and still this date's slot.
        ("2024-03-30", "23:30", "America/Nuuk", "2024-03-31 01:00"),
        # The day before and the day after the one that Samoa left out.
        ("2011-12-29", "09:00", "Pacific/Apia", "2011-12-29 19:00"),
        ("2011-12-31", "09:00", "Pacific/Apia", "2011-12-30 19:00"),
    ],
)
def test_due_at_the_wall_time_or_at_the_end_of_the_gap(day: str, wall: str, zone: str, due: str) -> None:
    assert due_instant(date.fromisoformat(day), time.fromisoformat(wall), ZoneInfo(zone)) == utc(due)


@pytest.mark.parametrize(
    ("day", "zone"),
    [("2011-12-30", "Pacific/Apia"), ("1994-12-31", "Pacific/Kiritimati"), ("1993-08-21", "Pacific/Kwajalein")],
)
@pytest.mark.parametrize("wall", ["00:00", "09:00", "23:59"])
def test_a_date_that_does_not_exist_has_no_slot(day: str, zone: str, wall: str) -> None:
    assert due_instant(date.fromisoformat(day), time.fromisoformat(wall), ZoneInfo(zone)) is None


def test_apia_goes_from_the_29th_to_the_31st() -> None:
    slots = upcoming(time(9), ZoneInfo("Pacific/Apia"), "all", utc("2011-12-28 19:00"))
    assert [f"{slot.local_date:%d}" for slot in islice(slots, 4)] == ["29", "31", "01", "02"]


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    wall=wall_times("1975-01-01", "2037-12-31"),
)
@example(zone=ZoneInfo("America/Nuuk"), wall=datetime.fromisoformat("2024-03-30 22:30"))
@example(zone=ZoneInfo("America/St_Johns"), wall=datetime.fromisoformat("2006-10-29 00:00"))
@example(zone=ZoneInfo("Africa/Casablanca"), wall=datetime.fromisoformat("2026-02-15 02:30"))
@settings(max_examples=60, deadline=None)
def test_first_instant_is_the_first_minute_not_before_the_wall_time(zone: ZoneInfo, wall: datetime) -> None:
    assert first_instant(wall, zone) == scan(wall, zone)


def _transitions(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours of a year in which the zone's offset changes."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    hours = [start + timedelta(hours=n) for n in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hour for hour, now, following in zip(hours, offsets, offsets[1:], strict=False) if now != following]


@pytest.mark.parametrize("name", ZONES)
def test_around_every_change_of_the_clock_the_rule_holds(name: str) -> None:
    zone = ZoneInfo(name)
    for year in (2011, 2026):
        for change in _transitions(zone, year):
            for minutes in range(-90, 120, 15):
                wall = local(change, zone) + timedelta(minutes=minutes)
                assert first_instant(wall, zone) == scan(wall, zone), wall


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    wall=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    after=wall_times("1980-01-01", "2037-01-01").map(lambda at: at.replace(tzinfo=UTC)),
    days=st.sampled_from(["all", "weekdays", "weekends"]),
)
@settings(max_examples=80, deadline=None)
def test_upcoming_slots_are_every_existing_day_once_in_order(
    zone: ZoneInfo, wall: time, after: datetime, days: str
) -> None:
    slots = list(islice(upcoming(wall, zone, days, after), 12))
    assert slots[0].due_at > after
    assert all(one.due_at < two.due_at for one, two in pairwise(slots))
    # From the day before on, since a gap may carry a slot over midnight: no date between is left out or invented.
    first, last = after.astimezone(zone).date() - timedelta(days=1), slots[-1].local_date
    expected = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        due_at = due_instant(day, wall, zone)
        if due_at is not None and due_at > after and runs_on(day, days):
            expected.append(DueSlot(day, due_at))
    assert slots == expected
    assert all(date_exists(slot.local_date, zone) for slot in slots)


def test_a_slot_due_at_the_very_instant_is_not_upcoming() -> None:
    nine = utc("2026-03-02 09:00")
    assert next_slot(time(9), ZoneInfo("UTC"), "all", nine) == DueSlot(date(2026, 3, 3), nine + timedelta(days=1))
    assert next_slot(time(9), ZoneInfo("UTC"), "all", nine - MINUTE) == DueSlot(date(2026, 3, 2), nine)


def test_next_slot_can_be_asked_for_a_later_date() -> None:
    early = utc("2026-03-02 07:00")
    slot = next_slot(time(9), ZoneInfo("UTC"), "all", early, after_date=date(2026, 3, 2))
    assert slot.local_date == date(2026, 3, 3)


@pytest.mark.parametrize(("days", "expected"), [("all", "1111111"), ("weekdays", "1111100"), ("weekends", "0000011")])
def test_days(days: str, expected: str) -> None:
    monday = date(2026, 3, 2)
    assert "".join(str(int(runs_on(monday + timedelta(days=n), days))) for n in range(7)) == expected


def test_weekdays_follow_the_local_calendar() -> None:
    # Friday evening in Los Angeles is Saturday in UTC.
    friday = utc("2026-03-07 01:00")
    slot = next_slot(time(18), ZoneInfo("America/Los_Angeles"), "weekdays", friday)
    assert slot == DueSlot(date(2026, 3, 6), utc("2026-03-07 02:00"))
