"""Words for what members and admins do with teams.

    team = await teaming(world).create(ANN, "Team A")
    await teaming(world).join(BEN, "Team A")

Members are numbers; whoever wears roles is `wearing(user, role, …)`. Times are those of tests.services.world.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.readers import Reader
from bot.domain.teams import Team
from bot.services.teams import Leaving
from tests.services.world import GUILD, NINE, World, reader

ANN, BEN, CLEO, DAN, BOSS = 7, 8, 9, 10, 1


def wearing(user: int, *role_ids: int) -> Reader:
    """A member with roles, highest first."""
    return replace(reader(user), role_ids=role_ids)


class Teaming:
    """Acts on one server at one time: NINE unless `at` says otherwise."""

    def __init__(self, world: World, now: datetime = NINE) -> None:
        self.world, self.now = world, now

    def at(self, now: datetime) -> "Teaming":
        return Teaming(self.world, now)

    async def create(self, user: int, name: str, *, open: bool = True) -> Team:
        return await self.world.teams.create(reader(user), GUILD, name, open, self.now)

    async def join(self, user: int, team: str | int) -> Team:
        return await self.world.teams.join(reader(user), GUILD, team, self.now)

    async def leave(self, user: int, *, last_too: bool = True) -> Leaving:
        return await self.world.teams.leave(reader(user), GUILD, None, self.now, last_too=last_too)

    async def act(self, act: str, user: int, team: str | int | None, *args: Any, admin: bool = False) -> Any:
        """Run a method of the captain's service: `act("remove", ANN, None, BEN)`."""
        return await getattr(self.world.team_captains, act)(reader(user), GUILD, team, *args, self.now, admin=admin)

    async def seen(self, *users: int | Reader) -> list[int | None]:
        """Let members act, and return the team that each earns points for."""
        found = []
        for user in users:
            who = user if isinstance(user, Reader) else reader(user)
            async with self.world.storage.write() as tx:
                await tx.members.see(GUILD, who.user_id, who.name, self.now)
                found.append(await tx.teams.follow_roles(GUILD, who.user_id, who.role_ids, self.now))
        return found

    async def members(self, team_id: int) -> list[int]:
        """Return who is in a team, by id."""
        return [row["user_id"] for row in await self.world.rows("team_members", team_id=team_id)]

    async def team(self, team_id: int) -> dict[str, Any]:
        return await self.world.row("teams", id=team_id)

    async def trail(self) -> Sequence[tuple[str, int | None, str]]:
        """Return what is in the audit trail: action, member, reason."""
        return [(row["action"], row["subject_id"], row["reason"]) for row in await self.world.rows("audit_entries")]
