"""Brings messages in line with a delivery that an admin has mended: the reveal, and one reply that tells of it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from weakref import WeakValueDictionary

import discord

from bot.client import InterviewBot
from bot.domain.deliveries import Delivery, RevealPost, RevealState
from bot.limiter import Priority, prioritised
from bot.services.corrections import Mending
from cogs._shared.context import Context
from cogs._shared.sending import DOUBTFUL, REFUSED, custom_ids, reason_of
from cogs.daily._chart import Charts
from cogs.daily._messages import correction_message, reveal_message

log = logging.getLogger(__name__)

# How many of the channel's latest messages are searched for a reply that nobody noted.
LOOK_AT = 200


class Corrector:
    """Knows no rules: what a message should say is loaded, and an edit may be made any number of times."""

    def __init__(self, bot: InterviewBot, charts: Charts) -> None:
        self._bot = bot
        self._charts = charts
        self._corrections = bot.services.corrections
        self._seconds = bot.services.deliveries.rules.send_timeout.total_seconds()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def bring_in_line(self, delivery_id: int) -> str | None:
        """Edit the reveal, and edit or send the reply if one is needed. Does nothing before there is a reveal.

        Returns why a message could not be brought in line, as under `daily.reason`; None when all say what holds.
        """
        # One at a time, each on what holds then: two admins at once make one reply.
        lock = self._locks.setdefault(delivery_id, asyncio.Lock())
        async with lock:
            reveal = await self._corrections.load(delivery_id)
            if reveal is None or reveal.delivery.reveal_message_id is None:
                return None
            reasons = [await self._tried(reveal, self._edit_reveal(reveal, reveal.delivery.reveal_message_id))]
            if reveal.delivery.correction_needed:
                reasons.append(await self._tried(reveal, self._reply(reveal)))
        return next((reason for reason in reasons if reason is not None), None)

    async def _tried(self, reveal: RevealPost, step: Awaitable[None]) -> str | None:
        try:
            with prioritised(Priority.REVEAL):
                await step
        except (*DOUBTFUL, *REFUSED) as error:
            log.warning("correction of delivery %d: %s", reveal.delivery.id, error)
            return reason_of(error)
        return None

    async def _edit_reveal(self, reveal: RevealPost, message_id: int) -> None:
        # A reveal that a moderator deleted says nothing wrong any more.
        chart = await self._charts.draw(reveal)
        try:
            await self._edit(reveal.delivery, message_id, reveal_message(self._bot.texts, reveal, chart))
        except discord.Forbidden:
            if chart is None:
                raise
            # Perhaps only its picture is forbidden.
            await self._edit(reveal.delivery, message_id, reveal_message(self._bot.texts, reveal))

    async def _reply(self, reveal: RevealPost) -> None:
        delivery = reveal.delivery
        message = correction_message(self._bot.texts, reveal)
        known = delivery.correction_message_id or await self._find(delivery)
        if known is not None and await self._edit(delivery, known, message):
            await self._corrections.told(delivery.id, known)
            return
        reference = discord.MessageReference(
            message_id=delivery.reveal_message_id or 0,
            channel_id=delivery.channel_id,
            guild_id=delivery.guild_id,
            fail_if_not_exists=False,
        )
        # Discord drops a repetition for some minutes; another one is wanted after the first was deleted.
        nonce = f"c{known or delivery.id}"
        async with self._turn():
            sent = await self._channel(delivery).send(**message, reference=reference, nonce=nonce, mention_author=False)
        await self._corrections.told(delivery.id, sent.id)

    async def _edit(self, delivery: Delivery, message_id: int, message: dict[str, Any]) -> bool:
        """Edit a message of ours; False when it is gone."""
        # An edited message keeps its pictures unless told otherwise.
        edited = {name: value for name, value in message.items() if name != "files"}
        edited["attachments"] = message.get("files", [])
        try:
            async with self._turn():
                await self._channel(delivery).get_partial_message(message_id).edit(**edited)
        except discord.NotFound:
            return False
        return True

    async def _find(self, delivery: Delivery) -> int | None:
        """Return a reply that was sent, but that a crash or a lost answer kept from being noted.

        A channel whose history cannot be read looks empty, but then Discord refuses the reply as well.
        """
        me = self._bot.user.id if self._bot.user else 0
        after = discord.Object(delivery.reveal_message_id or 0)
        async for message in self._channel(delivery).history(after=after, limit=LOOK_AT, oldest_first=False):
            # The reveal has this button too, beside others.
            if message.author.id == me and custom_ids(message) == [f"rw1:{delivery.id}"]:
                return message.id
        return None

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with self._bot.limiter.taken(), asyncio.timeout(self._seconds):
            yield

    def _channel(self, delivery: Delivery) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(delivery.channel_id, guild_id=delivery.guild_id)


def void_text(context: Context, mending: Mending, failed: str | None) -> str:
    """Return the answer to `/daily void`. `failed`: why a message could not be brought in line."""
    delivery = mending.delivery
    key = "daily.void.open" if mending.was_open else "daily.void.closed"
    if not mending.changed:
        key = "daily.void.again"
    date, place = delivery.local_date.isoformat(), f"<#{delivery.channel_id}>"
    said = context.t(key, date=date, channel=place, count=mending.credited)
    return f"{said}\n{_messages_text(context, delivery, failed)}"


def correct_text(context: Context, mending: Mending, letter: str, failed: str | None) -> str:
    """Return the answer to `/daily correct`."""
    delivery = mending.delivery
    key = "daily.correct.closed" if mending.changed else "daily.correct.again"
    if mending.was_open:
        key = "daily.correct.open"
    date, place = delivery.local_date.isoformat(), f"<#{delivery.channel_id}>"
    said = context.t(key, letter=letter, date=date, channel=place, count=mending.credited)
    return said if mending.was_open else f"{said}\n{_messages_text(context, delivery, failed)}"


def _messages_text(context: Context, delivery: Delivery, failed: str | None) -> str:
    if failed is not None:
        return context.t("daily.mended.failed", reason=context.t(f"daily.reason.{failed}"))
    if delivery.reveal_state is RevealState.POSTED:
        return context.t("daily.mended.replied" if delivery.correction_needed else "daily.mended.edited")
    if delivery.reveal_state is RevealState.SKIPPED:
        return context.t("daily.mended.never_revealed")
    return context.t("daily.mended.to_come")
