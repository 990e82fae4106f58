"""The list of teams, the page of one, and names to choose from."""

import pytest

from tests.services.teaming import ANN, BEN, BOSS, CLEO, DAN, Teaming
from tests.services.world import DAY, GUILD, MINUTE, NINE, OTHER_GUILD, World, reader


@pytest.fixture
def teaming(world: World) -> Teaming:
    return Teaming(world)


async def test_the_list_shows_sizes_captains_and_what_the_reader_may_do(world: World, teaming: Teaming) -> None:
    small = await teaming.create(ANN, "Small", open=False)
    large = await teaming.create(BEN, "Large")
    await teaming.join(CLEO, "Large")
    await teaming.act("invite", ANN, None, CLEO)
    await world.set_member(BEN, hidden=True)
    found = await world.teams.listing(reader(CLEO), GUILD, admin=False)
    assert [(one.team.name, one.members, one.captain) for one in found.teams] == [
        ("Large", 2, None),
        ("Small", 1, f"member {ANN}"),
    ]
    assert (found.own_team_id, found.invited) == (large.id, {small.id})


async def test_a_team_that_waits_is_shown_to_its_founder_and_to_admins(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_approval=True)
    team = await teaming.create(ANN, "Team A")

    async def pending(user: int, *, admin: bool) -> list[int]:
        found = await world.teams.listing(reader(user), GUILD, admin=admin)
        assert found.teams == ()
        return [one.team.id for one in found.pending]

    assert await pending(ANN, admin=False) == [team.id] == await pending(BOSS, admin=True)
    assert await pending(BEN, admin=False) == []
    assert (await world.teams.page(reader(ANN), GUILD, None, NINE, admin=False)).summary.team.id == team.id
    assert (
        await world.failing(world.teams.page(reader(BEN), GUILD, "Team A", NINE, admin=False))
    ).key == "team.pending"
    assert await world.teams.suggest(reader(BOSS), GUILD, "", 25, admin=True) == ["Team A"]
    assert await world.teams.suggest(reader(BEN), GUILD, "", 25) == []


async def test_a_page_names_who_is_shown_and_nobody_else(world: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "Team A")
    for user in (BEN, CLEO, DAN):
        await teaming.join(user, "Team A")
    await world.set_member(ANN, hidden=True)
    await world.set_member(CLEO, left_at=NINE)
    page = await world.teams.page(reader(BEN), GUILD, "Team A", NINE, admin=False)
    assert page.names == (f"member {BEN}", f"member {DAN}")
    assert (page.summary.members, page.summary.captain) == (4, None)
    assert (page.joined, page.joinable) == (True, False)


async def test_a_page_has_the_scores_and_the_contributors_of_the_week_and_of_all_time(
    world: World, teaming: Teaming
) -> None:
    await world.setup()
    await teaming.create(ANN, "Team A")
    for user in (BEN, CLEO, DAN):
        await teaming.join(user, "Team A")
    await world.set_member(DAN, hidden=True)
    for day in range(3):
        post = await world.post(NINE + day * DAY)
        for user in (ANN, BEN, DAN):
            await world.answer(user, post, right=user != BEN, now=NINE + day * DAY + MINUTE)
        if day == 0:
            await world.answer(CLEO, post, right=True, now=NINE + MINUTE)
        await world.reveals.close_due(NINE + (day + 1) * DAY)
    await teaming.at(NINE + 3 * DAY).leave(DAN)
    page = await world.teams.page(reader(DAN), GUILD, "Team A", NINE + 3 * DAY, admin=False)
    for window in ("week", "all"):
        score = page.scores[window]
        assert score is not None
        assert (score.points, score.members) == (66, 3), "who answered once does not count, who left still does"
        assert [(one.user_id, one.name, one.points, one.counts) for one in page.contributors[window]] == [
            (ANN, f"member {ANN}", 30, True),
            (DAN, None, 30, True),
            (CLEO, f"member {CLEO}", 10, False),
            (BEN, f"member {BEN}", 6, True),
        ]
    later = await world.teams.page(reader(DAN), GUILD, "Team A", NINE + 8 * DAY, admin=False)
    assert (later.scores["week"], later.contributors["week"]) == (None, ())
    assert later.scores["all"] is not None


async def test_there_is_no_page_without_a_team(world: World, teaming: Teaming) -> None:
    assert (await world.failing(world.teams.page(reader(ANN), GUILD, None, NINE, admin=False))).key == "team.none"
    await teaming.create(ANN, "Team A")
    await teaming.leave(ANN)
    page = world.teams.page(reader(ANN), GUILD, "Team A", NINE, admin=False)
    assert (await world.failing(page)).key == "team.unknown"


async def test_names_are_suggested_by_what_was_typed(world: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "早起小队")
    await teaming.create(BEN, "Night Owls", open=False)
    await teaming.create(CLEO, "Owl Post", open=False)
    await teaming.act("invite", CLEO, None, DAN)
    assert await world.teams.suggest(reader(DAN), GUILD, "owl", 25) == ["Night Owls", "Owl Post"]
    assert await world.teams.suggest(reader(DAN), GUILD, "", 25, joinable=True) == ["Owl Post", "早起小队"]
    assert await world.teams.suggest(reader(DAN), GUILD, "", 1) == ["早起小队"]


async def test_a_member_who_left_the_server_keeps_the_place_until_the_captain_acts(
    world: World, teaming: Teaming
) -> None:
    team = await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    await world.set_member(BEN, left_at=NINE)
    assert (await world.teams.page(reader(ANN), GUILD, None, NINE, admin=False)).names == (f"member {ANN}",)
    await teaming.act("remove", ANN, None, BEN)
    assert await teaming.members(team.id) == [ANN]


async def test_names_in_the_list_are_those_of_this_server(world: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "Team A")
    async with world.storage.write() as tx:
        await tx.members.see(OTHER_GUILD, ANN, "elsewhere", NINE)
    (one,) = (await world.teams.listing(reader(BEN), GUILD, admin=False)).teams
    assert one.captain == f"member {ANN}"
