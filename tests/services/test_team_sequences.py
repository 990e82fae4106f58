"""Whatever members, captains and admins do, in whatever order: what must hold for teams holds after every step."""

from contextlib import suppress
from datetime import datetime
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.readers import Reader
from bot.domain.teams import TeamRules
from bot.errors import BotError
from bot.services.team_admins import TeamAdminService
from bot.services.team_captains import TeamCaptainService
from bot.services.teams import TeamService
from tests.services.world import DAY, HOUR, NINE, World

GUILDS = count(10_000)
RULES = TeamRules(teams=4, invitations=2)
SIZE = 3
ROLES = (1, 2)
BOSS = 99

users = st.integers(1, 6)
names = st.sampled_from(["Team A", "Team B", "team-a", "Тeаm B", "Team D", "Team E", "\u3164\u3164"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), users, names, st.booleans()),
        st.tuples(st.just("join"), users, names),
        st.tuples(st.just("leave"), users, st.booleans()),
        st.tuples(st.just("rename"), users, names, st.booleans()),
        st.tuples(st.sampled_from(["invite", "uninvite", "remove", "hand_over"]), users, users, st.booleans()),
        st.tuples(st.just("disband"), users, names, st.booleans()),
        st.tuples(st.just("set_open"), users, st.booleans()),
        st.tuples(st.just("approval"), st.booleans()),
        st.tuples(st.sampled_from(["approve", "reject"]), names),
        st.tuples(st.just("link"), st.sampled_from(ROLES), names),
        st.tuples(st.just("unlink"), st.sampled_from(ROLES)),
        st.tuples(st.just("roles"), users, st.lists(st.sampled_from(ROLES), unique=True)),
        st.tuples(st.just("act"), users),
        st.tuples(st.just("wait"), st.sampled_from([HOUR, 3 * DAY, 8 * DAY])),
    ),
    min_size=4,
    max_size=28,
)


class Server:
    """One server that steps are taken in."""

    def __init__(self, world: World) -> None:
        self.world, self.guild_id = world, next(GUILDS)
        self.now: datetime = NINE
        self.roles: dict[int, tuple[int, ...]] = {}
        self.teams = TeamService(world.storage, RULES)
        self.captains = TeamCaptainService(world.storage, RULES)
        self.admins = TeamAdminService(world.storage, RULES)

    def reader(self, user: int) -> Reader:
        return Reader(user, f"member {user}", self.guild_id, None, self.roles.get(user, ()))

    async def take(self, step: tuple[Any, ...]) -> None:
        what, *args = step
        guild_id, now = self.guild_id, self.now
        if what == "wait":
            self.now += args[0]
        elif what == "roles":
            self.roles[args[0]] = tuple(args[1])
        elif what == "approval":
            await self.world.preferences.set_guild(guild_id, None, None, now, team_approval=args[0])
        elif what == "act":
            async with self.world.storage.write() as tx:
                reader = self.reader(args[0])
                await tx.teams.follow_roles(guild_id, reader.user_id, reader.role_ids, now)
        elif what == "create":
            await self.teams.create(self.reader(args[0]), guild_id, args[1], args[2], now)
        elif what == "join":
            await self.teams.join(self.reader(args[0]), guild_id, args[1], now)
        elif what == "leave":
            await self.teams.leave(self.reader(args[0]), guild_id, None, now, last_too=args[1])
        elif what in ("approve", "reject"):
            await getattr(self.admins, what)(self.reader(BOSS), guild_id, args[0], now)
        elif what == "link":
            await self.admins.link(self.reader(BOSS), guild_id, args[0], args[1], now)
        elif what == "unlink":
            await self.admins.unlink(self.reader(BOSS), guild_id, args[0], now)
        else:
            await self.take_office(what, args)

    async def take_office(self, what: str, args: list[Any]) -> None:
        """As a captain, or, with a last argument of True, as an admin for the team that the member is in."""
        guild_id, now, reader = self.guild_id, self.now, self.reader(args[0])
        admin = what not in ("set_open",) and bool(args[-1])
        if what == "set_open":
            await self.captains.set_open(reader, guild_id, None, args[1], now, admin=False)
        elif what == "rename":
            await self.captains.rename(reader, guild_id, None, args[1], now, admin=admin)
        elif what == "disband":
            ref = args[1] if admin else None
            await self.captains.disband(self.reader(BOSS) if admin else reader, guild_id, ref, now, admin=admin)
        else:
            await getattr(self.captains, what)(reader, guild_id, None, args[1], now, admin=admin)

    async def check(self) -> None:
        teams = {row["id"]: row for row in await self.world.rows("teams", guild_id=self.guild_id)}
        members = await self.world.rows("team_members", guild_id=self.guild_id)
        standing = {team_id: team for team_id, team in teams.items() if team["state"] != "disbanded"}
        joined: dict[int, set[int]] = {team_id: set() for team_id in teams}
        for member in members:
            joined[member["team_id"]].add(member["user_id"])
            assert member["team_id"] in standing, "nobody is in a team that is no more"
            assert (member["via"] == "role") == (teams[member["team_id"]]["role_id"] is not None)
        assert len(members) == len({member["user_id"] for member in members}), "in one team at most"
        for team_id, team in standing.items():
            if team["role_id"] is None:
                assert team["captain_id"] in joined[team_id], "a captain is a member"
                assert len(joined[team_id]) <= SIZE
            else:
                assert team["captain_id"] is None
            if team["state"] == "pending":
                assert joined[team_id] == {team["captain_id"]}
        assert all(team["captain_id"] is None for team_id, team in teams.items() if team_id not in standing)
        assert len(standing) <= RULES.teams
        founders = [team["created_by"] for team in standing.values() if team["role_id"] is None]
        assert len(founders) == len(set(founders)), "one standing team a founder"
        keys = [team["name_key"] for team in standing.values()]
        assert len(keys) == len(set(keys))
        roles = [team["role_id"] for team in standing.values() if team["role_id"] is not None]
        assert len(roles) == len(set(roles))
        for team_id in teams:
            invited = await self.world.rows("team_invitations", team_id=team_id)
            assert len(invited) <= RULES.invitations
            assert not invited or team_id in standing
            assert not {row["user_id"] for row in invited} & joined[team_id]


@given(taken=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_teams_stay_whole_whatever_is_done(world: World, taken: list[tuple[Any, ...]]) -> None:
    server = Server(world)
    await world.preferences.set_guild(server.guild_id, None, None, NINE, team_size=SIZE)
    for step in taken:
        with suppress(BotError):
            await server.take(step)
        await server.check()


@given(taken=steps)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_who_acts_is_where_their_roles_say(world: World, taken: list[tuple[Any, ...]]) -> None:
    server = Server(world)
    for step in taken:
        with suppress(BotError):
            await server.take(step)
    linked = {row["role_id"]: row["id"] for row in await world.rows("teams", guild_id=server.guild_id, state="active")}
    for user in range(1, 7):
        reader = server.reader(user)
        async with world.storage.write() as tx:
            earning = await tx.teams.follow_roles(server.guild_id, user, reader.role_ids, server.now)
        wanted = next((linked[role] for role in reader.role_ids if role in linked), None)
        rows = await world.rows("team_members", guild_id=server.guild_id, user_id=user)
        if wanted is not None:
            assert [(row["team_id"], row["via"]) for row in rows] == [(wanted, "role")]
            assert earning == wanted
        else:
            assert all(row["via"] == "joined" for row in rows)
