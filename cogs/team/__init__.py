"""`/team`: teams of a server."""

from bot.client import InterviewBot
from cogs.team._cog import TeamCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(TeamCog(bot))
