"""Mending a daily question that was wrong: withdrawing it, or correcting its key (decision 15)."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler, rate
from bot.domain.deliveries import LETTERS, Delivery, RevealPost, RevealState, SlotState
from bot.domain.kinds import SingleItem
from bot.domain.scoring import Scoring, correction_key, daily_key
from bot.errors import BotError
from bot.services.amendments import void_addition
from bot.services.cards import mend
from bot.services.closings import close_delivery
from bot.services.keys import item_as_shown
from bot.services.tallies import reveal_of
from bot.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class Mending:
    """What an admin's command did to a delivery.

    `changed` is False when everything stood so already, and only messages may be left to mend. `was_open`: members
    could still answer. `credited` counts members who gained points by it.
    """

    delivery: Delivery
    changed: bool
    was_open: bool
    credited: int


class CorrectionService:
    """State only. The caller then brings the messages in Discord in line, however often it takes."""

    def __init__(self, storage: Storage, bank: QuestionBank, scoring: Scoring, scheduler: Scheduler) -> None:
        self._storage = storage
        self._bank = bank
        self._scoring = scoring
        self._scheduler = scheduler

    async def void(self, guild_id: int, channel_id: int, now: datetime) -> Mending:
        """Withdraw the channel's latest question. An open one closes; nobody loses points; its grades go.

        Raises:
            BotError: `daily.nothing_posted`, or `daily.busy` while the latest one is on its way.
        """
        async with self._storage.write() as tx:
            before = await _latest(tx, guild_id, channel_id)
            was_open, credited = before.closed_at is None, 0
            if before.voided_at is None:
                closes_at = min(now, before.closes_at or now)
                await tx.deliveries.void(before.id, closes_at, now, tell=_is_revealed(before))
                if was_open:
                    await close_delivery(tx, self._scoring, self._scheduler, before.id, now)
                    credited = await tx.attempts.count_for("daily", before.id)
                else:
                    await tx.attempts.clear_shares("daily", before.id)
                    attempts = await tx.attempts.list_for("daily", before.id)
                    await mend(tx, self._scheduler, {attempt.id: None for attempt in attempts})
            delivery = await tx.deliveries.take(before.id)
        return Mending(delivery, before.voided_at is None, was_open, credited)

    async def correct(self, guild_id: int, channel_id: int, position: int, now: datetime) -> Mending:
        """Make the option at a displayed position the right one of the channel's latest question.

        Whoever was credited keeps the points; whoever is right now gains the difference, once.

        Raises:
            BotError: `daily.nothing_posted`, `daily.busy`, `daily.voided`, `daily.no_such_option`, or
                `daily.key_holds` when that option is the right one as it is.
        """
        async with self._storage.write() as tx:
            before = await _latest(tx, guild_id, channel_id)
            if before.voided_at is not None:
                raise BotError("daily.voided")
            if position >= len(before.option_order):
                raise BotError("daily.no_such_option", last=LETTERS[len(before.option_order) - 1])
            item, option_id = await item_as_shown(tx, before), before.option_order[position]
            if before.corrected_key is None and option_id == item.key.id:
                raise BotError("daily.key_holds", letter=LETTERS[position])
            changed, was_open, credited = before.corrected_key != option_id, before.closed_at is None, 0
            if changed:
                # While nobody was told anything, taking a correction back leaves nothing to tell of.
                key = None if was_open and option_id == item.key.id else option_id
                await tx.deliveries.set_key(before.id, key, tell=_is_revealed(before))
                if not was_open:
                    credited = await self._credit(tx, before, item.with_key(option_id), now)
            delivery = await tx.deliveries.take(before.id)
        return Mending(delivery, changed, was_open, credited)

    async def load(self, delivery_id: int) -> RevealPost | None:
        """Return the reveal as it ought to stand now, or None when there is no such delivery."""
        async with self._storage.read() as tx:
            delivery = await tx.deliveries.find(delivery_id)
            return await reveal_of(tx, self._bank, delivery) if delivery is not None else None

    async def told(self, delivery_id: int, message_id: int) -> None:
        """Note the reply that tells of the correction."""
        async with self._storage.write() as tx:
            await tx.deliveries.set_correction_message(delivery_id, message_id)

    async def _credit(self, tx: Transaction, delivery: Delivery, item: SingleItem, now: datetime) -> int:
        """Grade again, and give those who are right now what they lack; returns how many gained."""
        credited, ratings = 0, {}
        for attempt in await tx.attempts.list_for("daily", delivery.id):
            grade = item.grade(attempt.response)
            await tx.attempts.set_share(attempt.id, grade.share)
            ratings[attempt.id] = rate(grade.share, guessed=attempt.guessed)
            first = await tx.ledger.find(daily_key(delivery.id, attempt.user_id))
            if first is None or not grade.correct:
                continue
            lacking = self._scoring.daily(right=True) - first.points
            # Everything else is as it was frozen then: local date, season, team.
            entry = replace(
                first,
                key=correction_key(delivery.id, attempt.user_id),
                points=lacking,
                reason="corrected",
                answers=0,
                right=1,
                written_at=now,
            )
            if lacking > 0 and await tx.ledger.append(entry) is not None:
                await tx.boards.add(entry)
                credited += not await void_addition(tx, first, now)
        await mend(tx, self._scheduler, ratings)
        return credited


async def _latest(tx: Transaction, guild_id: int, channel_id: int) -> Delivery:
    latest = await tx.deliveries.latest(guild_id, channel_id)
    if latest is None:
        raise BotError("daily.nothing_posted", channel_id=channel_id)
    delivery_id, state = latest
    if state is not SlotState.POSTED:
        # What the admin sees in the channel may be this one: mending the one before it would be a second mistake.
        raise BotError("daily.busy")
    return await tx.deliveries.take(delivery_id)


def _is_revealed(delivery: Delivery) -> bool:
    return delivery.reveal_state is RevealState.POSTED
