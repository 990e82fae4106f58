"""Members' responses. One row per (context, item, member)."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.attempts import Attempt, ContextKind
from bot.domain.kinds import Response
from bot.storage.tables import attempts, deliveries, memberships, slots
from bot.storage.upserts import insert_in

QUARTER_HOUR = 900  # seconds


@cache
def _insert(dialect: str) -> Any:
    """Built once: building it takes longer than executing it."""
    insert = insert_in(dialect, attempts)
    return insert.on_conflict_do_nothing(index_elements=["context_kind", "context_id", "item_id", "user_id"]).returning(
        attempts.c.id
    )


class AttemptRepository:
    """Rows of `attempts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, kind: ContextKind, context_id: int, item_id: str, user_id: int) -> Attempt | None:
        """Return a member's response in one context, or None."""
        query = select(attempts).where(
            attempts.c.context_kind == kind,
            attempts.c.context_id == context_id,
            attempts.c.item_id == item_id,
            attempts.c.user_id == user_id,
        )
        row = (await self._connection.execute(query)).mappings().first()
        return _from_row(row) if row else None

    async def insert(
        self,
        *,
        context_kind: ContextKind,
        context_id: int,
        item_id: str,
        question_id: str,
        revision: str,
        guild_id: int | None,
        channel_id: int | None,
        user_id: int,
        response: Response,
        now: datetime,
        share: Fraction | None = None,
        late: bool = False,
        team_id: int | None = None,
    ) -> int | None:
        """Insert a response and return its id, or None when the member has one in this context already."""
        values = {
            "context_kind": context_kind,
            "context_id": context_id,
            "item_id": item_id,
            "question_id": question_id,
            "revision": revision,
            "guild_id": guild_id,
            "channel_id": channel_id,
            "user_id": user_id,
            "options": list(response.options),
            "value": response.value,
            "guessed": False,
            "changes": 0,
            "late": late,
            "team_id": team_id,
            "share_numerator": share.numerator if share is not None else None,
            "share_denominator": share.denominator if share is not None else None,
            "answered_at": now,
            "changed_at": now,
        }
        inserted = await self._connection.execute(_insert(self._connection.dialect.name), values)
        attempt_id: int | None = inserted.scalar_one_or_none()
        return attempt_id

    async def change(self, attempt_id: int, response: Response, now: datetime) -> None:
        """Replace a response that is not graded yet; "I guessed" was about the old one and is taken back."""
        await self._connection.execute(
            update(attempts)
            .where(attempts.c.id == attempt_id, attempts.c.share_numerator.is_(None))
            .values(
                options=list(response.options),
                value=response.value,
                guessed=False,
                changes=attempts.c.changes + 1,
                changed_at=now,
            )
        )

    async def set_guessed(self, attempt_id: int, guessed: bool) -> None:
        """Note whether the member says it was a guess."""
        await self._connection.execute(update(attempts).where(attempts.c.id == attempt_id).values(guessed=guessed))

    async def set_share(self, attempt_id: int, share: Fraction) -> None:
        """Store the grade, once the delivery has closed."""
        await self._connection.execute(
            update(attempts)
            .where(attempts.c.id == attempt_id)
            .values(share_numerator=share.numerator, share_denominator=share.denominator)
        )

    async def clear_shares(self, kind: ContextKind, context_id: int) -> None:
        """Take the grades of a context back: its question was withdrawn."""
        await self._connection.execute(
            update(attempts)
            .where(attempts.c.context_kind == kind, attempts.c.context_id == context_id)
            .values(share_numerator=None, share_denominator=None)
        )

    async def list_for(self, kind: ContextKind, context_id: int) -> list[Attempt]:
        """Return all responses in a context, by member id (no order of speed)."""
        query = (
            select(attempts)
            .where(attempts.c.context_kind == kind, attempts.c.context_id == context_id)
            .order_by(attempts.c.user_id, attempts.c.id)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def count_for(self, kind: ContextKind, context_id: int) -> int:
        """Return how many responses a context has."""
        query = select(func.count()).where(attempts.c.context_kind == kind, attempts.c.context_id == context_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def last_seen(self, user_id: int) -> dict[str, datetime]:
        """Return when the member last answered each item, in any context."""
        query = (
            select(attempts.c.item_id, func.max(attempts.c.answered_at).label("at"))
            .where(attempts.c.user_id == user_id)
            .group_by(attempts.c.item_id)
        )
        return {str(row.item_id): row.at for row in await self._connection.execute(query)}

    async def graded_counts(self, guild_id: int, user_id: int) -> tuple[int, int]:
        """Return how many graded answers the member gave in the server, and how many were fully right."""
        query = select(
            func.count(),
            func.count().filter(attempts.c.share_numerator == attempts.c.share_denominator),
        ).where(
            attempts.c.guild_id == guild_id,
            attempts.c.user_id == user_id,
            attempts.c.share_numerator.is_not(None),
        )
        row = (await self._connection.execute(query)).one()
        return int(row[0]), int(row[1])

    async def answer_times(self, guild_id: int, user_id: int, since: datetime) -> list[tuple[datetime, int]]:
        """Return how many answers a member gave in each quarter of an hour in which there were any, graded or not.

        Local dates of every zone begin with one, so the database can add up without knowing the zone.
        """
        quarter: ColumnElement[Any]
        if self._connection.dialect.name == "postgresql":
            quarter = func.floor(func.extract("epoch", attempts.c.answered_at) / QUARTER_HOUR)
        else:
            quarter = cast(func.strftime("%s", attempts.c.answered_at), Integer) // QUARTER_HOUR
        query = (
            select(quarter.label("quarter"), func.count())
            .where(attempts.c.guild_id == guild_id, attempts.c.user_id == user_id, attempts.c.answered_at >= since)
            .group_by("quarter")
            .order_by("quarter")
        )
        rows = await self._connection.execute(query)
        return [(datetime.fromtimestamp(int(row[0]) * QUARTER_HOUR, UTC), int(row[1])) for row in rows]

    async def right_names(self, delivery_id: int, guild_id: int) -> list[tuple[int, str]]:
        """Return (id, name) of those fully right on a closed delivery who may be named, by id."""
        query = (
            select(attempts.c.user_id, memberships.c.name)
            .join(
                memberships,
                (memberships.c.user_id == attempts.c.user_id) & (memberships.c.guild_id == guild_id),
            )
            .where(
                attempts.c.context_kind == "daily",
                attempts.c.context_id == delivery_id,
                attempts.c.share_numerator == attempts.c.share_denominator,
                memberships.c.hidden.is_(False),
                memberships.c.left_at.is_(None),
            )
            .order_by(attempts.c.user_id)
        )
        return [(int(row.user_id), str(row.name)) for row in await self._connection.execute(query)]

    async def streak_rows(self, guild_id: int, user_id: int, limit: int) -> list[Any]:
        """Return the server's latest posted deliveries, newest first, and whether the member answered each.

        Rows have channel_id, local_date, posted_at, closes_at, closed_at, voided_at and attempt_id (None when not
        answered).
        """
        query = (
            select(
                deliveries.c.channel_id,
                deliveries.c.local_date,
                deliveries.c.closes_at,
                deliveries.c.closed_at,
                deliveries.c.voided_at,
                slots.c.posted_at,
                attempts.c.id.label("attempt_id"),
            )
            .join(slots, slots.c.id == deliveries.c.slot_id)
            .outerjoin(
                attempts,
                (attempts.c.context_kind == "daily")
                & (attempts.c.context_id == deliveries.c.id)
                & (attempts.c.user_id == user_id),
            )
            .where(deliveries.c.guild_id == guild_id, slots.c.state == "posted")
            .order_by(deliveries.c.id.desc())
            .limit(limit)
        )
        return list(await self._connection.execute(query))


def _from_row(row: RowMapping) -> Attempt:
    share = None
    if row["share_numerator"] is not None:
        share = Fraction(row["share_numerator"], row["share_denominator"])
    return Attempt(
        id=row["id"],
        context_kind=row["context_kind"],
        context_id=row["context_id"],
        item_id=row["item_id"],
        question_id=row["question_id"],
        revision=row["revision"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        user_id=row["user_id"],
        response=Response(tuple(row["options"]), row["value"]),
        guessed=row["guessed"],
        changes=row["changes"],
        late=row["late"],
        team_id=row["team_id"],
        share=share,
        answered_at=row["answered_at"],
        changed_at=row["changed_at"],
    )
