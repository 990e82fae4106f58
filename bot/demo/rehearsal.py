"""What the demo shows: yesterday's question revealed, today's about to be due. Real services, real messages."""

import asyncio
import contextlib
import locale as system_locale
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import discord
from discord.ext import commands

from bot.app import App, open_app
from bot.client import Clock, InterviewBot, wall_clock
from bot.demo import classmates
from bot.demo.run import DemoBot
from bot.demo.world import World
from bot.domain.cards import Scheduler
from bot.domain.deliveries import DailyPost, RevealPost
from bot.domain.localized import Language
from bot.domain.readers import Reader
from bot.domain.schedules import Change
from bot.domain.scoring import Scoring
from bot.domain.settings import language_of
from bot.services import Services
from bot.services.quizzes import QuizService
from bot.settings import Settings
from cogs._shared.cards import add_item_card
from cogs.daily._chart import Charts
from cogs.daily._messages import post_message, reveal_message

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
# Later than any window, so that what an earlier run left open is over.
_LONG_AFTER = timedelta(days=4)
# Fixes what the classmates are asked and answer in their quiz.
_QUIZ_SEED = 4


def default_locale() -> str:
    """The locale of whoever starts the demo, as far as the environment tells."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        with contextlib.suppress(ValueError):
            named = system_locale.getlocale()[0] or ""
    return "zh-CN" if language_of(named) == "zh" else "en-US"


class Rehearsal:
    """Opens the application for the demo and fills its channel. Scores, members and settings stay between runs.

    `due_in` passes between the start and today's question, `open_for` between a question and its reveal.
    """

    def __init__(
        self, settings: Settings, *, due_in: timedelta, open_for: timedelta, clock: Clock = wall_clock
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._due_in = due_in
        self._open_for = open_for
        self._stack = contextlib.AsyncExitStack()
        self._app: App | None = None
        self._quiz: asyncio.Task[None] | None = None

    async def make_bot(self) -> DemoBot:
        """Open the application and make its bot. Commands are registered and jobs started by `seed`."""
        self._app = await self._stack.enter_async_context(open_app(self._settings))
        bot = self._app.make_bot(clock=self._clock, register_commands=False, background=False)

        async def close() -> None:
            await bot.close()
            if self._quiz is not None:
                await self._quiz
            await self._stack.aclose()

        return DemoBot(bot, close)

    async def seed(self, bot: commands.Bot, world: World) -> None:
        """Close what an earlier run left, show yesterday, arm today."""
        assert isinstance(bot, InterviewBot)  # noqa: S101 - make_bot above made it
        assert self._app is not None  # noqa: S101
        # The virtual Discord forgets commands at every start, whatever the stored hash says.
        await bot.sync_commands(force=True)
        channel = _Channel(bot, world, language_of(world.locale) or "en")
        now = bot.clock()
        zone = (await bot.services.preferences.set_guild(world.guild_id, world.timezone, channel.language, now)).zone
        await self._close_earlier(bot.services, world, now)
        # Asked before yesterday brings points: starting again must not raise anyone's scores.
        idle = await _no_points_this_week(bot.services, channel.classmates[0], now)
        due_today = (now + self._due_in).replace(microsecond=0).astimezone(zone)
        change = Change(
            time=due_today.time(),
            timezone=world.timezone,
            language=channel.language,
            reveal_after=self._open_for,
        )
        await classmates.found_teams(bot.services.teams, channel.classmates, world.teams, world.guild_id, now)
        await self._show_yesterday(channel, change, due_today - _DAY, now)
        if idle:
            # Half a second that nobody has to wait for: the page opens meanwhile.
            self._quiz = asyncio.create_task(self._take_quiz(self._app, channel.classmates, now))
        bot.start_background()

    async def _take_quiz(self, app: App, readers: Sequence[Reader], now: datetime) -> None:
        quizzes = QuizService(app.storage, app.services.bank, Scoring(), Scheduler(), Random(_QUIZ_SEED))  # noqa: S311
        try:
            await classmates.take_quiz(quizzes, readers, Random(_QUIZ_SEED), now)  # noqa: S311
        except Exception:  # the demo is worth seeing without it
            log.exception("the classmates' quiz failed")

    async def _close_earlier(self, services: Services, world: World, now: datetime) -> None:
        """Every run has a new channel, so the old ones' schedules end and their answers get their points."""
        later = now + _LONG_AFTER
        for schedule in await services.schedules.list_guild(world.guild_id):
            await services.schedules.remove(world.guild_id, schedule.channel_id, now)
        for post in await services.deliveries.claim_doubtful(later):
            await services.deliveries.may_resend(post, later)
        await services.deliveries.claim_due(later)
        await services.reveals.close_due(later)
        await services.reveals.claim_due(later)
        for reveal in await services.reveals.claim_doubtful(later):
            await services.reveals.may_resend(reveal, later)

    async def _show_yesterday(self, channel: "_Channel", change: Change, due: datetime, now: datetime) -> None:
        """Post and reveal yesterday's question, once a date: a later start shows the same one again.

        Its messages are dated yesterday. In a later start they are copies, whose buttons work all the same.
        """
        services, world = channel.bot.services, channel.world
        told = await services.reveals.closed_on(world.guild_id, due.date())
        due = due.astimezone(UTC)
        known = next((reveal for reveal in told if reveal.tally.public), None)
        since = due - timedelta(minutes=1) if known is None else now
        await services.schedules.setup(
            world.guild_id, world.channel_id, world.admin_id, change, channel.language, since
        )
        if known is not None:
            delivery = replace(known.delivery, language=channel.language, closes_at=due + self._open_for)
            known = replace(known, delivery=delivery)
            sent = await channel.send_post(known, due)
            await channel.send_reveal(known, sent.id, due + self._open_for)
            return
        for claimed in (await services.deliveries.claim_due(due)).posts:
            post = await services.deliveries.begin_send(claimed, due)
            if post is None:
                continue
            sent = await channel.send_post(post, due)
            await services.deliveries.confirm(post, sent.id, sent.created_at, due)
            await classmates.answer_daily(services.answers, channel.classmates, post, due)
        closed = due + self._open_for
        await services.reveals.close_due(closed)
        for claimed_reveal in await services.reveals.claim_due(closed):
            reveal = await services.reveals.begin_send(claimed_reveal, closed)
            if reveal is not None:
                sent = await channel.send_reveal(reveal, reveal.delivery.message_id, closed)
                await services.reveals.confirm(reveal, sent.id, sent.created_at)


