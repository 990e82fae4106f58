"""Rankings and profiles, from aggregates that only ever hold closed results (decisions 13, 19–22, 25)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.bank import QuestionBank
from bot.domain.boards import WINDOWS, Board, Ranking, Standing, Window
from bot.domain.boards import period as period_of
from bot.domain.members import Membership
from bot.domain.periods import (
    Period,
    calendar_periods,
    read_calendar_period,
    read_season,
    season_periods,
)
from bot.domain.readers import Reader
from bot.domain.settings import GuildSettings
from bot.domain.teams import TeamRanking, TeamRules, TeamScore, rank_teams
from bot.errors import BotError
from bot.services.streaks import streak_of
from bot.storage import Storage, Transaction

TOP = 10
# So many of those who stand just above and just below a reader are shown.
REACH = 2
# Weeks or months before the current one that are offered.
PAST = 24
# There is no members intent: whoever is shown is asked about at Discord once in this span.
CHECK_AGAIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's standing in a server. `answers` and `right` are None in another member's profile (decision 25).

    `standings` has no season while none runs. `team` is the name of the team that the member earns points for.
    """

    user_id: int
    name: str | None
    standings: dict[Window, Standing | None]
    streak: int
    answers: int | None
    right: int | None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What only the member sees: (answers, right) by root topic in the tree's order, and answers by local date.

    Topics count scored answers only, so that nothing of an open question is in them; days count every answer.
    """

    topics: dict[str, tuple[int, int]]
    days: dict[date, int]
    today: date


class LeaderboardService:
    """Reads boards; writes only who has left. Points are written where they are earned."""

    def __init__(self, storage: Storage, bank: QuestionBank, rules: TeamRules | None = None) -> None:
        self._storage = storage
        self._bank = bank
        self.rules = rules or TeamRules()

    async def period(self, guild_id: int, window: Window, typed: str | None, now: datetime) -> Period:
        """Return the period that a reader typed, by its name or a day in it; None is the current one.

        A season is also known by its name or number; without one that runs, None is the one that ended last.

        Raises:
            BotError: `leaderboard.bad_week`, `.bad_month`, `.bad_season` for what is none, or has not begun;
                `leaderboard.no_season` before a server's first; `leaderboard.no_periods` for all time.
        """
        async with self._storage.read() as tx:
            return await self._period(tx, guild_id, window, typed, now)

    async def periods(self, guild_id: int, window: Window, now: datetime) -> list[Period]:
        """Return what may be asked for, newest first: PAST weeks or months and the current one, or all seasons."""
        async with self._storage.read() as tx:
            settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
            if window == "season":
                return season_periods(await tx.seasons.list(guild_id), settings.zone)
        today = now.astimezone(settings.zone).date()
        return [] if window == "all" else calendar_periods(window, today, PAST)

    async def ranking(
        self, reader: Reader, guild_id: int, window: Window, topic: str | None, now: datetime, period: str | None = None
    ) -> Ranking:
        """Return the top of a board and the reader's own standing, with their neighbours when it is further down.

        `period` as in the method of that name.

        Raises:
            BotError: `topic.unknown`, and what `period` raises.
        """
        async with self._storage.read() as tx:
            board, _ = await self._board(tx, guild_id, window, topic, now, period)
            top = await tx.boards.top(board, TOP)
            own, members = await tx.boards.own_among(board, reader.user_id)
            member = await tx.members.find(guild_id, reader.user_id) if own is not None else None
            hidden, shown = member is not None and member.hidden, member is not None and member.shown
            in_top = {standing.user_id for standing in top}
            if own is None or own.user_id in in_top:
                return Ranking(board, tuple(top), own, members)
            if own.rank <= TOP and not shown:  # their neighbours are in the top
                return Ranking(board, tuple(top), own, members, gap=True, hidden=hidden)
            # One more than are shown tells whether anybody stands between the top and them.
            near = await tx.boards.around(board, own, REACH + 1)
        above, below = near[: REACH + 1], near[REACH + 1 :][:REACH]
        kept = [standing for standing in above if standing.user_id not in in_top]
        gap, kept = len(kept) == len(above), kept[-REACH:]
        return Ranking(board, tuple(top), own, members, (*kept, *below), len(kept), gap, hidden)

    async def team_ranking(
        self, reader: Reader, guild_id: int, window: Window, topic: str | None, now: datetime, period: str | None = None
    ) -> TeamRanking:
        """Return all teams of a board. The reader's own is on the current one even before it has any points.

        Disbanded teams keep their place on boards of past periods, and are on no other.

        Raises:
            BotError: As `ranking`.
        """
        async with self._storage.read() as tx:
            board, current = await self._board(tx, guild_id, window, topic, now, period)
            scores = await tx.boards.team_scores(board)
            member = await tx.members.find(guild_id, reader.user_id)
            own = member.team_id if member is not None else None
            teams = {team.id: team for team in await tx.teams.find_all({*scores, *([own] if own else [])})}
        if own is not None and current:
            scores.setdefault(own, TeamScore(0, 0, teams[own].created_at))
        disbanded = {team.id for team in teams.values() if team.state == "disbanded"}
        shown = [(team_id, score) for team_id, score in scores.items() if not (current and team_id in disbanded)]
        standings = rank_teams(((team_id, teams[team_id].name, score) for team_id, score in shown), self.rules)
        return TeamRanking(board, tuple(standings), own, frozenset(disbanded), self.rules)

    async def unchecked(self, ranking: Ranking, now: datetime) -> list[int]:
        """Return shown members of whom it is not known whether they are still in the server (decision 20)."""
        user_ids = [standing.user_id for standing in (*ranking.top, *ranking.around)]
        async with self._storage.read() as tx:
            return await tx.members.list_unchecked(ranking.board.guild_id, user_ids, now - CHECK_AGAIN)

    async def checked(self, guild_id: int, present: dict[int, bool], now: datetime) -> None:
        """Store what Discord said: whether each of these members is still in the server. Who has left is hidden.

        `now` is when Discord was asked: who has acted since is there, whatever it said.
        """
        async with self._storage.write() as tx:
            known: list[Membership] = []
            # All of them before any board: whoever counts points holds one of these, and then waits for the boards.
            for user_id in sorted(present):
                member = await tx.members.find(guild_id, user_id, lock=True)
                if member is not None and member.last_seen_at <= now:
                    known.append(member)
            for member in known:
                left = not present[member.user_id]
                await tx.members.set_checked(guild_id, member.user_id, now, left=left)
                if left != member.left and not member.hidden:
                    await tx.boards.show(guild_id, member.user_id, not left)

    async def profile(self, reader: Reader, guild_id: int, user_id: int, now: datetime) -> Profile:
        """Return a member's profile as the reader may see it.

        Raises:
            BotError: `profile.hidden` when another member opted out of boards.
        """
        own = reader.user_id == user_id
        async with self._storage.read() as tx:
            member = await tx.members.find(guild_id, user_id)
            if not own and member is not None and member.hidden:
                raise BotError("profile.hidden")
            settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
            today = now.astimezone(settings.zone).date()
            standings: dict[Window, Standing | None] = {}
            for window in WINDOWS:
                if window != "season" or settings.season:
                    board = Board(guild_id, window, period_of(window, today, settings.season))
                    standings[window] = await tx.boards.own(board, user_id)
            streak = await streak_of(tx, guild_id, user_id, now)
            answers, right = await tx.attempts.graded_counts(guild_id, user_id) if own else (None, None)
            teams = await tx.teams.find_all({member.team_id}) if member is not None and member.team_id else []
        name = member.name if member is not None else None
        return Profile(user_id, name, standings, streak, answers, right, teams[0].name if teams else None)

    async def progress(self, reader: Reader, guild_id: int, now: datetime, weeks: int) -> Progress:
        """Return how the reader did by topic, and how much they answered on each day of this week and those before."""
        roots = [topic.path for topic in self._bank.topics if "/" not in topic.path]
        async with self._storage.read() as tx:
            zone = (await tx.guilds.find(guild_id) or GuildSettings(guild_id)).zone
            counts = await tx.boards.of_topics(guild_id, reader.user_id, roots)
            today = now.astimezone(zone).date()
            monday = today - timedelta(days=today.weekday(), weeks=weeks - 1)
            since = datetime.combine(monday, time.min, zone)
            quarters = await tx.attempts.answer_times(guild_id, reader.user_id, since)
        days: dict[date, int] = defaultdict(int)
        for start, answers in quarters:
            days[start.astimezone(zone).date()] += answers
        topics = {root: counts.get(root, (0, 0)) for root in roots}
        return Progress(topics, dict(days), today)

    async def _board(
        self, tx: Transaction, guild_id: int, window: Window, topic: str | None, now: datetime, typed: str | None
    ) -> tuple[Board, bool]:
        """Return a board, and whether points that are earned now count on it."""
        if topic is not None and topic not in self._bank.topics:
            raise BotError("topic.unknown", topic=topic)
        period = await self._period(tx, guild_id, window, typed, now)
        return Board(guild_id, window, period.name, topic or ""), period.current

    async def _period(self, tx: Transaction, guild_id: int, window: Window, typed: str | None, now: datetime) -> Period:
        if window == "all":
            if typed is not None:
                raise BotError("leaderboard.no_periods")
            return Period(window, "")
        settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
        today = now.astimezone(settings.zone).date()
        if window == "season":
            seasons = season_periods(await tx.seasons.list(guild_id), settings.zone)
            if not seasons:
                raise BotError("leaderboard.no_season")
            # Newest first: it runs, or it ended last.
            found = seasons[0] if typed is None else read_season(typed, seasons, today)
            if found is None:
                raise BotError("leaderboard.bad_season", text=typed, example=seasons[0].name, day=today.isoformat())
            return found
        current = period_of(window, today, 0)
        found = read_calendar_period(window, current if typed is None else typed, today)
        if found is None:
            key = "leaderboard.bad_week" if window == "week" else "leaderboard.bad_month"
            raise BotError(key, text=typed, example=current, day=today.isoformat())
        return found
