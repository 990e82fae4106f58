"""Tells a channel how a season ended, or says why it could not."""

import asyncio
import logging
from typing import Any

import discord

from bot.client import InterviewBot
from bot.domain.localized import Language
from bot.domain.readers import Reader
from bot.domain.seasons import Season, SeasonResult
from cogs._shared.cards import card_file
from cogs._shared.people import People, who_is_there
from cogs._shared.sending import DOUBTFUL, REFUSED, reason_of
from cogs.season._messages import announcement, winners_alt, winners_card

log = logging.getLogger(__name__)

SEND_SECONDS = 10


class Announcer:
    """Changes nothing about a season: an announcement may be made any number of times."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._people = People()

    def forget(self, user_id: int) -> None:
        """Forget a member who had everything deleted."""
        self._people.forget(user_id)

    async def announce(
        self, guild: discord.Guild, season: Season, channel_id: int, reader: Reader, language: Language
    ) -> str | None:
        """Post the winners, in the server's language.

        Returns why it could not be done, as under `daily.reason`; None when the message is there.
        """
        await self._ask_who_left(guild, season, reader)
        result = await self._bot.services.seasons.result(guild.id, season.period, self._bot.clock())
        embed, view = announcement(self._bot.texts, language, result)
        message: dict[str, Any] = {"embed": embed, "view": view}
        if result.winners:
            message["files"] = await self._picture(guild, result, language)
        channel = self._bot.get_partial_messageable(channel_id, guild_id=guild.id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                # A button names the channel, and a made-up one could name another server's.
                if guild.get_channel_or_thread(channel_id) is None:
                    await guild.fetch_channel(channel_id)
                await channel.send(**message)
        except discord.InvalidData:
            log.warning("season %d of server %d: channel %d is not there", season.number, guild.id, channel_id)
            return "channel_gone"
        except (*DOUBTFUL, *REFUSED) as error:
            log.warning("season %d of server %d: not announced (%s)", season.number, guild.id, error)
            return reason_of(error)
        return None

    async def _picture(self, guild: discord.Guild, result: SeasonResult, language: Language) -> list[discord.File]:
        names = {standing.user_id: standing.name for standing in result.winners}
        people = await self._people.find(guild, names, self._bot.clock())
        card = winners_card(self._bot.texts, language, result, people)
        return await card_file(self._bot, card, "season", winners_alt(card))

    async def _ask_who_left(self, guild: discord.Guild, season: Season, reader: Reader) -> None:
        """Ask Discord about those on top who have not been seen for a day: who left is not announced."""
        leaderboard, now = self._bot.services.leaderboard, self._bot.clock()
        ranking = await leaderboard.ranking(reader, guild.id, "season", None, now, season.period)
        unchecked = await leaderboard.unchecked(ranking, now)
        if unchecked:
            await leaderboard.checked(guild.id, await who_is_there(guild, unchecked), now)
