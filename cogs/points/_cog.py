"""`/points`: a member's events, taking one back and giving it again, the audit trail, what is worth a look."""

import unicodedata
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.errors import BotError
from cogs._shared.checks import require_admin
from cogs._shared.components import LARGEST_ID, numbers
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import MAX_CHOICES, client_language
from cogs.points._messages import amended_message, audit_message, choice_name, flags_message, history_message

# Stands for "of any member", and for "from the newest on", in a custom_id.
NOBODY = NEWEST = 0
# So that ten reasons fit a page of the audit trail.
REASON_LIMIT = 200


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class PointCog(commands.GroupCog, name="points"):
    """Admin commands, and the buttons that page. Every reply is private, and nobody else is told."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._points = bot.services.points

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("ph1", self.on_history)
        self._bot.add_route("pu1", self.on_audit)

    @app_commands.command(name="history")
    async def history(
        self, interaction: Interaction, member: discord.User, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show what a member earned, newest first."""
        context = await self._open(interaction)
        found = await self._points.history(require_admin(interaction), member.id, page)
        await context.reply(**history_message(context, found, member.display_name))

    async def on_history(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ph1:<member>:<page>`: another page. Admin rights are asked for again: they may have been taken away."""
        user_id, page = numbers(arguments, 2)
        context = await self._open(interaction, update=True)
        found = await self._points.history(require_admin(interaction), user_id, page)
        await context.reply(**history_message(context, found, None))

    @app_commands.command(name="void")
    async def void(
        self, interaction: Interaction, event: str, reason: app_commands.Range[str, 1, REASON_LIMIT]
    ) -> None:
        """Take back what an answer earned."""
        await self._amend(interaction, "void", event, reason)

    @app_commands.command(name="restore")
    async def restore(
        self, interaction: Interaction, event: str, reason: app_commands.Range[str, 1, REASON_LIMIT]
    ) -> None:
        """Give back what was taken back."""
        await self._amend(interaction, "restore", event, reason)

    async def _amend(self, interaction: Interaction, verb: Literal["void", "restore"], event: str, reason: str) -> None:
        context = await self._open(interaction)
        method = self._points.void if verb == "void" else self._points.restore
        amended = await method(context.reader, _event_id(event), reason, self._bot.clock())
        await context.reply(amended_message(context, verb, amended))

    @void.autocomplete("event")
    async def complete_standing(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer events that stand, by number or by the member's name."""
        return await self._complete(interaction, current, voided=False)

    @restore.autocomplete("event")
    async def complete_voided(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer events that were taken back."""
        return await self._complete(interaction, current, voided=True)

    async def _complete(
        self, interaction: Interaction, current: str, *, voided: bool
    ) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts, language = self._bot.texts, client_language(interaction)
        found = await self._points.suggest(interaction.guild_id, current, MAX_CHOICES, voided=voided)
        return [app_commands.Choice(name=choice_name(texts, language, one), value=str(one.record.id)) for one in found]

    @app_commands.command(name="audit")
    async def audit(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """Show who did what, and why, newest first."""
        context = await self._open(interaction)
        await self._audit(context, member.id if member is not None else NOBODY, NEWEST)

    async def on_audit(self, interaction: Interaction, arguments: list[str]) -> None:
        """`pu1:<member or 0>:<entry or 0>`: what is older than an entry, or the newest."""
        user_id, before_id = numbers(arguments, 2)
        await self._audit(await self._open(interaction, update=True), user_id, before_id)

    async def _audit(self, context: Context, user_id: int, before_id: int) -> None:
        guild_id = require_admin(context.interaction)
        page = await self._points.audit(guild_id, before_id or None, user_id or None)
        await context.reply(**audit_message(context, page, user_id, before_id))

    @app_commands.command(name="flags")
    async def flags(self, interaction: Interaction) -> None:
        """List what is worth a look. Nobody is accused of anything."""
        context = await self._open(interaction)
        found = await self._points.flags(require_admin(interaction), self._bot.clock())
        await context.reply(embed=flags_message(context, found, self._points.rules))

    async def _open(self, interaction: Interaction, *, update: bool = False) -> Context:
        """Refuse whoever is no admin, and acknowledge."""
        require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=update)
        return context


def _event_id(typed: str) -> int:
    """Read `12` or `#12`.

    Raises:
        BotError: `points.bad_event`.
    """
    digits = unicodedata.normalize("NFKC", typed).strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(LARGEST_ID)) or int(digits) > LARGEST_ID:
        raise BotError("points.bad_event", text=typed)
    return int(digits)
