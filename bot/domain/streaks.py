"""Streaks: consecutive posted slots of a schedule that a member answered (decision 21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FREEZE_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StreakDay:
    """One posted slot.

    `answered` before it closed; `open` while it may still be; `neutral` when an outage overlapped it.
    """

    local_date: date
    answered: bool
    open: bool = False
    neutral: bool = False


def current_streak(days: Sequence[StreakDay]) -> int:
    """Return the streak at the end of a schedule's posted slots, given oldest first.

    Skipped and unscheduled days are simply not in the list. A slot that is still open, or that an outage overlapped,
    breaks nothing. One missed slot in any seven days is forgiven by an automatic freeze and adds nothing.
    """
    streak = 0
    frozen_on: date | None = None
    for day in days:
        if day.answered:
            streak += 1
        elif day.open or day.neutral:
            continue
        elif streak and (frozen_on is None or day.local_date - frozen_on >= FREEZE_EVERY):
            frozen_on = day.local_date
        else:
            streak, frozen_on = 0, None
    return streak
