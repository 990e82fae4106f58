"""Closing a delivery at its time and revealing it, also exactly once (decisions 16, 26)."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler
from bot.domain.deliveries import Delivery, DeliveryRules, RevealPost, RevealState
from bot.domain.scoring import Scoring
from bot.services.closings import close_delivery
from bot.services.tallies import reveal_of
from bot.storage import Storage, Transaction


class RevealService:
    """Points are written when a delivery closes, whether or not the reveal can be posted."""

    def __init__(
        self,
        storage: Storage,
        bank: QuestionBank,
        rules: DeliveryRules,
        scoring: Scoring,
        scheduler: Scheduler,
        owner: str,
    ) -> None:
        self._storage = storage
        self._bank = bank
        self._rules = rules
        self._scoring = scoring
        self._scheduler = scheduler
        self._owner = owner

    async def close_due(self, now: datetime) -> int:
        """Grade and score every posted delivery whose time is up; returns how many this call closed."""
        async with self._storage.read() as tx:
            delivery_ids = await tx.deliveries.list_closing(now, self._rules.batch)
        closed = 0
        for delivery_id in delivery_ids:
            async with self._storage.write() as tx:
                closed += await close_delivery(tx, self._scoring, self._scheduler, delivery_id, now)
        return closed

    async def claim_due(self, now: datetime, limit: int | None = None) -> list[RevealPost]:
        """Claim reveals that were surely not sent, at most `limit` (one second's worth)."""
        limit = self._rules.batch if limit is None else limit
        async with self._storage.read() as tx:
            if not await tx.reveals.list_sendable(now, 1):
                return []
        posts = []
        async with self._storage.write() as tx:
            for delivery in await tx.reveals.list_sendable(now, limit):
                if self._too_late(delivery, now):
                    await tx.reveals.take(delivery.id, RevealState.SKIPPED, self._owner, now, now)
                    continue
                await tx.reveals.take(delivery.id, RevealState.CLAIMED, self._owner, now + self._rules.lease, now)
                posts.append(await reveal_of(tx, self._bank, replace(delivery, reveal_state=RevealState.CLAIMED)))
        return [post for post in posts if post is not None]

    async def claim_doubtful(self, now: datetime, limit: int | None = None) -> list[RevealPost]:
        """Claim reveals that may have been sent, for a look at their channels; at most `limit`."""
        limit = self._rules.batch if limit is None else limit
        async with self._storage.read() as tx:
            if not await tx.reveals.list_doubtful(now, 1):
                return []
        posts = []
        async with self._storage.write() as tx:
            for delivery in await tx.reveals.list_doubtful(now, limit):
                claimed_at = delivery.reveal_claimed_at or now
                await tx.reveals.take(
                    delivery.id, RevealState.UNKNOWN, self._owner, now + self._rules.lease, claimed_at
                )
                posts.append(await reveal_of(tx, self._bank, replace(delivery, reveal_state=RevealState.UNKNOWN)))
        return [post for post in posts if post is not None]

    async def closed_on(self, guild_id: int, local_date: date) -> list[RevealPost]:
        """Return the reveals of a server's closed deliveries of one local date, as they stand; claims nothing."""
        async with self._storage.read() as tx:
            closed = await tx.deliveries.list_closed_on(guild_id, local_date)
            posts = [await reveal_of(tx, self._bank, delivery) for delivery in closed]
        return [post for post in posts if post is not None]

    async def begin_send(self, post: RevealPost, now: datetime) -> RevealPost | None:
        """Mark the reveal as on its way, and bring it up to date; None when the claim is no longer ours."""
        async with self._storage.write() as tx:
            moved = await tx.reveals.move(
                post.delivery.id,
                post.delivery.reveal_state,
                RevealState.SENDING,
                self._owner,
                now,
                now + self._rules.lease,
            )
            if not moved:
                return None
            now_so = await self._mended_since(tx, post)
        return now_so or replace(post, delivery=replace(post.delivery, reveal_state=RevealState.SENDING))

    async def confirm(self, post: RevealPost, message_id: int, revealed_at: datetime) -> bool:
        """Note that the reveal is there. Returns whether an admin has mended the delivery since it was written."""
        async with self._storage.write() as tx:
            await tx.reveals.settle(
                post.delivery.id,
                self._owner,
                RevealState.POSTED,
                message_id=message_id,
                revealed_at=revealed_at,
            )
            return await self._mended_since(tx, post) is not None

    async def release(self, post: RevealPost, reason: str, now: datetime) -> None:
        """Take a reveal back that Discord surely refused, to be tried again later."""
        await self._retry(post, RevealState.PENDING, reason, now)

    async def doubt(self, post: RevealPost, reason: str, now: datetime) -> None:
        """Note that nobody knows whether the reveal is there, or that the channel cannot be read to find out."""
        await self._retry(post, RevealState.UNKNOWN, reason, now)

    async def may_resend(self, post: RevealPost, now: datetime) -> bool:
        """After a look that found nothing: True to send again, False when it is too late (then it is skipped)."""
        if not self._too_late(post.delivery, now):
            return True
        async with self._storage.write() as tx:
            await tx.reveals.settle(post.delivery.id, self._owner, RevealState.SKIPPED, reason="missed")
        return False

    async def _retry(self, post: RevealPost, state: RevealState, reason: str, now: datetime) -> None:
        async with self._storage.write() as tx:
            tries = await tx.reveals.tries(post.delivery.id) + 1
            if self._too_late(post.delivery, now):
                state = RevealState.SKIPPED
            await tx.reveals.settle(
                post.delivery.id,
                self._owner,
                state,
                reason=reason,
                next_try_at=self._rules.retry_at(now, tries),
                failed=True,
            )

    def _too_late(self, delivery: Delivery, now: datetime) -> bool:
        return delivery.closes_at is not None and now - delivery.closes_at > self._rules.reveal_catch_up

    async def _mended_since(self, tx: Transaction, post: RevealPost) -> RevealPost | None:
        delivery = await tx.deliveries.find(post.delivery.id)
        if delivery is None or delivery.mended == post.delivery.mended:
            return None
        return await reveal_of(tx, self._bank, delivery)
