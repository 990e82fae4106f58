"""Installs the one error handler for commands, and routes every button and modal to its cog, guarded."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.errors import BotError
from cogs._shared.context import ERASED, Interaction, raw_data, reader_of
from cogs._shared.errors import report

log = logging.getLogger(__name__)


class ErrorCog(commands.Cog):
    """discord.py passes unmatched custom_ids to nobody and swallows errors in dynamic items; this does neither."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Take over the tree's errors."""
        self._bot.tree.error(self.on_command_error)

    async def on_command_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Answer what a command raised."""
        await report(interaction, error)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Route a component or modal by the prefix of its custom_id; unknown ones get an answer too."""
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            await self._route(interaction)
        # Afterwards: nothing is written before an acknowledgement (decision 8).
        if interaction.type is not discord.InteractionType.autocomplete and not interaction.extras.get(ERASED):
            await self._note_seen(interaction)

    async def _route(self, interaction: Interaction) -> None:
        custom_id = str(raw_data(interaction).get("custom_id", ""))
        prefix, *arguments = custom_id.split(":")
        handler = self._bot.routes.get(prefix)
        try:
            if handler is None:
                raise BotError("button.stale")
            await handler(interaction, arguments)
        except Exception as error:
            await report(interaction, error)

    async def _note_seen(self, interaction: Interaction) -> None:
        """Who acts is a member here; a failure of this is no reason not to answer."""
        try:
            await self._bot.services.preferences.note_seen(reader_of(interaction), self._bot.clock())
        except Exception:
            log.exception("a member could not be noted as seen")


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(ErrorCog(bot))
