"""The append-only record of points. Nothing here updates or deletes."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ledger import Earlier, LedgerEntry, LedgerRecord, Reason, Source
from bot.storage.locks import take_turn
from bot.storage.tables import ledger
from bot.storage.upserts import insert_in

_AMENDING = ("voided", "restored")
_FIELDS = tuple(field.name for field in fields(LedgerEntry))
_ON_THE_DAY = (
    ledger.c.guild_id == bindparam("guild_id"),
    ledger.c.user_id == bindparam("user_id"),
    ledger.c.local_date == bindparam("local_date"),
)
# Statements of every answer are built once: building one takes longer than executing it.
_EARLIER = select(
    exists().where(ledger.c.key == bindparam("key")).label("known"),
    exists()
    .where(*_ON_THE_DAY, ledger.c.question_id == bindparam("question_id"), ledger.c.points > 0)
    .label("question"),
    # Voided or not: what an admin takes back makes no room under the day's limit.
    select(func.coalesce(func.sum(ledger.c.points), 0))
    .where(*_ON_THE_DAY, ledger.c.source == bindparam("source"), ledger.c.reason.not_in(_AMENDING))
    .scalar_subquery()
    .label("points"),
)


@cache
def _append(dialect: str) -> Any:
    return insert_in(dialect, ledger).on_conflict_do_nothing(index_elements=["key"]).returning(ledger.c.id)


class LedgerRepository:
    """Rows of `ledger`; their keys make every append idempotent."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, entry: LedgerEntry) -> int | None:
        """Append an entry and return its id; None, changing nothing, when its key is there already."""
        values = {name: getattr(entry, name) for name in _FIELDS}
        appended = await self._connection.execute(_append(self._connection.dialect.name), values)
        ledger_id: int | None = appended.scalar_one_or_none()
        return ledger_id

    async def find(self, key: str) -> LedgerEntry | None:
        """Return the entry of that key, or None."""
        query = select(*(ledger.c[field.name] for field in fields(LedgerEntry))).where(ledger.c.key == key)
        row = (await self._connection.execute(query)).mappings().first()
        return LedgerEntry(**row) if row else None

    async def earlier(
        self, key: str, guild_id: int, user_id: int, local_date: date, question_id: str, source: Source
    ) -> Earlier:
        """Return what decides whether an answer earns points, in one query."""
        named = {"key": key, "guild_id": guild_id, "user_id": user_id, "local_date": local_date}
        named |= {"question_id": question_id, "source": source}
        row = (await self._connection.execute(_EARLIER, named)).one()
        return Earlier(bool(row.known), bool(row.question), int(row.points))

    async def record(self, guild_id: int, ledger_id: int, *, lock: bool = False) -> LedgerRecord | None:
        """Return a server's entry of that id, or None. `lock` takes the turn of those who count for the server."""
        if lock:
            await take_turn(self._connection, guild_id)
        rows = await self._records(_records().where(ledger.c.guild_id == guild_id, ledger.c.id == ledger_id))
        return rows[0] if rows else None

    async def list_records(self, guild_id: int, ledger_ids: Collection[int]) -> list[LedgerRecord]:
        """Return a server's entries of these ids, newest first; unknown ids are left out."""
        query = _records().where(ledger.c.guild_id == guild_id, ledger.c.id.in_(ledger_ids))
        return await self._records(query.order_by(ledger.c.id.desc()))

    async def answer_of(self, entry: LedgerEntry) -> list[LedgerRecord]:
        """Return what an answer earned, in the order written: its entry, and what a correction added to it."""
        query = _records().where(
            ledger.c.guild_id == entry.guild_id,
            ledger.c.user_id == entry.user_id,
            ledger.c.local_date == entry.local_date,
            ledger.c.source == entry.source,
            ledger.c.channel_id.is_not_distinct_from(entry.channel_id),
            ledger.c.item_id == entry.item_id,
            ledger.c.season == entry.season,
            ledger.c.occurred_at == entry.occurred_at,
            ledger.c.reason.not_in(_AMENDING),
        )
        return await self._records(query.order_by(ledger.c.id))

    async def count_amendments(self, ledger_id: int, reason: Reason) -> int:
        """Return how often an entry was voided, or restored."""
        query = select(func.count()).where(ledger.c.amends_id == ledger_id, ledger.c.reason == reason)
        return int((await self._connection.execute(query)).scalar_one())

    async def history(self, guild_id: int, user_id: int, offset: int, limit: int) -> list[LedgerRecord]:
        """Return a member's entries in a server, newest first, from the `offset`-th on."""
        query = _records().where(ledger.c.guild_id == guild_id, ledger.c.user_id == user_id)
        return await self._records(query.order_by(ledger.c.id.desc()).offset(offset).limit(limit))

    async def count(self, guild_id: int, user_id: int) -> int:
        """Return how many entries a member has in a server."""
        query = select(func.count()).where(ledger.c.guild_id == guild_id, ledger.c.user_id == user_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def recent(self, guild_id: int, limit: int) -> list[LedgerRecord]:
        """Return what members of a server earned last, newest first, among its latest `limit` entries."""
        latest = select(ledger.c.id).where(ledger.c.guild_id == guild_id).order_by(ledger.c.id.desc()).limit(limit)
        query = _records().where(ledger.c.id.in_(latest), ledger.c.reason.not_in(_AMENDING))
        return await self._records(query.order_by(ledger.c.id.desc()))

    async def _records(self, query: Select[Any]) -> list[LedgerRecord]:
        names = [field.name for field in fields(LedgerEntry)]
        return [
            LedgerRecord(row["id"], LedgerEntry(**{name: row[name] for name in names}), row["voided"] > 0)
            for row in (await self._connection.execute(query)).mappings()
        ]

    async def list_guild(self, guild_id: int) -> list[LedgerEntry]:
        """Return every entry of a server in the order written."""
        names = [field.name for field in fields(LedgerEntry)]
        query = select(*(ledger.c[name] for name in names)).where(ledger.c.guild_id == guild_id)
        rows = await self._connection.execute(query.order_by(ledger.c.id))
        return [LedgerEntry(**row) for row in rows.mappings()]

    async def list_members(self, guild_id: int, first: int, last: int) -> list[LedgerEntry]:
        """Return the entries of a server's members from one id to another, both included, in the order written."""
        names = [field.name for field in fields(LedgerEntry)]
        query = select(*(ledger.c[name] for name in names)).where(
            ledger.c.guild_id == guild_id, ledger.c.user_id.between(first, last)
        )
        rows = await self._connection.execute(query.order_by(ledger.c.id))
        return [LedgerEntry(**row) for row in rows.mappings()]

    async def user_ids(self, guild_id: int, after: int, limit: int) -> list[int]:
        """Return who has entries in a server, by id, from just above an id on."""
        query = select(ledger.c.user_id).where(ledger.c.guild_id == guild_id, ledger.c.user_id > after).distinct()
        rows = await self._connection.execute(query.order_by(ledger.c.user_id).limit(limit))
        return [int(user_id) for user_id in rows.scalars()]

    async def guild_ids(self) -> list[int]:
        """Return every server that has entries."""
        query = select(ledger.c.guild_id).distinct().order_by(ledger.c.guild_id)
        return [int(guild_id) for guild_id in (await self._connection.execute(query)).scalars()]


def _records() -> Select[Any]:
    """Select entries with how many times more they were voided than restored: once or never."""
    amendment = ledger.alias()
    balance = func.coalesce(func.sum(case((amendment.c.reason == "voided", 1), else_=-1)), 0)
    return select(ledger, select(balance).where(amendment.c.amends_id == ledger.c.id).scalar_subquery().label("voided"))
