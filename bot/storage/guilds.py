"""Server settings."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.localized import Language
from bot.domain.settings import GuildSettings
from bot.storage.locks import take_turn
from bot.storage.tables import guilds
from bot.storage.upserts import insert_for

_FIND = select(guilds).where(guilds.c.guild_id == bindparam("guild_id"))


class GuildRepository:
    """Rows of `guilds`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, guild_id: int, *, in_turn: bool = False) -> GuildSettings | None:
        """Return the server's settings, or None before the first `/daily setup` or `/settings server`.

        `in_turn` is for whoever is about to score: no season starts or ends until the transaction does.
        """
        if in_turn:
            await take_turn(self._connection, guild_id)
        row = (await self._connection.execute(_FIND, {"guild_id": guild_id})).first()
        if row is None:
            return None
        return GuildSettings(row.guild_id, row.timezone, row.language, row.season, row.team_approval, row.team_size)

    async def seed(self, guild_id: int, timezone: str, language: Language, now: datetime) -> None:
        """Store settings for a server that has none yet; one that has keeps them, but for a zone that nobody chose."""
        zone = {"timezone": timezone, "zone_chosen": True, "updated_at": now}
        insert = insert_for(self._connection, guilds).values(
            guild_id=guild_id, language=language, created_at=now, **zone
        )
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["guild_id"], set_=zone, where=guilds.c.zone_chosen.is_(False))
        )

    async def change(
        self,
        guild_id: int,
        timezone: str | None,
        language: Language | None,
        now: datetime,
        *,
        team_approval: bool | None = None,
        team_size: int | None = None,
    ) -> None:
        """Change what is named of a server's settings; a server that has none yet gets defaults for the rest."""
        named = {"timezone": timezone, "language": language, "team_approval": team_approval, "team_size": team_size}
        changed: dict[str, object] = {name: value for name, value in named.items() if value is not None}
        if timezone is not None:
            changed["zone_chosen"] = True
        defaults = asdict(GuildSettings(guild_id))
        insert = insert_for(self._connection, guilds).values(
            {**defaults, "zone_chosen": False, **changed, "created_at": now, "updated_at": now}
        )
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["guild_id"], set_={**changed, "updated_at": now})
        )
