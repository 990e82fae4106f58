"""Points."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.scoring import Scoring, daily_key, quiz_key

SCORING = Scoring()


def test_a_daily_answer_earns_ten_when_right_and_two_when_not() -> None:
    assert SCORING.daily(right=True) == 10
    assert SCORING.daily(right=False) == 2


@pytest.mark.parametrize(
    ("share", "difficulty", "points"),
    [("1", 1, 1), ("1", 5, 5), ("0", 5, 0), ("1/2", 3, 2), ("1/2", 1, 1), ("1/3", 1, 0), ("2/3", 5, 3), ("1/2", 5, 3)],
)
def test_a_quiz_answer_earns_its_share_of_the_difficulty_halves_up(share: str, difficulty: int, points: int) -> None:
    assert SCORING.quiz(Fraction(share), difficulty, 0) == points


@pytest.mark.parametrize(("earned", "points"), [(35, 5), (36, 4), (39, 1), (40, 0), (44, 0)])
def test_a_day_of_quizzes_earns_forty_at_most(earned: int, points: int) -> None:
    assert SCORING.quiz(Fraction(1), 5, earned) == points


@given(share=st.fractions(0, 1), difficulty=st.integers(1, 5), earned=st.integers(0, 60))
def test_never_more_than_the_difficulty_or_what_is_left(share: Fraction, difficulty: int, earned: int) -> None:
    points = SCORING.quiz(share, difficulty, earned)
    assert 0 <= points <= min(difficulty, max(0, 40 - earned))


def test_keys_tell_every_scored_event_apart() -> None:
    keys = {daily_key(1, 23), daily_key(12, 3), quiz_key(1, 0, "a.b", 23), quiz_key(1, 1, "a.b", 23)}
    keys |= {quiz_key(2, 0, "a.b", 23), quiz_key(1, 0, "a.c", 23), quiz_key(1, 0, "a.b", 2)}
    assert len(keys) == 7
