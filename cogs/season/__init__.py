"""Seasons: `/season start`, `/season end`, `/season announce`, `/season list`."""

from bot.client import InterviewBot
from cogs.season._announcer import Announcer
from cogs.season._cog import SeasonCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(SeasonCog(bot, Announcer(bot)))
