"""`/jobs latest|search`."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.jobs import Posting
from bot.services.schedules import topics_of
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.job_list import job_lines
from cogs._shared.options import MAX_CHOICES, complete_topic
from cogs._shared.render import BLUE


class JobCog(commands.GroupCog, name="jobs"):
    """Read-only."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._jobs = bot.services.jobs

    @app_commands.command(name="latest")
    async def latest(self, interaction: Interaction) -> None:
        """Show a selection that changes every day."""
        context = await open_context(interaction)
        await self._reply(context, context.t("jobs.latest"), self._jobs.latest(self._bot.clock()))

    @app_commands.command(name="search")
    async def search(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, 100] | None = None,
        place: app_commands.Range[str, 1, 60] | None = None,
        topic: str | None = None,
    ) -> None:
        """Show what fits everything asked for."""
        context = await open_context(interaction)
        topics = topics_of(topic or "")
        found = self._jobs.search(text, place, ",".join(topics) or None)
        await self._reply(context, context.t("jobs.found", count=len(found)), found)

    async def _reply(self, context: Context, title: str, postings: Sequence[Posting]) -> None:
        embed = discord.Embed(title=title, description=job_lines(postings, context.language), colour=BLUE)
        embed.set_footer(text=context.t("jobs.footer"))
        await context.reply(embed=embed)

    @search.autocomplete("place")
    async def complete_place(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer places in both languages."""
        wanted = current.strip().casefold()
        found = [name for name in self._jobs.places() if wanted in name.casefold()]
        return [app_commands.Choice(name=name, value=name.split(" ")[0]) for name in found[:MAX_CHOICES]]

    @search.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)
