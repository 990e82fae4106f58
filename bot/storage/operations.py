"""The bot's own book-keeping: heartbeats, notices to admins, registered commands."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import command_registrations, heartbeats, notices
from bot.storage.upserts import insert_for


class OperationRepository:
    """Rows of `heartbeats`, `notices` and `command_registrations`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def beat(self, owner: str, now: datetime) -> None:
        """Note that a process is alive."""
        insert = insert_for(self._connection, heartbeats).values(owner=owner, started_at=now, beat_at=now)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["owner"], set_={"beat_at": now}))

    async def uptimes(self, since: datetime) -> list[tuple[datetime, datetime]]:
        """Return (start, last beat) of every process that was alive after an instant, by start."""
        query = (
            select(heartbeats.c.started_at, heartbeats.c.beat_at)
            .where(heartbeats.c.beat_at >= since)
            .order_by(heartbeats.c.started_at)
        )
        return [(row.started_at, row.beat_at) for row in await self._connection.execute(query)]

    async def claim_notice(self, channel_id: int, cause: str, day: date, now: datetime) -> bool:
        """Return True once per channel, cause and day: to the caller who may tell the admin."""
        insert = insert_for(self._connection, notices).values(channel_id=channel_id, cause=cause, day=day, sent_at=now)
        insert = insert.on_conflict_do_nothing().returning(notices.c.channel_id)
        return (await self._connection.execute(insert)).scalar_one_or_none() is not None

    async def registered_hash(self, application_id: int) -> str | None:
        """Return the hash of the commands that the application has registered, or None."""
        query = select(command_registrations.c.payload_hash).where(
            command_registrations.c.application_id == application_id
        )
        found: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def set_registered_hash(self, application_id: int, payload_hash: str, now: datetime) -> None:
        """Note what was registered."""
        values = {"payload_hash": payload_hash, "registered_at": now}
        insert = insert_for(self._connection, command_registrations).values(application_id=application_id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["application_id"], set_=values))
