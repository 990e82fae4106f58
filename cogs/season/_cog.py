"""`/season`: for admins, in private; what everybody sees is the announcement of the winners."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.localized import Language
from bot.domain.seasons import LONGEST_NAME, Season
from bot.errors import BotError
from cogs._shared.checks import require_admin, require_guild
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import CHOICE_LIMIT, MAX_CHOICES
from cogs._shared.render import cut, plain, stamp
from cogs.season._announcer import Announcer
from cogs.season._messages import history_embed, standings_embed

# What an announcement, with its picture, needs in its channel.
PERMISSIONS = ("view_channel", "send_messages", "embed_links", "attach_files")
# A list of more would not fit into a message.
LISTED = 25


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class SeasonCog(commands.GroupCog, name="season"):
    """Admin commands, and the button of announcements, which is for everybody."""

    def __init__(self, bot: InterviewBot, announcer: Announcer) -> None:
        self._bot = bot
        self._announcer = announcer
        self._seasons = bot.services.seasons

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("se1", self.on_end)
        self._bot.add_route("sf1", self.on_standings)

    @commands.Cog.listener()
    async def on_member_erased(self, user_id: int) -> None:
        """A member had everything deleted."""
        self._announcer.forget(user_id)

    @app_commands.command(name="start")
    async def start(
        self, interaction: Interaction, name: app_commands.Range[str, 1, LONGEST_NAME] | None = None
    ) -> None:
        """Start a season."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        await self._count_what_is_over()
        season = await self._seasons.start(
            guild_id, interaction.user.id, name, self._default_name, context.language, self._bot.clock()
        )
        await context.reply(context.t("season.started", name=plain(season.name)))

    @app_commands.command(name="end")
    async def end(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Ask whether to end the running season, saying what that means."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        await self._count_what_is_over()
        outlook = await self._seasons.outlook(guild_id)
        channel_id = _place(context, channel)
        lines = [
            context.t(
                "season.end",
                name=plain(outlook.season.name),
                when=stamp(outlook.season.started_at, "D"),
                count=outlook.members,
            )
        ]
        if outlook.open_questions:
            lines.append(context.t("season.open_questions", count=outlook.open_questions))
        lines.append(context.t("season.will_announce", channel=f"<#{channel_id}>"))
        confirm = button(
            f"se1:{outlook.season.number}:{channel_id}", context.t("season.confirm"), style=discord.ButtonStyle.danger
        )
        await context.reply("\n".join(lines), view=rows([confirm]))

    async def on_end(self, interaction: Interaction, arguments: list[str]) -> None:
        """`se1:<season>:<channel>`: end the season, then announce it; what is ended stays so if that fails."""
        guild_id = require_admin(interaction)
        number, channel_id = numbers(arguments, 2)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        await self._count_what_is_over()
        season = await self._seasons.end(guild_id, number, interaction.user.id, self._bot.clock())
        await self._announce(context, season, channel_id, context.t("season.ended", name=plain(season.name)))

    @app_commands.command(name="announce")
    async def announce(
        self,
        interaction: Interaction,
        season: app_commands.Range[str, 1, CHOICE_LIMIT] | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Announce the winners of a season once more, or where it did not work."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        result = await self._seasons.result(guild_id, season, self._bot.clock())
        await self._announce(context, result.season, _place(context, channel))

    @announce.autocomplete("season")
    async def complete_season(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer seasons that have ended, newest first."""
        seasons = await self._seasons.list(interaction.guild_id or 0)
        wanted = current.strip().casefold()
        found = [one for one in seasons if not one.running and wanted in f"{one.name} {one.period}".casefold()]
        return [
            app_commands.Choice(name=cut(f"{one.name} ({one.period})", CHOICE_LIMIT), value=one.period)
            for one in found[:MAX_CHOICES]
        ]

    @app_commands.command(name="list")
    async def list_seasons(self, interaction: Interaction) -> None:
        """Show all seasons with their dates and winners."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        await context.reply(embed=history_embed(context, await self._seasons.history(guild_id, LISTED)))

    async def on_standings(self, interaction: Interaction, arguments: list[str]) -> None:
        """`sf1:<season>`: its whole board, privately."""
        guild_id = require_guild(interaction)
        (number,) = numbers(arguments, 1)
        context = await open_context(interaction)
        await context.acknowledge()
        season = await self._seasons.find(guild_id, number)
        leaderboard, now = self._bot.services.leaderboard, self._bot.clock()
        ranking = await leaderboard.ranking(context.reader, guild_id, "season", None, now, season.period)
        teams = await leaderboard.team_ranking(context.reader, guild_id, "season", None, now, season.period)
        await context.reply(embed=standings_embed(context, season, ranking, teams.ranked))

    async def _announce(self, context: Context, season: Season, channel_id: int, said: str = "") -> None:
        """Announce, and tell the admin how that went, after what is `said` already."""
        interaction = context.interaction
        if interaction.guild is None:
            raise BotError("guild_only")
        language = (await self._bot.services.preferences.guild(season.guild_id)).language
        failed = await self._announcer.announce(interaction.guild, season, channel_id, context.reader, language)
        place = f"<#{channel_id}>"
        if failed is None:
            told = context.t("season.announced", name=plain(season.name), channel=place)
        else:
            told = context.t("season.not_announced", channel=place, reason=context.t(f"daily.reason.{failed}"))
        await context.reply("\n".join(filter(None, (said, told))), view=rows([]))

    async def _count_what_is_over(self) -> None:
        """Close questions whose time is up, so that they count for the season in which they ended."""
        services = self._bot.services
        while await services.reveals.close_due(self._bot.clock()) == services.deliveries.rules.batch:
            pass

    def _default_name(self, language: Language, number: int) -> str:
        return self._bot.texts.get("season.default_name", language, number=number)


def _place(context: Context, channel: discord.TextChannel | None) -> int:
    """Return the channel named, or the current one.

    Raises:
        BotError: `season.cannot_post` when the bot lacks a permission there.
    """
    interaction = context.interaction
    granted = interaction.app_permissions if channel is None else channel.permissions_for(channel.guild.me)
    wanted = list(PERMISSIONS)
    if channel is None and isinstance(interaction.channel, discord.Thread):
        wanted[1] = "send_messages_in_threads"
    missing = [name for name in wanted if not getattr(granted, name)]
    channel_id = channel.id if channel is not None else interaction.channel_id or 0
    if missing:
        names = context.t("list_separator").join(context.t(f"permissions.{name}") for name in missing)
        raise BotError("season.cannot_post", channel=f"<#{channel_id}>", permissions=names)
    return channel_id
