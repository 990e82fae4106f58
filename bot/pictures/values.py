"""What is drawn: values only, with every text in the reader's language already. Importing this imports no Pillow."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 53  # columns of the year on a profile card


@dataclass(frozen=True, slots=True)
class Person:
    """A member. `fallback` is drawn where the name cannot be: Discord's ASCII user name; `avatar` is a PNG."""

    user_id: int
    name: str
    fallback: str
    avatar: bytes | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of a leaderboard. `own` is the reader's; `rank` None is for a team that does not rank yet."""

    person: Person
    rank: int | None
    points: str
    detail: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class LeaderboardCard:
    """The top of a board, and what stands below it: with a `gap` between them where somebody is left out."""

    title: str
    subtitle: str
    rows: tuple[BoardRow, ...]
    below: tuple[BoardRow, ...] = ()
    gap: bool = True


@dataclass(frozen=True, slots=True)
class TopicShare:
    """One axis of the radar. `share` is None where nothing was answered."""

    name: str
    share: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """A member's page. `facts` are (label, value); `topics` may be empty: then there is no radar.

    `days` are (date, answers) of the year that ends with `today`; `month_names` begin with January.
    """

    person: Person
    facts: tuple[tuple[str, str], ...]
    topics: tuple[TopicShare, ...]
    days: tuple[tuple[date, int], ...]
    today: date
    year_title: str
    month_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One option of a distribution."""

    letter: str
    text: str
    answers: int
    right: bool


@dataclass(frozen=True, slots=True)
class DistributionCard:
    """How members answered, with the right option marked."""

    title: str
    bars: tuple[Bar, ...]
    footer: str


Card = LeaderboardCard | ProfileCard | DistributionCard


def year_start(today: date) -> date:
    """Return the Monday with which a profile card's year begins."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
