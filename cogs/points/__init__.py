"""`/points`: what admins do with points."""

from bot.client import InterviewBot
from cogs.points._cog import PointCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(PointCog(bot))
