"""Item texts as they were shown (decision 10)."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kinds import Item
from bot.storage.locks import REVISIONS, take_turn
from bot.storage.tables import item_revisions
from bot.storage.upserts import insert_for

_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


class RevisionRepository:
    """Rows are written once and never changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, item: Item, now: datetime) -> None:
        """Store an item's present text unless it is stored already.

        New texts are stored one transaction at a time: two that store the same ones in another order would wait for
        each other.
        """
        stored = await self._connection.execute(
            select(item_revisions.c.hash).where(item_revisions.c.hash == item.revision)
        )
        if stored.first() is not None:
            return
        await take_turn(self._connection, REVISIONS)
        insert = insert_for(self._connection, item_revisions).values(
            hash=item.revision, item_id=item.id, json=item.model_dump(mode="json"), created_at=now
        )
        await self._connection.execute(insert.on_conflict_do_nothing(index_elements=["hash"]))

    async def get(self, revision: str) -> Item:
        """Return the item as it was shown under a revision that is known to be stored."""
        rows = await self._connection.execute(select(item_revisions.c.json).where(item_revisions.c.hash == revision))
        return _ITEM.validate_python(rows.scalar_one())
