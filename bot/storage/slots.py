"""Slots: claims, leases and states of daily posts. Every transition names the state and owner it expects."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Slot, SlotState
from bot.storage.tables import slots
from bot.storage.upserts import insert_for


class SlotRepository:
    """Rows keyed by (channel, local date): the unique key is what makes a second claim impossible."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def insert(
        self,
        channel_id: int,
        local_date: date,
        due_at: datetime,
        state: SlotState,
        *,
        reason: str | None = None,
        owner: str | None = None,
        lease_until: datetime | None = None,
        claimed_at: datetime | None = None,
    ) -> int | None:
        """Insert a slot and return its id, or None when the date has one already."""
        insert = insert_for(self._connection, slots).values(
            channel_id=channel_id,
            local_date=local_date,
            due_at=due_at,
            state=state,
            reason=reason,
            tries=0,
            owner=owner,
            lease_until=lease_until,
            claimed_at=claimed_at,
        )
        insert = insert.on_conflict_do_nothing(index_elements=["channel_id", "local_date"]).returning(slots.c.id)
        slot_id: int | None = (await self._connection.execute(insert)).scalar_one_or_none()
        return slot_id

    async def get(self, slot_id: int) -> Slot:
        """Return a slot that is known to exist."""
        rows = await self._connection.execute(select(slots).where(slots.c.id == slot_id))
        return _from_row(rows.mappings().one())

    async def find(self, channel_id: int, local_date: date) -> Slot | None:
        """Return the slot of a date, or None."""
        query = select(slots).where(slots.c.channel_id == channel_id, slots.c.local_date == local_date)
        row = (await self._connection.execute(query)).mappings().first()
        return _from_row(row) if row else None

    async def last_date(self, channel_id: int) -> date | None:
        """Return the latest local date that has a slot, whatever became of it."""
        query = select(func.max(slots.c.local_date)).where(slots.c.channel_id == channel_id)
        latest: date | None = (await self._connection.execute(query)).scalar_one_or_none()
        return latest

    async def last_dates(self) -> dict[int, date]:
        """Return the latest local date with a slot, by channel."""
        query = select(slots.c.channel_id, func.max(slots.c.local_date).label("date")).group_by(slots.c.channel_id)
        return {int(row.channel_id): row.date for row in await self._connection.execute(query)}

    async def last_posted_at(self, channel_id: int) -> datetime | None:
        """Return when the channel's latest post was made."""
        query = select(func.max(slots.c.posted_at)).where(slots.c.channel_id == channel_id)
        latest: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return latest

    async def list_recent(self, channel_id: int, limit: int) -> list[Slot]:
        """Return the channel's latest slots, newest first."""
        query = select(slots).where(slots.c.channel_id == channel_id).order_by(slots.c.local_date.desc()).limit(limit)
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_since(self, due_after: datetime) -> list[Slot]:
        """Return all slots that came due after an instant, oldest first."""
        query = select(slots).where(slots.c.due_at > due_after).order_by(slots.c.due_at)
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_retryable(self, now: datetime, limit: int) -> list[Slot]:
        """Return slots that were surely not sent and may be tried (again), oldest due first."""
        query = (
            select(slots)
            .where(
                or_(
                    and_(slots.c.state == SlotState.PENDING, slots.c.next_try_at <= now),
                    and_(slots.c.state == SlotState.CLAIMED, slots.c.lease_until <= now),
                )
            )
            .order_by(slots.c.due_at, slots.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_doubtful(self, now: datetime, limit: int) -> list[Slot]:
        """Return slots that may have been posted: unknown ones, and sends whose lease ran out. Oldest due first."""
        query = (
            select(slots)
            .where(
                or_(
                    and_(
                        slots.c.state == SlotState.UNKNOWN,
                        or_(slots.c.next_try_at.is_(None), slots.c.next_try_at <= now),
                        or_(slots.c.lease_until.is_(None), slots.c.lease_until <= now),
                    ),
                    and_(slots.c.state == SlotState.SENDING, slots.c.lease_until <= now),
                )
            )
            .order_by(slots.c.due_at, slots.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def take(self, slot_id: int, state: SlotState, owner: str, lease_until: datetime) -> None:
        """Give a slot to an owner. Only inside the transaction that listed it."""
        await self._update(slot_id, state=state, owner=owner, lease_until=lease_until)

    async def move(
        self,
        slot_id: int,
        expected: SlotState,
        state: SlotState,
        owner: str,
        now: datetime,
        *,
        lease_until: datetime | None = None,
    ) -> bool:
        """Change the state if the slot is still this owner's with a lease that holds. Returns whether it was."""
        result = await self._connection.execute(
            update(slots)
            .where(
                slots.c.id == slot_id,
                slots.c.state == expected,
                slots.c.owner == owner,
                slots.c.lease_until > now,
            )
            .values(state=state, lease_until=lease_until)
        )
        return bool(result.rowcount)

    async def settle(
        self,
        slot_id: int,
        owner: str,
        state: SlotState,
        *,
        reason: str | None = None,
        next_try_at: datetime | None = None,
        posted_at: datetime | None = None,
        failed: bool = False,
    ) -> bool:
        """Record the outcome of a send or a look. Returns False when the slot has passed to another owner."""
        values: dict[str, Any] = {
            "state": state,
            "reason": reason,
            "next_try_at": next_try_at,
            "posted_at": posted_at,
            "lease_until": None,
            "owner": None,
        }
        if failed:
            values["tries"] = slots.c.tries + 1
        result = await self._connection.execute(
            update(slots)
            .where(
                slots.c.id == slot_id,
                slots.c.owner == owner,
                slots.c.state.in_([SlotState.CLAIMED, SlotState.SENDING, SlotState.UNKNOWN]),
            )
            .values(**values)
        )
        return bool(result.rowcount)

    async def skip(self, slot_id: int, reason: str) -> None:
        """Give a slot up. Only inside the transaction that listed it."""
        await self._update(slot_id, state=SlotState.SKIPPED, reason=reason, owner=None, lease_until=None)

    async def forget(self, slot_id: int) -> None:
        """Delete a skipped slot that never had a delivery."""
        await self._connection.execute(delete(slots).where(slots.c.id == slot_id, slots.c.state == SlotState.SKIPPED))

    async def hasten(self, channel_id: int, now: datetime) -> None:
        """Make the channel's waiting slots due for a try at once: what was in the way has changed."""
        await self._connection.execute(
            update(slots)
            .where(
                slots.c.channel_id == channel_id,
                slots.c.state.in_([SlotState.PENDING, SlotState.UNKNOWN]),
                slots.c.next_try_at > now,
            )
            .values(next_try_at=now)
        )

    async def _update(self, slot_id: int, **values: Any) -> None:
        await self._connection.execute(update(slots).where(slots.c.id == slot_id).values(**values))


def _from_row(row: RowMapping) -> Slot:
    return Slot(
        id=row["id"],
        channel_id=row["channel_id"],
        local_date=row["local_date"],
        due_at=row["due_at"],
        state=SlotState(row["state"]),
        reason=row["reason"],
        tries=row["tries"],
        claimed_at=row["claimed_at"],
        posted_at=row["posted_at"],
    )
