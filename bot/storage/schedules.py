"""Schedules by channel."""

from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedules import Schedule
from bot.storage.tables import schedules
from bot.storage.upserts import insert_for


class ScheduleRepository:
    """One row per channel for ever; nothing here deletes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, channel_id: int, *, lock: bool = False) -> Schedule | None:
        """Return the channel's schedule, paused and removed ones too, or None.

        `lock` makes others who would change it wait for this transaction, on PostgreSQL as well.
        """
        query = select(schedules).where(schedules.c.channel_id == channel_id)
        rows = await self._connection.execute(query.with_for_update() if lock else query)
        row = rows.mappings().first()
        return _from_row(row) if row else None

    async def list_guild(self, guild_id: int) -> list[Schedule]:
        """Return the server's schedules that are not removed, by channel id."""
        query = (
            select(schedules)
            .where(schedules.c.guild_id == guild_id, schedules.c.removed.is_(False))
            .order_by(schedules.c.channel_id)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_due(self, now: datetime, limit: int) -> list[Schedule]:
        """Return schedules whose next slot is due, oldest first. One index range."""
        query = (
            select(schedules)
            .where(schedules.c.next_due_at <= now)
            .order_by(schedules.c.next_due_at, schedules.c.channel_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_active(self) -> list[Schedule]:
        """Return every schedule that is neither paused nor removed, by channel id."""
        query = (
            select(schedules)
            .where(schedules.c.paused.is_(False), schedules.c.removed.is_(False))
            .order_by(schedules.c.channel_id)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def save(self, schedule: Schedule, now: datetime) -> None:
        """Insert the channel's row or update it in place."""
        values = _to_row(schedule)
        insert = insert_for(self._connection, schedules).values(**values, created_at=now, updated_at=now)
        changed = {name: value for name, value in values.items() if name != "channel_id"}
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["channel_id"], set_={**changed, "updated_at": now})
        )

    async def set_suspended(self, channel_id: int, reason: str | None, now: datetime) -> None:
        """Note what the bot found wrong with the channel, or that it is well again."""
        await self._connection.execute(
            update(schedules)
            .where(schedules.c.channel_id == channel_id)
            .values(suspended_reason=reason, suspended_at=now if reason else None)
        )


def _to_row(schedule: Schedule) -> dict[str, Any]:
    values = {field.name: getattr(schedule, field.name) for field in fields(schedule)}
    reveal_after = values.pop("reveal_after")
    values["reveal_after_seconds"] = round(reveal_after.total_seconds()) if reveal_after is not None else None
    values["time"] = f"{schedule.time:%H:%M:%S}"
    values["topics"] = list(schedule.topics)
    return values


def _from_row(row: RowMapping) -> Schedule:
    values = {field.name: row[field.name] for field in fields(Schedule) if field.name != "reveal_after"}
    seconds = row["reveal_after_seconds"]
    values["reveal_after"] = timedelta(seconds=seconds) if seconds is not None else None
    values["time"] = time.fromisoformat(row["time"])
    values["topics"] = tuple(row["topics"])
    return Schedule(**values)
