"""Deliveries: what was, or is about to be, posted for a slot."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, RevealState, SlotState
from bot.domain.schedules import Schedule
from bot.domain.selection import Pick
from bot.storage.tables import deliveries, slots

# Asked before every answer, so built once: building a statement takes longer than executing it.
_OPEN = select(deliveries.c.question_id).where(
    deliveries.c.guild_id.in_(bindparam("guild_ids", expanding=True)), deliveries.c.closed_at.is_(None)
)


class DeliveryRepository:
    """Rows are written at the claim and closed once, by the points or by giving the slot up."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def insert(
        self,
        slot_id: int,
        schedule: Schedule,
        local_date: date,
        pick: Pick,
        option_order: tuple[str, ...],
        now: datetime,
    ) -> int:
        """Insert the delivery of a claimed slot and return its id. The item's revision must be stored already."""
        result = await self._connection.execute(
            insert(deliveries)
            .values(
                slot_id=slot_id,
                guild_id=schedule.guild_id,
                channel_id=schedule.channel_id,
                local_date=local_date,
                language=schedule.language,
                feedback=schedule.feedback,
                question_id=pick.question.id,
                topic=pick.question.topic,
                item_id=pick.item.id,
                revision=pick.item.revision,
                option_order=list(option_order),
                cycle=pick.cycle,
                reveal_state=RevealState.WAITING,
                reveal_tries=0,
                created_at=now,
            )
            .returning(deliveries.c.id)
        )
        return int(result.scalar_one())

    async def find(self, delivery_id: int, *, lock: bool = False) -> Delivery | None:
        """Return a delivery, or None.

        `lock` keeps it open, if it is, until this transaction ends, on PostgreSQL as well: an answer is either there
        when the points are written, or sees that they are.
        """
        query = select(deliveries).where(deliveries.c.id == delivery_id)
        rows = await self._connection.execute(query.with_for_update(read=True) if lock else query)
        row = rows.mappings().first()
        return from_row(row) if row else None

    async def find_for_slot(self, slot_id: int) -> Delivery | None:
        """Return the delivery of a slot, or None (a skipped slot has none)."""
        rows = await self._connection.execute(select(deliveries).where(deliveries.c.slot_id == slot_id))
        row = rows.mappings().first()
        return from_row(row) if row else None

    async def latest(self, guild_id: int, channel_id: int) -> tuple[int, SlotState] | None:
        """Return the channel's latest delivery that is posted, or may be or become so at this moment, and which."""
        query = (
            select(deliveries.c.id, slots.c.state)
            .join(slots, slots.c.id == deliveries.c.slot_id)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.channel_id == channel_id,
                slots.c.state.not_in([SlotState.PENDING, SlotState.SKIPPED]),
            )
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return (int(row.id), SlotState(row.state)) if row else None

    async def take(self, delivery_id: int) -> Delivery:
        """Return a delivery that is known to exist; nobody answers, closes or mends it until this transaction ends."""
        query = select(deliveries).where(deliveries.c.id == delivery_id).with_for_update()
        return from_row((await self._connection.execute(query)).mappings().one())

    async def list_closed_on(self, guild_id: int, local_date: date) -> list[Delivery]:
        """Return a server's closed deliveries of one local date, oldest first."""
        query = (
            select(deliveries)
            .where(
                deliveries.c.guild_id == guild_id,
                deliveries.c.local_date == local_date,
                deliveries.c.closed_at.is_not(None),
            )
            .order_by(deliveries.c.id)
        )
        return [from_row(row) for row in (await self._connection.execute(query)).mappings()]

    async def list_closing(self, now: datetime, limit: int) -> list[int]:
        """Return the ids of posted deliveries whose time is up and whose points are not written, oldest first."""
        query = (
            select(deliveries.c.id)
            .join(slots, slots.c.id == deliveries.c.slot_id)
            .where(
                deliveries.c.closed_at.is_(None),
                deliveries.c.closes_at <= now,
                slots.c.state == SlotState.POSTED,
            )
            .order_by(deliveries.c.closes_at, deliveries.c.id)
            .limit(limit)
        )
        return [int(row.id) for row in await self._connection.execute(query)]

    async def asked_in_cycle(self, channel_id: int, cycle: int) -> list[str]:
        """Return the questions the channel was asked in a cycle, oldest first; given-up slots do not count."""
        query = (
            select(deliveries.c.question_id)
            .join(slots, slots.c.id == deliveries.c.slot_id)
            .where(
                deliveries.c.channel_id == channel_id,
                deliveries.c.cycle == cycle,
                slots.c.state != SlotState.SKIPPED,
            )
            .order_by(deliveries.c.id)
        )
        return [str(row.question_id) for row in await self._connection.execute(query)]

    async def open_questions(self, guild_ids: list[int]) -> set[str]:
        """Return the questions with an open delivery in any of the servers: they are sealed there (decision 13)."""
        rows = await self._connection.execute(_OPEN, {"guild_ids": guild_ids})
        return {str(row.question_id) for row in rows}

    async def set_closes_at(self, delivery_id: int, closes_at: datetime) -> None:
        """Fix the time that the post is about to announce."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery_id).values(closes_at=closes_at)
        )

    async def set_message(self, delivery_id: int, message_id: int) -> None:
        """Note the message that Discord made."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery_id).values(message_id=message_id)
        )

    async def set_key(self, delivery_id: int, option_id: str | None, *, tell: bool) -> None:
        """Set the option that is right instead of the revision's key. `tell`: a reveal stands that says otherwise."""
        await self._mend(delivery_id, tell, corrected_key=option_id)

    async def void(self, delivery_id: int, closes_at: datetime, now: datetime, *, tell: bool) -> None:
        """Withdraw the question; nobody's answer counts from `closes_at` on. `tell`: a reveal stands that does not."""
        await self._mend(delivery_id, tell, voided_at=now, closes_at=closes_at)

    async def _mend(self, delivery_id: int, tell: bool, **values: Any) -> None:
        if tell:
            values["correction_needed"] = True
        await self._connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))

    async def set_correction_message(self, delivery_id: int, message_id: int) -> None:
        """Note the reply that tells of a correction."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery_id).values(correction_message_id=message_id)
        )

    async def close(self, delivery_id: int, now: datetime, reveal: RevealState) -> bool:
        """Close an open delivery; returns False when another process has closed it."""
        result = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.closed_at.is_(None))
            .values(closed_at=now, reveal_state=reveal, reveal_next_try_at=now)
        )
        return bool(result.rowcount)


def from_row(row: RowMapping) -> Delivery:
    """Make the domain value; shared with the repository of reveals."""
    values = {field.name: row[field.name] for field in fields(Delivery)}
    values["option_order"] = tuple(row["option_order"])
    values["reveal_state"] = RevealState(row["reveal_state"])
    return Delivery(**values)
