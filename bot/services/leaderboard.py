"""Rankings and profiles, from aggregates that only ever hold closed results (decisions 13, 19–21, 25)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain.bank import QuestionBank
from bot.domain.boards import WINDOWS, Board, Ranking, Standing, Window, period
from bot.domain.readers import Reader
from bot.domain.settings import GuildSettings
from bot.domain.streaks import StreakDay, current_streak
from bot.errors import BotError
from bot.storage import Storage, Transaction

TOP = 10
# Streaks are computed from this many of the server's latest posts: over a year for two channels.
STREAK_POSTS = 800
OUTAGE = timedelta(hours=1)
# There is no members intent: whoever is shown is asked about at Discord once in this span.
CHECK_AGAIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's standing in a server. `answers` and `right` are None in another member's profile (decision 25)."""

    user_id: int
    name: str | None
    standings: dict[Window, Standing | None]
    streak: int
    answers: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What only the member sees: (answers, right) by root topic in the tree's order, and answers by local date.

    Topics count scored answers only, so that nothing of an open question is in them; days count every answer.
    """

    topics: dict[str, tuple[int, int]]
    days: dict[date, int]
    today: date


class LeaderboardService:
    """Reads only; the writing is done where points are earned."""

    def __init__(self, storage: Storage, bank: QuestionBank) -> None:
        self._storage = storage
        self._bank = bank

    async def ranking(self, reader: Reader, guild_id: int, window: Window, topic: str | None, now: datetime) -> Ranking:
        """Return the top of a board and the reader's own standing.

        Raises:
            BotError: `topic.unknown`.
        """
        if topic is not None and topic not in self._bank.topics:
            raise BotError("topic.unknown", topic=topic)
        async with self._storage.read() as tx:
            board = await self._board(tx, guild_id, window, topic, now)
            top = await tx.boards.top(board, TOP)
            own = await tx.boards.own(board, reader.user_id)
            return Ranking(board, tuple(top), own, await tx.boards.members(board))

    async def unchecked(self, ranking: Ranking, now: datetime) -> list[int]:
        """Return shown members of whom it is not known whether they are still in the server (decision 20)."""
        user_ids = [standing.user_id for standing in ranking.top]
        async with self._storage.read() as tx:
            return await tx.members.list_unchecked(ranking.board.guild_id, user_ids, now - CHECK_AGAIN)

    async def checked(self, guild_id: int, present: dict[int, bool], now: datetime) -> None:
        """Store what Discord said: whether each of these members is still in the server."""
        async with self._storage.write() as tx:
            for user_id, is_member in present.items():
                await tx.members.set_checked(guild_id, user_id, now, left=not is_member)

    async def profile(self, reader: Reader, guild_id: int, user_id: int, now: datetime) -> Profile:
        """Return a member's profile as the reader may see it.

        Raises:
            BotError: `profile.hidden` when another member opted out of boards.
        """
        own = reader.user_id == user_id
        async with self._storage.read() as tx:
            if not own and await tx.members.is_hidden(guild_id, user_id):
                raise BotError("profile.hidden")
            standings: dict[Window, Standing | None] = {}
            for window in WINDOWS:
                board = await self._board(tx, guild_id, window, None, now)
                standings[window] = await tx.boards.own(board, user_id)
            streak = await self._streak(tx, guild_id, user_id, now)
            counts = await tx.attempts.graded_counts(guild_id, user_id) if own else (None, None)
            name = await tx.members.find_name(guild_id, user_id)
        return Profile(user_id, name, standings, streak, *counts)

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

    async def _board(self, tx: Transaction, guild_id: int, window: Window, topic: str | None, now: datetime) -> Board:
        settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
        today = now.astimezone(settings.zone).date()
        return Board(guild_id, window, period(window, today, settings.season), topic or "")

    async def _streak(self, tx: Transaction, guild_id: int, user_id: int, now: datetime) -> int:
        rows = await tx.attempts.streak_rows(guild_id, user_id, STREAK_POSTS)
        if not rows:
            return 0
        outages = _outages(await tx.operations.uptimes(rows[-1].posted_at - OUTAGE), now)
        by_channel: dict[int, list[StreakDay]] = defaultdict(list)
        for row in reversed(rows):
            by_channel[row.channel_id].append(_day(row, outages, now))
        return max(current_streak(days) for days in by_channel.values())


def _day(row: Any, outages: list[tuple[datetime, datetime]], now: datetime) -> StreakDay:
    closes_at = row.closes_at or now
    return StreakDay(
        local_date=row.local_date,
        answered=row.attempt_id is not None,
        open=row.closed_at is None and now < closes_at,
        # Nobody could answer a question that was withdrawn at once.
        neutral=row.voided_at is not None or any(start < closes_at and end > row.posted_at for start, end in outages),
    )


def _outages(uptimes: list[tuple[datetime, datetime]], now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the gaps of an hour or more between the lives of processes, given by start."""
    gaps = []
    alive_until: datetime | None = None
    for started_at, beat_at in uptimes:
        if alive_until is not None and started_at - alive_until >= OUTAGE:
            gaps.append((alive_until, started_at))
        alive_until = beat_at if alive_until is None else max(alive_until, beat_at)
    if alive_until is not None and now - alive_until >= OUTAGE:
        gaps.append((alive_until, now))
    return gaps
