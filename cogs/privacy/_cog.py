"""`/privacy`: a copy of one's data, its end, and a place off the boards. Private from beginning to end."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.privacy import ExportFile, PersonalData, pack, render
from bot.errors import BotError
from cogs._shared.checks import require_guild
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import ERASED, Context, Interaction, open_context
from cogs._shared.render import RED

# How long the button under the explanation works: a later click may come from a message found by somebody else.
CONFIRM_WITHIN = timedelta(minutes=10)


class PrivacyCog(commands.GroupCog, name="privacy"):
    """What members may ask of their data."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._privacy = bot.services.privacy

    async def cog_load(self) -> None:
        """Register the route of the confirmation."""
        self._bot.add_route("pd1", self.on_confirm)

    @app_commands.command(name="export")
    async def export(self, interaction: Interaction) -> None:
        """Hand the member a file with everything stored on them."""
        context = await open_context(interaction)
        await context.acknowledge()
        now = self._bot.clock()
        data = await self._privacy.export(context.reader, now)
        # Years of answers are millions of characters; writing and packing them must not stop the bot.
        first, *rest = await asyncio.to_thread(_files, data, _about(context, data), now)
        lines = [context.t("privacy.export.done")]
        if first.name.endswith(".json.gz") or rest:
            lines.append(context.t("privacy.export.packed"))
        if rest:
            lines.append(context.t("privacy.export.parts", count=1 + len(rest), name=first.name.rpartition(".")[0]))
        await context.reply("\n".join(lines), files=[_attachment(first)])
        for file in rest:
            await interaction.followup.send(file=_attachment(file), ephemeral=True)

    @app_commands.command(name="delete")
    async def delete(self, interaction: Interaction) -> None:
        """Explain what a deletion does, and offer it."""
        context = await open_context(interaction)
        await context.acknowledge()
        expires = int((self._bot.clock() + CONFIRM_WITHIN).timestamp())
        embed = discord.Embed(
            title=context.t("privacy.delete.title"), description=context.t("privacy.delete.intro"), colour=RED
        )
        for part in ("goes", "stays", "after"):
            name, text = context.t(f"privacy.delete.{part}.title"), context.t(f"privacy.delete.{part}.text")
            embed.add_field(name=name, value=text, inline=False)
        embed.set_footer(text=context.t("privacy.delete.footer", minutes=CONFIRM_WITHIN // timedelta(minutes=1)))
        confirm = button(
            f"pd1:{interaction.user.id}:{expires}",
            context.t("privacy.delete.confirm"),
            style=discord.ButtonStyle.danger,
        )
        await context.reply(embed=embed, view=rows([confirm]))

    async def on_confirm(self, interaction: Interaction, arguments: list[str]) -> None:
        """`pd1:<member>:<end of the offer, seconds since 1970>`: delete everything, for that member and until then."""
        user_id, expires = numbers(arguments, 2)
        now = self._bot.clock()
        left = expires - now.timestamp()
        if user_id != interaction.user.id or left > CONFIRM_WITHIN.total_seconds():
            raise BotError("button.stale")
        if left < 0:
            raise BotError("privacy.expired")
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        await self._privacy.erase(context.reader, now)
        # Otherwise this very click would be the first thing stored on them again.
        interaction.extras[ERASED] = True
        self._bot.services.preferences.forget(user_id)
        # To whoever keeps something of members in memory.
        self._bot.dispatch("member_erased", user_id)
        await context.reply(context.t("privacy.delete.done"))

    @app_commands.command(name="boards")
    @app_commands.guild_only()
    async def boards(self, interaction: Interaction, show: bool) -> None:
        """Take the member off everything that names members in this server, or put them back."""
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        changed = await self._privacy.show_on_boards(context.reader, show, self._bot.clock())
        state = "shown" if show else "hidden"
        said = context.t(f"privacy.boards.{state}" if changed else f"privacy.boards.unchanged.{state}")
        covers = context.t(f"privacy.boards.covers.{state}")
        await context.reply(f"{said}\n{covers}")


def _about(context: Context, data: PersonalData) -> dict[str, str]:
    """Return what the file says of itself."""
    parts = ("file", "erased_at", "sealed", *data.sections)
    return {part: context.t(f"privacy.about.{part}") for part in parts}


def _files(data: PersonalData, about: dict[str, str], now: datetime) -> list[ExportFile]:
    return pack(render(data, about, now), f"mianjing-data-{now.astimezone(UTC):%Y-%m-%d}")


def _attachment(file: ExportFile) -> discord.File:
    return discord.File(io.BytesIO(file.content), file.name)
