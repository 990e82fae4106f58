"""What is known of members: preferences, and the servers where they were seen. There is no members intent."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.localized import Language
from bot.domain.members import Membership
from bot.domain.settings import LanguageHints
from bot.storage.tables import guilds, member_settings, memberships, schedules, team_members, teams
from bot.storage.upserts import insert_for

# Asked before every answer, so built once: building a statement takes longer than executing it.
_FIND = (
    select(memberships, teams.c.id.label("team_id"))
    .outerjoin(
        team_members,
        (team_members.c.guild_id == memberships.c.guild_id) & (team_members.c.user_id == memberships.c.user_id),
    )
    .outerjoin(teams, (teams.c.id == team_members.c.team_id) & (teams.c.state == "active"))
    .where(memberships.c.guild_id == bindparam("guild_id"), memberships.c.user_id == bindparam("user_id"))
)
_FIND_LOCKED = _FIND.with_for_update(of=memberships)


class MemberRepository:
    """Rows of `member_settings` and `memberships`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def see(self, guild_id: int, user_id: int, name: str, now: datetime) -> None:
        """Note that a member acts in a server. Who had left is back, except on boards: see `BoardRepository.show`."""
        insert = insert_for(self._connection, memberships).values(
            guild_id=guild_id, user_id=user_id, name=name[:100], first_seen_at=now, last_seen_at=now
        )
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["guild_id", "user_id"],
                set_={"name": name[:100], "last_seen_at": now, "left_at": None},
            )
        )

    async def find(self, guild_id: int, user_id: int, *, lock: bool = False) -> Membership | None:
        """Return what is known of a member in a server, or None before they act there.

        `lock` makes the member's other writers wait until the transaction ends.
        """
        query = _FIND_LOCKED if lock else _FIND
        row = (await self._connection.execute(query, {"guild_id": guild_id, "user_id": user_id})).first()
        if row is None:
            return None
        return Membership(
            guild_id=guild_id,
            user_id=user_id,
            name=row.name,
            hidden=row.hidden,
            left=row.left_at is not None,
            last_seen_at=row.last_seen_at,
            team_id=row.team_id,
        )

    async def set_hidden(self, guild_id: int, user_id: int, hidden: bool) -> None:
        """Note that a member opts out of boards in a server, or in again; see `BoardRepository.show`."""
        await self._connection.execute(
            update(memberships)
            .where(memberships.c.guild_id == guild_id, memberships.c.user_id == user_id)
            .values(hidden=hidden)
        )

    async def list_unchecked(self, guild_id: int, user_ids: list[int], before: datetime) -> list[int]:
        """Return which of the members nobody has seen or asked Discord about since an instant, by id."""
        query = (
            select(memberships.c.user_id)
            .where(
                memberships.c.guild_id == guild_id,
                memberships.c.user_id.in_(user_ids),
                memberships.c.last_seen_at < before,
                or_(memberships.c.checked_at.is_(None), memberships.c.checked_at < before),
            )
            .order_by(memberships.c.user_id)
        )
        return [int(row.user_id) for row in await self._connection.execute(query)]

    async def set_checked(self, guild_id: int, user_id: int, now: datetime, *, left: bool) -> None:
        """Note what Discord said of a member; see `BoardRepository.show` for the boards."""
        await self._connection.execute(
            update(memberships)
            .where(memberships.c.guild_id == guild_id, memberships.c.user_id == user_id)
            .values(checked_at=now, left_at=now if left else None)
        )

    async def guild_ids(self, user_id: int) -> list[int]:
        """Return the servers where the member was seen."""
        query = select(memberships.c.guild_id).where(memberships.c.user_id == user_id)
        return [int(row.guild_id) for row in await self._connection.execute(query)]

    async def find_name(self, guild_id: int, user_id: int) -> str | None:
        """Return the name the member was last seen under in the server, or None."""
        query = select(memberships.c.name).where(memberships.c.guild_id == guild_id, memberships.c.user_id == user_id)
        name: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return name

    async def find_names(self, guild_id: int, user_ids: Collection[int]) -> dict[int, str]:
        """Return the names that members were last seen under in the server, by id; unknown ones are left out."""
        query = select(memberships.c.user_id, memberships.c.name).where(
            memberships.c.guild_id == guild_id, memberships.c.user_id.in_(user_ids)
        )
        return {int(row.user_id): str(row.name) for row in await self._connection.execute(query)}

    async def set_language(self, user_id: int, language: Language | None, now: datetime) -> None:
        """Set or clear the member's own language."""
        insert = insert_for(self._connection, member_settings).values(
            user_id=user_id, language=language, updated_at=now
        )
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=["user_id"], set_={"language": language, "updated_at": now})
        )

    async def language_hints(
        self, user_id: int, channel_id: int | None, guild_id: int | None, locale: str | None
    ) -> LanguageHints:
        """Return everything that decides a reader's language, in one query."""
        member = select(member_settings.c.language).where(member_settings.c.user_id == user_id)
        place = select(schedules.c.language).where(
            schedules.c.channel_id == (channel_id or 0), schedules.c.removed.is_(False)
        )
        guild = select(guilds.c.language).where(guilds.c.guild_id == (guild_id or 0))
        query = select(
            member.scalar_subquery().label("member"),
            place.scalar_subquery().label("place"),
            guild.scalar_subquery().label("guild"),
        )
        row = (await self._connection.execute(query)).one()
        return LanguageHints(row.member, row.place, locale, row.guild)
