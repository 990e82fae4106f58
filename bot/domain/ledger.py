"""The ledger's entries: append-only records of points, with everything a board needs frozen in them (decision 19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Source = Literal["daily", "quiz"]
# "corrected" adds to an answer that another entry has counted already; "voided" takes an entry back, "restored" a
# "voided" one.
Reason = Literal["right", "partly", "answered", "wrong", "corrected", "voided", "restored"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One scored event.

    `occurred_at` is when the points were earned, `written_at` when the entry was written: a daily's are dated back to
    its closing. `answers` and `right` are what the entry adds to those counts. `team_id` is the member's team at the
    time of the answer. `amends_id` is the entry that this one takes back or restores.
    """

    key: str
    guild_id: int
    channel_id: int | None
    user_id: int
    source: Source
    attempt_id: int | None
    question_id: str
    item_id: str
    revision: str
    topic: str
    season: int
    local_date: date
    points: int
    reason: Reason
    occurred_at: datetime
    team_id: int | None = None
    answers: int = 1
    right: int = 0
    amends_id: int | None = None
    written_at: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether the member had their data deleted: only the team's points are left, under a random id."""
        return self.user_id < 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the ledger says before an answer is scored.

    `key`: an entry of its key was written. `question`: its question has scored the member on the server's calendar
    day. `points`: what the member earned on that day from the same source, voided or not: what an admin takes back
    does not make room for more.
    """

    key: bool
    question: bool
    points: int


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """An entry as it stands in the ledger. `voided`: it was taken back, and not restored since."""

    id: int
    entry: LedgerEntry
    voided: bool = False
