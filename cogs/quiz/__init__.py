"""Quizzes: `/quiz start`, `/quiz resume`, `/quiz stop`, and the buttons of a session."""

from bot.client import InterviewBot
from cogs.quiz._cog import QuizCog
from cogs.quiz._routes import QuizRoutes


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(QuizCog(bot))
    await bot.add_cog(QuizRoutes(bot))
