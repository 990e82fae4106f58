"""A member's streak in a server: the longest of its channels that still goes on (decision 21)."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from bot.domain.streaks import StreakDay, current_streak
from bot.storage import Transaction

# Streaks are computed from this many of the server's latest posts: over a year for two channels.
STREAK_POSTS = 800
OUTAGE = timedelta(hours=1)


async def streak_of(tx: Transaction, guild_id: int, user_id: int, now: datetime) -> int:
    """Return how many daily questions in a row the member has answered, in the channel where it is most."""
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
