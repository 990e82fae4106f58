"""Boards: windows, periods, and what a ranking shows (decisions 19, 20)."""

from collections.abc import Iterable, Iterator
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
    """One append-only record of points, with everything a board needs frozen in it (decision 19).

    "corrected" adds to an answer that another entry has counted already.
    """

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
    reason: Literal["right", "partly", "answered", "wrong", "corrected"]
    occurred_at: datetime
    team_id: int | None = None

    @property
    def answers(self) -> int:
        """How many answers the entry stands for."""
        return 0 if self.reason == "corrected" else 1

    @property
    def right(self) -> int:
        """How many fully right answers it adds."""
        return int(self.reason in ("right", "corrected"))


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


@dataclass(slots=True)
class Score:
    """What a member has on a board. `reached_at`: when they got the points that they have."""

    points: int
    answers: int
    right: int
    reached_at: datetime


def scores_of(entries: Iterable[LedgerEntry]) -> dict[tuple[Board, int], Score]:
    """Compute every score from the ledger alone, by board and member.

    This is what the aggregates must say; they are kept entry by entry in the transactions that append.
    """
    scores: dict[tuple[Board, int], Score] = {}
    for entry in entries:
        for board in boards_of(entry):
            score = scores.get((board, entry.user_id))
            if score is None:
                scores[board, entry.user_id] = Score(entry.points, entry.answers, entry.right, entry.occurred_at)
                continue
            if entry.points and not (score.points > 0 and score.reached_at > entry.occurred_at):
                score.reached_at = entry.occurred_at
            score.points += entry.points
            score.answers += entry.answers
            score.right += entry.right
    return scores
