"""Spaced repetition: when a question comes back to a member. A pure wrapper over FSRS; the instant is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from fractions import Fraction

import fsrs


class Rating(IntEnum):
    """How well a question was remembered, in the numbers of FSRS.

    There is no Easy (4): nothing that the bot knows says that an answer was easy. How long a daily question took is
    not known, and in a quiz a quick answer is as often a careless one.
    """

    AGAIN = 1
    HARD = 2
    GOOD = 3


@dataclass(frozen=True, slots=True)
class Review:
    """One rated answer of one member: what the card of its question is computed from, with those before it."""

    user_id: int
    question_id: str
    item_id: str
    attempt_id: int
    rating: Rating
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """What a member remembers of a question, in all servers together.

    `state` is a number of FSRS. `stability` is the number of days after which the chance to remember has fallen to
    90 %, `difficulty` goes from 1 to 10. `lapses` counts answers that were wrong after an earlier one.
    """

    user_id: int
    question_id: str
    state: int
    stability: float
    difficulty: float
    due_at: datetime
    last_review_at: datetime
    reviews: int
    lapses: int


class Scheduler:
    """Decides when a card is due. Intervals are whole days: steps of minutes are of no use in a chat.

    Args:
        retention: The chance to remember, 0 to 1, at which a card falls due.
        longest: No interval is longer than so many days, since interviews are months away and not years.
    """

    def __init__(self, *, retention: float = 0.9, longest: int = 180) -> None:
        # Without fuzz: it draws from a generator of its own, and a replay would give other dates.
        self._fsrs = fsrs.Scheduler(
            desired_retention=retention,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=longest,
            enable_fuzzing=False,
        )

    def review(self, card: Card | None, review: Review) -> Card:
        """Return the card after one more review; None stands for a question that was never reviewed.

        Raises:
            ValueError: If the card was reviewed later than that: what follows from that is for `replay`.
        """
        if card is not None and review.reviewed_at < card.last_review_at:
            raise ValueError("this review is older than the card's last one")
        before = _to_fsrs(card) if card is not None else fsrs.Card(card_id=0, due=review.reviewed_at)
        after, _ = self._fsrs.review_card(before, fsrs.Rating(review.rating), review.reviewed_at)
        assert after.stability is not None and after.difficulty is not None  # noqa: S101, PT018 - every review sets both
        return Card(
            user_id=review.user_id,
            question_id=review.question_id,
            state=int(after.state),
            stability=after.stability,
            difficulty=after.difficulty,
            due_at=after.due,
            last_review_at=review.reviewed_at,
            reviews=1 if card is None else card.reviews + 1,
            lapses=0 if card is None else card.lapses + (review.rating is Rating.AGAIN),
        )

    def replay(self, reviews: Iterable[Review]) -> Card | None:
        """Return the card that the reviews of one question make, oldest first; None without any."""
        card = None
        for review in reviews:
            card = self.review(card, review)
        return card

    def retrievability(self, card: Card, now: datetime) -> float:
        """Return the chance, 0 to 1, that the member would remember the question now."""
        return self._fsrs.get_card_retrievability(_to_fsrs(card), now)


def rate(share: Fraction, *, guessed: bool = False, late: bool = False) -> Rating:
    """Return how well an answer shows that the question was remembered.

    `share` is what the response itself would have earned: an answer that came too late was still remembered.
    """
    if share == 0:
        return Rating.AGAIN
    return Rating.GOOD if share == 1 and not guessed and not late else Rating.HARD


def _to_fsrs(card: Card) -> fsrs.Card:
    # Without an id the library sleeps for a millisecond to make one.
    return fsrs.Card(
        card_id=0,
        state=fsrs.State(card.state),
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due_at,
        last_review=card.last_review_at,
    )
