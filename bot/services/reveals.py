"""Closing a delivery at its time and revealing it, also exactly once (decisions 16, 26)."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.attempts import Attempt
from bot.domain.bank import QuestionBank
from bot.domain.boards import LedgerEntry
from bot.domain.deliveries import Delivery, DeliveryRules, RevealPost, RevealState, Tally
from bot.domain.kinds import SingleItem
from bot.domain.scoring import Scoring, daily_key
from bot.domain.settings import GuildSettings
from bot.storage import Storage, Transaction

MAX_NAMES = 10


class RevealService:
    """Points are written when a delivery closes, whether or not the reveal can be posted."""

    def __init__(
        self, storage: Storage, bank: QuestionBank, rules: DeliveryRules, scoring: Scoring, owner: str
    ) -> None:
        self._storage = storage
        self._bank = bank
        self._rules = rules
        self._scoring = scoring
        self._owner = owner

    async def close_due(self, now: datetime) -> int:
        """Grade and score every posted delivery whose time is up; returns how many this call closed."""
        async with self._storage.read() as tx:
            delivery_ids = await tx.deliveries.list_closing(now, self._rules.batch)
        closed = 0
        for delivery_id in delivery_ids:
            async with self._storage.write() as tx:
                closed += await self._close(tx, delivery_id, now)
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
                posts.append(await self._load(tx, replace(delivery, reveal_state=RevealState.CLAIMED)))
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
                posts.append(await self._load(tx, replace(delivery, reveal_state=RevealState.UNKNOWN)))
        return [post for post in posts if post is not None]

    async def closed_on(self, guild_id: int, local_date: date) -> list[RevealPost]:
        """Return the reveals of a server's closed deliveries of one local date, as they stand; claims nothing."""
        async with self._storage.read() as tx:
            posts = [await self._load(tx, found) for found in await tx.deliveries.list_closed_on(guild_id, local_date)]
        return [post for post in posts if post is not None]

    async def begin_send(self, post: RevealPost, now: datetime) -> RevealPost | None:
        """Mark the reveal as on its way; None when the claim is no longer ours."""
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
        return replace(post, delivery=replace(post.delivery, reveal_state=RevealState.SENDING))

    async def confirm(self, post: RevealPost, message_id: int, revealed_at: datetime) -> None:
        """Note that the reveal is there."""
        async with self._storage.write() as tx:
            await tx.reveals.settle(
                post.delivery.id,
                self._owner,
                RevealState.POSTED,
                message_id=message_id,
                revealed_at=revealed_at,
            )

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

    async def _close(self, tx: Transaction, delivery_id: int, now: datetime) -> int:
        if not await tx.deliveries.close(delivery_id, now, RevealState.PENDING):
            return 0
        delivery = await tx.deliveries.find(delivery_id)
        if delivery is None:
            return 0
        item = await tx.revisions.get(delivery.revision)
        settings = await tx.guilds.find(delivery.guild_id) or GuildSettings(delivery.guild_id)
        for attempt in await tx.attempts.list_for("daily", delivery_id):
            grade = item.grade(attempt.response)
            await tx.attempts.set_share(attempt.id, grade.share)
            entry = self._entry(delivery, attempt, settings, right=grade.correct)
            if await tx.ledger.append(entry):
                await tx.boards.add(entry, right=grade.correct)
        return 1

    def _entry(self, delivery: Delivery, attempt: Attempt, settings: GuildSettings, *, right: bool) -> LedgerEntry:
        return LedgerEntry(
            key=daily_key(delivery.id, attempt.user_id),
            guild_id=delivery.guild_id,
            channel_id=delivery.channel_id,
            user_id=attempt.user_id,
            source="daily",
            attempt_id=attempt.id,
            question_id=delivery.question_id,
            item_id=delivery.item_id,
            revision=delivery.revision,
            topic=delivery.topic,
            season=settings.season,
            local_date=delivery.local_date,
            points=self._scoring.daily(right=right),
            reason="right" if right else "answered",
            # Everybody reaches a daily's points together, so that speed breaks no tie.
            occurred_at=delivery.closes_at or attempt.changed_at,
        )

    async def _load(self, tx: Transaction, delivery: Delivery) -> RevealPost | None:
        schedule = await tx.schedules.find(delivery.channel_id)
        if schedule is None:
            return None
        item = await tx.revisions.get(delivery.revision)
        assert isinstance(item, SingleItem)  # noqa: S101 - nothing else is ever claimed (decision 11)
        attempts = await tx.attempts.list_for("daily", delivery.id)
        named = await tx.attempts.right_names(delivery.id, delivery.guild_id)
        counts = {option.id: 0 for option in item.options}
        for attempt in attempts:
            counts[attempt.response.options[0]] += 1
        names = [name for _, name in named] if len(attempts) >= Tally.MINIMUM else []
        tally = Tally(
            by_option=counts,
            total=len(attempts),
            right=counts[item.key.id],
            names=tuple(names[:MAX_NAMES]),
            more_names=max(0, len(names) - MAX_NAMES),
        )
        question = self._bank.find(delivery.question_id, delivery.guild_id)
        return RevealPost(delivery, schedule, item, question, tally)
