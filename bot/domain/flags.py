"""What an admin may want to look at. Figures only: nothing here says that somebody did wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.domain.boards import Standing, Window

# The upper bits of a Discord id count milliseconds from here on (Discord's reference, "Snowflakes").
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_TIME_BITS = 22


@dataclass(frozen=True, slots=True)
class FlagRules:
    """Tunables.

    An answer is fast within `fast` of the question being shown. A member is listed from `answers` fast answers on that
    are at least the share `share` of all theirs, in the latest `span` and the latest `quizzes` quizzes of the server;
    or when among the first `top` of this week or month with an account younger than `account` at first sight. At most
    `lines` members of each kind.
    """

    fast: timedelta = timedelta(seconds=2)
    answers: int = 10
    share: Fraction = Fraction(1, 5)
    span: timedelta = timedelta(days=30)
    quizzes: int = 20_000
    top: int = 25
    account: timedelta = timedelta(days=7)
    lines: int = 10


@dataclass(frozen=True, slots=True)
class FastAnswers:
    """A member's quiz answers in a span, and how many of them were fast. `name` is None when nothing told it."""

    user_id: int
    name: str | None
    answers: int
    fast: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A member near the top of a board whose account was young when they were first seen in the server."""

    user_id: int
    name: str
    window: Window
    rank: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class Flags:
    """What there is to look at. `complete` is False when the span held more quizzes than were looked at."""

    fast: tuple[FastAnswers, ...]
    accounts: tuple[NewAccount, ...]
    complete: bool


def account_created_at(user_id: int) -> datetime:
    """Return when Discord made the account, which its id tells."""
    return _EPOCH + timedelta(milliseconds=user_id >> _TIME_BITS)


def is_remarkable(figures: FastAnswers, rules: FlagRules) -> bool:
    """Whether so many of a member's answers were fast that somebody may want to look."""
    return figures.fast >= rules.answers and Fraction(figures.fast, figures.answers) >= rules.share


def new_account(standing: Standing, window: Window, first_seen_at: datetime, rules: FlagRules) -> NewAccount | None:
    """Return the note of a member on a board, or None when the account was old enough at first sight."""
    age = max(first_seen_at - account_created_at(standing.user_id), timedelta(0))
    if age >= rules.account:
        return None
    return NewAccount(standing.user_id, standing.name, window, standing.rank, age)
