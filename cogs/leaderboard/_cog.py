"""`/leaderboard` and `/profile`: private, with a button to share."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.boards import WINDOWS, Ranking, Window
from bot.errors import BotError
from bot.pictures.values import WEEKS, Person
from bot.services.schedules import topics_of
from cogs._shared.checks import require_guild
from cogs._shared.components import button, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import complete_topic
from cogs.leaderboard._cards import as_file, board_alt, board_card, profile_alt, profile_card, shown
from cogs.leaderboard._messages import profile_embed, ranking_embed
from cogs.leaderboard._people import People

# Stands for "all topics" in a custom_id, whose parts are never empty.
ALL_TOPICS = "-"
# Nobody waits longer for a board because Discord is slow to say who is there.
ASK_SECONDS = 5


class LeaderboardCog(commands.Cog):
    """Two commands and the buttons that share them."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._leaderboard = bot.services.leaderboard
        self._people = People()

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("bs1", self.on_share_board)
        self._bot.add_route("ps1", self.on_share_profile)

    @app_commands.command(name="leaderboard")
    @app_commands.guild_only()
    async def leaderboard(
        self,
        interaction: Interaction,
        scope: Literal["members"] = "members",
        window: Literal["week", "month", "all"] = "week",
        topic: str | None = None,
    ) -> None:
        """Show a board privately."""
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        path = self._topic(topic)
        share = button(f"bs1:{window}:{path or ALL_TOPICS}", context.t("share"))
        await context.reply(**await self._board(context, window, path), view=rows([share]))

    @leaderboard.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)

    async def on_share_board(self, interaction: Interaction, arguments: list[str]) -> None:
        """`bs1:<window>:<topic>`: show the board, as it is now, to the channel."""
        if len(arguments) != 2:
            raise BotError("button.stale")
        window = next((known for known in WINDOWS if known == arguments[0]), None)
        if window is None:
            raise BotError("button.stale")
        # Whatever can be refused is refused now: once a public answer is promised, a refusal would be public too.
        require_guild(interaction)
        topic = None if arguments[1] == ALL_TOPICS else self._topic(arguments[1])
        context = await open_context(interaction)
        await context.acknowledge(public=True)
        await context.reply(**await self._board(context, window, topic))

    def _topic(self, typed: str | None) -> str | None:
        """Return the one topic that a board is for, None for all.

        Raises:
            BotError: `topic.unknown`, also for several.
        """
        topics = topics_of(typed or "")
        if len(topics) > 1 or any(topic not in self._bot.services.bank.topics for topic in topics):
            raise BotError("topic.unknown", topic=typed)
        return topics[0] if topics else None

    async def _board(self, context: Context, window: Window, topic: str | None) -> dict[str, Any]:
        """Return the message: a board in words, and as a card when there is somebody on it."""
        guild_id = require_guild(context.interaction)
        ranking = await self._leaderboard.ranking(context.reader, guild_id, window, topic, self._bot.clock())
        if await self._ask_who_left(context, ranking):
            ranking = await self._leaderboard.ranking(context.reader, guild_id, window, topic, self._bot.clock())
        message: dict[str, Any] = {"embed": ranking_embed(context, ranking)}
        if standings := shown(ranking):
            names = {standing.user_id: standing.name for standing in standings}
            card = board_card(context, ranking, await self._people_of(context, names))
            message["files"] = await as_file(context, card, "leaderboard", board_alt(card))
        return message

    async def _people_of(self, context: Context, names: Mapping[int, str]) -> dict[int, Person]:
        interaction, now = context.interaction, self._bot.clock()
        self._people.meet(require_guild(interaction), interaction.user, now)
        return await self._people.find(interaction.guild, names, now)

    async def _ask_who_left(self, context: Context, ranking: Ranking) -> bool:
        """Ask Discord about shown members not seen for a day; returns whether somebody has left."""
        guild, now = context.interaction.guild, self._bot.clock()
        unchecked = await self._leaderboard.unchecked(ranking, now)
        if guild is None or not unchecked:
            return False
        answers = await asyncio.gather(*(_is_member(guild, user_id) for user_id in unchecked))
        present = {user_id: answer for user_id, answer in zip(unchecked, answers, strict=True) if answer is not None}
        await self._leaderboard.checked(ranking.board.guild_id, present, now)
        return not all(present.values())

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
            person = (await self._people_of(context, {user.id: name}))[user.id]
            card = profile_card(context, profile, progress, person)
            message["files"] = await as_file(context, card, "profile", profile_alt(card))
        return message


async def _is_member(guild: discord.Guild, user_id: int) -> bool | None:
    """Whether Discord knows the member; None when it did not say."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    except (discord.HTTPException, TimeoutError, OSError):
        return None
    return True
