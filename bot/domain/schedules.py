"""Schedules: which channel wants a daily question, and when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.domain.localized import Language
from bot.domain.slots import Days, DueSlot, next_slot

# When a member learns whether an answer is right: with the reveal, or with the click, which then is final.
Feedback = Literal["delayed", "at_once"]
# After a change of time or zone no slot is due within this span of the previous post (decision 1).
CHANGE_DISTANCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A channel's standing wish for a daily question; one row per channel for ever (decision 1).

    `effective_from`: no slot is due at or before it. `next_local_date` and `next_due_at` are derived and None while
    nothing is due (paused or removed). `suspended_reason` is what the bot found wrong, never what an admin chose.
    `seed` and `cycle` fix the shuffled order of questions.
    """

    channel_id: int
    guild_id: int
    time: dt.time
    timezone: str
    topics: tuple[str, ...]
    difficulty: int | None
    days: Days
    language: Language
    mention_role_id: int | None
    reveal_after: timedelta | None
    thread: bool
    admin_channel_id: int | None
    paused: bool
    removed: bool
    suspended_reason: str | None
    effective_from: datetime
    next_local_date: date | None
    next_due_at: datetime | None
    seed: str
    cycle: int
    created_by: int
    feedback: Feedback = "delayed"

    @property
    def zone(self) -> ZoneInfo:
        """The schedule's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def active(self) -> bool:
        """Whether slots come due."""
        return not self.paused and not self.removed

    def next_slot(self, after: datetime, *, after_date: date | None = None) -> DueSlot:
        """Return the first slot due after an instant, never one at or before `effective_from`."""
        return next_slot(self.time, self.zone, self.days, max(after, self.effective_from), after_date=after_date)


@dataclass(frozen=True, slots=True)
class Change:
    """What `/daily setup` names. None means: keep (or, for a new schedule, the default)."""

    time: dt.time | None = None
    timezone: str | None = None
    topics: tuple[str, ...] | None = None
    difficulty: int | None = None
    days: Days | None = None
    language: Language | None = None
    mention_role_id: int | None = None
    reveal_after: timedelta | None = None
    thread: bool | None = None
    admin_channel_id: int | None = None
    feedback: Feedback | None = None

    def named(self) -> Mapping[str, Any]:
        """Return the fields that were named, in the order of the command."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


def effective_after_change(
    schedule: Schedule, now: datetime, previous_post_at: datetime | None, *, moved: bool
) -> datetime:
    """Return the new `effective_from` of a schedule that was changed at `now`.

    `moved` tells whether time or zone changed: then the next slot also keeps twelve hours from the previous post.
    """
    if moved and previous_post_at is not None:
        return max(now, previous_post_at + CHANGE_DISTANCE)
    return max(now, schedule.effective_from)
