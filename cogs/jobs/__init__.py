"""`/jobs`: where to apply."""

from bot.client import InterviewBot
from cogs.jobs._cog import JobCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(JobCog(bot))
