"""Members of one server who act at the same instant, in two processes."""

import asyncio
from collections.abc import Callable

import pytest

from bot.errors import BotError
from bot.storage import Database, Storage
from tests.services.teaming import ANN, BEN, BOSS, CLEO, DAN, Teaming, wearing
from tests.services.world import GUILD, NINE, MakeWorld, World, reader

ROLE = 5_001


@pytest.fixture
def teaming(world: World) -> Teaming:
    return Teaming(world)


async def outcomes(*calls: object) -> list[str]:
    """Run calls at once; return "done" or the key of the refusal, sorted."""
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[arg-type]
    told = []
    for result in results:
        if isinstance(result, BaseException):
            assert isinstance(result, BotError), result
        told.append(result.key if isinstance(result, BotError) else "done")
    return sorted(told)


async def test_one_of_two_gets_the_last_place(world: World, other_process: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_size=2)
    team = await teaming.create(ANN, "Team A")
    other = Teaming(other_process)
    assert await outcomes(teaming.join(BEN, team.id), other.join(CLEO, team.id)) == ["done", "team.full"]
    assert len(await teaming.members(team.id)) == 2


async def test_one_of_two_gets_the_name(world: World, other_process: World, teaming: Teaming) -> None:
    other = Teaming(other_process)
    assert await outcomes(teaming.create(ANN, "Team A"), other.create(BEN, "team-a")) == ["done", "team.name_taken"]
    assert len(await world.rows("teams")) == 1


async def test_the_index_decides_when_nobody_takes_turns(open_database: Callable[[], Database]) -> None:
    """Whatever checks come before it: the same name from two transactions that know nothing of each other."""
    storages = [Storage(open_database()), Storage(open_database())]

    async def add(storage: Storage, user: int) -> None:
        async with storage.write() as tx:
            await tx.teams.add(GUILD, "Team A", "teama", user, NINE)
            await asyncio.sleep(0.01)

    assert await outcomes(add(storages[0], ANN), add(storages[1], BEN)) == ["done", "team.name_taken"]


async def test_renaming_meets_founding(world: World, other_process: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "Team A")
    other = Teaming(other_process)
    told = await outcomes(teaming.act("rename", ANN, None, "Team B"), other.create(BEN, "Team B"))
    assert told == ["done", "team.name_taken"]


async def test_the_same_member_joins_one_of_two_teams(world: World, other_process: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "Team A")
    await teaming.create(BEN, "Team B")
    other = Teaming(other_process)
    assert await outcomes(teaming.join(CLEO, "Team A"), other.join(CLEO, "Team B")) == ["done", "team.in_team"]


async def test_everybody_leaves_at_once(world: World, make_world: MakeWorld, teaming: Teaming) -> None:
    """A captain's successor is somebody who is still there; the last one ends the team."""
    team = await teaming.create(ANN, "Team A")
    for user in (BEN, CLEO, DAN):
        await teaming.join(user, "Team A")
    others = [teaming, Teaming(make_world("two")), Teaming(make_world("three"))]
    left = await asyncio.gather(*(others[n % 3].leave(user) for n, user in enumerate((ANN, BEN, CLEO, DAN))))
    assert sum(one.disbanded for one in left) == 1
    assert (await teaming.team(team.id))["state"] == "disbanded"
    assert await world.rows("team_members") == []


async def test_a_role_and_a_click_at_once(world: World, other_process: World, teaming: Teaming) -> None:
    """The member's answer puts them into the role's team while they join another by hand, on an older client."""
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)).team
    await teaming.create(BEN, "Team A")
    await teaming.seen(ANN)
    other = Teaming(other_process)
    await asyncio.gather(teaming.seen(wearing(ANN, ROLE)), other.join(ANN, "Team A"), return_exceptions=True)
    row = await world.row("team_members", user_id=ANN)
    assert (row["team_id"], row["via"]) == (linked.id, "role") or row["via"] == "joined"
    assert await teaming.seen(wearing(ANN, ROLE)) == [linked.id]
