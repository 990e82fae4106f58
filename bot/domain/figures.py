"""How daily posts have gone: figures for admins and operators."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.deliveries import Slot, SlotState


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the slots that came due in some span.

    `late_median` and `late_p99` are of posted minus due, None when nothing was posted. `skipped` and `waiting` count
    by reason; `waiting` are those that are still tried, an empty reason meaning: not yet.
    """

    due: int = 0
    posted: int = 0
    late_median: timedelta | None = None
    late_p99: timedelta | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)


def figures_of(slots: Iterable[Slot]) -> Figures:
    """Count slots."""
    late: list[timedelta] = []
    due = 0
    skipped: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for slot in slots:
        due += 1
        if slot.state is SlotState.POSTED:
            # A post made by hand before its time was not late.
            late.append(max((slot.posted_at or slot.due_at) - slot.due_at, timedelta()))
        elif slot.state is SlotState.SKIPPED:
            skipped[slot.reason or ""] += 1
        else:
            waiting[slot.reason or ""] += 1
    late.sort()
    return Figures(due, len(late), percentile(late, 0.5), percentile(late, 0.99), skipped, waiting)


def percentile(ascending: list[timedelta], share: float) -> timedelta | None:
    """Return the nearest-rank percentile of sorted spans, None of none."""
    if not ascending:
        return None
    return ascending[min(int(share * len(ascending)), len(ascending) - 1)]
