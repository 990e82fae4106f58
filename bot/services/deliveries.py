"""Posting the daily question exactly once: claim, send, confirm, and what to do in doubt (decisions 2–6).

The Discord side does the sending. It asks here before and reports here after, and never decides by itself.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import (
    DailyPost,
    Delivery,
    DeliveryRules,
    RevealState,
    Slot,
    SlotState,
    closing_time,
)
from bot.domain.schedules import Schedule
from bot.domain.selection import shuffled_options
from bot.domain.slots import DueSlot
from bot.errors import BotError
from bot.services.keys import item_as_shown
from bot.services.picking import pick_for
from bot.storage import Storage, Transaction

# A post later than this mentions nobody (decision 27).
LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something an admin must know. `notify` is True once per channel, cause and day."""

    schedule: Schedule
    reason: str
    notify: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """What a tick has to do: posts to send, and slots that were given up for a reason worth telling.

    `more`: as many were due as were asked for, so that others may be, even if none of these is to be sent.
    """

    posts: tuple[DailyPost, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class NowResult:
    """The answer to `/daily now`: a post to send, or the delivery that the day has already."""

    post: DailyPost | None
    existing: Delivery | None


class DeliveryService:
    """Slots and deliveries up to the moment a post is known to be there. `owner` names this process."""

    def __init__(self, storage: Storage, bank: QuestionBank, rules: DeliveryRules, owner: str, rng: Random) -> None:
        self._storage = storage
        self._bank = bank
        self._rng = rng
        self._owner = owner
        self.rules = rules

    async def claim_due(self, now: datetime, limit: int | None = None) -> Claims:
        """Claim what is due, at most `limit` (one second's worth). A claim won here is nobody else's for the lease."""
        limit = self.rules.batch if limit is None else limit
        async with self._storage.read() as tx:
            if not await tx.schedules.list_due(now, 1) and not await tx.slots.list_retryable(now, 1):
                return Claims()
        posts: list[DailyPost] = []
        troubles: list[Trouble] = []
        async with self._storage.write() as tx:
            waiting = await tx.slots.list_retryable(now, limit)
            for slot in waiting:
                post = await self._claim_again(tx, slot, now)
                posts += [post] if post else []
            due = await tx.schedules.list_due(now, limit - len(posts))
            for schedule in due:
                post = await self._claim_schedule(tx, schedule, now, troubles)
                posts += [post] if post else []
        return Claims(tuple(posts), tuple(troubles), more=len(waiting) + len(due) >= limit)

    async def claim_now(self, guild_id: int, channel_id: int, now: datetime) -> NowResult:
        """Claim today's slot before its time.

        Raises:
            BotError: `daily.not_set_up` without a schedule, `daily.no_questions` when nothing matches it,
                `daily.given_up` when today's was tried until its window ended.
        """
        async with self._storage.write() as tx:
            schedule = await tx.schedules.find(channel_id, lock=True)
            if schedule is None or schedule.removed or schedule.guild_id != guild_id:
                raise BotError("daily.not_set_up", channel_id=channel_id)
            today = now.astimezone(schedule.zone).date()
            existing = await tx.slots.find(channel_id, today)
            if existing is not None:
                delivery = await tx.deliveries.find_for_slot(existing.id)
                if delivery is not None and existing.state is SlotState.SKIPPED:
                    raise BotError("daily.given_up")
                if delivery is not None or existing.state is not SlotState.SKIPPED:
                    return NowResult(None, delivery)
            if schedule.next_local_date == today:
                schedule = _advance(schedule, schedule.next_slot(now, after_date=today))
                await tx.schedules.save(schedule, now)
            post = await self._claim(tx, schedule, DueSlot(today, now), now, skipped=existing)
            if post is None:
                raise BotError("daily.no_questions")
            return NowResult(post, None)

    async def preview(self, guild_id: int, channel_id: int) -> DailyPost:
        """Return what the channel would be asked next, spending nothing. The delivery in it is not stored.

        Raises:
            BotError: `daily.not_set_up` or `daily.no_questions`.
        """
        async with self._storage.read() as tx:
            schedule = await tx.schedules.find(channel_id)
            if schedule is None or schedule.removed or schedule.guild_id != guild_id:
                raise BotError("daily.not_set_up", channel_id=channel_id)
            pick = await pick_for(tx, self._bank, schedule)
        if pick is None:
            raise BotError("daily.no_questions")
        due_at = schedule.next_due_at or schedule.effective_from
        local_date = schedule.next_local_date or due_at.astimezone(schedule.zone).date()
        slot = Slot(0, channel_id, local_date, due_at, SlotState.PENDING, None, 0, None, None)
        delivery = Delivery(
            id=0,
            slot_id=0,
            guild_id=guild_id,
            channel_id=channel_id,
            local_date=local_date,
            language=schedule.language,
            question_id=pick.question.id,
            topic=pick.question.topic,
            item_id=pick.item.id,
            revision=pick.item.revision,
            option_order=tuple(option.id for option in pick.item.options),
            cycle=pick.cycle,
            message_id=None,
            closes_at=self._closing(schedule, local_date, due_at),
            closed_at=None,
            reveal_state=RevealState.WAITING,
            reveal_message_id=None,
            reveal_claimed_at=None,
            revealed_at=None,
            feedback=schedule.feedback,
        )
        return DailyPost(slot, delivery, schedule, pick.item, pick.question, late=False)

    async def begin_send(self, post: DailyPost, now: datetime) -> DailyPost | None:
        """Mark the post as on its way and fix its closing time; None when the claim is no longer ours."""
        async with self._storage.write() as tx:
            moved = await tx.slots.move(
                post.slot.id,
                post.slot.state,
                SlotState.SENDING,
                self._owner,
                now,
                lease_until=now + self.rules.lease,
            )
            if not moved:
                return None
            # After a lost reply the first attempt may stand there: its announced time holds.
            closes_at = post.delivery.closes_at
            if closes_at is None or post.slot.state is SlotState.CLAIMED:
                closes_at = self._closing(post.schedule, post.slot.local_date, now)
                await tx.deliveries.set_closes_at(post.delivery.id, closes_at)
        return replace(
            post,
            slot=replace(post.slot, state=SlotState.SENDING),
            delivery=replace(post.delivery, closes_at=closes_at),
            late=now - post.slot.due_at > LATE,
        )

    async def confirm(self, post: DailyPost, message_id: int, posted_at: datetime, now: datetime) -> None:
        """Note that the post is there, whether just sent or found."""
        async with self._storage.write() as tx:
            if await tx.slots.settle(post.slot.id, self._owner, SlotState.POSTED, posted_at=posted_at):
                await tx.deliveries.set_message(post.delivery.id, message_id)
                if post.schedule.suspended_reason:
                    await tx.schedules.set_suspended(post.schedule.channel_id, None, now)

    async def release(self, post: DailyPost, reason: str, now: datetime, *, suspend: bool) -> Trouble:
        """Take a slot back that Discord surely refused, to be tried again within the catch-up window.

        `suspend` marks causes that lie with the server (a permission, the channel), not with Discord's load.
        """
        async with self._storage.write() as tx:
            retry_at = self.rules.retry_at(now, post.slot.tries + 1)
            ours = await tx.slots.settle(
                post.slot.id, self._owner, SlotState.PENDING, reason=reason, next_try_at=retry_at, failed=True
            )
            if not ours or not suspend:
                return Trouble(post.schedule, reason, notify=False)
            await tx.schedules.set_suspended(post.schedule.channel_id, reason, now)
            return await _trouble(tx, post.schedule, reason, now)

    async def doubt(self, post: DailyPost, reason: str, now: datetime) -> None:
        """Note that nobody knows whether the post is there: the next step is to look."""
        async with self._storage.write() as tx:
            retry_at = self.rules.retry_at(now, post.slot.tries + 1)
            await tx.slots.settle(
                post.slot.id, self._owner, SlotState.UNKNOWN, reason=reason, next_try_at=retry_at, failed=True
            )

    async def claim_doubtful(self, now: datetime, limit: int | None = None) -> list[DailyPost]:
        """Claim slots that may have been posted, for a look at their channels; at most `limit` (one second's worth)."""
        limit = self.rules.batch if limit is None else limit
        async with self._storage.read() as tx:
            if not await tx.slots.list_doubtful(now, 1):
                return []
        posts = []
        async with self._storage.write() as tx:
            for slot in await tx.slots.list_doubtful(now, limit):
                await tx.slots.take(slot.id, SlotState.UNKNOWN, self._owner, now + self.rules.lease)
                posts.append(await self._load(tx, replace(slot, state=SlotState.UNKNOWN)))
        return [post for post in posts if post is not None]

    async def may_resend(self, post: DailyPost, now: datetime) -> bool:
        """After a look that found nothing: True to send again, False when it is too late or unwanted (then skipped).

        False as well when members have answered: the post was there, and whoever deleted it keeps it deleted.
        """
        async with self._storage.write() as tx:
            if await self._settle_answered(tx, post):
                return False
            schedule = await tx.schedules.find(post.slot.channel_id)
            if schedule is None or not schedule.active:
                await self._give_up_ours(tx, post.slot, "stopped", now)
                return False
            if now - post.slot.due_at > self.rules.catch_up:
                await self._give_up_ours(tx, post.slot, post.slot.reason or "missed", now)
                return False
        return True

    async def hold(self, post: DailyPost, reason: str, now: datetime) -> Trouble:
        """Keep a doubtful slot as it is, because its channel cannot be read: sending might double it."""
        async with self._storage.write() as tx:
            if await self._settle_answered(tx, post):
                ours = True
            elif now - post.slot.due_at > self.rules.catch_up:
                ours = await self._give_up_ours(tx, post.slot, reason, now)
            else:
                retry_at = self.rules.retry_at(now, post.slot.tries + 1)
                ours = await tx.slots.settle(
                    post.slot.id,
                    self._owner,
                    SlotState.UNKNOWN,
                    reason=reason,
                    next_try_at=retry_at,
                    failed=True,
                )
            if not ours:
                return Trouble(post.schedule, reason, notify=False)
            await tx.schedules.set_suspended(post.schedule.channel_id, reason, now)
            return await _trouble(tx, post.schedule, reason, now)

    async def channel_changed(self, channel_ids: list[int], now: datetime) -> None:
        """Try waiting slots of these channels at once: a role, an overwrite or the channel has changed."""
        async with self._storage.write() as tx:
            for channel_id in channel_ids:
                await tx.slots.hasten(channel_id, now)

    def _closing(self, schedule: Schedule, local_date: date, sent_at: datetime) -> datetime:
        # After an early post the day's own time is still to come, and is no next slot.
        following = schedule.next_slot(sent_at, after_date=local_date) if schedule.active else None
        return closing_time(sent_at, following.due_at if following else None, schedule.reveal_after, self.rules)

    async def _claim_schedule(
        self, tx: Transaction, schedule: Schedule, now: datetime, troubles: list[Trouble]
    ) -> DailyPost | None:
        due = [DueSlot(schedule.next_local_date, schedule.next_due_at)]  # type: ignore[arg-type]
        while True:
            following = schedule.next_slot(due[-1].due_at, after_date=due[-1].local_date)
            if following.due_at > now:
                break
            due.append(following)
        schedule = _advance(schedule, following)
        await tx.schedules.save(schedule, now)
        latest = due.pop()
        if now - latest.due_at > self.rules.catch_up:
            due.append(latest)
        for missed in due:
            await tx.slots.insert(
                schedule.channel_id, missed.local_date, missed.due_at, SlotState.SKIPPED, reason="missed"
            )
        if latest in due:
            return None
        post = await self._claim(tx, schedule, latest, now)
        if post is None:
            slot = await tx.slots.find(schedule.channel_id, latest.local_date)
            if slot is not None and slot.reason == "no_questions":
                troubles.append(await _trouble(tx, schedule, "no_questions", now))
        return post

    async def _claim(
        self, tx: Transaction, schedule: Schedule, due: DueSlot, now: datetime, skipped: Slot | None = None
    ) -> DailyPost | None:
        """Insert the slot and its delivery. None when the date has a slot already, or nothing can be asked.

        `skipped` is a slot without a delivery that is wanted after all, and takes the place of a new one.
        """
        if skipped is not None:
            await tx.slots.forget(skipped.id)
        slot_id = await tx.slots.insert(
            schedule.channel_id,
            due.local_date,
            due.due_at,
            SlotState.CLAIMED,
            owner=self._owner,
            lease_until=now + self.rules.lease,
            claimed_at=now,
        )
        if slot_id is None:
            return None
        pick = await pick_for(tx, self._bank, schedule)
        if pick is None:
            await tx.slots.skip(slot_id, "no_questions")
            return None
        if pick.cycle != schedule.cycle:
            await tx.schedules.save(replace(schedule, cycle=pick.cycle), now)
        await tx.revisions.keep(pick.item, now)
        order = shuffled_options(pick.item, self._rng)
        await tx.deliveries.insert(slot_id, schedule, due.local_date, pick, order, now)
        return await self._load(tx, await tx.slots.get(slot_id))

    async def _claim_again(self, tx: Transaction, slot: Slot, now: datetime) -> DailyPost | None:
        schedule = await tx.schedules.find(slot.channel_id)
        if schedule is None or not schedule.active:
            await self._give_up(tx, slot, "stopped", now)
            return None
        if now - slot.due_at > self.rules.catch_up:
            await self._give_up(tx, slot, slot.reason or "missed", now)
            return None
        await tx.slots.take(slot.id, SlotState.CLAIMED, self._owner, now + self.rules.lease)
        return await self._load(tx, replace(slot, state=SlotState.CLAIMED))

    async def _give_up(self, tx: Transaction, slot: Slot, reason: str, now: datetime) -> None:
        """Give up a slot that this transaction has listed."""
        await tx.slots.skip(slot.id, reason)
        await self._close_unposted(tx, slot.id, now)

    async def _give_up_ours(self, tx: Transaction, slot: Slot, reason: str, now: datetime) -> bool:
        """Give up a slot that was claimed earlier, unless it has passed to another process, which may have found it."""
        ours = await tx.slots.settle(slot.id, self._owner, SlotState.SKIPPED, reason=reason)
        if ours:
            await self._close_unposted(tx, slot.id, now)
        return ours

    async def _settle_answered(self, tx: Transaction, post: DailyPost) -> bool:
        """Take a post that members have answered for posted: the click proves it, and their points are not lost."""
        if not await tx.attempts.count_for("daily", post.delivery.id):
            return False
        posted_at = post.slot.claimed_at or post.slot.due_at
        return await tx.slots.settle(post.slot.id, self._owner, SlotState.POSTED, posted_at=posted_at)

    async def _close_unposted(self, tx: Transaction, slot_id: int, now: datetime) -> None:
        delivery = await tx.deliveries.find_for_slot(slot_id)
        if delivery is not None:
            await tx.deliveries.close(delivery.id, now, RevealState.SKIPPED)

    async def _load(self, tx: Transaction, slot: Slot) -> DailyPost | None:
        delivery = await tx.deliveries.find_for_slot(slot.id)
        schedule = await tx.schedules.find(slot.channel_id)
        if delivery is None or schedule is None:
            return None
        item = await item_as_shown(tx, delivery)
        question = self._bank.find(delivery.question_id, delivery.guild_id)
        return DailyPost(slot, delivery, schedule, item, question, late=False)


def _advance(schedule: Schedule, following: DueSlot) -> Schedule:
    if not schedule.active:
        return replace(schedule, next_local_date=None, next_due_at=None)
    return replace(schedule, next_local_date=following.local_date, next_due_at=following.due_at)


async def _trouble(tx: Transaction, schedule: Schedule, reason: str, now: datetime) -> Trouble:
    day = now.astimezone(schedule.zone).date()
    return Trouble(schedule, reason, notify=await tx.operations.claim_notice(schedule.channel_id, reason, day, now))
