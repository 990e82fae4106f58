"""`/help`: what the bot does, the rules of points, where to begin."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from cogs._shared.context import Interaction, open_context
from cogs._shared.render import BLUE

SECTIONS = ("daily", "quiz", "points", "questions", "jobs", "admins")


class HelpCog(commands.Cog):
    """One command."""

    @app_commands.command(name="help")
    async def help(self, interaction: Interaction) -> None:
        """Explain everything in one private message."""
        context = await open_context(interaction)
        embed = discord.Embed(title=context.t("help.title"), description=context.t("help.intro"), colour=BLUE)
        scoring = context.bot.services.scoring
        # Only the rules of points speak of numbers; a text takes of them what it names.
        numbers = {"right": scoring.daily_right, "answered": scoring.daily_answered, "limit": scoring.quiz_daily_limit}
        for section in SECTIONS:
            told = context.t(f"help.{section}.text", **(numbers if section == "points" else {}))
            embed.add_field(name=context.t(f"help.{section}.title"), value=told, inline=False)
        await context.reply(embed=embed)


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(HelpCog())
