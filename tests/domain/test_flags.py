"""What is worth a look, and what is not."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from bot.domain.boards import Standing
from bot.domain.flags import FastAnswers, FlagRules, account_created_at, is_remarkable, new_account

RULES = FlagRules()
SEEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def user_made(at: datetime) -> int:
    """The first id that Discord could have given at an instant."""
    return ((at - datetime(2015, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)) << 22


def test_an_id_tells_when_the_account_was_made() -> None:
    # The example of Discord's reference.
    assert account_created_at(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)
    assert account_created_at(user_made(SEEN)) == SEEN


@pytest.mark.parametrize(
    ("answers", "fast", "remarkable"),
    [(10, 10, True), (9, 9, False), (50, 10, True), (51, 10, False), (1_000, 200, True), (1_000, 199, False)],
)
def test_many_fast_answers_are_both_many_and_a_large_share(answers: int, fast: int, remarkable: bool) -> None:
    assert is_remarkable(FastAnswers(7, "Ann", answers, fast), RULES) is remarkable


def test_the_rules_can_be_other_ones() -> None:
    rules = FlagRules(answers=3, share=Fraction(1, 2))
    assert is_remarkable(FastAnswers(7, "Ann", 6, 3), rules)
    assert not is_remarkable(FastAnswers(7, "Ann", 7, 3), rules)


@pytest.mark.parametrize(
    ("age", "listed"),
    [
        (timedelta(0), True),
        (timedelta(days=7) - timedelta(milliseconds=1), True),
        (timedelta(days=7), False),
        (timedelta(days=900), False),
    ],
)
def test_an_account_is_new_for_a_week_before_it_is_first_seen(age: timedelta, listed: bool) -> None:
    standing = Standing(user_made(SEEN - age), "Ann", 10, 1, 1, 3)
    note = new_account(standing, "week", SEEN, RULES)
    assert (note is not None) is listed
    if note is not None:
        assert (note.name, note.window, note.rank, note.age) == ("Ann", "week", 3, age)


def test_an_account_is_never_younger_than_nothing() -> None:
    # Clocks differ: Discord may have made it a moment after we saw it.
    note = new_account(Standing(user_made(SEEN + timedelta(seconds=1)), "Ann", 1, 1, 1, 1), "month", SEEN, RULES)
    assert note is not None
    assert note.age == timedelta(0)
