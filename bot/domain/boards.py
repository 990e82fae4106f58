"""Boards: windows, periods, and what a ranking shows (decisions 19, 20)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.topics import prefixes

Window = Literal["week", "month", "season", "all"]
WINDOWS: tuple[Window, ...] = ("week", "month", "season", "all")


@dataclass(frozen=True, slots=True)
class Board:
    """A ranking over a window and a topic. `topic` is "" for all topics."""

    guild_id: int
    window: Window
    period: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One member on a board. `rank` counts from 1; equal points share a rank."""

    user_id: int
    name: str
    points: int
    answers: int
    right: int
    rank: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The top of a board and, when the reader is further down or on it, the reader's own standing."""

    board: Board
    top: tuple[Standing, ...]
    own: Standing | None
    members: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One append-only record of points, with everything a board needs frozen in it (decision 19)."""

    key: str
    guild_id: int
    channel_id: int | None
    user_id: int
    source: Literal["daily", "quiz"]
    attempt_id: int
    question_id: str
    item_id: str
    revision: str
    topic: str
    season: int
    local_date: date
    points: int
    reason: Literal["right", "partly", "answered", "wrong"]
    occurred_at: datetime
    team_id: int | None = None


def period(window: Window, local_date: date, season: int) -> str:
    """Name the period of a window that a date lies in: `2026-W48` (ISO week), `2026-11`, `s0`, or "" for all time."""
    if window == "week":
        year, week, _ = local_date.isocalendar()
        return f"{year}-W{week:02d}"
    if window == "month":
        return f"{local_date:%Y-%m}"
    return f"s{season}" if window == "season" else ""


def boards_of(entry: LedgerEntry) -> Iterator[Board]:
    """Yield every board that a ledger entry counts on: each window, for all topics and each level of its topic."""
    for window in WINDOWS:
        name = period(window, entry.local_date, entry.season)
        for topic in ("", *prefixes(entry.topic)):
            yield Board(entry.guild_id, window, name, topic)
