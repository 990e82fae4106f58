"""Cards kept up with answers, in the transaction that grades them: functions over an open transaction.

`review_logs` holds one row a rated answer, `cards` what follows from them. An answer that is newer than all before it
moves its card one step. Whatever else happens (an answer graded after a later one, a corrected key, two writers at
once), the card is computed anew from its reviews; so both ways give the same.
"""

from collections.abc import Mapping, Sequence

from bot.domain.attempts import Attempt
from bot.domain.cards import Card, Rating, Review, Scheduler
from bot.storage import Transaction

# In one statement: databases take some thirty thousand values.
_BATCH = 500


def review_of(attempt: Attempt, rating: Rating) -> Review:
    """Return the review that an attempt is. It counts from the answer on, however much later it is graded."""
    return Review(
        user_id=attempt.user_id,
        question_id=attempt.question_id,
        item_id=attempt.item_id,
        attempt_id=attempt.id,
        rating=rating,
        reviewed_at=attempt.changed_at,
    )


async def remember(tx: Transaction, scheduler: Scheduler, reviews: Sequence[Review]) -> dict[int, Card]:
    """Note graded answers to one question, at most one a member, and return each new one's card by attempt.

    An attempt that was noted before changes nothing. Costs one read and two writes, however many there are (up to
    five hundred).
    """
    kept: dict[int, Card] = {}
    for start in range(0, len(reviews), _BATCH):
        batch = reviews[start : start + _BATCH]
        new = await tx.cards.log(batch)
        kept |= await _advance(tx, scheduler, [review for review in batch if review.attempt_id in new])
    return kept


async def mend(tx: Transaction, scheduler: Scheduler, ratings: Mapping[int, Rating | None]) -> None:
    """Rate attempts that were noted before anew, by attempt; None takes one back, as if it had never been made."""
    attempt_ids = list(ratings)
    for start in range(0, len(attempt_ids), _BATCH):
        for review in await tx.cards.reviews_of(attempt_ids[start : start + _BATCH]):
            rating = ratings[review.attempt_id]
            if rating is not review.rating:
                await tx.cards.set_rating(review.attempt_id, rating)
                await _recompute(tx, scheduler, review)


async def _advance(tx: Transaction, scheduler: Scheduler, reviews: Sequence[Review]) -> dict[int, Card]:
    if not reviews:
        return {}
    before = await tx.cards.find_all(reviews[0].question_id, [review.user_id for review in reviews], lock=True)
    moved = {}
    for review in reviews:
        card = before.get(review.user_id)
        if card is None or card.last_review_at <= review.reviewed_at:
            moved[review.user_id] = scheduler.review(card, review)
    saved = await tx.cards.save(list(moved.values())) if moved else set()
    after = {}
    for review in reviews:
        # Not saved: another writer made the card meanwhile, and this one waited for it.
        card = moved[review.user_id] if review.user_id in saved else await _recompute(tx, scheduler, review)
        if card is not None:
            after[review.attempt_id] = card
    return after


async def _recompute(tx: Transaction, scheduler: Scheduler, review: Review) -> Card | None:
    user_id, question_id = review.user_id, review.question_id
    # Locked before the reviews are read, so that another writer's are all there or all to come.
    await tx.cards.find_all(question_id, [user_id], lock=True)
    card = scheduler.replay(await tx.cards.reviews(user_id, question_id))
    if card is None:
        await tx.cards.remove(user_id, question_id)
    else:
        await tx.cards.put(card)
    return card
