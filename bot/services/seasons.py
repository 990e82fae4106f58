"""Seasons of a server: started and ended by its admins, kept for ever (decision 19)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.localized import Language
from bot.domain.periods import read_season, season_periods
from bot.domain.seasons import (
    MOST_WINNERS,
    Season,
    SeasonOutlook,
    SeasonResult,
    podium,
    season_name,
)
from bot.domain.settings import GuildSettings
from bot.domain.teams import TeamRules, rank_teams
from bot.errors import BotError
from bot.storage import Storage, Transaction


class SeasonService:
    """At most one season runs in a server. What is earned between two of them counts for none."""

    def __init__(self, storage: Storage, rules: TeamRules | None = None) -> None:
        self._storage = storage
        self._rules = rules or TeamRules()

    async def start(
        self,
        guild_id: int,
        user_id: int,
        name: str | None,
        default_name: Callable[[Language, int], str],
        language: Language,
        now: datetime,
    ) -> Season:
        """Start a season: from now on points count for it, and its boards are empty.

        Args:
            guild_id: The server.
            user_id: The admin who starts it.
            name: Its name as typed; None for the default one.
            default_name: Names a season by the server's language and its number.
            language: The language of a server that has no settings yet.
            now: When it starts.

        Raises:
            BotError: `season.bad_name`; `season.running` while another one runs. Nothing is changed.
        """
        chosen = season_name(name) if name is not None else None
        async with self._storage.write() as tx:
            number = await tx.seasons.next_number(guild_id)
            settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id, language=language)
            season = Season(guild_id, number, chosen or default_name(settings.language, number), now, user_id)
            if not await tx.seasons.start(season, language):
                running = await tx.seasons.running(guild_id)
                raise BotError("season.running", name=running.name if running else "?")
            return season

    async def outlook(self, guild_id: int) -> SeasonOutlook:
        """Return what ending the running season now would mean.

        Raises:
            BotError: `season.none` when none runs.
        """
        async with self._storage.read() as tx:
            season = await _running(tx, guild_id)
            open_questions = await tx.deliveries.open_questions([guild_id])
            return SeasonOutlook(season, await tx.boards.members(season.board), len(open_questions))

    async def end(self, guild_id: int, number: int, user_id: int, now: datetime) -> Season:
        """End the running season, which must be this one: what is scored from now on counts for none.

        Raises:
            BotError: `season.none` when none runs; `season.ended` when this one has ended and another one runs.
        """
        async with self._storage.write() as tx:
            if not await tx.seasons.end(guild_id, number, user_id, now):
                raise BotError("season.ended", name=(await _running(tx, guild_id)).name)
            return await _find(tx, guild_id, number)

    async def find(self, guild_id: int, number: int) -> Season:
        """Return a season by its number.

        Raises:
            BotError: `season.unknown`.
        """
        async with self._storage.read() as tx:
            return await _find(tx, guild_id, number)

    async def result(self, guild_id: int, typed: str | None, now: datetime) -> SeasonResult:
        """Return how a season ended: the one that an admin typed, or the latest one that has ended.

        It is known by `s3`, its name, its number, or a day in it.

        Raises:
            BotError: `season.none_ended` when none has ended yet; `season.unknown`; `season.not_over` for the one
                that runs.
        """
        async with self._storage.read() as tx:
            season = await _meant(tx, guild_id, typed, now)
            if season.running:
                raise BotError("season.not_over", name=season.name)
            result = await _members_of(tx, season)
            names = await tx.teams.names(guild_id)
            scores = await tx.boards.team_scores(season.board)
        found = ((team_id, names[team_id], score) for team_id, score in scores.items() if team_id in names)
        teams, more_teams = podium(rank_teams(found, self._rules))
        return SeasonResult(season, result.winners, result.more_members, result.members, teams, more_teams)

    async def history(self, guild_id: int, limit: int) -> Sequence[SeasonResult]:
        """Return the latest seasons with their members' medals, newest first; the running one's are no medals yet."""
        async with self._storage.read() as tx:
            seasons = await tx.seasons.list(guild_id)
            return [await _members_of(tx, season) for season in seasons[:limit]]

    async def list(self, guild_id: int) -> Sequence[Season]:
        """Return all seasons of a server, newest first."""
        async with self._storage.read() as tx:
            return await tx.seasons.list(guild_id)


async def _running(tx: Transaction, guild_id: int) -> Season:
    season = await tx.seasons.running(guild_id)
    if season is None:
        raise BotError("season.none")
    return season


async def _meant(tx: Transaction, guild_id: int, typed: str | None, now: datetime) -> Season:
    seasons = await tx.seasons.list(guild_id)
    if typed is None:
        for season in seasons:
            if not season.running:
                return season
        raise BotError("season.none_ended")
    zone = (await tx.guilds.find(guild_id) or GuildSettings(guild_id)).zone
    meant = read_season(typed, season_periods(seasons, zone), now.astimezone(zone).date())
    for season in seasons:
        if meant is not None and season.period == meant.name:
            return season
    raise BotError("season.unknown", season=typed)


async def _find(tx: Transaction, guild_id: int, number: int) -> Season:
    season = await tx.seasons.find(guild_id, number)
    if season is None:
        raise BotError("season.unknown", season=str(number))
    return season


async def _members_of(tx: Transaction, season: Season) -> SeasonResult:
    winners, more = podium(await tx.boards.top(season.board, MOST_WINNERS + 1))
    return SeasonResult(season, winners, more, await tx.boards.members(season.board))
