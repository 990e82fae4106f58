"""The reveal side of deliveries: the same claim, lease and states as a post has."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deliveries import Delivery, RevealState
from bot.storage.deliveries import from_row
from bot.storage.tables import deliveries


class RevealRepository:
    """Columns `reveal_*` of deliveries. A reveal exists only once its delivery is closed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list_sendable(self, now: datetime, limit: int) -> list[Delivery]:
        """Return closed deliveries whose reveal was surely not sent and may be tried, oldest first."""
        return await self._list(
            or_(
                and_(deliveries.c.reveal_state == RevealState.PENDING, deliveries.c.reveal_next_try_at <= now),
                and_(deliveries.c.reveal_state == RevealState.CLAIMED, deliveries.c.reveal_lease_until <= now),
            ),
            limit,
        )

    async def list_doubtful(self, now: datetime, limit: int) -> list[Delivery]:
        """Return deliveries whose reveal may have been sent: look for it before sending again."""
        return await self._list(
            or_(
                and_(
                    deliveries.c.reveal_state == RevealState.UNKNOWN,
                    or_(deliveries.c.reveal_next_try_at.is_(None), deliveries.c.reveal_next_try_at <= now),
                    or_(deliveries.c.reveal_lease_until.is_(None), deliveries.c.reveal_lease_until <= now),
                ),
                and_(deliveries.c.reveal_state == RevealState.SENDING, deliveries.c.reveal_lease_until <= now),
            ),
            limit,
        )

    async def take(
        self, delivery_id: int, state: RevealState, owner: str, lease_until: datetime, claimed_at: datetime
    ) -> None:
        """Give a reveal to an owner. Only inside the transaction that listed it."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(
                reveal_state=state,
                reveal_owner=owner,
                reveal_lease_until=lease_until,
                reveal_claimed_at=claimed_at,
            )
        )

    async def move(
        self,
        delivery_id: int,
        expected: RevealState,
        state: RevealState,
        owner: str,
        now: datetime,
        lease_until: datetime,
    ) -> bool:
        """Change the state if the reveal is still this owner's with a lease that holds."""
        result = await self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.id == delivery_id,
                deliveries.c.reveal_state == expected,
                deliveries.c.reveal_owner == owner,
                deliveries.c.reveal_lease_until > now,
            )
            .values(reveal_state=state, reveal_lease_until=lease_until)
        )
        return bool(result.rowcount)

    async def settle(
        self,
        delivery_id: int,
        owner: str,
        state: RevealState,
        *,
        reason: str | None = None,
        next_try_at: datetime | None = None,
        message_id: int | None = None,
        revealed_at: datetime | None = None,
        failed: bool = False,
    ) -> bool:
        """Record the outcome of a send or a look. Returns False when the reveal has passed to another owner."""
        values: dict[str, Any] = {
            "reveal_state": state,
            "reveal_reason": reason,
            "reveal_next_try_at": next_try_at,
            "reveal_message_id": message_id,
            "revealed_at": revealed_at,
            "reveal_owner": None,
            "reveal_lease_until": None,
        }
        if failed:
            values["reveal_tries"] = deliveries.c.reveal_tries + 1
        result = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.reveal_owner == owner)
            .values(**values)
        )
        return bool(result.rowcount)

    async def tries(self, delivery_id: int) -> int:
        """Return how often sending the reveal has failed."""
        query = select(deliveries.c.reveal_tries).where(deliveries.c.id == delivery_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def _list(self, condition: Any, limit: int) -> list[Delivery]:
        query = (
            select(deliveries)
            .where(condition)
            .order_by(deliveries.c.closes_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [from_row(row) for row in (await self._connection.execute(query)).mappings()]
