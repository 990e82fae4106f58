"""`/help`: what the bot does, the rules of points, where to begin."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.streaks import FREEZE_EVERY
from bot.services import Services
from cogs._shared.context import Interaction, open_context
from cogs._shared.render import BLUE

SECTIONS = ("daily", "quiz", "review", "points", "boards", "teams", "questions", "jobs", "privacy", "admins")


class HelpCog(commands.Cog):
    """One command."""

    @app_commands.command(name="help")
    async def help(self, interaction: Interaction) -> None:
        """Explain everything in one private message."""
        context = await open_context(interaction)
        embed = discord.Embed(title=context.t("help.title"), description=context.t("help.intro"), colour=BLUE)
        numbers = _numbers(context.bot.services)
        for section in SECTIONS:
            told = context.t(f"help.{section}.text", **numbers.get(section, {}))
            embed.add_field(name=context.t(f"help.{section}.title"), value=told, inline=False)
        await context.reply(embed=embed)


def _numbers(services: Services) -> dict[str, dict[str, int]]:
    """Return what the rules say in numbers, by section: they stand in one place, and the texts repeat none."""
    scoring, teams = services.scoring, services.leaderboard.rules
    return {
        "points": {
            "right": scoring.daily_right,
            "answered": scoring.daily_answered,
            "limit": scoring.quiz_daily_limit,
            "freeze": FREEZE_EVERY.days,
        },
        "boards": {"answers": teams.answers, "members": teams.members},
        "teams": {"days": teams.cool_down.days},
    }


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(HelpCog())
