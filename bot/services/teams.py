"""Teams as members meet them: found one, join, leave, look (decision 22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.boards import Board, Window, period
from bot.domain.readers import Reader
from bot.domain.settings import GuildSettings
from bot.domain.team_names import name_key, parse_team_name
from bot.domain.teams import (
    Contributor,
    Team,
    TeamMember,
    TeamRules,
    TeamScore,
    TeamSummary,
    cool_down_until,
    may_return,
)
from bot.errors import BotError
from bot.services.presence import meet
from bot.services.team_access import TeamRef, find_team
from bot.storage import Storage, Transaction

# What a team page reads of members and contributors; it shows fewer.
PAGE_NAMES = 30
PAGE_CONTRIBUTORS = 30
PAGE_WINDOWS: tuple[Window, ...] = ("week", "all")


@dataclass(frozen=True, slots=True)
class TeamList:
    """A server's teams as one reader sees them.

    `pending`: those that wait for approval, which admins see, and whoever founded one. `invited`: the teams that the
    reader is invited to.
    """

    teams: tuple[TeamSummary, ...]
    pending: tuple[TeamSummary, ...]
    own_team_id: int | None
    invited: frozenset[int]


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A team as one reader sees it.

    `names`: its members who are shown, the longest in the team first, at most PAGE_NAMES. `scores` and `contributors`
    are by window; a team without a point has no score. `joined`: the reader is in it by their own choice. `joinable`:
    nothing but a cool-down keeps the reader from joining.
    """

    summary: TeamSummary
    names: tuple[str, ...]
    scores: dict[Window, TeamScore | None]
    contributors: dict[Window, tuple[Contributor, ...]]
    rules: TeamRules
    joined: bool
    joinable: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a member left a team. `done` is False when they should be asked first, since they are its last member.

    `successor_id`: who is captain now, if there had to be another.
    """

    team: Team
    done: bool = True
    successor_id: int | None = None
    disbanded: bool = False


class TeamService:
    """What every member may do. Whatever changes teams of a server is done one at a time."""

    def __init__(self, storage: Storage, rules: TeamRules | None = None) -> None:
        self._storage = storage
        self._rules = rules or TeamRules()

    async def create(self, reader: Reader, guild_id: int, typed: str, open: bool, now: datetime) -> Team:
        """Found a team with the reader as its captain. It is pending when the server wants teams to be approved.

        Raises:
            BotError: What `parse_team_name` raises, `team.name_taken`, `team.in_team`, `team.by_role`,
                `team.cool_down`, `team.founded`, `team.too_many`.
        """
        name = parse_team_name(typed)
        async with self._storage.write() as tx:
            await self._require_free(tx, await self._meet(tx, reader, guild_id, now), None)
            await self._require_entry(tx, reader, guild_id, None, now)
            if len(founded := await tx.teams.find_founded(guild_id, reader.user_id)) >= self._rules.founded:
                raise BotError("team.founded", name=founded[0].name)
            if await tx.teams.count_standing(guild_id) >= self._rules.teams:
                raise BotError("team.too_many", limit=self._rules.teams)
            team = await tx.teams.add(
                guild_id,
                name,
                name_key(name),
                reader.user_id,
                now,
                captain_id=reader.user_id,
                state="pending" if (await _settings(tx, guild_id)).team_approval else "active",
                open=open,
            )
            await tx.teams.add_member(guild_id, reader.user_id, team.id, now)
            return team

    async def join(self, reader: Reader, guild_id: int, ref: TeamRef, now: datetime) -> Team:
        """Join a team.

        Raises:
            BotError: `team.unknown`, `team.linked`, `team.pending`, `team.already_in`, `team.in_team`, `team.by_role`,
                `team.removed`, `team.closed`, `team.cool_down`, `team.full`.
        """
        async with self._storage.write() as tx:
            current = await self._meet(tx, reader, guild_id, now)
            team = await find_team(tx, guild_id, ref)
            await self._require_free(tx, current, team)
            if team.linked:
                raise BotError("team.linked", name=team.name)
            if team.state == "pending":
                raise BotError("team.pending", name=team.name)
            await self._require_entry(tx, reader, guild_id, team, now)
            size = (await _settings(tx, guild_id)).team_size
            if await tx.teams.count_members(team.id) >= size:
                raise BotError("team.full", name=team.name, limit=size)
            await tx.teams.add_member(guild_id, reader.user_id, team.id, now)
            return team

    async def leave(
        self, reader: Reader, guild_id: int, team_id: int | None, now: datetime, *, last_too: bool
    ) -> Leaving:
        """Leave a team (None: the one that the reader is in). A captain is followed by the longest-standing member.

        Nothing is done yet when that would end the team and `last_too` is not set.

        Raises:
            BotError: `team.none`, also when it is another team that the reader is in by now; `team.by_role`.
        """
        async with self._storage.write() as tx:
            member = await self._meet(tx, reader, guild_id, now)
            if member is None or team_id not in (None, member.team_id):
                raise BotError("team.none")
            team = await find_team(tx, guild_id, member.team_id)
            if member.via_role:
                raise BotError("team.by_role", name=team.name)
            last = await tx.teams.count_members(team.id) == 1
            if last and not last_too:
                return Leaving(team, done=False)
            successor_id = await tx.teams.depart(member, now)
            return Leaving(team, successor_id=successor_id, disbanded=last)

    async def arrive(self, reader: Reader, now: datetime) -> None:
        """Note that a member comes to look: who wears a linked role is in its team by then."""
        async with self._storage.write() as tx:
            await meet(tx, reader, now)

    async def listing(self, reader: Reader, guild_id: int, *, admin: bool) -> TeamList:
        """Return the server's teams: most members first."""
        async with self._storage.read() as tx:
            standing = await tx.teams.list_standing(guild_id)
            own = await tx.teams.membership(guild_id, reader.user_id)
            invited = await tx.teams.invitations(guild_id, reader.user_id)
        pending = [summary for summary in standing if summary.team.state == "pending"]
        return TeamList(
            tuple(summary for summary in standing if summary.team.state == "active"),
            tuple(summary for summary in pending if admin or summary.team.created_by == reader.user_id),
            own.team_id if own is not None else None,
            frozenset(invited),
        )

    async def page(self, reader: Reader, guild_id: int, ref: TeamRef | None, now: datetime, *, admin: bool) -> TeamPage:
        """Return a team as the reader may see it; without a name, the reader's own.

        Raises:
            BotError: `team.unknown`; `team.none` when none is named and the reader is in none.
        """
        async with self._storage.read() as tx:
            own = await tx.teams.membership(guild_id, reader.user_id)
            if ref is None:
                if own is None:
                    raise BotError("team.none")
                ref = own.team_id
            team = await find_team(tx, guild_id, ref)
            joined = own is not None and own.team_id == team.id
            if team.state == "pending" and not (joined or admin):
                raise BotError("team.pending", name=team.name)
            standing = {one.team.id: one for one in await tx.teams.list_standing(guild_id)}
            if (summary := standing.get(team.id)) is None:  # it ended since the statement before
                raise BotError("team.gone")
            names = await tx.teams.shown_names(team.id, PAGE_NAMES)
            invited = team.id in await tx.teams.invitations(guild_id, reader.user_id)
            scores: dict[Window, TeamScore | None] = {}
            contributors: dict[Window, tuple[Contributor, ...]] = {}
            today = now.astimezone((await _settings(tx, guild_id)).zone).date()
            for window in PAGE_WINDOWS:
                board = Board(guild_id, window, period(window, today, 0))
                scores[window] = (await tx.boards.team_scores(board)).get(team.id)
                contributors[window] = tuple(await tx.boards.contributors(board, team.id, PAGE_CONTRIBUTORS))
        joinable = own is None and team.state == "active" and not team.linked and (team.open or invited)
        return TeamPage(
            summary,
            tuple(names),
            scores,
            contributors,
            self._rules,
            joined=joined and own is not None and not own.via_role,
            joinable=joinable,
        )

    async def suggest(
        self, reader: Reader, guild_id: int, typed: str, limit: int, *, joinable: bool = False, admin: bool = False
    ) -> list[str]:
        """Return names of standing teams that hold what was typed; `joinable`: only those the reader could join.

        Admins are offered pending teams too.
        """
        found = await self.listing(reader, guild_id, admin=admin)
        summaries: Sequence[TeamSummary] = found.teams if joinable else (*found.teams, *found.pending)
        if joinable:
            summaries = sorted(
                (one for one in summaries if not one.team.linked and (one.team.open or one.team.id in found.invited)),
                key=lambda one: one.team.id not in found.invited,
            )
        wanted = name_key(typed)
        return [one.team.name for one in summaries if wanted in name_key(one.team.name)][:limit]

    async def _meet(self, tx: Transaction, reader: Reader, guild_id: int, now: datetime) -> TeamMember | None:
        """Note who acts, let their roles decide, and take the turn; returns which team they are in."""
        await meet(tx, reader, now)
        await tx.teams.take_turn(guild_id)
        return await tx.teams.membership(guild_id, reader.user_id)

    async def _require_free(self, tx: Transaction, current: TeamMember | None, team: Team | None) -> None:
        """Refuse who is in a team, whether this one, another, or one that a role puts them into."""
        if current is None:
            return
        own = await find_team(tx, current.guild_id, current.team_id)
        if team is not None and own.id == team.id:
            raise BotError("team.already_in", name=own.name)
        raise BotError("team.by_role" if current.via_role else "team.in_team", name=own.name)

    async def _require_entry(
        self, tx: Transaction, reader: Reader, guild_id: int, team: Team | None, now: datetime
    ) -> None:
        """Refuse whom a team (None: one to be founded) is closed to, and who has to wait."""
        departures = await tx.teams.departures(guild_id, reader.user_id)
        if team is not None and team.id not in await tx.teams.invitations(guild_id, reader.user_id):
            if any(one.team_id == team.id and one.removed for one in departures):
                raise BotError("team.removed", name=team.name)
            if not team.open and not may_return(departures, team.id, now, self._rules):
                raise BotError("team.closed", name=team.name)
        until = cool_down_until(departures, team.id if team is not None else None, now, self._rules)
        if until is not None:
            raise BotError("team.cool_down", until=int(until.timestamp()), days=self._rules.cool_down.days)


async def _settings(tx: Transaction, guild_id: int) -> GuildSettings:
    return await tx.guilds.find(guild_id) or GuildSettings(guild_id)
