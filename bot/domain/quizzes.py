"""Quiz sessions: the questions of one member's run, where it stands, and its summary."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from bot.domain.kinds import Item

QuizState = Literal["running", "finished", "stopped"]
# What the questions were chosen for: a wish, the cards that are due, or what was answered wrong.
QuizMode = Literal["solo", "review", "mistakes"]
# Added to a time limit, because the member reads the question only after it has travelled.
GRACE = timedelta(seconds=2)
# Why an answer earned no points although it might have; None when it did, or was wrong.
PointsNote = Literal["limit", "repeat", "same_question", "late", "direct_message", "erased"]


@dataclass(frozen=True, slots=True)
class QuizSession:
    """One run of `/quiz start` or `/review`. `seconds` is the limit per item, 0 for none. `guild_id` is None in DMs."""

    id: int
    guild_id: int | None
    channel_id: int | None
    user_id: int
    mode: QuizMode
    topics: tuple[str, ...]
    difficulty: int | None
    seconds: int
    state: QuizState
    created_at: datetime
    ended_at: datetime | None
    total: int


@dataclass(frozen=True, slots=True)
class QuizItem:
    """One place in a session. `option_order` holds option ids as displayed: position 0 is letter A."""

    position: int
    question_id: str
    topic: str
    item_id: str
    revision: str
    option_order: tuple[str, ...]
    shown_at: datetime | None
    answered_at: datetime | None
    skipped: bool
    points: int
    note: PointsNote | None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.answered_at is not None or self.skipped


@dataclass(frozen=True, slots=True)
class QuizStep:
    """The item that a session stands at."""

    session: QuizSession
    place: QuizItem
    item: Item
    number: int
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class QuizFeedback:
    """What one answer gave.

    `repeated` marks a second click on an item that was answered before, `late` an answer after its time limit.
    `due_at` is when the question comes back to the member.
    """

    session: QuizSession
    place: QuizItem
    item: Item
    number: int
    options: tuple[str, ...]
    value: float | None
    share: Fraction
    last: bool
    repeated: bool
    late: bool
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuizLine:
    """One row of a summary."""

    question_id: str
    topic: str
    share: Fraction
    points: int


@dataclass(frozen=True, slots=True)
class QuizSummary:
    """The end of a session: what was right, what it earned, which topics it touched."""

    session: QuizSession
    lines: tuple[QuizLine, ...]

    @property
    def right(self) -> int:
        """Number of fully right answers."""
        return sum(line.share == 1 for line in self.lines)

    @property
    def points(self) -> int:
        """Points earned in the session."""
        return sum(line.points for line in self.lines)

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics touched, those answered worst first."""
        worst: dict[str, Fraction] = {}
        for line in self.lines:
            worst[line.topic] = min(line.share, worst.get(line.topic, Fraction(1)))
        return tuple(sorted(worst, key=lambda topic: worst[topic]))


def deadline(shown_at: datetime | None, seconds: int) -> datetime | None:
    """Return when the time for an item is up, None without a limit."""
    if not seconds or shown_at is None:
        return None
    return shown_at + timedelta(seconds=seconds)
