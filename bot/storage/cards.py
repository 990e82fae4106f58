"""What members remember: cards, the reviews that they are computed from, and what was answered wrong last."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import Column, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card, Rating, Review
from bot.storage.tables import attempts, cards, review_logs
from bot.storage.upserts import insert_in

_CARD = [cards.c[field.name] for field in fields(Card)]
_REVIEW = [review_logs.c[field.name] for field in fields(Review)]

# Asked at every answer, so built once: building a statement takes longer than executing it.
_FIND = (
    select(*_CARD)
    .where(cards.c.question_id == bindparam("question_id"), cards.c.user_id.in_(bindparam("user_ids", expanding=True)))
    .order_by(cards.c.user_id)
)
_FIND_LOCKED = _FIND.with_for_update()


@cache
def _log(dialect: str) -> Any:
    insert = insert_in(dialect, review_logs).on_conflict_do_nothing(index_elements=["attempt_id"])
    return insert.returning(review_logs.c.attempt_id)


class CardRepository:
    """Rows of `cards` and `review_logs`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def log(self, reviews: Sequence[Review]) -> set[int]:
        """Append reviews; returns the attempts among theirs that had none yet. At most some hundred at a time."""
        rows = await self._connection.execute(
            _log(self._connection.dialect.name), [_values(review, _REVIEW) for review in reviews]
        )
        return {int(row.attempt_id) for row in rows}

    async def find_all(self, question_id: str, user_ids: Sequence[int], *, lock: bool = False) -> dict[int, Card]:
        """Return members' cards of a question by member. `lock` makes other writers of these cards wait."""
        named = {"question_id": question_id, "user_ids": list(user_ids)}
        rows = await self._connection.execute(_FIND_LOCKED if lock else _FIND, named)
        return {row.user_id: _card(row) for row in rows}

    async def save(self, changed: Sequence[Card]) -> set[int]:
        """Store members' cards of a question, one review further each.

        Returns the members whose card was still the one that the new one follows from.
        """
        following = _store(self._connection.dialect.name, following=True)
        rows = await self._connection.execute(following, [_values(card, _CARD) for card in changed])
        return {int(row.user_id) for row in rows}

    async def put(self, card: Card) -> None:
        """Store a card whatever was there."""
        await self._connection.execute(_store(self._connection.dialect.name, following=False), _values(card, _CARD))

    async def remove(self, user_id: int, question_id: str) -> None:
        """Forget that a member ever met a question."""
        await self._connection.execute(
            delete(cards).where(cards.c.user_id == user_id, cards.c.question_id == question_id)
        )

    async def find(self, user_id: int, question_id: str) -> Card | None:
        """Return a member's card of a question, or None."""
        return (await self.find_all(question_id, [user_id])).get(user_id)

    async def list_for(self, user_id: int) -> list[Card]:
        """Return a member's cards, due first first."""
        query = select(*_CARD).where(cards.c.user_id == user_id).order_by(cards.c.due_at, cards.c.question_id)
        return [_card(row) for row in await self._connection.execute(query)]

    async def reviews(self, user_id: int, question_id: str) -> list[Review]:
        """Return a member's reviews of a question in the order in which they count."""
        query = (
            select(*_REVIEW)
            .where(review_logs.c.user_id == user_id, review_logs.c.question_id == question_id)
            .order_by(review_logs.c.reviewed_at, review_logs.c.id)
        )
        return [_review(row) for row in await self._connection.execute(query)]

    async def reviews_of(self, attempt_ids: Iterable[int]) -> list[Review]:
        """Return the reviews that attempts left, by member. At most some hundred at a time."""
        query = (
            select(*_REVIEW)
            .where(review_logs.c.attempt_id.in_(list(attempt_ids)))
            .order_by(review_logs.c.user_id, review_logs.c.id)
        )
        return [_review(row) for row in await self._connection.execute(query)]

    async def set_rating(self, attempt_id: int, rating: Rating | None) -> None:
        """Rate an attempt's review anew; None takes the review back."""
        here = review_logs.c.attempt_id == attempt_id
        if rating is None:
            await self._connection.execute(delete(review_logs).where(here))
        else:
            await self._connection.execute(update(review_logs).where(here).values(rating=rating))

    async def mistakes(self, user_id: int) -> list[str]:
        """Return the questions whose latest graded answer by the member was not right, newest first."""
        newest = (
            func.row_number()
            .over(partition_by=attempts.c.question_id, order_by=(attempts.c.changed_at.desc(), attempts.c.id.desc()))
            .label("newest")
        )
        graded = (
            select(
                attempts.c.id,
                attempts.c.question_id,
                attempts.c.changed_at,
                attempts.c.share_numerator,
                attempts.c.share_denominator,
                newest,
            )
            .where(attempts.c.user_id == user_id, attempts.c.share_numerator.is_not(None))
            .subquery()
        )
        query = (
            select(graded.c.question_id)
            .where(graded.c.newest == 1, graded.c.share_numerator < graded.c.share_denominator)
            .order_by(graded.c.changed_at.desc(), graded.c.id.desc())
        )
        return [str(row.question_id) for row in await self._connection.execute(query)]


@cache
def _store(dialect: str, *, following: bool) -> Any:
    """Return the statement that stores cards. Made once: making it takes longer than running it.

    `following`: only in the place of a card with one review less, or of none.
    """
    insert = insert_in(dialect, cards)
    new = insert.excluded
    upsert = insert.on_conflict_do_update(
        index_elements=["user_id", "question_id"],
        set_={column.name: new[column.name] for column in _CARD[2:]},
        where=cards.c.reviews == new.reviews - 1 if following else None,
    )
    return upsert.returning(cards.c.user_id)


def _card(row: Any) -> Card:
    return Card(*row)


def _review(row: Any) -> Review:
    user_id, question_id, item_id, attempt_id, rating, reviewed_at = row
    return Review(user_id, question_id, item_id, attempt_id, Rating(rating), reviewed_at)


def _values(record: Card | Review, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    """Return the columns' values. `asdict` would copy each of them deeply."""
    return {column.name: getattr(record, column.name) for column in columns}
