"""What captains do with their teams, and admins with any (decision 22). Admins' acts go into the trail."""

from datetime import datetime

from bot.domain.audits import AuditAction
from bot.domain.readers import Reader
from bot.domain.team_names import name_key, parse_team_name
from bot.domain.teams import Team, TeamMember, TeamRules
from bot.errors import BotError
from bot.services.presence import meet
from bot.services.team_access import Office, TeamRef, office_of
from bot.storage import Storage, Transaction


class TeamCaptainService:
    """One method an act. Each takes the team by name or id, None for the actor's own, and whether an admin acts.

    All raise `team.unknown`, `team.none` and `team.captain_only` as `office_of` does.
    """

    def __init__(self, storage: Storage, rules: TeamRules | None = None) -> None:
        self._storage = storage
        self._rules = rules or TeamRules()

    async def preview(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, user_id: int | None, *, admin: bool
    ) -> Team:
        """Return the team that an act would change, which admins may do as well; for asking whether it is meant.

        Raises:
            BotError: `team.not_member`, `team.linked` when the act is about a member who is not in it by choice.
        """
        async with self._storage.read() as tx:
            team = (await office_of(tx, reader, guild_id, ref, admin=admin, for_admins=True)).team
            if user_id is not None:
                await _joined(tx, team, user_id)
            return team

    async def rename(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, typed: str, now: datetime, *, admin: bool
    ) -> tuple[str, str]:
        """Give a team another name; returns the old and the new one.

        Raises:
            BotError: What `parse_team_name` raises, `team.name_taken`.
        """
        name = parse_team_name(typed)
        async with self._storage.write() as tx:
            office = await self._office(tx, reader, guild_id, ref, now, admin=admin, for_admins=True)
            await tx.teams.rename(office.team, name, name_key(name))
            await _note(tx, office, reader, "team_rename", now, reason=f"{office.team.name} → {name}")
            return office.team.name, name

    async def set_open(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, open: bool, now: datetime, *, admin: bool
    ) -> Team:
        """Let anybody join, or only who is invited."""
        async with self._storage.write() as tx:
            team = (await self._office(tx, reader, guild_id, ref, now, admin=admin)).team
            await tx.teams.set_open(team.id, open)
            return team

    async def invite(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, user_id: int, now: datetime, *, admin: bool
    ) -> Team:
        """Invite a member of the server; an invitation holds until it is used or taken back.

        Raises:
            BotError: `team.member_already`, `team.invited_already`, `team.too_many_invitations`.
        """
        async with self._storage.write() as tx:
            team = (await self._office(tx, reader, guild_id, ref, now, admin=admin)).team
            member = await tx.teams.membership(guild_id, user_id)
            if member is not None and member.team_id == team.id:
                raise BotError("team.member_already")
            if await tx.teams.count_invitations(team.id) >= self._rules.invitations:
                raise BotError("team.too_many_invitations", limit=self._rules.invitations)
            if not await tx.teams.invite(team.id, user_id, reader.user_id, now):
                raise BotError("team.invited_already")
            return team

    async def uninvite(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, user_id: int, now: datetime, *, admin: bool
    ) -> Team:
        """Take an invitation back.

        Raises:
            BotError: `team.not_invited`.
        """
        async with self._storage.write() as tx:
            team = (await self._office(tx, reader, guild_id, ref, now, admin=admin)).team
            if not await tx.teams.uninvite(team.id, user_id):
                raise BotError("team.not_invited")
            return team

    async def remove(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, user_id: int, now: datetime, *, admin: bool
    ) -> Team:
        """Take a member out. They keep their points, and only an invitation leads back.

        Raises:
            BotError: `team.not_member`, `team.linked`; `team.remove_self` for captains, who can leave.
        """
        async with self._storage.write() as tx:
            office = await self._office(tx, reader, guild_id, ref, now, admin=admin, for_admins=True)
            member = await _joined(tx, office.team, user_id)
            if office.held_as == "captain" and user_id == reader.user_id:
                raise BotError("team.remove_self")
            await tx.teams.depart(member, now, removed=True)
            await _note(tx, office, reader, "team_remove", now, subject_id=user_id)
            return office.team

    async def hand_over(
        self, reader: Reader, guild_id: int, ref: TeamRef | None, user_id: int, now: datetime, *, admin: bool
    ) -> Team:
        """Make another member the captain.

        Raises:
            BotError: `team.not_member`, `team.linked`, `team.captain_already`.
        """
        async with self._storage.write() as tx:
            office = await self._office(tx, reader, guild_id, ref, now, admin=admin, for_admins=True)
            await _joined(tx, office.team, user_id)
            if office.team.captain_id == user_id:
                raise BotError("team.captain_already")
            await tx.teams.set_captain(office.team.id, user_id)
            await _note(tx, office, reader, "team_hand_over", now, subject_id=user_id)
            return office.team

    async def disband(self, reader: Reader, guild_id: int, ref: TeamRef | None, now: datetime, *, admin: bool) -> Team:
        """End a team. Its points stay in the ledger; its members are free, its captain after a cool-down."""
        async with self._storage.write() as tx:
            office = await self._office(tx, reader, guild_id, ref, now, admin=admin, for_admins=True)
            if office.held_as == "captain" and office.team.state == "active":
                await tx.teams.note_departure(await _joined(tx, office.team, reader.user_id), now)
            await tx.teams.end(office.team.id, now)
            await _note(tx, office, reader, "team_disband", now)
            return office.team

    async def _office(
        self,
        tx: Transaction,
        reader: Reader,
        guild_id: int,
        ref: TeamRef | None,
        now: datetime,
        *,
        admin: bool,
        for_admins: bool = False,
    ) -> Office:
        await meet(tx, reader, now)
        await tx.teams.take_turn(guild_id)
        return await office_of(tx, reader, guild_id, ref, admin=admin, for_admins=for_admins)


async def _joined(tx: Transaction, team: Team, user_id: int) -> TeamMember:
    if team.linked:
        raise BotError("team.linked", name=team.name)
    member = await tx.teams.membership(team.guild_id, user_id)
    if member is None or member.team_id != team.id:
        raise BotError("team.not_member", name=team.name)
    return member


async def _note(
    tx: Transaction,
    office: Office,
    reader: Reader,
    action: AuditAction,
    now: datetime,
    *,
    reason: str = "",
    subject_id: int | None = None,
) -> None:
    if office.held_as == "admin":
        await tx.audits.write(
            office.team.guild_id, reader.user_id, action, reason, now, subject_id=subject_id, team_id=office.team.id
        )
