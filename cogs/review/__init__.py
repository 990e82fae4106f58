"""Spaced repetition: `/review`. A session that it starts has the buttons of a quiz."""

from bot.client import InterviewBot
from cogs.review._cog import ReviewCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(ReviewCog(bot))
