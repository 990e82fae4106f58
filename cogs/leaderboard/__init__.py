"""`/leaderboard` and `/profile`."""

from bot.client import InterviewBot
from cogs.leaderboard._cog import LeaderboardCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(LeaderboardCog(bot))
