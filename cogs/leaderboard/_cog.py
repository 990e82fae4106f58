"""`/leaderboard` and `/profile`: private, with a button to share."""

from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.boards import WINDOWS, Window
from bot.domain.periods import Period
from bot.errors import BotError
from bot.pictures.values import WEEKS
from bot.services.schedules import topics_of
from cogs._shared.cards import card_file
from cogs._shared.checks import require_guild
from cogs._shared.components import button, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import client_language, complete_topic
from cogs._shared.people import People
from cogs.leaderboard._boards import SHARE, VIEW, Boards
from cogs.leaderboard._cards import profile_alt, profile_card
from cogs.leaderboard._messages import profile_embed
from cogs.leaderboard._periods import period_choices
from cogs.leaderboard._targets import Target

# Stands for "all topics" in a custom_id, whose parts are never empty.
ALL_TOPICS = "-"


class LeaderboardCog(commands.Cog):
    """Two commands and their buttons."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._leaderboard = bot.services.leaderboard
        self._people = People()
        self._boards = Boards(bot.services.leaderboard, self._people)

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route(VIEW, self.on_view_board)
        self._bot.add_route(SHARE, self.on_share_board)
        self._bot.add_route("bs1", self.on_share_first_version)
        self._bot.add_route("ps1", self.on_share_profile)

    @commands.Cog.listener()
    async def on_member_erased(self, user_id: int) -> None:
        """A member had everything deleted."""
        self._people.forget(user_id)

    @app_commands.command(name="leaderboard")
    @app_commands.guild_only()
    async def leaderboard(
        self,
        interaction: Interaction,
        scope: Literal["members", "teams"] = "members",
        window: Literal["week", "month", "season", "all"] = "week",
        topic: str | None = None,
        period: str | None = None,
    ) -> None:
        """Show a board privately."""
        guild_id = require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        path = self._topic(topic)
        found = await self._leaderboard.period(guild_id, window, period, self._bot.clock())
        target = Target(scope, window, found.name, path)
        await context.reply(**await self._boards.private(context, target, found))

    @leaderboard.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)

    @leaderboard.autocomplete("period")
    async def complete_period(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the periods of the window that was chosen so far, and the one that a typed day lies in."""
        guild_id, now = interaction.guild_id, self._bot.clock()
        if guild_id is None:
            return []
        chosen = getattr(interaction.namespace, "window", None)
        window: Window = next((one for one in WINDOWS if one == chosen), "week")
        texts, language = self._bot.texts, client_language(interaction)
        choices = period_choices(texts, language, await self._leaderboard.periods(guild_id, window, now), current)
        if choices or window == "all":
            return choices
        try:
            return period_choices(texts, language, [await self._leaderboard.period(guild_id, window, current, now)], "")
        except BotError:
            return []

    async def on_view_board(self, interaction: Interaction, arguments: list[str]) -> None:
        """`bv1:<scope>:<window>:<period>:<topic>`: turn the private message into another board."""
        target = Target.read(arguments, self._bot.services.bank)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        period = await self._period_of(interaction, target)
        await context.reply(**await self._boards.private(context, target, period))

    async def on_share_board(self, interaction: Interaction, arguments: list[str]) -> None:
        """`bs2:<scope>:<window>:<period>:<topic>`: show the board, as it is now, to the channel."""
        await self._share(interaction, Target.read(arguments, self._bot.services.bank))

    async def on_share_first_version(self, interaction: Interaction, arguments: list[str]) -> None:
        """`bs1:<window>:<topic>`: the members of the current period, from messages older than `bs2`."""
        window = next((known for known in WINDOWS if known == arguments[0]), None) if len(arguments) == 2 else None
        if window is None:
            raise BotError("button.stale")
        topic = None if arguments[1] == ALL_TOPICS else self._topic(arguments[1])
        now = self._bot.clock()
        period = await self._leaderboard.period(require_guild(interaction), window, None, now)
        await self._share(interaction, Target("members", window, period.name, topic))

    async def _share(self, interaction: Interaction, target: Target) -> None:
        # Whatever can be refused is refused now: once a public answer is promised, a refusal would be public too.
        period = await self._period_of(interaction, target)
        context = await open_context(interaction)
        await context.acknowledge(public=True)
        await context.reply(**await self._boards.public(context, target, period))

    async def _period_of(self, interaction: Interaction, target: Target) -> Period:
        """Return the period that a button names.

        Raises:
            BotError: `button.stale` unless it is one that has begun, named exactly as boards do.
        """
        guild_id, now = require_guild(interaction), self._bot.clock()
        try:
            period = await self._leaderboard.period(guild_id, target.window, target.period or None, now)
        except BotError as error:
            raise BotError("button.stale") from error
        if period.name != target.period:
            raise BotError("button.stale")
        return period

    def _topic(self, typed: str | None) -> str | None:
        """Return the one topic that a board is for, None for all.

        Raises:
            BotError: `topic.unknown`, also for several.
        """
        topics = topics_of(typed or "")
        if len(topics) > 1 or any(topic not in self._bot.services.bank.topics for topic in topics):
            raise BotError("topic.unknown", topic=typed)
        return topics[0] if topics else None

    @app_commands.command(name="profile")
    @app_commands.guild_only()
    async def profile(self, interaction: Interaction, member: discord.Member | None = None) -> None:
        """Show one's own profile, or the public part of somebody else's."""
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        if member is not None and member.id != interaction.user.id:
            await context.reply(embed=await self._profile_of(context, member), view=rows([]))
            return
        share = button("ps1:0", context.t("share"))
        await context.reply(**await self._own_profile(context, public=False), view=rows([share]))

    async def on_share_profile(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ps1:0`: show the clicker's own profile to the channel."""
        if arguments != ["0"]:
            raise BotError("button.stale")
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(public=True)
        await context.reply(**await self._own_profile(context, public=True))

    async def _profile_of(self, context: Context, member: discord.Member) -> discord.Embed:
        guild_id = require_guild(context.interaction)
        profile = await self._leaderboard.profile(context.reader, guild_id, member.id, self._bot.clock())
        return profile_embed(context, profile, None, profile.name or member.display_name)

    async def _own_profile(self, context: Context, *, public: bool) -> dict[str, Any]:
        """Return the message: the reader's profile in words and as a card, in public without what was right."""
        interaction, now = context.interaction, self._bot.clock()
        guild_id, user = require_guild(interaction), interaction.user
        profile = await self._leaderboard.profile(context.reader, guild_id, user.id, now)
        if public:
            profile = replace(profile, answers=None, right=None)
        progress = await self._leaderboard.progress(context.reader, guild_id, now, WEEKS)
        name = profile.name or user.display_name
        message: dict[str, Any] = {"embed": profile_embed(context, profile, progress, name)}
        if progress.days:  # without a single answer a card would only show its frame
            self._people.meet(guild_id, user, now)
            person = (await self._people.find(interaction.guild, {user.id: name}, now))[user.id]
            card = profile_card(context, profile, progress, person)
            message["files"] = await card_file(context.bot, card, "profile", profile_alt(card))
        return message
