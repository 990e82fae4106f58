"""Marks of members who had everything deleted: hashes, so that the mark says nothing of who it was (decision 23)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.privacy import ByteSource, ErasureBook, member_hash
from bot.storage.tables import deliveries, erasures, item_revisions, seasons, secrets
from bot.storage.upserts import insert_for

# The key that new marks are made with. Keys that a restore brought along have a name that begins with it.
KEY = "erasures"
_KEY_BYTES = 32
# Asked before every answer, so built once.
_KEYS = (
    select(secrets.c.name, secrets.c.value)
    .where(or_(secrets.c.name == KEY, func.substr(secrets.c.name, 1, len(KEY) + 1) == f"{KEY}:"))
    .order_by(secrets.c.name)
)


class ErasureRepository:
    """Rows of `erasures`, and the keys of `secrets` that their hashes were made with.

    There is one key, made when it is first needed. A restore may bring others along: the marks that were made with
    them stay good, so every look-up tries each key.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def mark(self, user_id: int, erased_at: datetime, random_bytes: ByteSource) -> None:
        """Note that a member had everything deleted; the latest time counts."""
        make = insert_for(self._connection, secrets).values(name=KEY, value=random_bytes(_KEY_BYTES).hex())
        # Of two processes that need the first key at once, one makes it and both read it.
        await self._connection.execute(make.on_conflict_do_nothing(index_elements=["name"]))
        await self._put({member_hash((await self._keys())[KEY], user_id): erased_at})

    async def erased_at(self, user_id: int) -> datetime | None:
        """Return when a member last had everything deleted, or None."""
        keys = await self._keys()
        if not keys:
            return None
        hashes = [member_hash(key, user_id) for key in keys.values()]
        query = select(erasures.c.erased_at).where(erasures.c.member_hash.in_(hashes))
        return max((row.erased_at for row in await self._connection.execute(query)), default=None)

    async def erased_of(self, user_ids: Iterable[int]) -> dict[int, datetime]:
        """Return who of many members had everything deleted, and when."""
        book = await self.book()
        found = {}
        for user_id in user_ids:
            times = [book.marks.get(member_hash(key, user_id)) for key in book.keys.values()]
            if latest := max((at for at in times if at is not None), default=None):
                found[user_id] = latest
        return found

    async def book(self) -> ErasureBook:
        """Return all marks and keys."""
        marks = await self._connection.execute(select(erasures.c.member_hash, erasures.c.erased_at))
        return ErasureBook(await self._keys(), {row.member_hash: row.erased_at for row in marks})

    async def adopt(self, book: ErasureBook) -> None:
        """Add the marks of another database, and the keys that they were made with. The key that is here stays."""
        known = await self._keys()
        for key in book.keys.values():
            if key in known.values():
                continue
            name = KEY if KEY not in known else f"{KEY}:{member_hash(key, 0)[:16]}"
            known[name] = key
            insert = insert_for(self._connection, secrets).values(name=name, value=key)
            await self._connection.execute(insert.on_conflict_do_nothing(index_elements=["name"]))
        await self._put(dict(book.marks))

    async def knew_revision(self, erased_at: datetime, revision: str, guild_id: int, season: int) -> bool:
        """Whether whoever was erased then may know an item from before, in a season that began before it as well."""
        older = item_revisions.c.hash == revision, item_revisions.c.created_at <= erased_at
        later_season = exists().where(
            seasons.c.guild_id == guild_id, seasons.c.number == season, seasons.c.started_at > erased_at
        )
        return await self._is(and_(*older, ~later_season), item_revisions.c.hash)

    async def knew_delivery(self, erased_at: datetime, delivery_id: int) -> bool:
        """Whether a daily question stood before that time."""
        return await self._is(
            and_(deliveries.c.id == delivery_id, deliveries.c.created_at <= erased_at), deliveries.c.id
        )

    async def _is(self, condition: ColumnElement[bool], column: ColumnElement[object]) -> bool:
        return (await self._connection.execute(select(column).where(condition))).first() is not None

    async def _keys(self) -> dict[str, str]:
        return {row.name: row.value for row in await self._connection.execute(_KEYS)}

    async def _put(self, marks: dict[str, datetime]) -> None:
        if not marks:
            return
        new = insert_for(self._connection, erasures)
        later = new.excluded.erased_at > erasures.c.erased_at
        latest = case((later, new.excluded.erased_at), else_=erasures.c.erased_at)
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["member_hash"], set_={"erased_at": latest}),
            [{"member_hash": mark, "erased_at": erased_at} for mark, erased_at in marks.items()],
        )
