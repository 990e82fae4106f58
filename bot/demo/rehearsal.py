"""What the demo shows: yesterday's question revealed, today's about to be due. Real services, real messages."""

import contextlib
import locale as system_locale
import os
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.ext import commands

from bot.app import App, open_app
from bot.client import InterviewBot
from bot.demo.run import DemoBot
from bot.demo.world import World
from bot.domain.localized import Language
from bot.domain.readers import Reader
from bot.domain.schedules import Change
from bot.domain.settings import language_of
from bot.errors import BotError
from bot.settings import Settings
from cogs.daily._messages import post_message, reveal_message

DUE_IN = timedelta(seconds=90)
OPEN_FOR = timedelta(minutes=2)
_DAY = timedelta(days=1)
# Later than any window, so that what an earlier run left open is over.
_LONG_AFTER = timedelta(days=4)
_FIRST_CLASSMATE = 1300000000000000101
# Classmates who answered yesterday, and whether rightly; enough for the chart.
_CLASSMATES = (("林晓", True), ("Mei", True), ("周航", False), ("Priya", True), ("Tom", False), ("阿哲", True))


def default_locale() -> str:
    """The locale of whoever starts the demo, as far as the environment tells."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        with contextlib.suppress(ValueError):
            named = system_locale.getlocale()[0] or ""
    return "zh-CN" if language_of(named) == "zh" else "en-US"


class Rehearsal:
    """Opens the application for the demo and fills its channel. Scores, members and settings stay between runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._app: App | None = None

    async def make_bot(self) -> DemoBot:
        """Open the application and make its bot. Commands are registered and jobs started by `seed`."""
        self._app = await self._stack.enter_async_context(open_app(self._settings))
        bot = self._app.make_bot(register_commands=False, background=False)

        async def close() -> None:
            await bot.close()
            await self._stack.aclose()

        return DemoBot(bot, close)

    async def seed(self, bot: commands.Bot, world: World) -> None:
        """Close what an earlier run left, show yesterday, arm today."""
        assert isinstance(bot, InterviewBot)  # noqa: S101 - make_bot above made it
        # The virtual Discord forgets commands at every start, whatever the stored hash says.
        await bot.sync_commands(force=True)
        language: Language = language_of(world.locale) or "en"
        now = bot.clock()
        await self._close_earlier(bot, world, now)
        await self._show_yesterday(bot, world, language, now)
        bot.start_background()

    async def _close_earlier(self, bot: InterviewBot, world: World, now: datetime) -> None:
        """Every run has a new channel, so the old ones' schedules end and their answers get their points."""
        services, later = bot.services, now + _LONG_AFTER
        for schedule in await services.schedules.list_guild(world.guild_id):
            await services.schedules.remove(world.guild_id, schedule.channel_id, now)
        for post in await services.deliveries.claim_doubtful(later):
            await services.deliveries.may_resend(post, later)
        await services.deliveries.claim_due(later)
        await services.reveals.close_due(later)
        await services.reveals.claim_due(later)
        for reveal in await services.reveals.claim_doubtful(later):
            await services.reveals.may_resend(reveal, later)

    async def _show_yesterday(self, bot: InterviewBot, world: World, language: Language, now: datetime) -> None:
        services = bot.services
        due_today = (now + DUE_IN).replace(microsecond=0)
        due_yesterday = due_today - _DAY
        zone = (await services.preferences.set_guild(world.guild_id, world.timezone, language, now)).zone
        change = Change(
            time=due_today.astimezone(zone).time(),
            timezone=world.timezone,
            language=language,
            reveal_after=OPEN_FOR,
        )
        before = due_yesterday - timedelta(minutes=1)
        await services.schedules.setup(world.guild_id, world.channel_id, world.admin_id, change, language, before)
        channel = bot.get_partial_messageable(world.channel_id, guild_id=world.guild_id)
        for claimed in (await services.deliveries.claim_due(due_yesterday)).posts:
            post = await services.deliveries.begin_send(claimed, due_yesterday)
            if post is None:
                continue
            topic = services.bank.topics.name(post.delivery.topic).get(language)
            sent = await channel.send(**post_message(bot.texts, topic, post))
            await services.deliveries.confirm(post, sent.id, due_yesterday, due_yesterday)
            right = post.delivery.option_order.index(post.item.key.id)
            await self._let_classmates_answer(bot, world, post.delivery.id, right, due_yesterday)
        await self._reveal(bot, channel, due_yesterday + OPEN_FOR)

    async def _let_classmates_answer(
        self, bot: InterviewBot, world: World, delivery_id: int, right: int, at: datetime
    ) -> None:
        """Only in a run that finds them without points this week: starting again must not raise their scores."""
        services = bot.services
        first = Reader(_FIRST_CLASSMATE, _CLASSMATES[0][0], world.guild_id, world.channel_id)
        profile = await services.leaderboard.profile(first, world.guild_id, first.user_id, at)
        if profile.standings["week"] is not None:
            return
        for number, (name, knows) in enumerate(_CLASSMATES):
            classmate = Reader(_FIRST_CLASSMATE + number, name, world.guild_id, world.channel_id)
            position = right if knows else (right + 1 + number % 2) % 4
            # An item with three options has no fourth position; then this classmate has no answer.
            with contextlib.suppress(BotError):
                await services.answers.answer(classmate, delivery_id, position, at + timedelta(seconds=number + 1))

    async def _reveal(self, bot: InterviewBot, channel: Any, at: datetime) -> None:
        services = bot.services
        await services.reveals.close_due(at)
        for claimed in await services.reveals.claim_due(at):
            reveal = await services.reveals.begin_send(claimed, at)
            if reveal is None:
                continue
            reference = None
            if reveal.delivery.message_id is not None:
                reference = discord.MessageReference(
                    message_id=reveal.delivery.message_id,
                    channel_id=reveal.delivery.channel_id,
                    fail_if_not_exists=False,
                )
            sent = await channel.send(**reveal_message(bot.texts, reveal), reference=reference)
            await services.reveals.confirm(reveal, sent.id, at)
