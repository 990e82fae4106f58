"""What a summary and a place of a session say of themselves."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from bot.domain.quizzes import QuizItem, QuizLine, QuizSession, QuizSummary, deadline

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SESSION = QuizSession(1, 1, 1, 1, "solo", (), None, 0, "finished", NOW, NOW, 3)


def test_a_summary_adds_up_and_puts_the_weakest_topics_first() -> None:
    lines = (
        QuizLine("a", "good", Fraction(1), 3),
        QuizLine("b", "mixed", Fraction(1), 5),
        QuizLine("c", "mixed", Fraction(1, 3), 1),
        QuizLine("d", "bad", Fraction(0), 0),
    )
    summary = QuizSummary(SESSION, lines)
    assert (summary.right, summary.points) == (2, 9)
    assert summary.topics == ("bad", "mixed", "good")


def test_an_empty_summary() -> None:
    summary = QuizSummary(SESSION, ())
    assert (summary.right, summary.points, summary.topics) == (0, 0, ())


@pytest.mark.parametrize(
    ("shown_at", "seconds", "expected"),
    [(NOW, 30, NOW + timedelta(seconds=30)), (NOW, 0, None), (None, 30, None)],
)
def test_a_deadline_counts_from_when_the_item_was_shown(shown_at, seconds: int, expected) -> None:
    assert deadline(shown_at, seconds) == expected


@pytest.mark.parametrize(
    ("answered_at", "skipped", "done"), [(None, False, False), (NOW, False, True), (None, True, True)]
)
def test_a_place_is_done_when_answered_or_skipped(answered_at, skipped: bool, done: bool) -> None:
    place = QuizItem(0, "q", "t", "q.a", "r", (), NOW, answered_at, skipped, 0, None)
    assert place.done is done
