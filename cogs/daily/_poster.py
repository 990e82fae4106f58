"""Carries posts and reveals to Discord. All decisions are the services'; this sends, looks, and reports what it saw."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.client import InterviewBot
from bot.domain.deliveries import DailyPost, Delivery, RevealPost
from bot.domain.schedules import Schedule
from bot.limiter import Priority, prioritised
from bot.services.deliveries import Trouble
from cogs._shared.cards import add_item_card
from cogs._shared.sending import DOUBTFUL, REFUSED, custom_ids, reason_of
from cogs.daily._chart import Chart, Charts
from cogs.daily._corrections import Corrector
from cogs.daily._fan_out import FanOut
from cogs.daily._messages import post_message, reveal_message

log = logging.getLogger(__name__)


class HistoryUnreadableError(Exception):
    """The channel's history cannot be read, so nobody can know whether a message is there."""


class DailyPoster:
    """Three jobs that run beside each other: look for doubtful ones, post, close and reveal.

    Who goes first on the wire is the limiter's business (decision 7), so a long fan-out delays no look.
    """

    def __init__(self, bot: InterviewBot, corrector: Corrector, charts: Charts) -> None:
        self._bot = bot
        self._corrector = corrector
        self._charts = charts
        self._deliveries = bot.services.deliveries
        self._reveals = bot.services.reveals
        self._fan_out = FanOut(self._deliveries.rules.batch)

    async def reconcile(self) -> None:
        """Look for posts and reveals of which nobody knows whether they are there."""
        with prioritised(Priority.RECONCILE):
            await self._fan_out.run(self._deliveries.claim_doubtful, self._reconcile, self._bot.clock)
            await self._fan_out.run(self._reveals.claim_doubtful, self._reconcile_reveal, self._bot.clock)

    async def post(self) -> None:
        """Post what is due, oldest first, as fast as the limiter lets it."""
        with prioritised(Priority.POST):
            await self._fan_out.run(self._claim_posts, self.send, self._bot.clock)

    async def reveal(self) -> None:
        """Close what is over, so that points are written in time, and reveal it."""
        while await self._reveals.close_due(self._bot.clock()) == self._deliveries.rules.batch:
            pass
        with prioritised(Priority.REVEAL):
            await self._fan_out.run(self._reveals.claim_due, self._send_reveal, self._bot.clock)

    async def _claim_posts(self, now: datetime, limit: int) -> Sequence[DailyPost]:
        """Claim until there is something to send: after a long outage thousands of slots are only to be skipped."""
        while True:
            claims = await self._deliveries.claim_due(now, limit)
            for trouble in claims.troubles:
                await self._tell(trouble)
            if claims.posts or not claims.more:
                return claims.posts

    async def send(self, claimed: DailyPost) -> DailyPost | None:
        """Send a claimed post; returns it when it is there. Never raises what Discord or the network did."""
        # The turn first: the lease is looked at again, and the time-out begins, when the post can really go.
        async with self._bot.limiter.taken():
            post = await self._deliveries.begin_send(claimed, self._bot.clock())
            return await self._send(post) if post is not None else None

    async def _send(self, post: DailyPost) -> DailyPost | None:
        message = await self._message(post)
        channel = self._bot.get_partial_messageable(post.delivery.channel_id, guild_id=post.delivery.guild_id)
        try:
            async with asyncio.timeout(self._deliveries.rules.send_timeout.total_seconds()):
                # The nonce is the delivery's own: Discord drops a repetition for some minutes (decision 3).
                sent = await channel.send(**message, nonce=f"d{post.delivery.id}")
        except DOUBTFUL as error:
            log.warning("delivery %d: no answer (%s); will look for it", post.delivery.id, type(error).__name__)
            await self._deliveries.doubt(post, "no_answer", self._bot.clock())
            return None
        except REFUSED as error:
            await self._refused(post, error)
            return None
        await self._deliveries.confirm(post, sent.id, sent.created_at, self._bot.clock())
        return post

    async def _message(self, post: DailyPost) -> dict[str, Any]:
        topic = self._bot.services.bank.topics.name(post.delivery.topic).get(post.delivery.language)
        message: dict[str, Any] = await add_item_card(
            self._bot,
            post_message(self._bot.texts, topic, post),
            post.item,
            post.delivery.option_order,
            post.delivery.language,
        )
        role_id = post.schedule.mention_role_id
        if role_id is not None and not post.late:
            # The role @everyone has the server's id and another spelling.
            everyone = role_id == post.schedule.guild_id
            message["content"] = "@everyone" if everyone else f"<@&{role_id}>"
            message["allowed_mentions"] = discord.AllowedMentions(
                everyone=everyone, users=False, roles=[discord.Object(role_id)]
            )
        return message

    async def _refused(self, post: DailyPost, error: discord.HTTPException | discord.RateLimited) -> None:
        """A 4xx: Discord surely has no message. Whose fault it is decides whether an admin is told."""
        reason = reason_of(error)
        log.warning("delivery %d: %s (%s)", post.delivery.id, reason, error)
        suspend = reason != "rate_limited"
        await self._tell(await self._deliveries.release(post, reason, self._bot.clock(), suspend=suspend))

    async def _reconcile(self, post: DailyPost) -> None:
        """Look for a post that may be there; send it again only when it surely is not."""
        marker = f"d1:{post.delivery.id}:"
        since = post.slot.claimed_at or post.slot.due_at

        def is_it(message: discord.Message) -> bool:
            return any(custom_id.startswith(marker) for custom_id in custom_ids(message))

        try:
            message = await self._find(post.delivery, since, is_it)
            if message is not None:
                await self._deliveries.confirm(post, message.id, message.created_at, self._bot.clock())
                return
        except HistoryUnreadableError:
            await self._tell(await self._deliveries.hold(post, "history", self._bot.clock()))
            return
        except (*DOUBTFUL, *REFUSED) as error:
            log.warning("delivery %d: looking failed (%s)", post.delivery.id, error)
            await self._deliveries.doubt(post, "no_answer", self._bot.clock())
            return
        if await self._deliveries.may_resend(post, self._bot.clock()):
            await self.send(post)

    async def _send_reveal(self, claimed: RevealPost) -> None:
        # Drawn before the turn and the lease of the send: a slow picture holds nobody up.
        drawn = await self._charts.draw(claimed)
        async with self._bot.limiter.taken():
            reveal = await self._reveals.begin_send(claimed, self._bot.clock())
            sent = await self._reply(reveal, await self._charts.draw(reveal, drawn)) if reveal is not None else None
        if reveal is not None and sent is not None:
            await self._confirm_reveal(reveal, sent)

    async def _reply(self, reveal: RevealPost, chart: Chart | None) -> discord.Message | None:
        """Send the reveal; None when it is not there, or nobody knows."""
        delivery = reveal.delivery
        message: dict[str, Any] = reveal_message(self._bot.texts, reveal, chart)
        channel = self._bot.get_partial_messageable(delivery.channel_id, guild_id=delivery.guild_id)
        if delivery.message_id is not None:
            # The reference is also the marker by which a doubtful reveal is found again (decision 3).
            message["reference"] = discord.MessageReference(
                message_id=delivery.message_id,
                channel_id=delivery.channel_id,
                guild_id=delivery.guild_id,
                fail_if_not_exists=False,
            )
        try:
            async with asyncio.timeout(self._deliveries.rules.send_timeout.total_seconds()):
                return await channel.send(**message, nonce=f"r{delivery.id}", mention_author=False)
        except DOUBTFUL:
            await self._reveals.doubt(reveal, "no_answer", self._bot.clock())
        except REFUSED as error:
            reason = reason_of(error)
            log.warning("reveal of delivery %d: %s (%s)", delivery.id, reason, error)
            if message["files"] and reason == "forbidden":
                # Perhaps only the picture is: it is surely not there, so that it may be sent again at once.
                return await self._reply(reveal, None)
            await self._reveals.release(reveal, reason, self._bot.clock())
        return None

    async def _confirm_reveal(self, reveal: RevealPost, message: discord.Message, *, found: bool = False) -> None:
        """Note that the reveal is there, whether just sent or found, and open the discussion if one is wanted.

        Not before: an earlier one would be full of answers.
        """
        delivery = reveal.delivery
        mended_since = await self._reveals.confirm(reveal, message.id, message.created_at)
        # Nobody knows what a message says that was sent by a process that ended, or whose answer was lost.
        if mended_since or (found and any(delivery.mended)):
            await self._corrector.bring_in_line(delivery.id)
        if not reveal.schedule.thread:
            return
        name = self._bot.texts.get("daily.thread", delivery.language, date=delivery.local_date.isoformat())
        try:
            # Fetched, since a message that was sent before GUILD_CREATE knows no server, and then opens no thread.
            channel = await self._readable_channel(delivery.channel_id, delivery.guild_id)
            if channel is not None:
                await channel.get_partial_message(message.id).create_thread(name=name, auto_archive_duration=1440)
        except (*REFUSED, *DOUBTFUL) as error:
            log.warning("no thread for delivery %d: %s", delivery.id, error)

    async def _reconcile_reveal(self, reveal: RevealPost) -> None:
        delivery = reveal.delivery
        since = delivery.reveal_claimed_at or delivery.closes_at or self._bot.clock()

        def is_it(message: discord.Message) -> bool:
            # A reply to a post that a moderator deleted carries no reference; its buttons name the delivery too.
            answers = message.reference is not None and message.reference.message_id == delivery.message_id
            return answers or f"ra1:{delivery.id}" in custom_ids(message)

        try:
            message = await self._find(delivery, since, is_it)
            if message is not None:
                await self._confirm_reveal(reveal, message, found=True)
                return
        except HistoryUnreadableError:
            await self._reveals.doubt(reveal, "history", self._bot.clock())
            return
        except (*DOUBTFUL, *REFUSED):
            await self._reveals.doubt(reveal, "no_answer", self._bot.clock())
            return
        if await self._reveals.may_resend(reveal, self._bot.clock()):
            await self._send_reveal(reveal)

    async def _find(
        self, delivery: Delivery, since: datetime, is_it: Callable[[discord.Message], bool]
    ) -> discord.Message | None:
        """Return the bot's own message since a claim that `is_it`, or None when it surely is not there.

        Raises:
            HistoryUnreadableError: Without READ_MESSAGE_HISTORY Discord answers 200 with an empty list, so that
                finding nothing means something only with the permission, in Discord's own view of it.
        """
        me = self._bot.user.id if self._bot.user else 0
        channel = self._bot.get_partial_messageable(delivery.channel_id, guild_id=delivery.guild_id)
        after = discord.Object(discord.utils.time_snowflake(since - self._deliveries.rules.look_back))
        try:
            async for message in channel.history(after=after, limit=None, oldest_first=True):
                if message.author.id == me and is_it(message):
                    return message
        except (discord.Forbidden, discord.NotFound):
            raise HistoryUnreadableError from None
        if await self._readable_channel(delivery.channel_id, delivery.guild_id) is None:
            raise HistoryUnreadableError
        return None

    async def _readable_channel(self, channel_id: int, guild_id: int) -> discord.TextChannel | None:
        """Fetch the channel and what decides over its permissions; None if it cannot be read.

        The cache never decides (decision 5): before GUILD_CREATE, and on another shard, it knows no server. The
        first tick of a start comes before that, and it is the one that looks for what a crash has left.
        """
        me = self._bot.user.id if self._bot.user else 0
        try:
            guild = await self._bot.fetch_guild(guild_id, with_counts=False)
            member = await guild.fetch_member(me)
            channel = await guild.fetch_channel(channel_id)
        except (discord.Forbidden, discord.NotFound):
            return None
        if not isinstance(channel, discord.TextChannel):
            return None
        permissions = channel.permissions_for(member)
        return channel if permissions.view_channel and permissions.read_message_history else None

    async def _tell(self, trouble: Trouble) -> None:
        """Tell whoever set the schedule up, once per cause and day, never in public (decision 27)."""
        if not trouble.notify:
            return
        schedule = trouble.schedule
        text = self._bot.texts.get(
            "daily.trouble.message",
            schedule.language,
            channel=f"<#{schedule.channel_id}>",
            reason=self._bot.texts.get(f"daily.reason.{trouble.reason}", schedule.language),
            hours=f"{self._deliveries.rules.catch_up / timedelta(hours=1):g}",
        )
        if await self._tell_member(schedule, text) or schedule.admin_channel_id is None:
            return
        try:
            await self._bot.get_partial_messageable(schedule.admin_channel_id).send(text)
        except (*REFUSED, *DOUBTFUL):
            log.warning("nor in the admin channel %d", schedule.admin_channel_id)

    async def _tell_member(self, schedule: Schedule, text: str) -> bool:
        # Whoever it was had their data deleted.
        if schedule.created_by == 0:
            return False
        try:
            user = await self._bot.fetch_user(schedule.created_by)
            await user.send(text)
        except (*REFUSED, *DOUBTFUL) as error:
            log.warning("could not tell %d about channel %d: %s", schedule.created_by, schedule.channel_id, error)
            return False
        return True


TICK = timedelta(seconds=1)
