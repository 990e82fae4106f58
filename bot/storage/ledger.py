"""The append-only record of points. Nothing here updates or deletes."""

from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import LedgerEntry
from bot.storage.tables import ledger
from bot.storage.upserts import insert_for


class LedgerRepository:
    """Rows of `ledger`; their keys make every append idempotent."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, entry: LedgerEntry) -> bool:
        """Append an entry. Returns False, changing nothing, when its key is there already."""
        values: dict[str, Any] = {field.name: getattr(entry, field.name) for field in fields(entry)}
        insert = insert_for(self._connection, ledger).values(**values)
        insert = insert.on_conflict_do_nothing(index_elements=["key"]).returning(ledger.c.id)
        return (await self._connection.execute(insert)).scalar_one_or_none() is not None

    async def find(self, key: str) -> LedgerEntry | None:
        """Return the entry of that key, or None."""
        query = select(*(ledger.c[field.name] for field in fields(LedgerEntry))).where(ledger.c.key == key)
        row = (await self._connection.execute(query)).mappings().first()
        return LedgerEntry(**row) if row else None

    async def has_key(self, key: str) -> bool:
        """Whether an entry of that key was written."""
        query = select(ledger.c.id).where(ledger.c.key == key)
        return (await self._connection.execute(query)).scalar_one_or_none() is not None

    async def points_on(self, guild_id: int, user_id: int, local_date: date, source: str) -> int:
        """Return what the member earned from a source on the server's calendar day."""
        query = select(func.coalesce(func.sum(ledger.c.points), 0)).where(
            ledger.c.guild_id == guild_id,
            ledger.c.user_id == user_id,
            ledger.c.local_date == local_date,
            ledger.c.source == source,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def scored_question(self, guild_id: int, user_id: int, local_date: date, question_id: str) -> bool:
        """Whether the question has scored the member on the server's calendar day."""
        query = (
            select(ledger.c.id)
            .where(
                ledger.c.guild_id == guild_id,
                ledger.c.user_id == user_id,
                ledger.c.local_date == local_date,
                ledger.c.question_id == question_id,
                ledger.c.points > 0,
            )
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none() is not None

    async def list_guild(self, guild_id: int) -> list[LedgerEntry]:
        """Return every entry of a server in the order written."""
        names = [field.name for field in fields(LedgerEntry)]
        query = select(*(ledger.c[name] for name in names)).where(ledger.c.guild_id == guild_id)
        rows = await self._connection.execute(query.order_by(ledger.c.id))
        return [LedgerEntry(**row) for row in rows.mappings()]

    async def guild_ids(self) -> list[int]:
        """Return every server that has entries."""
        query = select(ledger.c.guild_id).distinct().order_by(ledger.c.guild_id)
        return [int(guild_id) for guild_id in (await self._connection.execute(query)).scalars()]
