"""Item texts as they were shown (decision 10)."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kinds import Item
from bot.storage.locks import REVISIONS, take_turn
from bot.storage.tables import item_revisions
from bot.storage.upserts import insert_for

_ITEM: TypeAdapter[Item] = TypeAdapter(Item)
_GET = select(item_revisions.c.json).where(item_revisions.c.hash == bindparam("revision"))


class RevisionRepository:
    """Rows are written once and never changed."""

    def __init__(self, connection: AsyncConnection, known: dict[str, Item] | None = None) -> None:
        self._connection = connection
        # Items by revision, kept between transactions: a revision is a hash of what it stands for.
        self._known = {} if known is None else known

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
        item = self._known.get(revision)
        if item is None:
            rows = await self._connection.execute(_GET, {"revision": revision})
            item = self._known[revision] = _ITEM.validate_python(rows.scalar_one())
        return item
