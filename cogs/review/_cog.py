"""`/review`: what is due, or the mistakes; and what is said when there is nothing to do."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.errors import BotError
from bot.services.quizzes import QuizWish
from bot.services.reviews import ReviewPause
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.render import GREEN, stamp
from cogs._shared.session_view import PRIMARY, running_offer, show_result, show_step


class ReviewCog(commands.Cog):
    """Private from beginning to end."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._reviews = bot.services.reviews

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("rv1", self.on_review)
        self._bot.add_route("rq1", self.on_quiz)

    @app_commands.command(name="review")
    async def review(self, interaction: Interaction, mistakes: bool = False) -> None:
        """Start or go on with a review; while a quiz is running, offer to go on with that instead."""
        context = await open_context(interaction)
        await context.acknowledge()
        await self._start(context, mistakes=mistakes)

    async def on_review(self, interaction: Interaction, arguments: list[str]) -> None:
        """`rv1:<0 or 1>`: what is due, or (1) the mistakes."""
        (mistakes,) = numbers(arguments, 1)
        if mistakes > 1:
            raise BotError("button.stale")
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        await self._start(context, mistakes=bool(mistakes))

    async def on_quiz(self, interaction: Interaction, arguments: list[str]) -> None:
        """`rq1:0`: a quiz, as `/quiz start` without options begins it."""
        if numbers(arguments, 1) != [0]:
            raise BotError("button.stale")
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        try:
            step = await self._bot.services.quizzes.start(context.reader, QuizWish(), self._bot.clock())
        except BotError as error:
            if error.key != "quiz.running":
                raise
            await context.reply(**running_offer(context))
        else:
            await context.reply(**await show_step(context, step))

    async def _start(self, context: Context, *, mistakes: bool) -> None:
        start = self._reviews.start_mistakes if mistakes else self._reviews.start
        try:
            result = await start(context.reader, self._bot.clock())
        except BotError as error:
            if error.key != "quiz.running":
                raise
            await context.reply(**running_offer(context))
            return
        if isinstance(result, ReviewPause):
            await context.reply(**self._pause_message(context, result))
        else:
            await context.reply(**await show_result(context, result))

    def _pause_message(self, context: Context, pause: ReviewPause) -> dict[str, Any]:
        if pause.waiting:
            told = context.t("review.limit", limit=self._reviews.limit, count=pause.waiting)
        elif pause.next_at is None:
            told = context.t("review.nothing_yet")
        else:
            told = context.t("review.next", relative=stamp(pause.next_at, "R"), date=stamp(pause.next_at, "D"))
        embed = discord.Embed(title=context.t("review.nothing"), description=told, colour=GREEN)
        controls = [
            button("rq1:0", context.t("review.quiz"), style=PRIMARY),
            button("rv1:1", context.t("review.mistakes")),
        ]
        return {"embed": embed, "view": rows(controls)}
