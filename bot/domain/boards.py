"""Boards: windows, periods, and what a ranking of members shows (decisions 19, 20)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.ledger import LedgerEntry
from bot.domain.topics import prefixes

Window = Literal["week", "month", "season", "all"]
WINDOWS: tuple[Window, ...] = ("week", "month", "season", "all")
_PERIODS = {"week": re.compile(r"(\d{4})-W(\d{2})"), "month": re.compile(r"(\d{4})-(\d{2})")}


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
    """The top of a board, and the reader's own standing when they have points on it.

    `around`: those who stand just above and just below the reader, in the board's order and without the reader or
    anybody in the top; empty when the reader is in the top or has no points. The first `above` of them stand above.
    `gap`: somebody stands between the top and those below it. `hidden`: nobody but the reader sees their standing.
    """

    board: Board
    top: tuple[Standing, ...]
    own: Standing | None
    members: int
    around: tuple[Standing, ...] = ()
    above: int = 0
    gap: bool = False
    hidden: bool = False

    @property
    def further(self) -> tuple[Standing, ...]:
        """What is shown below the top, in order: the reader's own standing between their neighbours, or nothing."""
        if self.own is None or any(standing.user_id == self.own.user_id for standing in self.top):
            return ()
        return (*self.around[: self.above], self.own, *self.around[self.above :])

    def for_everybody(self) -> "Ranking":
        """Return the board without its reader: what a channel sees."""
        return Ranking(self.board, self.top, None, self.members)


def period(window: Window, local_date: date, season: int) -> str:
    """Name the period of a window that a date lies in: `2026-W48` (ISO week), `2026-11`, `s1`, or "" for all time."""
    if window == "week":
        year, week, _ = local_date.isocalendar()
        return f"{year}-W{week:02d}"
    if window == "month":
        return f"{local_date:%Y-%m}"
    return f"s{season}" if window == "season" else ""


def parse_period(window: Window, typed: str) -> str | None:
    """Return the period that a reader typed, as boards name it, or None when the window has no such period.

    Weeks and months only: which seasons there are, the caller knows.
    """
    pattern = _PERIODS.get(window)
    match = pattern.fullmatch(typed.strip().upper()) if pattern else None
    if match is None:
        return None
    year, number = int(match[1]), int(match[2])
    try:
        day = date.fromisocalendar(year, number, 1) if window == "week" else date(year, number, 1)
    except ValueError:
        return None
    return period(window, day, 0)


def boards_of(entry: LedgerEntry) -> Iterator[Board]:
    """Yield every board that a ledger entry counts on: each window, for all topics and each level of its topic.

    What was earned between seasons is on no season's board.
    """
    for window in WINDOWS:
        if window == "season" and not entry.season:
            continue
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

    def add(self, entry: LedgerEntry) -> None:
        """Count one more entry. Points that are taken back do not change when the rest was reached."""
        if entry.points > 0 and not (self.points > 0 and self.reached_at > entry.occurred_at):
            self.reached_at = entry.occurred_at
        self.points += entry.points
        self.answers += entry.answers
        self.right += entry.right


def scores_of(entries: Iterable[LedgerEntry]) -> dict[tuple[Board, int], Score]:
    """Compute every score from the ledger alone, by board and member, entries in the order written.

    This is what the aggregates must say; they are kept entry by entry in the transactions that append.
    """
    scores: dict[tuple[Board, int], Score] = {}
    for entry in entries:
        if entry.erased:
            continue
        for board in boards_of(entry):
            score = scores.get((board, entry.user_id))
            if score is None:
                scores[board, entry.user_id] = Score(entry.points, entry.answers, entry.right, entry.occurred_at)
            else:
                score.add(entry)
    return scores
