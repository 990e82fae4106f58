"""Privacy: `/privacy export`, `/privacy delete`, `/privacy boards`."""

from bot.client import InterviewBot
from cogs.privacy._cog import PrivacyCog


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(PrivacyCog(bot))
