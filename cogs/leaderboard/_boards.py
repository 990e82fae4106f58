"""A board as a message: in words, as a card, with buttons that lead to its neighbours."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import discord

from bot.domain.boards import Ranking
from bot.domain.periods import Period
from bot.pictures.values import LeaderboardCard
from bot.services.leaderboard import LeaderboardService
from cogs._shared.cards import card_file
from cogs._shared.checks import require_guild
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.people import People, who_is_there
from cogs.leaderboard._cards import board_alt, board_card, team_card
from cogs.leaderboard._messages import ranking_embed, team_ranking_embed
from cogs.leaderboard._targets import Target

VIEW, SHARE = "bv1", "bs2"
# Whoever comes up in the place of those who have left is asked about as well, so often.
ASK_ROUNDS = 3


class Boards:
    """Makes the messages of `/leaderboard`."""

    def __init__(self, leaderboard: LeaderboardService, people: People) -> None:
        self._leaderboard = leaderboard
        self._people = people

    async def private(self, context: Context, target: Target, period: Period) -> dict[str, Any]:
        """Return a board as its reader sees it, with buttons."""
        message = await self._message(context, target, period, public=False)
        return {**message, "view": rows(self._buttons(context, target, period))}

    async def public(self, context: Context, target: Target, period: Period) -> dict[str, Any]:
        """Return a board as everybody may see it: nobody is its reader."""
        return await self._message(context, target, period, public=True)

    async def _message(self, context: Context, target: Target, period: Period, *, public: bool) -> dict[str, Any]:
        if target.scope == "teams":
            return await self._teams(context, target, period, public=public)
        return await self._members(context, target, period, public=public)

    async def _members(self, context: Context, target: Target, period: Period, *, public: bool) -> dict[str, Any]:
        guild_id, now = require_guild(context.interaction), context.bot.clock()
        board = (context.reader, guild_id, target.window, target.topic, now, period.name or None)
        ranking = await self._leaderboard.ranking(*board)
        for _ in range(ASK_ROUNDS):
            if not await self._ask_who_left(context, ranking):
                break
            ranking = await self._leaderboard.ranking(*board)
        if public:
            ranking = ranking.for_everybody()
        message: dict[str, Any] = {"embed": ranking_embed(context, target, period, ranking)}
        shown = (*ranking.top, *ranking.further)
        if shown:
            self._people.meet(guild_id, context.interaction.user, now)
            names = {standing.user_id: standing.name for standing in shown}
            people = await self._people.find(context.interaction.guild, names, now)
            message["files"] = await _card(context, board_card(context, target, period, ranking, people))
        return message

    async def _teams(self, context: Context, target: Target, period: Period, *, public: bool) -> dict[str, Any]:
        guild_id, now = require_guild(context.interaction), context.bot.clock()
        ranking = await self._leaderboard.team_ranking(
            context.reader, guild_id, target.window, target.topic, now, period.name or None
        )
        if public:
            ranking = ranking.for_everybody()
        message: dict[str, Any] = {"embed": team_ranking_embed(context, target, period, ranking)}
        if ranking.standings:
            message["files"] = await _card(context, team_card(context, target, period, ranking))
        return message

    async def _ask_who_left(self, context: Context, ranking: Ranking) -> bool:
        """Ask Discord about shown members not seen for a day; returns whether somebody has left."""
        guild, now = context.interaction.guild, context.bot.clock()
        unchecked = await self._leaderboard.unchecked(ranking, now)
        if guild is None or not unchecked:
            return False
        present = await who_is_there(guild, unchecked)
        await self._leaderboard.checked(ranking.board.guild_id, present, now)
        return not all(present.values())

    def _buttons(
        self, context: Context, target: Target, period: Period
    ) -> Iterable[discord.ui.Button[discord.ui.View]]:
        other = replace(target, scope="members" if target.scope == "teams" else "teams")
        yield button(other.custom_id(VIEW), context.t(f"choices.scope.{other.scope}"))
        if period.previous is not None:
            previous = replace(target, period=period.previous)
            yield button(previous.custom_id(VIEW), context.t(f"leaderboard.previous.{target.window}"), emoji="◀️")
        if period.following is not None:
            following = replace(target, period=period.following)
            yield button(following.custom_id(VIEW), context.t(f"leaderboard.next.{target.window}"), emoji="▶️")
        yield button(target.custom_id(SHARE), context.t("share"))


async def _card(context: Context, card: LeaderboardCard) -> list[discord.File]:
    return await card_file(context.bot, card, "leaderboard", board_alt(card))