class _Channel:
    """Sends what the tick would send, with the time it would have been sent at."""

    def __init__(self, bot: InterviewBot, world: World, language: Language) -> None:
        self.bot = bot
        self.world = world
        self.language = language
        self.classmates = [
            Reader(person.user_id, person.name, world.guild_id, world.channel_id) for person in world.classmates
        ]
        self._charts = Charts(bot.texts, bot.pictures)
        self._channel = bot.get_partial_messageable(world.channel_id, guild_id=world.guild_id)

    async def send_post(self, post: DailyPost | RevealPost, at: datetime) -> discord.Message:
        """Send a question."""
        delivery = post.delivery
        topic = self.bot.services.bank.topics.name(delivery.topic).get(self.language)
        message: dict[str, Any] = post_message(self.bot.texts, topic, post)
        message = await add_item_card(self.bot, message, post.item, delivery.option_order, self.language)
        with self.world.sent_at(at):
            return await self._channel.send(**message)

    async def send_reveal(self, reveal: RevealPost, message_id: int | None, at: datetime) -> discord.Message:
        """Send a reveal as an answer to its question."""
        message: dict[str, Any] = reveal_message(self.bot.texts, reveal, await self._charts.draw(reveal))
        if message_id is not None:
            message["reference"] = discord.MessageReference(
                message_id=message_id, channel_id=self.world.channel_id, fail_if_not_exists=False
            )
        with self.world.sent_at(at):
            return await self._channel.send(**message)


async def _no_points_this_week(services: Services, reader: Reader, now: datetime) -> bool:
    profile = await services.leaderboard.profile(reader, reader.guild_id or 0, reader.user_id, now)
    return profile.standings["week"] is None
