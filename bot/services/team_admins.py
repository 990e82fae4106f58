"""What only admins do with teams: approve or reject new ones, link roles (decision 22). All of it is in the trail."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audits import AuditAction
from bot.domain.readers import Reader
from bot.domain.team_names import name_key, parse_team_name
from bot.domain.teams import Team, TeamRules
from bot.errors import BotError
from bot.services.presence import meet
from bot.services.team_access import TeamRef, find_team
from bot.storage import Storage


@dataclass(frozen=True, slots=True)
class Linking:
    """A team that belongs to a role. `old_name`: what it was called, when the role was linked already."""

    team: Team
    name: str
    old_name: str | None


class TeamAdminService:
    """Whoever calls these has made sure that an admin acts."""

    def __init__(self, storage: Storage, rules: TeamRules | None = None) -> None:
        self._storage = storage
        self._rules = rules or TeamRules()

    async def approve(self, reader: Reader, guild_id: int, ref: TeamRef, now: datetime) -> Team:
        """Let a pending team count from now on.

        Raises:
            BotError: `team.unknown`, `team.not_pending`.
        """
        return await self._decide(reader, guild_id, ref, now, approved=True)

    async def reject(self, reader: Reader, guild_id: int, ref: TeamRef, now: datetime) -> Team:
        """End a pending team; who founded it may found another at once.

        Raises:
            BotError: `team.unknown`, `team.not_pending`.
        """
        return await self._decide(reader, guild_id, ref, now, approved=False)

    async def find_pending(self, guild_id: int, ref: TeamRef) -> Team:
        """Return a pending team; for asking whether rejecting it is meant.

        Raises:
            BotError: `team.unknown`, `team.not_pending`.
        """
        async with self._storage.read() as tx:
            team = await find_team(tx, guild_id, ref)
        if team.state != "pending":
            raise BotError("team.not_pending", name=team.name)
        return team

    async def link(self, reader: Reader, guild_id: int, role_id: int, typed: str, now: datetime) -> Linking:
        """Make a team of everybody who wears a role; a role that has a team already gives it this name.

        Its members are counted from their next interaction on, and leave the team that they have joined.

        Raises:
            BotError: What `parse_team_name` raises, `team.name_taken`, `team.too_many`.
        """
        name = parse_team_name(typed)
        async with self._storage.write() as tx:
            await tx.teams.take_turn(guild_id)
            team = await tx.teams.find_linked(guild_id, role_id)
            old_name = team.name if team is not None else None
            if team is not None:
                await tx.teams.rename(team, name, name_key(name))
            else:
                if await tx.teams.count_standing(guild_id) >= self._rules.teams:
                    raise BotError("team.too_many", limit=self._rules.teams)
                key = name_key(name)
                team = await tx.teams.add(guild_id, name, key, reader.user_id, now, role_id=role_id, open=False)
            reason = f"{old_name} → {name}" if old_name is not None else ""
            await tx.audits.write(guild_id, reader.user_id, "team_link", reason, now, team_id=team.id)
            return Linking(team, name, old_name)

    async def find_linked(self, guild_id: int, role_id: int) -> Team:
        """Return the team of a role.

        Raises:
            BotError: `team.not_linked`.
        """
        async with self._storage.read() as tx:
            team = await tx.teams.find_linked(guild_id, role_id)
        if team is None:
            raise BotError("team.not_linked")
        return team

    async def unlink(self, reader: Reader, guild_id: int, role_id: int, now: datetime) -> Team:
        """End the team of a role; its points stay in the ledger, its members are free.

        Raises:
            BotError: `team.not_linked`.
        """
        async with self._storage.write() as tx:
            await tx.teams.take_turn(guild_id)
            team = await tx.teams.find_linked(guild_id, role_id)
            if team is None:
                raise BotError("team.not_linked")
            await tx.teams.end(team.id, now)
            await tx.audits.write(guild_id, reader.user_id, "team_unlink", "", now, team_id=team.id)
            return team

    async def _decide(self, reader: Reader, guild_id: int, ref: TeamRef, now: datetime, *, approved: bool) -> Team:
        async with self._storage.write() as tx:
            await meet(tx, reader, now)
            await tx.teams.take_turn(guild_id)
            team = await find_team(tx, guild_id, ref)
            if team.state != "pending":
                raise BotError("team.not_pending", name=team.name)
            if approved:
                await tx.teams.approve(team.id)
            else:
                await tx.teams.end(team.id, now)
            action: AuditAction = "team_approve" if approved else "team_reject"
            await tx.audits.write(guild_id, reader.user_id, action, "", now, team_id=team.id)
            return team
