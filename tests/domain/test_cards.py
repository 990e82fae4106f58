"""When a question comes back: intervals, lapses, the rating of an answer, and that a replay gives the same card."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards import Card, Rating, Review, Scheduler, rate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


def review(rating: Rating, at: datetime = NOW, attempt_id: int = 1) -> Review:
    return Review(7, "q1", "q1.one", attempt_id, rating, at)


def when_due(scheduler: Scheduler, *ratings: Rating) -> tuple[Card, list[int]]:
    """A card that is always reviewed on the day it falls due; returns it with its intervals in days."""
    card, days = None, []
    for rating in ratings:
        card = scheduler.review(card, review(rating, card.due_at if card else NOW))
        days.append((card.due_at - card.last_review_at) // DAY)
    assert card is not None
    return card, days


@pytest.fixture
def scheduler() -> Scheduler:
    return Scheduler()


def test_a_question_that_stays_known_comes_back_ever_later_up_to_half_a_year(scheduler: Scheduler) -> None:
    card, days = when_due(scheduler, *[GOOD] * 6)
    assert days == [2, 11, 46, 163, 180, 180]
    assert (card.reviews, card.lapses) == (6, 0)


def test_the_first_answer_decides_how_soon(scheduler: Scheduler) -> None:
    assert {rating: when_due(scheduler, rating)[1] for rating in Rating} == {AGAIN: [1], HARD: [1], GOOD: [2]}
    stability = [scheduler.review(None, review(rating)).stability for rating in (AGAIN, HARD, GOOD)]
    assert stability == sorted(set(stability))
    assert stability[0] < 1 < stability[1] < 2 < stability[2]


def test_no_card_waits_for_minutes(scheduler: Scheduler) -> None:
    card, days = when_due(scheduler, AGAIN, AGAIN, HARD, AGAIN)
    assert min(days) >= 1
    assert card.state == 2, "every card that was ever reviewed is in FSRS's state Review"


def test_what_was_known_and_is_forgotten_comes_back_soon_and_grows_slower(scheduler: Scheduler) -> None:
    card, days = when_due(scheduler, GOOD, GOOD, GOOD, AGAIN, GOOD, GOOD)
    assert days[2] == 46
    assert days[3] < days[1]
    assert (card.reviews, card.lapses) == (6, 1)
    assert days[5] < 46
    assert card.difficulty > when_due(scheduler, *[GOOD] * 6)[0].difficulty


def test_a_first_answer_that_is_wrong_is_no_lapse_and_the_next_one_is(scheduler: Scheduler) -> None:
    assert when_due(scheduler, AGAIN)[0].lapses == 0
    assert when_due(scheduler, AGAIN, AGAIN)[0].lapses == 1


def test_doubt_counts_less_than_knowing_and_more_than_failing(scheduler: Scheduler) -> None:
    known, _ = when_due(scheduler, GOOD, GOOD)
    third = [scheduler.review(known, review(rating, known.due_at)) for rating in (AGAIN, HARD, GOOD)]
    assert [card.due_at for card in third] == sorted({card.due_at for card in third})


def test_a_second_answer_on_the_same_day_moves_little(scheduler: Scheduler) -> None:
    first = scheduler.review(None, review(GOOD))
    again = scheduler.review(first, review(GOOD, NOW + timedelta(hours=1)))
    assert again.due_at - again.last_review_at <= 3 * DAY
    assert again.reviews == 2


def test_the_chance_to_remember_falls_from_one_to_nine_tenths_when_due_and_below(scheduler: Scheduler) -> None:
    card, _ = when_due(scheduler, GOOD, GOOD, GOOD)
    chances = [scheduler.retrievability(card, card.last_review_at + days * DAY) for days in (0, 10, 46, 200)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1
    assert chances[2] == pytest.approx(0.9, abs=0.005)


def test_an_older_review_is_refused_and_an_equally_old_one_taken(scheduler: Scheduler) -> None:
    card = scheduler.review(None, review(GOOD))
    with pytest.raises(ValueError, match="older"):
        scheduler.review(card, review(GOOD, NOW - timedelta(seconds=1)))
    assert scheduler.review(card, review(AGAIN, NOW, 2)).reviews == 2


def test_nothing_is_left_of_a_card_without_reviews(scheduler: Scheduler) -> None:
    assert scheduler.replay([]) is None


def test_an_instant_must_be_utc(scheduler: Scheduler) -> None:
    with pytest.raises(ValueError, match="UTC"):
        scheduler.review(None, review(GOOD, NOW.astimezone(timezone(timedelta(hours=8)))))


@given(st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 100_000)), min_size=1, max_size=12))
def test_a_replay_gives_the_card_that_step_by_step_made(steps: list[tuple[Rating, int]]) -> None:
    scheduler, at, card, reviews = Scheduler(), NOW, None, []
    for number, (rating, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        reviews.append(review(rating, at, number))
        card = scheduler.review(card, reviews[-1])
        assert at + DAY <= card.due_at <= at + 180 * DAY
        assert card.stability > 0
        assert 1 <= card.difficulty <= 10
    assert Scheduler().replay(reviews) == card
    assert card is not None
    assert card.reviews == len(steps)


def test_limits_are_arguments() -> None:
    assert when_due(Scheduler(longest=30), *[GOOD] * 4)[1] == [2, 11, 30, 30]
    assert when_due(Scheduler(retention=0.8), GOOD, GOOD)[1][0] > 2


@pytest.mark.parametrize(
    ("share", "doubts", "expected"),
    [
        ("1", {}, GOOD),
        ("1", {"guessed": True}, HARD),
        ("1", {"late": True}, HARD),
        ("2/3", {}, HARD),
        ("1/3", {"guessed": True}, HARD),
        ("0", {}, AGAIN),
        ("0", {"guessed": True}, AGAIN),
        ("0", {"late": True}, AGAIN),
    ],
)
def test_wrong_is_again_doubt_is_hard_right_is_good(share: str, doubts: dict[str, bool], expected: Rating) -> None:
    assert rate(Fraction(share), **doubts) is expected
