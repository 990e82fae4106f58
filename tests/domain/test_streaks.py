"""Streaks. A day is `x` answered, `.` missed, `o` still open, `n` overlapped by an outage, `-` without a post."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streaks import StreakDay, current_streak

MONDAY = date(2026, 3, 2)


def streak(pattern: str) -> int:
    return current_streak(
        [
            StreakDay(MONDAY + timedelta(days=n), answered=mark == "x", open=mark == "o", neutral=mark == "n")
            for n, mark in enumerate(pattern)
            if mark != "-"
        ]
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", 0),
        ("x", 1),
        ("xxxxx", 5),
        ("xx-x--x", 4),
        ("xxn", 2),
        ("xnnnx", 2),
        ("xxo", 2),
        ("o", 0),
        (".", 0),
        (".x", 1),
    ],
)
def test_days_without_a_post_outages_and_open_slots_are_neutral(pattern: str, expected: int) -> None:
    assert streak(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("xx.", 2),
        ("xx.x", 3),
        # The second miss within seven days ends it, one on the seventh day after is forgiven again.
        ("xx..", 0),
        ("xx.x.", 0),
        ("xx.xxxxx.", 0),
        ("xx.xxxxxx.", 8),
        ("xx.xxxxxx.x", 9),
        # What ended it also gives the freeze back.
        ("xx..xx.x", 3),
    ],
)
def test_one_miss_in_any_seven_days_is_forgiven_and_adds_nothing(pattern: str, expected: int) -> None:
    assert streak(pattern) == expected


@given(st.text("x.on-", max_size=40))
def test_neutral_days_change_nothing(pattern: str) -> None:
    assert streak(pattern) == streak(pattern.replace("n", "-").replace("o", "-"))


@given(st.text("x.on-", max_size=40))
def test_an_answer_adds_exactly_one_and_a_streak_counts_answers_only(pattern: str) -> None:
    assert streak(pattern + "x") == streak(pattern) + 1
    assert streak(pattern) <= pattern.count("x")
