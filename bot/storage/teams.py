"""Teams, who is in them, who is invited, and who has left them."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.teams import Departure, Team, TeamMember, TeamState, TeamSummary
from bot.errors import BotError
from bot.storage.locks import take_turn
from bot.storage.tables import memberships, team_departures, team_invitations, team_members, teams
from bot.storage.upserts import insert_for

# Asked before every answer, so built once: building a statement takes longer than executing it.
_MEMBERSHIP = (
    select(team_members, teams.c.state)
    .join(teams, teams.c.id == team_members.c.team_id)
    .where(team_members.c.guild_id == bindparam("guild_id"), team_members.c.user_id == bindparam("user_id"))
)
_LINKED = select(teams.c.id, teams.c.role_id).where(
    teams.c.guild_id == bindparam("guild_id"),
    teams.c.role_id.in_(bindparam("role_ids", expanding=True)),
    teams.c.state == "active",
)


class TeamRepository:
    """Rows of `teams`, `team_members`, `team_departures` and `team_invitations`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def follow_roles(
        self, guild_id: int, user_id: int, role_ids: Sequence[int] | None, now: datetime
    ) -> int | None:
        """Put a member into the team of the highest role that has one, and return the team they earn points for.

        `role_ids`: the member's roles, highest first; when they are not known (None) nothing changes. A linked role
        wins over a team that was joined by hand, which the member leaves; without a linked role they leave the team
        that they owe to one. A team that waits for approval earns nothing. One or two reads while nothing changes.
        """
        current = await self.membership(guild_id, user_id)
        linked = await self._highest_linked(guild_id, role_ids or ())
        if role_ids is None or _follows(current, linked):
            return current.team_id if current is not None and current.earning else None
        # Members come and go in turns: a captain who leaves is followed by somebody who is still there.
        await self.take_turn(guild_id)
        current = await self.membership(guild_id, user_id)
        linked = await self._highest_linked(guild_id, role_ids)
        if not _follows(current, linked):
            if current is not None:
                await self.depart(current, now)
            if linked is not None:
                await self.add_member(guild_id, user_id, linked, now, via_role=True)
            return linked
        return current.team_id if current is not None and current.earning else None

    async def take_turn(self, guild_id: int) -> None:
        """Make whoever changes teams of the server wait until this transaction ends: limits are counted, then kept."""
        await take_turn(self._connection, guild_id)

    async def add(
        self,
        guild_id: int,
        name: str,
        key: str,
        created_by: int,
        now: datetime,
        *,
        captain_id: int | None = None,
        role_id: int | None = None,
        state: TeamState = "active",
        open: bool = True,
    ) -> Team:
        """Make a team without members.

        Raises:
            BotError: `team.name_taken` when a standing team of the server has that key.
        """
        row = insert_for(self._connection, teams).values(
            guild_id=guild_id,
            name=name,
            name_key=key,
            captain_id=captain_id,
            role_id=role_id,
            state=state,
            open=open,
            created_by=created_by,
            created_at=now,
        )
        # The unique index decides, also between two processes.
        made = (await self._connection.execute(row.on_conflict_do_nothing().returning(*teams.c))).first()
        if made is None:
            raise BotError("team.name_taken", name=name)
        return _team(made)

    async def find(self, guild_id: int, team_id: int) -> Team | None:
        """Return a team of the server, disbanded ones too, or None."""
        return await self._one(teams.c.guild_id == guild_id, teams.c.id == team_id)

    async def find_named(self, guild_id: int, key: str) -> Team | None:
        """Return the standing team whose name has this key, or None."""
        return await self._one(teams.c.guild_id == guild_id, teams.c.name_key == key, teams.c.state != "disbanded")

    async def find_linked(self, guild_id: int, role_id: int) -> Team | None:
        """Return the standing team that belongs to a role, or None."""
        return await self._one(teams.c.guild_id == guild_id, teams.c.role_id == role_id, teams.c.state != "disbanded")

    async def find_founded(self, guild_id: int, user_id: int) -> list[Team]:
        """Return the standing teams that a member founded, oldest first. Linked ones are nobody's."""
        mine = teams.c.guild_id == guild_id, teams.c.created_by == user_id, teams.c.role_id.is_(None)
        query = select(teams).where(*mine, teams.c.state != "disbanded").order_by(teams.c.id)
        return [_team(row) for row in await self._connection.execute(query)]

    async def list_standing(self, guild_id: int) -> list[TeamSummary]:
        """Return a server's standing teams, pending ones too: most members first, then the oldest."""
        size = (
            select(team_members.c.team_id, func.count().label("members"))
            .where(team_members.c.guild_id == guild_id)
            .group_by(team_members.c.team_id)
            .subquery()
        )
        shown = and_(
            memberships.c.guild_id == teams.c.guild_id,
            memberships.c.user_id == teams.c.captain_id,
            memberships.c.hidden.is_(False),
            memberships.c.left_at.is_(None),
        )
        members = func.coalesce(size.c.members, 0)
        query = (
            select(teams, members.label("members"), memberships.c.name.label("captain"))
            .outerjoin(size, size.c.team_id == teams.c.id)
            .outerjoin(memberships, shown)
            .where(teams.c.guild_id == guild_id, teams.c.state != "disbanded")
            .order_by(members.desc(), teams.c.id)
        )
        return [TeamSummary(_team(row), row.members, row.captain) for row in await self._connection.execute(query)]

    async def count_standing(self, guild_id: int) -> int:
        """Return how many teams stand in a server, pending ones included."""
        query = select(func.count()).where(teams.c.guild_id == guild_id, teams.c.state != "disbanded")
        return int((await self._connection.execute(query)).scalar_one())

    async def count_members(self, team_id: int) -> int:
        """Return how many members a team has."""
        query = select(func.count()).where(team_members.c.team_id == team_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def shown_names(self, team_id: int, limit: int) -> list[str]:
        """Return the names of a team's members who are shown, the longest in the team first."""
        query = (
            select(memberships.c.name)
            .join(
                team_members,
                (team_members.c.guild_id == memberships.c.guild_id) & (team_members.c.user_id == memberships.c.user_id),
            )
            .where(team_members.c.team_id == team_id, memberships.c.hidden.is_(False), memberships.c.left_at.is_(None))
            .order_by(team_members.c.joined_at, team_members.c.user_id)
            .limit(limit)
        )
        return [str(row.name) for row in await self._connection.execute(query)]

    async def rename(self, team: Team, name: str, key: str) -> None:
        """Give a team another name.

        Raises:
            BotError: `team.name_taken`; the transaction is over.
        """
        holder = await self.find_named(team.guild_id, key)
        if holder is not None and holder.id != team.id:
            raise BotError("team.name_taken", name=name)
        try:
            await self._change(team.id, name=name, name_key=key)
        except IntegrityError as error:
            raise BotError("team.name_taken", name=name) from error

    async def set_open(self, team_id: int, open: bool) -> None:
        """Let anybody join, or only those who are invited."""
        await self._change(team_id, open=open)

    async def approve(self, team_id: int) -> None:
        """Let a pending team count."""
        await self._change(team_id, state="active")

    async def set_captain(self, team_id: int, user_id: int) -> None:
        """Make a member of the team its captain."""
        await self._change(team_id, captain_id=user_id)

    async def end(self, team_id: int, now: datetime) -> None:
        """Disband a team: its members are in none, its name is free, and all that it earned stays in the ledger."""
        await self._connection.execute(delete(team_members).where(team_members.c.team_id == team_id))
        await self._connection.execute(delete(team_invitations).where(team_invitations.c.team_id == team_id))
        await self._change(team_id, state="disbanded", captain_id=None, ended_at=now)

    async def membership(self, guild_id: int, user_id: int) -> TeamMember | None:
        """Return which team of a server the member is in, whatever its state; None without one."""
        row = (await self._connection.execute(_MEMBERSHIP, {"guild_id": guild_id, "user_id": user_id})).first()
        if row is None:
            return None
        return TeamMember(guild_id, user_id, row.team_id, row.via == "role", row.joined_at, row.state == "active")

    async def find_all(self, team_ids: Collection[int]) -> list[Team]:
        """Return those of the teams that there are or were, by id."""
        if not team_ids:
            return []
        query = select(teams).where(teams.c.id.in_(team_ids)).order_by(teams.c.id)
        return [_team(row) for row in await self._connection.execute(query)]

    async def add_member(
        self, guild_id: int, user_id: int, team_id: int, now: datetime, *, via_role: bool = False
    ) -> None:
        """Put a member who is in no team into one. An invitation to it is used up."""
        await self._connection.execute(
            insert(team_members).values(
                guild_id=guild_id,
                user_id=user_id,
                team_id=team_id,
                via="role" if via_role else "joined",
                joined_at=now,
            )
        )
        await self.uninvite(team_id, user_id)

    async def depart(self, member: TeamMember, now: datetime, *, removed: bool = False) -> int | None:
        """Take a member out of their team, and note that they left it, unless it never counted.

        A captain is followed by whoever has been in the team longest; a team that nobody is left in ends, unless it
        belongs to a role.

        Returns:
            The new captain, if there had to be one.
        """
        await self.take_turn(member.guild_id)
        mine = team_members.c.guild_id == member.guild_id, team_members.c.user_id == member.user_id
        await self._connection.execute(delete(team_members).where(*mine))
        if member.earning or removed:
            await self.note_departure(member, now, removed=removed)
        query = select(teams.c.captain_id).where(teams.c.id == member.team_id, teams.c.role_id.is_(None))
        captain_id = (await self._connection.execute(query)).scalar_one_or_none()
        if captain_id != member.user_id:
            return None
        longest = (
            select(team_members.c.user_id)
            .where(team_members.c.team_id == member.team_id)
            .order_by(team_members.c.joined_at, team_members.c.user_id)
            .limit(1)
        )
        successor: int | None = (await self._connection.execute(longest)).scalar_one_or_none()
        if successor is None:
            await self.end(member.team_id, now)
        else:
            await self.set_captain(member.team_id, successor)
        return successor

    async def names(self, guild_id: int) -> dict[int, str]:
        """Return the names of all teams of a server, disbanded ones too: they stay on boards of past periods."""
        rows = await self._connection.execute(select(teams.c.id, teams.c.name).where(teams.c.guild_id == guild_id))
        return {int(row.id): str(row.name) for row in rows}

    async def note_departure(self, member: TeamMember, now: datetime, *, removed: bool = False) -> None:
        """Remember when a member left a team: the cool-down runs from it."""
        row = insert_for(self._connection, team_departures).values(
            guild_id=member.guild_id, user_id=member.user_id, team_id=member.team_id, removed=removed, left_at=now
        )
        await self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["guild_id", "user_id", "team_id"], set_={"removed": removed, "left_at": now}
            )
        )

    async def departures(self, guild_id: int, user_id: int) -> list[Departure]:
        """Return the teams that a member has left, each with the last time, newest first."""
        query = (
            select(team_departures, teams.c.role_id)
            .join(teams, teams.c.id == team_departures.c.team_id)
            .where(team_departures.c.guild_id == guild_id, team_departures.c.user_id == user_id)
            .order_by(team_departures.c.left_at.desc(), team_departures.c.team_id)
        )
        return [
            Departure(row.team_id, row.removed, row.left_at, row.role_id is not None)
            for row in await self._connection.execute(query)
        ]

    async def invite(self, team_id: int, user_id: int, invited_by: int, now: datetime) -> bool:
        """Invite somebody; return False when they were invited already."""
        row = insert_for(self._connection, team_invitations).values(
            team_id=team_id, user_id=user_id, invited_by=invited_by, created_at=now
        )
        key = ["team_id", "user_id"]
        return (await self._connection.execute(row.on_conflict_do_nothing(index_elements=key))).rowcount > 0

    async def invitations(self, guild_id: int, user_id: int) -> set[int]:
        """Return the teams of a server that a member is invited to."""
        query = (
            select(team_invitations.c.team_id)
            .join(teams, teams.c.id == team_invitations.c.team_id)
            .where(team_invitations.c.user_id == user_id, teams.c.guild_id == guild_id)
        )
        return {int(row.team_id) for row in await self._connection.execute(query)}

    async def count_invitations(self, team_id: int) -> int:
        """Return how many invitations of a team are open."""
        query = select(func.count()).where(team_invitations.c.team_id == team_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def uninvite(self, team_id: int, user_id: int) -> bool:
        """Take an invitation back; return whether there was one."""
        mine = team_invitations.c.team_id == team_id, team_invitations.c.user_id == user_id
        return (await self._connection.execute(delete(team_invitations).where(*mine))).rowcount > 0

    async def _one(self, *where: Any) -> Team | None:
        row = (await self._connection.execute(select(teams).where(*where))).first()
        return None if row is None else _team(row)

    async def _change(self, team_id: int, **values: Any) -> None:
        await self._connection.execute(update(teams).where(teams.c.id == team_id).values(**values))

    async def _highest_linked(self, guild_id: int, role_ids: Sequence[int]) -> int | None:
        if not role_ids:
            return None
        rows = await self._connection.execute(_LINKED, {"guild_id": guild_id, "role_ids": list(role_ids)})
        linked = {row.role_id: int(row.id) for row in rows}
        return next((linked[role_id] for role_id in role_ids if role_id in linked), None)


def _follows(current: TeamMember | None, linked: int | None) -> bool:
    """Whether the member's team is what their roles ask for."""
    if linked is not None:
        return current is not None and current.via_role and current.team_id == linked
    return current is None or not current.via_role


def _team(row: Any) -> Team:
    return Team(**{field.name: getattr(row, field.name) for field in fields(Team)})
