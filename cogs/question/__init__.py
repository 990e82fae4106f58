"""`/question`: look questions up."""

from bot.client import InterviewBot
from cogs.question._cog import QuestionCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(QuestionCog(bot))
