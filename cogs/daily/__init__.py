"""The daily question: admin commands, private answers, posts and reveals."""

from bot.client import InterviewBot
from cogs.daily._answers import AnswerRoutes
from cogs.daily._chart import Charts
from cogs.daily._cog import DailyCog
from cogs.daily._corrections import Corrector
from cogs.daily._poster import DailyPoster


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    charts = Charts(bot.texts, bot.pictures)
    corrector = Corrector(bot, charts)
    poster = DailyPoster(bot, corrector, charts)
    await bot.add_cog(DailyCog(bot, poster, corrector))
    await bot.add_cog(AnswerRoutes(bot))
