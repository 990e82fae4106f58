"""Boards: periods, and which boards an entry counts on."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.boards import Board, Window, boards_of, parse_period, period
from bot.domain.ledger import LedgerEntry

ENTRY = LedgerEntry(
    key="k",
    guild_id=1,
    channel_id=2,
    user_id=3,
    source="quiz",
    attempt_id=4,
    question_id="q",
    item_id="q.a",
    revision="r",
    topic="diffusion/sdxl",
    season=2,
    local_date=date(2026, 3, 2),
    points=1,
    reason="right",
    occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-03-02", "2026-W10"),
        ("2026-03-08", "2026-W10"),
        ("2026-03-09", "2026-W11"),
        # ISO weeks: the last days of December and the first of January share one.
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2024-12-30", "2025-W01"),
        ("2026-01-05", "2026-W02"),
    ],
)
def test_weeks_are_iso_weeks(day: str, week: str) -> None:
    assert period("week", date.fromisoformat(day), 0) == week


def test_the_other_windows() -> None:
    day = date(2026, 3, 2)
    assert [period(window, day, 7) for window in ("month", "season", "all")] == ["2026-03", "s7", ""]


def test_an_entry_counts_in_every_window_for_every_level_of_its_topic() -> None:
    periods = {"week": "2026-W10", "month": "2026-03", "season": "s2", "all": ""}
    expected = [
        Board(1, window, name, topic)
        for window, name in periods.items()
        for topic in ("", "diffusion", "diffusion/sdxl")
    ]
    assert list(boards_of(ENTRY)) == expected


@pytest.mark.parametrize(
    ("window", "typed", "expected"),
    [
        ("week", "2026-W47", "2026-W47"),
        ("week", " 2026-w47 ", "2026-W47"),
        ("week", "2026-W53", "2026-W53"),
        ("week", "2027-W53", None),
        ("week", "2026-W00", None),
        ("week", "2026-11", None),
        ("month", "2026-11", "2026-11"),
        ("month", "2026-13", None),
        ("month", "11.2026", None),
        ("season", "s1", None),
        ("all", "", None),
    ],
)
def test_periods_that_exist_are_read(window: Window, typed: str, expected: str | None) -> None:
    assert parse_period(window, typed) == expected


def test_what_is_earned_between_seasons_is_on_no_seasons_board() -> None:
    entry = replace(ENTRY, season=0)
    assert {board.window for board in boards_of(entry)} == {"week", "month", "all"}
    assert set(boards_of(entry)) < set(boards_of(replace(entry, season=1)))
