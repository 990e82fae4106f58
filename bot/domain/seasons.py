"""Seasons of a server: a board that starts at zero, and ends (decision 19)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.domain.boards import Board, Standing
from bot.domain.teams import TeamStanding
from bot.errors import BotError

LONGEST_NAME = 60
# Ranks with a medal.
PODIUM = 3
# Of those who share the last of these ranks no more than this are named.
MOST_WINNERS = 10

# Controls, direction marks, private characters, lone surrogates.
_UNWANTED = frozenset({"Cc", "Cf", "Co", "Cs"})
# Letters and symbols that draw nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Joins emoji into one, and only there may it stand.
_JOINER = "\u200d"
_EMOJI_START = "\U0001f000"
_MENTION = re.compile(r"@(everyone|here)|<(?:[@#:/]|a:|id:)", re.IGNORECASE)

Place = TypeVar("Place", Standing, TeamStanding)


@dataclass(frozen=True, slots=True)
class Season:
    """A season. `number` counts from 1; the ledger says 0 for what was earned between seasons."""

    guild_id: int
    number: int
    name: str
    started_at: datetime
    started_by: int
    ended_at: datetime | None = None
    ended_by: int | None = None

    @property
    def running(self) -> bool:
        """Whether points still count for it."""
        return self.ended_at is None

    @property
    def period(self) -> str:
        """What boards call it."""
        return f"s{self.number}"

    @property
    def board(self) -> Board:
        """The board of its members, or of its teams, in all topics."""
        return Board(self.guild_id, "season", self.period)


@dataclass(frozen=True, slots=True)
class SeasonOutlook:
    """What would be so if the running season ended now: who takes part, and what would not count any more."""

    season: Season
    members: int
    open_questions: int


@dataclass(frozen=True, slots=True)
class SeasonResult:
    """How a season stands: those with a medal, members and teams, best first, and how many have points.

    `more_members` and `more_teams`: further ones share the last rank that is named.
    """

    season: Season
    winners: tuple[Standing, ...]
    more_members: bool
    members: int
    teams: tuple[TeamStanding, ...] = ()
    more_teams: bool = False


def season_name(typed: str) -> str:
    """Return a season's name as it is kept: NFKC, one line, single spaces.

    Raises:
        BotError: `season.bad_name` for one that is empty or too long, has invisible characters, or mentions anybody.
    """
    name = " ".join(unicodedata.normalize("NFKC", typed).split())
    if not 1 <= len(name) <= LONGEST_NAME or _MENTION.search(name) or _has_invisible(name):
        raise BotError("season.bad_name", longest=LONGEST_NAME)
    return name


def podium(places: Sequence[Place]) -> tuple[tuple[Place, ...], bool]:
    """Return those with a medal, and whether there are more than are named. Equal ones share a medal.

    Args:
        places: A board from its top, at least MOST_WINNERS + 1 of it unless it is shorter.
    """
    medals = tuple(place for place in places if place.rank is not None and place.rank <= PODIUM)
    return medals[:MOST_WINNERS], len(medals) > MOST_WINNERS


def _has_invisible(name: str) -> bool:
    drawn = [sign for sign in name if unicodedata.category(sign) not in ("Mn", "Me", "Zs")]
    return not drawn or any(
        sign in _BLANK or (unicodedata.category(sign) in _UNWANTED and not _joins_emoji(name, place))
        for place, sign in enumerate(name)
    )


def _joins_emoji(name: str, place: int) -> bool:
    beside = name[place - 1 : place] + name[place + 1 : place + 2]
    return name[place] == _JOINER and len(beside) == 2 and all(_is_emoji(sign) for sign in beside)


def _is_emoji(sign: str) -> bool:
    return sign == "\ufe0f" or sign >= _EMOJI_START or unicodedata.category(sign) == "So"
