"""Seasons of a server. At most one runs, and that one's number stands in the server's settings too."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.localized import Language
from bot.domain.seasons import Season
from bot.domain.settings import GuildSettings
from bot.storage.locks import take_turn
from bot.storage.tables import guilds, seasons
from bot.storage.upserts import insert_for


class SeasonRepository:
    """Rows of `seasons`, and the column `guilds.season`: whatever is scored from the commit on counts for it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_number(self, guild_id: int) -> int:
        """Return the number that a season started now gets. Seasons of a server are started and ended in turns."""
        await take_turn(self._connection, guild_id)
        query = select(func.coalesce(func.max(seasons.c.number), 0) + 1).where(seasons.c.guild_id == guild_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def start(self, season: Season, language: Language) -> bool:
        """Start a season; False, and nothing is changed, while another one runs.

        Args:
            season: With the number that `next_number` gave in this transaction.
            language: The language of a server that has no settings yet.
        """
        values = {
            "guild_id": season.guild_id,
            "number": season.number,
            "name": season.name,
            "started_at": season.started_at,
            "started_by": season.started_by,
        }
        new = insert_for(self._connection, seasons).values(values).on_conflict_do_nothing().returning(seasons.c.number)
        if (await self._connection.execute(new)).first() is None:
            return False
        defaults, now = GuildSettings(season.guild_id), season.started_at
        settings = insert_for(self._connection, guilds).values(
            guild_id=season.guild_id,
            timezone=defaults.timezone,
            zone_chosen=False,
            language=language,
            season=season.number,
            created_at=now,
            updated_at=now,
        )
        await self._connection.execute(
            settings.on_conflict_do_update(
                index_elements=["guild_id"], set_={"season": season.number, "updated_at": now}
            )
        )
        return True

    async def end(self, guild_id: int, number: int, ended_by: int, now: datetime) -> bool:
        """End a season; False, and nothing is changed, unless it is the one that runs."""
        await take_turn(self._connection, guild_id)
        ended = await self._connection.execute(
            update(seasons)
            .where(seasons.c.guild_id == guild_id, seasons.c.number == number, seasons.c.ended_at.is_(None))
            .values(ended_at=now, ended_by=ended_by)
        )
        if not ended.rowcount:
            return False
        await self._connection.execute(
            update(guilds).where(guilds.c.guild_id == guild_id).values(season=0, updated_at=now)
        )
        return True

    async def running(self, guild_id: int) -> Season | None:
        """Return the season that runs, or None between seasons."""
        return await self._one(seasons.c.guild_id == guild_id, seasons.c.ended_at.is_(None))

    async def find(self, guild_id: int, number: int) -> Season | None:
        """Return a season by its number, or None."""
        return await self._one(seasons.c.guild_id == guild_id, seasons.c.number == number)

    async def list(self, guild_id: int) -> Sequence[Season]:
        """Return all seasons of a server, newest first."""
        query = select(seasons).where(seasons.c.guild_id == guild_id).order_by(seasons.c.number.desc())
        return [Season(**row) for row in (await self._connection.execute(query)).mappings()]

    async def _one(self, *conditions: ColumnElement[bool]) -> Season | None:
        row = (await self._connection.execute(select(seasons).where(*conditions))).mappings().first()
        return Season(**row) if row is not None else None
