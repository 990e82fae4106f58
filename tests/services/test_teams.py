"""Founding teams, joining and leaving them, looking at them."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.teams import TeamRules
from bot.services.teams import TeamService
from tests.services.teaming import ANN, BEN, BOSS, CLEO, DAN, Teaming, wearing
from tests.services.world import DAY, GUILD, HOUR, MINUTE, NINE, OTHER_GUILD, World, reader

ROLE, HIGHER_ROLE = 5_001, 5_002
SECOND = timedelta(seconds=1)


@pytest.fixture
def teaming(world: World) -> Teaming:
    return Teaming(world)


# ------------------------------------------------------------------------ found


async def test_whoever_founds_a_team_is_its_captain_and_first_member(teaming: Teaming) -> None:
    team = await teaming.create(ANN, "  Team   A ")
    assert (team.name, team.captain_id, team.state, team.open, team.linked) == ("Team A", ANN, "active", True, False)
    assert await teaming.members(team.id) == [ANN]
    assert await teaming.seen(ANN, BEN) == [team.id, None]
    assert await teaming.trail() == []


async def test_a_team_waits_for_approval_where_the_server_wants_it(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_approval=True)
    team = await teaming.create(ANN, "Team A")
    assert team.state == "pending"
    assert await teaming.seen(ANN) == [None], "it earns nothing yet"
    assert (await world.failing(teaming.join(BEN, "Team A"))).key == "team.pending"
    assert (await world.failing(teaming.create(BEN, "Team A"))).key == "team.name_taken"
    await world.team_admins.approve(reader(BOSS), GUILD, team.id, NINE)
    assert await teaming.seen(ANN) == [team.id]
    await teaming.join(BEN, "Team A")


@pytest.mark.parametrize("name", ["Team A", "team a", "TEAM-A", "ＴＥＡＭ　Ａ", "Тeаm А", "T e a m A!"])
async def test_a_name_that_reads_the_same_is_taken(world: World, teaming: Teaming, name: str) -> None:
    await teaming.create(ANN, "Team A")
    error = await world.failing(teaming.create(BEN, name))
    assert error.key == "team.name_taken"


async def test_a_name_is_free_in_another_server_and_once_the_team_is_no_more(world: World, teaming: Teaming) -> None:
    await teaming.create(ANN, "Team A")
    await world.teams.create(reader(BEN, OTHER_GUILD), OTHER_GUILD, "Team A", True, NINE)
    await teaming.leave(ANN)
    await teaming.create(CLEO, "Team A")


async def test_a_member_has_one_standing_team_to_their_name(world: World, teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    assert (await world.failing(teaming.create(ANN, "Team B"))).key == "team.in_team"
    await teaming.leave(ANN)
    later = teaming.at(NINE + 8 * DAY)
    error = await world.failing(later.create(ANN, "Team B"))
    assert (error.key, error.message_args["name"]) == ("team.founded", "Team A")
    await later.leave(BEN)
    assert (await later.team(team.id))["state"] == "disbanded"
    await later.create(ANN, "Team B")


async def test_a_server_has_so_many_teams_at_most(world: World, teaming: Teaming) -> None:
    world.teams = TeamService(world.storage, TeamRules(teams=2))
    await teaming.create(ANN, "Team A")
    await teaming.create(BEN, "Team B")
    assert (await world.failing(teaming.create(CLEO, "Team C"))).key == "team.too_many"
    await teaming.leave(BEN)
    await teaming.create(CLEO, "Team C")


# ------------------------------------------------------------------------- join


async def test_open_teams_are_joined_by_name_or_id(teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "team a")
    await teaming.join(CLEO, team.id)
    assert await teaming.members(team.id) == [ANN, BEN, CLEO]


@pytest.mark.parametrize(
    ("user", "team", "key"),
    [
        (BEN, "Team X", "team.unknown"),
        (BEN, 999, "team.gone"),
        (ANN, "Team A", "team.already_in"),
        (ANN, "B2", "team.in_team"),
    ],
)
async def test_joining_what_is_not_there_or_twice_is_refused(
    world: World, teaming: Teaming, user: int, team: str | int, key: str
) -> None:
    await teaming.create(ANN, "Team A")
    await teaming.create(CLEO, "B2")
    assert (await world.failing(teaming.join(user, team))).key == key


async def test_a_team_of_another_server_is_unknown(world: World, teaming: Teaming) -> None:
    other = await world.teams.create(reader(BEN, OTHER_GUILD), OTHER_GUILD, "Team A", True, NINE)
    assert (await world.failing(teaming.join(ANN, other.id))).key == "team.gone"


async def test_a_team_by_invitation_takes_who_is_invited(world: World, teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A", open=False)
    assert (await world.failing(teaming.join(BEN, "Team A"))).key == "team.closed"
    await teaming.act("invite", ANN, None, BEN)
    await teaming.join(BEN, "Team A")
    assert await world.rows("team_invitations") == [], "it is used up"
    assert await teaming.members(team.id) == [ANN, BEN]


async def test_a_full_team_takes_nobody(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_size=2)
    await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    error = await world.failing(teaming.join(CLEO, "Team A"))
    assert (error.key, error.message_args["limit"]) == ("team.full", 2)
    await teaming.leave(BEN)
    await teaming.join(CLEO, "Team A")


# --------------------------------------------------------------------- cool-down


@pytest.mark.parametrize(
    ("after", "key"),
    [(7 * DAY - SECOND, "team.cool_down"), (7 * DAY, None)],
)
async def test_who_left_a_team_waits_before_another(
    world: World, teaming: Teaming, after: timedelta, key: str | None
) -> None:
    await teaming.create(ANN, "Team A")
    await teaming.create(BEN, "Team B")
    await teaming.join(CLEO, "Team A")
    await teaming.leave(CLEO)
    later = teaming.at(NINE + after)
    if key is None:
        await later.join(CLEO, "Team B")
        return
    error = await world.failing(later.join(CLEO, "Team B"))
    assert (error.key, error.message_args["until"]) == (key, int((NINE + 7 * DAY).timestamp()))
    assert (await world.failing(later.create(CLEO, "Team C"))).key == key


async def test_a_wrong_click_costs_nothing_for_an_hour_even_in_a_team_by_invitation(
    world: World, teaming: Teaming
) -> None:
    await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    await teaming.act("set_open", ANN, None, False)
    await teaming.leave(BEN)
    await teaming.at(NINE + 59 * MINUTE).join(BEN, "Team A")
    await teaming.at(NINE + HOUR).leave(BEN)
    late = teaming.at(NINE + 2 * HOUR)
    assert (await world.failing(late.join(BEN, "Team A"))).key == "team.closed"
    await late.act("set_open", ANN, None, True)
    assert (await world.failing(late.join(BEN, "Team A"))).key == "team.cool_down"


async def test_a_team_that_was_never_approved_starts_no_cool_down(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_approval=True)
    await teaming.create(ANN, "Team A")
    await teaming.leave(ANN)
    await teaming.create(ANN, "Team B")


# ------------------------------------------------------------------------- leave


async def test_a_captain_is_followed_by_whoever_is_in_the_team_longest(teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    for minutes, user in ((3, BEN), (1, CLEO), (2, DAN)):
        await teaming.at(NINE + minutes * MINUTE).join(user, team.id)
    left = await teaming.leave(ANN)
    assert (left.successor_id, left.disbanded) == (CLEO, False)
    assert (await teaming.team(team.id))["captain_id"] == CLEO


async def test_the_last_one_is_asked_before_the_team_ends(teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    assert not (await teaming.leave(ANN, last_too=False)).done
    assert await teaming.members(team.id) == [ANN]
    left = await teaming.leave(ANN)
    assert left.disbanded
    row = await teaming.team(team.id)
    assert (row["state"], row["captain_id"], row["ended_at"]) == ("disbanded", None, NINE)


async def test_who_is_in_no_team_cannot_leave_one(world: World, teaming: Teaming) -> None:
    assert (await world.failing(teaming.leave(ANN))).key == "team.none"
    team = await teaming.create(ANN, "Team A")
    other = world.teams.leave(reader(ANN), GUILD, team.id + 1, NINE, last_too=True)
    assert (await world.failing(other)).key == "team.none", "an old button names another team"


# ------------------------------------------------------------------------- roles


async def test_a_linked_role_wins_and_the_highest_of_several(world: World, teaming: Teaming) -> None:
    low = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Low", NINE)).team
    high = (await world.team_admins.link(reader(BOSS), GUILD, HIGHER_ROLE, "High", NINE)).team
    assert await teaming.seen(wearing(ANN, HIGHER_ROLE, ROLE, 4), wearing(BEN, 4, ROLE), wearing(CLEO, 4)) == [
        high.id,
        low.id,
        None,
    ]
    assert await teaming.seen(wearing(ANN, ROLE, HIGHER_ROLE)) == [low.id], "their order may change"
    assert await teaming.seen(ANN) == [None]


async def test_a_role_takes_a_captain_off_and_gives_nothing_back(world: World, teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)).team
    assert await teaming.seen(wearing(ANN, ROLE)) == [linked.id]
    assert (await teaming.team(team.id))["captain_id"] == BEN
    departure = await world.row("team_departures", user_id=ANN)
    assert (departure["team_id"], departure["removed"]) == (team.id, False)
    assert await teaming.seen(ANN) == [None]


async def test_a_role_takes_off_the_only_member_and_the_team_ends(world: World, teaming: Teaming) -> None:
    team = await teaming.create(ANN, "Team A")
    await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)
    await teaming.seen(wearing(ANN, ROLE))
    assert (await teaming.team(team.id))["state"] == "disbanded"


async def test_a_role_that_goes_starts_no_cool_down(world: World, teaming: Teaming) -> None:
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)).team
    await teaming.seen(wearing(ANN, ROLE), ANN)
    assert (await world.row("team_departures"))["team_id"] == linked.id
    await teaming.create(ANN, "Team A")


async def test_who_wears_a_linked_role_cannot_choose(world: World, teaming: Teaming) -> None:
    await teaming.create(BEN, "Team A")
    await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)
    await teaming.seen(wearing(ANN, ROLE))
    ann = wearing(ANN, ROLE)
    calls = (
        world.teams.join(ann, GUILD, "Team A", NINE),
        world.teams.create(ann, GUILD, "Team B", True, NINE),
        world.teams.leave(ann, GUILD, None, NINE, last_too=True),
    )
    for call in calls:
        error = await world.failing(call)
        assert (error.key, error.message_args["name"]) == ("team.by_role", "Role")
    assert (await world.failing(teaming.join(BEN, "Role"))).key == "team.in_team"
    assert (await world.failing(teaming.join(CLEO, "Role"))).key == "team.linked"


async def test_a_role_decides_before_the_member_has_acted_otherwise(world: World, teaming: Teaming) -> None:
    """Their very first interaction is the wish to join."""
    await teaming.create(BEN, "Team A")
    await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)
    assert (await world.failing(world.teams.join(wearing(ANN, ROLE), GUILD, "Team A", NINE))).key == "team.by_role"


async def test_following_roles_reads_at_most_twice_and_writes_nothing_while_nothing_changes(
    world: World, teaming: Teaming
) -> None:
    await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Role", NINE)
    await teaming.create(BEN, "Team A")
    await teaming.seen(wearing(ANN, ROLE))
    said: list[str] = []
    event.listen(world.database.engine.sync_engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    for user, roles, statements in ((ANN, (4, ROLE), 2), (BEN, (4,), 2), (BEN, (), 1), (CLEO, (), 1)):
        async with world.storage.write() as tx:
            await tx.guilds.find(GUILD)
            said.clear()
            await tx.teams.follow_roles(GUILD, user, roles, NINE)
            assert len(said) == statements
            assert all(statement.startswith("SELECT") for statement in said)
