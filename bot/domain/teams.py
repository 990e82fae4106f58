"""Teams of a server: their scores, who counts, and how they rank (decision 22)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from bot.domain.boards import Board, boards_of
from bot.domain.ledger import LedgerEntry

TeamState = Literal["pending", "active", "disbanded"]


@dataclass(frozen=True, slots=True)
class TeamRules:
    """Tunables. A member counts from `answers` answers in the window; a team ranks from `members` such members.

    `teams`: how many may stand in a server, those that wait for approval included. `founded`: how many standing teams
    one member may have founded. `invitations`: how many may be open for one team. `cool_down`: how long who left a team
    waits before another; within `grace` they may come back as if they had not left.
    """

    answers: int = 3
    members: int = 3
    teams: int = 100
    founded: int = 1
    invitations: int = 100
    cool_down: timedelta = timedelta(days=7)
    grace: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Team:
    """A team. Linked ones have a `role_id` and no captain. `open`: anybody may join, not only who is invited."""

    id: int
    guild_id: int
    name: str
    captain_id: int | None
    role_id: int | None
    state: TeamState
    open: bool
    created_by: int
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def linked(self) -> bool:
        """Whether a role says who is in it."""
        return self.role_id is not None


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """A team as a list shows it. `captain` is None where there is none, or who is not shown."""

    team: Team
    members: int
    captain: str | None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A member in their team. `via_role`: for as long as they wear its role; `earning`: the team is approved."""

    guild_id: int
    user_id: int
    team_id: int
    via_role: bool
    joined_at: datetime
    earning: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """When a member last left a team. `removed`: its captain or an admin took them out. `linked`: it was a role's."""

    team_id: int
    removed: bool
    left_at: datetime
    linked: bool


@dataclass(slots=True)
class Contribution:
    """What one member has earned for one team on a board."""

    points: int = 0
    answers: int = 0
    right: int = 0

    def add(self, entry: LedgerEntry) -> None:
        """Count one more entry."""
        self.points += entry.points
        self.answers += entry.answers
        self.right += entry.right


@dataclass(slots=True)
class TeamScore:
    """Points and number of the members who count. `reached_at`: when a member last answered for it."""

    points: int
    members: int
    reached_at: datetime

    def merge(self, other: "TeamScore") -> None:
        """Add what other members have."""
        self.points += other.points
        self.members += other.members
        self.reached_at = max(self.reached_at, other.reached_at)

    @property
    def mean(self) -> Fraction:
        """The score: points per member who counts, 0 without one."""
        return Fraction(self.points, self.members) if self.members > 0 else Fraction(0)


@dataclass(frozen=True, slots=True)
class Contributor:
    """What a member has earned for a team on a board. `name` is None for who is not shown, or had their data deleted.

    `counts`: whether they answered often enough to be in the mean.
    """

    user_id: int
    name: str | None
    points: int
    answers: int
    right: int
    counts: bool


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """One team on a board. `rank` counts from 1; None while too few members count."""

    team_id: int
    name: str
    mean: Fraction
    members: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class TeamRanking:
    """All teams of a board in order, those that do not rank yet last.

    `disbanded`: which of them are no more; such teams are on boards of past periods only.
    """

    board: Board
    standings: tuple[TeamStanding, ...]
    own_team_id: int | None
    disbanded: frozenset[int]
    rules: TeamRules

    @property
    def ranked(self) -> tuple[TeamStanding, ...]:
        """Return the teams with a rank."""
        return tuple(standing for standing in self.standings if standing.rank is not None)

    @property
    def unranked(self) -> tuple[TeamStanding, ...]:
        """Return the teams in which too few members count."""
        return tuple(standing for standing in self.standings if standing.rank is None)

    def for_everybody(self) -> "TeamRanking":
        """Return the board without its reader: what a channel sees."""
        return replace(self, own_team_id=None)


def may_return(departures: Iterable[Departure], team_id: int, now: datetime, rules: TeamRules) -> bool:
    """Whether a member has only just left this team, as their last one: a wrong click costs nothing."""
    last = _last_joined(departures)
    return last is not None and last.team_id == team_id and not last.removed and now < last.left_at + rules.grace


def cool_down_until(
    departures: Iterable[Departure], team_id: int | None, now: datetime, rules: TeamRules
) -> datetime | None:
    """Return until when a member waits before they join a team (None: found one); None when they need not.

    Teams that belong to roles start no cool-down, nor does coming back to the team that one was taken out of.
    """
    last = _last_joined(departures)
    if last is None or (last.team_id == team_id and (last.removed or now < last.left_at + rules.grace)):
        return None
    until = last.left_at + rules.cool_down
    return until if now < until else None


def _last_joined(departures: Iterable[Departure]) -> Departure | None:
    joined = (departure for departure in departures if not departure.linked)
    return max(joined, key=lambda departure: departure.left_at, default=None)


def contributions_of(entries: Iterable[LedgerEntry]) -> dict[tuple[Board, int, int], Contribution]:
    """Compute every contribution from the ledger alone, by board, team and member."""
    contributions: dict[tuple[Board, int, int], Contribution] = {}
    for entry in entries:
        if entry.team_id is not None:
            for board in boards_of(entry):
                contributions.setdefault((board, entry.team_id, entry.user_id), Contribution()).add(entry)
    return contributions


def team_scores_of(entries: Iterable[LedgerEntry], rules: TeamRules) -> dict[tuple[Board, int], TeamScore]:
    """Compute what teams have from the ledger alone, by board and team. All entries of a member go in one call."""
    entries = [entry for entry in entries if entry.team_id is not None]
    scores: dict[tuple[Board, int], TeamScore] = {}
    for entry in entries:
        for board in boards_of(entry):
            assert entry.team_id is not None  # noqa: S101 - the list above
            score = scores.setdefault((board, entry.team_id), TeamScore(0, 0, entry.occurred_at))
            score.reached_at = max(score.reached_at, entry.occurred_at)
    for (board, team_id, _), earned in contributions_of(entries).items():
        points, members = counted(earned.points, earned.answers, rules)
        scores[board, team_id].points += points
        scores[board, team_id].members += members
    return scores


def counted(points: int, answers: int, rules: TeamRules) -> tuple[int, int]:
    """Return (points, members) that a member with these figures adds to the team: nothing before they count."""
    return (points, 1) if answers >= rules.answers else (0, 0)


def rank_teams(scores: Iterable[tuple[int, str, TeamScore]], rules: TeamRules) -> list[TeamStanding]:
    """Rank teams, given as (id, name, score): best mean first, equal means share a rank, who was there first on top.

    Teams in which too few members count follow without a rank, those nearest to it first.
    """
    ordered = sorted(
        scores,
        key=lambda team: (team[2].members < rules.members, -team[2].mean, team[2].reached_at, team[0]),
    )
    standings: list[TeamStanding] = []
    for place, (team_id, name, score) in enumerate(ordered, start=1):
        rank: int | None = None
        if score.members >= rules.members:
            before = standings[-1] if standings else None
            rank = before.rank if before is not None and before.mean == score.mean else place
        standings.append(TeamStanding(team_id, name, score.mean, max(score.members, 0), rank))
    unranked = [standing for standing in standings if standing.rank is None]
    unranked.sort(key=lambda standing: (-standing.members, -standing.mean, standing.team_id))
    return [standing for standing in standings if standing.rank is not None] + unranked
