"""What members may ask of their data: a copy, an end, and a place off the boards (decision 23, promise 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.privacy import ByteSource, ErasureBook, PersonalData, make_alias
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.services.presence import meet
from bot.services.questions import sealed_for
from bot.storage import Storage, Transaction

EXPORT_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay of erasures did: how many members were erased again.

    `mixed` are servers where such a member has entries of after the erasure as well: their boards must be rebuilt.
    """

    members: int
    mixed: frozenset[int]


class PrivacyService:
    """The copies are counted in memory: the pause only keeps one member from keeping the database busy."""

    def __init__(self, storage: Storage, random_bytes: ByteSource) -> None:
        self._storage = storage
        self._random_bytes = random_bytes
        self._exported: dict[int, datetime] = {}

    async def export(self, reader: Reader, now: datetime) -> PersonalData:
        """Return everything stored on the reader in all servers, without what tells an open daily question's answer.

        Raises:
            BotError: `privacy.too_soon` within a minute of the last one.
        """
        self._exported = {user_id: at for user_id, at in self._exported.items() if now - at < EXPORT_PAUSE}
        if reader.user_id in self._exported:
            raise BotError("privacy.too_soon")
        self._exported[reader.user_id] = now
        async with self._storage.read() as tx:
            # Wherever the member was seen, as in direct messages.
            everywhere = Reader(reader.user_id, reader.name, None, None)
            sections = await tx.personal_data.read(reader.user_id, await sealed_for(tx, everywhere))
            return PersonalData(reader.user_id, sections, await tx.erasures.erased_at(reader.user_id))

    async def erase(self, reader: Reader, now: datetime) -> None:
        """Delete everything on the reader in all servers, and remember by a hash that it was done.

        Points that a team lives on stay, in each server under a random id of their own.
        """
        async with self._storage.write() as tx:
            await self._erase(tx, reader.user_id, now, None)
            await tx.erasures.mark(reader.user_id, now, self._random_bytes)

    async def show_on_boards(self, reader: Reader, shown: bool, now: datetime) -> bool:
        """Put the reader on everything in their server that names members, or take them off it.

        Returns:
            Whether anything changed by it.
        """
        async with self._storage.write() as tx:
            member = await meet(tx, reader, now)
            await tx.members.set_hidden(member.guild_id, member.user_id, not shown)
            await tx.boards.show(member.guild_id, member.user_id, shown)
        return member.hidden is shown

    async def erasures(self) -> ErasureBook:
        """Return what has to outlive a restore."""
        async with self._storage.read() as tx:
            return await tx.erasures.book()

    async def replay(self, book: ErasureBook) -> Replay:
        """Add another database's erasures to this one's, and do all of them again.

        Of a member who was erased goes what was written until then; what they did afterwards stays. Doing it twice
        changes nothing.
        """
        members, mixed = 0, set[int]()
        async with self._storage.write() as tx:
            await tx.erasures.adopt(book)
        for user_id, erased_at in (await self._erased()).items():
            async with self._storage.write() as tx:
                found, left = await self._erase(tx, user_id, erased_at, erased_at)
                members += bool(found)
                mixed |= left if found else set()
        return Replay(members, frozenset(mixed))

    async def _erased(self) -> Mapping[int, datetime]:
        async with self._storage.read() as tx:
            if not (await tx.erasures.book()).marks:
                return {}
            return await tx.erasures.erased_of(await tx.personal_data.user_ids())

    async def _erase(
        self, tx: Transaction, user_id: int, now: datetime, until: datetime | None
    ) -> tuple[int, set[int]]:
        """Erase what was written until then, all of it with None; returns how many rows, and where entries are left."""
        guild_ids = await tx.personal_data.guild_ids(user_id)
        newest_session = await tx.personal_data.lock(user_id, guild_ids)
        found, mixed = 0, set[int]()
        for guild_id in guild_ids:
            team = await tx.teams.membership(guild_id, user_id)
            if team is not None and (until is None or team.joined_at <= until):
                await tx.teams.depart(team, now)
                found += 1
            alias = make_alias(self._random_bytes)
            entries = await tx.personal_data.give_points_away(guild_id, user_id, alias, until)
            if until is None or entries:
                await tx.boards.forget(guild_id, user_id, alias)
            if entries and await tx.personal_data.has_points(guild_id, user_id):
                mixed.add(guild_id)
            found += entries
        return found + await tx.personal_data.delete(user_id, guild_ids, newest_session, until), mixed
