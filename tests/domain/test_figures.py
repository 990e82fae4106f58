"""Figures of daily posts: counts, lateness, reasons."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.deliveries import Slot, SlotState
from bot.domain.figures import Figures, figures_of

DUE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def slot(number: int, state: SlotState, *, reason: str | None = None, late: float | None = None) -> Slot:
    posted_at = DUE + timedelta(seconds=late) if late is not None else None
    return Slot(number, number, date(2026, 11, 23), DUE, state, reason, 0, None, posted_at)


def test_nothing_came_due() -> None:
    assert figures_of([]) == Figures()


def test_posted_skipped_and_waiting_are_told_apart() -> None:
    found = figures_of(
        [
            *(slot(number, SlotState.POSTED, late=number) for number in range(100)),
            slot(200, SlotState.POSTED, late=-3600),  # by hand, before its time
            slot(201, SlotState.SKIPPED, reason="missed"),
            slot(202, SlotState.SKIPPED, reason="missed"),
            slot(203, SlotState.PENDING, reason="forbidden"),
            slot(204, SlotState.CLAIMED),
        ]
    )
    assert (found.due, found.posted) == (105, 101)
    assert (found.late_median, found.late_p99) == (timedelta(seconds=49), timedelta(seconds=98))
    assert found.skipped == {"missed": 2}
    assert found.waiting == {"forbidden": 1, "": 1}
