"""Server settings."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.localized import Language
from bot.domain.settings import GuildSettings
from bot.storage.tables import guilds
from bot.storage.upserts import insert_for


class GuildRepository:
    """Rows of `guilds`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, guild_id: int) -> GuildSettings | None:
        """Return the server's settings, or None before the first `/daily setup` or `/settings server`."""
        row = (await self._connection.execute(select(guilds).where(guilds.c.guild_id == guild_id))).first()
        if row is None:
            return None
        return GuildSettings(row.guild_id, row.timezone, row.language, row.season)

    async def seed(self, guild_id: int, timezone: str, language: Language, now: datetime) -> None:
        """Store settings for a server that has none yet."""
        insert = insert_for(self._connection, guilds).values(
            guild_id=guild_id, timezone=timezone, language=language, season=0, created_at=now, updated_at=now
        )
        await self._connection.execute(insert.on_conflict_do_nothing(index_elements=["guild_id"]))

    async def change(self, guild_id: int, timezone: str | None, language: Language | None, now: datetime) -> None:
        """Change what is named of a server's zone and language; a server that has neither yet gets defaults."""
        named = {"timezone": timezone, "language": language}
        changed = {name: value for name, value in named.items() if value is not None}
        defaults = GuildSettings(guild_id)
        insert = insert_for(self._connection, guilds).values(
            guild_id=guild_id,
            timezone=timezone or defaults.timezone,
            language=language or defaults.language,
            season=defaults.season,
            created_at=now,
            updated_at=now,
        )
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["guild_id"], set_={**changed, "updated_at": now})
        )
