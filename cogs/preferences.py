"""`/settings`: a member's language, a server's calendar and language."""

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.localized import Language
from bot.domain.settings import LARGEST_TEAM, SMALLEST_TEAM
from bot.domain.wall_clock import suggest_timezones
from bot.services.preferences import PreferenceService
from cogs._shared.checks import require_admin
from cogs._shared.context import Interaction, open_context
from cogs._shared.options import MAX_CHOICES


class PreferenceCog(commands.GroupCog, name="settings"):
    """Preferences; the file is named for what is stored, the command for what members look for."""

    def __init__(self, preferences: PreferenceService) -> None:
        self._preferences = preferences

    @app_commands.command(name="language")
    async def language(self, interaction: Interaction, language: Literal["zh", "en", "auto"]) -> None:
        """Set the language of private replies."""
        context = await open_context(interaction)
        await context.acknowledge()
        chosen: Language | None = None if language == "auto" else language
        await self._preferences.set_language(interaction.user.id, chosen, interaction.client.clock())
        # Asked again, so that the answer comes in the language that now holds.
        context.language = (await open_context(interaction)).language
        await context.reply(context.t("settings.language", language=context.t(f"choices.language.{context.language}")))

    @app_commands.command(name="server")
    @app_commands.guild_only()
    async def server(
        self,
        interaction: Interaction,
        timezone: str | None = None,
        language: Language | None = None,
        team_approval: bool | None = None,
        team_size: app_commands.Range[int, SMALLEST_TEAM, LARGEST_TEAM] | None = None,
    ) -> None:
        """Set the server's calendar, which weeks and limits follow, its language, and what holds for teams."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        if (timezone, language, team_approval, team_size) == (None, None, None, None):
            settings = await self._preferences.guild(guild_id)
        else:
            settings = await self._preferences.set_guild(
                guild_id,
                timezone,
                language,
                interaction.client.clock(),
                team_approval=team_approval,
                team_size=team_size,
            )
        await context.reply(
            context.t(
                "settings.server",
                timezone=settings.timezone,
                language=context.t(f"choices.language.{settings.language}"),
                approval=context.t("settings.approval_on" if settings.team_approval else "settings.approval_off"),
                size=settings.team_size,
            )
        )

    @server.autocomplete("timezone")
    async def complete_timezone(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer IANA names."""
        return [app_commands.Choice(name=name, value=name) for name in suggest_timezones(current, MAX_CHOICES)]


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(PreferenceCog(bot.services.preferences))
