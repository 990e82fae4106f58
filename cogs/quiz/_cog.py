"""`/quiz`: start, resume, stop."""

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.errors import BotError
from bot.services.quizzes import QuizWish
from bot.services.schedules import topics_of
from cogs._shared.context import Interaction, open_context
from cogs._shared.options import complete_topic
from cogs._shared.session_view import running_offer, show_result, show_step, summary_message


class QuizCog(commands.GroupCog, name="quiz"):
    """Solo quizzes, private from beginning to end."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._quizzes = bot.services.quizzes

    @app_commands.command(name="start")
    async def start(
        self,
        interaction: Interaction,
        topic: str | None = None,
        difficulty: app_commands.Range[int, 1, 5] | None = None,
        questions: app_commands.Range[int, 1, 25] = 5,
        seconds: app_commands.Range[int, 0, 300] = 0,
        mode: Literal["solo"] = "solo",
    ) -> None:
        """Start a session; while one is running, offer to go on with it instead."""
        context = await open_context(interaction)
        await context.acknowledge()
        wish = QuizWish(topics_of(topic or ""), difficulty, questions, seconds)
        try:
            step = await self._quizzes.start(context.reader, wish, self._bot.clock())
        except BotError as error:
            if error.key != "quiz.running":
                raise
            await context.reply(**running_offer(context))
        else:
            await context.reply(**await show_step(context, step))

    @app_commands.command(name="resume")
    async def resume(self, interaction: Interaction) -> None:
        """Show the question that the running session stands at."""
        context = await open_context(interaction)
        await context.acknowledge()
        result = await self._quizzes.resume(context.reader, self._bot.clock())
        await context.reply(**await show_result(context, result))

    @app_commands.command(name="stop")
    async def stop(self, interaction: Interaction) -> None:
        """End the running session with its summary."""
        context = await open_context(interaction)
        await context.acknowledge()
        summary = await self._quizzes.stop(context.reader, self._bot.clock())
        await context.reply(**summary_message(context, summary))

    @start.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)
