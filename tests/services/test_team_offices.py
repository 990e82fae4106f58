"""What captains do with their teams, and admins with any."""

import pytest

from bot.domain.teams import TeamRules
from bot.services.team_admins import TeamAdminService
from bot.services.team_captains import TeamCaptainService
from tests.services.teaming import ANN, BEN, BOSS, CLEO, DAN, Teaming, wearing
from tests.services.world import DAY, GUILD, HOUR, NINE, OTHER_GUILD, World, reader

ROLE = 5_001


@pytest.fixture
async def teaming(world: World) -> Teaming:
    """Ann is the captain of Team A (1), Ben is in it; Cleo is the captain of Team C (2)."""
    teaming = Teaming(world)
    await teaming.create(ANN, "Team A")
    await teaming.join(BEN, "Team A")
    await teaming.create(CLEO, "Team C")
    return teaming


async def key_of(world: World, call: object) -> str:
    return (await world.failing(call)).key


# --------------------------------------------------------------------- captains


async def test_a_captain_renames_within_the_rules_of_names(world: World, teaming: Teaming) -> None:
    assert await teaming.act("rename", ANN, None, " Team  Z ") == ("Team A", "Team Z")
    assert await teaming.act("rename", ANN, None, "TEAM Z") == ("Team Z", "TEAM Z"), "its own name is not taken"
    assert await key_of(world, teaming.act("rename", ANN, None, "Team-C")) == "team.name_taken"
    assert await key_of(world, teaming.act("rename", ANN, None, "\u3164\u3164")) == "team.name_invisible"
    await teaming.create(DAN, "Team A")


async def test_the_index_refuses_a_name_that_the_look_before_it_missed(world: World, teaming: Teaming) -> None:
    """As between two transactions that do not see each other's work."""

    async def rename_unseeing() -> None:
        async with world.storage.write() as tx:
            team = await tx.teams.find(GUILD, 1)
            assert team is not None
            tx.teams.find_named = _nothing  # type: ignore[method-assign]
            await tx.teams.rename(team, "Team C", "teamc")

    assert await key_of(world, rename_unseeing()) == "team.name_taken"


async def _nothing(*_: object) -> None:
    return None


async def test_invitations_are_given_and_taken_back_once(world: World, teaming: Teaming) -> None:
    await teaming.act("set_open", ANN, None, False)
    await teaming.act("invite", ANN, None, DAN)
    assert await key_of(world, teaming.act("invite", ANN, None, DAN)) == "team.invited_already"
    assert await key_of(world, teaming.act("invite", ANN, None, BEN)) == "team.member_already"
    await teaming.act("uninvite", ANN, None, DAN)
    assert await key_of(world, teaming.act("uninvite", ANN, None, DAN)) == "team.not_invited"
    assert await key_of(world, teaming.join(DAN, "Team A")) == "team.closed"


async def test_invitations_are_limited_and_end_with_the_team(world: World, teaming: Teaming) -> None:
    world.team_captains = TeamCaptainService(world.storage, TeamRules(invitations=2))
    for user in (20, 21):
        await teaming.act("invite", ANN, None, user)
    assert await key_of(world, teaming.act("invite", ANN, None, 22)) == "team.too_many_invitations"
    await teaming.act("disband", ANN, None)
    assert await world.rows("team_invitations") == []


async def test_who_is_taken_out_needs_an_invitation_whatever_they_did_since(world: World, teaming: Teaming) -> None:
    await teaming.act("remove", ANN, None, BEN)
    assert await key_of(world, teaming.join(BEN, "Team A")) == "team.removed"
    later = teaming.at(NINE + 8 * DAY)
    assert await key_of(world, later.join(BEN, "Team A")) == "team.removed"
    await later.join(BEN, "Team C")
    await later.leave(BEN)
    much_later = teaming.at(NINE + 20 * DAY)
    assert await key_of(world, much_later.join(BEN, "Team A")) == "team.removed"
    await much_later.act("invite", ANN, None, BEN)
    await much_later.join(BEN, "Team A")
    await much_later.leave(BEN)
    await much_later.join(BEN, "Team A")


async def test_who_is_taken_out_waits_for_other_teams_but_not_for_this_one(world: World, teaming: Teaming) -> None:
    await teaming.act("remove", ANN, None, BEN)
    assert await key_of(world, teaming.join(BEN, "Team C")) == "team.cool_down"
    await teaming.act("invite", CLEO, None, BEN)
    assert await key_of(world, teaming.join(BEN, "Team C")) == "team.cool_down", "an invitation is no way around it"
    await teaming.act("invite", ANN, None, BEN)
    await teaming.join(BEN, "Team A")


async def test_points_stay_with_the_team_and_with_the_member(world: World, teaming: Teaming) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.answer(BEN, post, right=True, now=NINE)
    await teaming.act("remove", ANN, None, BEN)
    await world.reveals.close_due(NINE + DAY)
    assert {row["team_id"] for row in await world.rows("ledger", user_id=BEN)} == {1}
    await teaming.act("disband", ANN, None)
    assert [(row["user_id"], row["team_id"]) for row in await world.rows("ledger")] == [(BEN, 1)]
    assert await world.rows("team_contributions", team_id=1)


async def test_a_captain_hands_over_and_is_a_member_from_then_on(world: World, teaming: Teaming) -> None:
    await teaming.act("hand_over", ANN, None, BEN)
    assert (await teaming.team(1))["captain_id"] == BEN
    assert await key_of(world, teaming.act("set_open", ANN, None, False)) == "team.captain_only"
    assert await key_of(world, teaming.act("hand_over", BEN, None, BEN)) == "team.captain_already"
    await teaming.leave(ANN)
    assert await teaming.members(1) == [BEN]


async def test_acts_about_who_is_not_in_the_team_are_refused(world: World, teaming: Teaming) -> None:
    for user in (CLEO, DAN):
        assert await key_of(world, teaming.act("remove", ANN, None, user)) == "team.not_member"
        assert await key_of(world, teaming.act("hand_over", ANN, None, user)) == "team.not_member"
    assert await key_of(world, teaming.act("remove", ANN, None, ANN)) == "team.remove_self"


async def test_a_captain_who_disbands_waits_and_the_members_do_not(world: World, teaming: Teaming) -> None:
    await teaming.act("disband", ANN, None)
    assert (await teaming.team(1))["state"] == "disbanded"
    await teaming.join(BEN, "Team C")
    assert await key_of(world, teaming.join(ANN, "Team C")) == "team.cool_down"
    assert await key_of(world, teaming.act("disband", ANN, 1)) == "team.gone"


@pytest.mark.parametrize(
    ("act", "args"),
    [
        ("rename", ("Other",)),
        ("set_open", (False,)),
        ("invite", (DAN,)),
        ("uninvite", (DAN,)),
        ("remove", (BEN,)),
        ("hand_over", (BEN,)),
        ("disband", ()),
    ],
)
async def test_nobody_else_may(world: World, teaming: Teaming, act: str, args: tuple[object, ...]) -> None:
    assert await key_of(world, teaming.act(act, BEN, None, *args)) == "team.captain_only"
    assert await key_of(world, teaming.act(act, CLEO, "Team A", *args)) == "team.captain_only"
    assert await key_of(world, teaming.act(act, DAN, None, *args)) == "team.none"
    assert await key_of(world, teaming.act(act, ANN, "Team X", *args)) == "team.unknown"
    other = await world.teams.create(reader(DAN, OTHER_GUILD), OTHER_GUILD, "Team O", True, NINE)
    assert await key_of(world, teaming.act(act, BOSS, other.id, *args, admin=True)) == "team.gone"


# ----------------------------------------------------------------------- admins


async def test_an_admin_does_what_keeps_order_and_the_trail_says_so(world: World, teaming: Teaming) -> None:
    await teaming.act("rename", BOSS, "Team A", "Team Z", admin=True)
    await teaming.act("hand_over", BOSS, "Team Z", BEN, admin=True)
    await teaming.act("remove", BOSS, "Team Z", ANN, admin=True)
    await teaming.act("disband", BOSS, "Team Z", admin=True)
    assert await teaming.trail() == [
        ("team_rename", None, "Team A → Team Z"),
        ("team_hand_over", BEN, ""),
        ("team_remove", ANN, ""),
        ("team_disband", None, ""),
    ]
    await teaming.join(BEN, "Team C")


async def test_an_admin_who_removes_the_captain_leaves_the_team_with_another(teaming: Teaming) -> None:
    await teaming.act("remove", BOSS, "Team A", ANN, admin=True)
    assert (await teaming.team(1))["captain_id"] == BEN
    await teaming.act("remove", BOSS, "Team A", BEN, admin=True)
    assert (await teaming.team(1))["state"] == "disbanded"


@pytest.mark.parametrize(("act", "args"), [("set_open", (False,)), ("invite", (DAN,)), ("uninvite", (DAN,))])
async def test_an_admin_does_not_recruit_for_others(
    world: World, teaming: Teaming, act: str, args: tuple[object, ...]
) -> None:
    assert await key_of(world, teaming.act(act, BOSS, "Team A", *args, admin=True)) == "team.captain_alone"


async def test_an_admin_with_a_team_of_their_own_is_its_captain(world: World, teaming: Teaming) -> None:
    await teaming.act("rename", ANN, "Team A", "Team Z", admin=True)
    await teaming.act("set_open", ANN, "Team Z", False, admin=True)
    assert await teaming.trail() == []


async def test_new_teams_are_approved_or_rejected_once(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_approval=True)
    good, bad = await teaming.create(DAN, "Good"), await teaming.create(BOSS, "Bad")
    assert good.state == bad.state == "pending"
    assert (await world.team_admins.find_pending(GUILD, "bad")).id == bad.id
    await world.team_admins.approve(reader(BOSS), GUILD, good.id, NINE)
    await world.team_admins.reject(reader(BOSS), GUILD, "Bad", NINE)
    assert [(await teaming.team(team.id))["state"] for team in (good, bad)] == ["active", "disbanded"]
    assert await key_of(world, world.team_admins.approve(reader(BOSS), GUILD, good.id, NINE)) == "team.not_pending"
    assert await key_of(world, world.team_admins.reject(reader(BOSS), GUILD, bad.id, NINE)) == "team.gone"
    assert await key_of(world, world.team_admins.find_pending(GUILD, good.id)) == "team.not_pending"
    assert [entry[0] for entry in await teaming.trail()] == ["team_approve", "team_reject"]
    await teaming.at(NINE + HOUR).create(BOSS, "Better")


async def test_a_captain_may_still_change_a_team_that_waits(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_approval=True)
    team = await teaming.create(DAN, "Good")
    await teaming.act("rename", DAN, None, "Better")
    await teaming.act("invite", DAN, None, 20)
    assert await key_of(world, teaming.join(20, "Better")) == "team.pending"
    await teaming.act("disband", DAN, None)
    assert (await teaming.team(team.id))["state"] == "disbanded"
    await teaming.create(DAN, "Best")


# ------------------------------------------------------------------------ roles


async def test_a_linked_role_is_renamed_not_linked_twice(world: World, teaming: Teaming) -> None:
    made = await world.team_admins.link(reader(BOSS), GUILD, ROLE, " Class  26 ", NINE)
    assert (made.team.role_id, made.team.captain_id, made.name, made.old_name) == (ROLE, None, "Class 26", None)
    again = await world.team_admins.link(reader(BOSS), GUILD, ROLE, "2026", NINE)
    assert (again.team.id, again.name, again.old_name) == (made.team.id, "2026", "Class 26")
    assert (await teaming.team(made.team.id))["name"] == "2026"
    taken = world.team_admins.link(reader(BOSS), GUILD, ROLE + 1, "Team-A", NINE)
    assert await key_of(world, taken) == "team.name_taken"
    assert await teaming.trail() == [("team_link", None, ""), ("team_link", None, "Class 26 → 2026")]


async def test_links_count_towards_the_limit_and_not_towards_what_an_admin_founded(
    world: World, teaming: Teaming
) -> None:
    world.team_admins = TeamAdminService(world.storage, TeamRules(teams=3))
    await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Class 26", NINE)
    full = world.team_admins.link(reader(BOSS), GUILD, ROLE + 1, "Class 27", NINE)
    assert await key_of(world, full) == "team.too_many"
    await teaming.create(BOSS, "Team B")


async def test_a_linked_team_has_no_size_limit(world: World, teaming: Teaming) -> None:
    await world.preferences.set_guild(GUILD, None, None, NINE, team_size=2)
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Class 26", NINE)).team
    seen = await teaming.seen(*(wearing(user, ROLE) for user in range(20, 24)))
    assert seen == [linked.id] * 4


async def test_unlinking_frees_the_members_and_the_role(world: World, teaming: Teaming) -> None:
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Class 26", NINE)).team
    await teaming.seen(wearing(DAN, ROLE))
    assert (await world.team_admins.find_linked(GUILD, ROLE)).id == linked.id
    await world.team_admins.unlink(reader(BOSS), GUILD, ROLE, NINE)
    assert await teaming.seen(wearing(DAN, ROLE)) == [None]
    await world.teams.join(wearing(DAN, ROLE), GUILD, "Team A", NINE)
    assert await key_of(world, world.team_admins.unlink(reader(BOSS), GUILD, ROLE, NINE)) == "team.not_linked"
    assert await key_of(world, world.team_admins.find_linked(GUILD, ROLE)) == "team.not_linked"
    again = await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Class 26", NINE)
    assert again.team.id != linked.id


async def test_a_linked_team_is_renamed_and_disbanded_and_nothing_else(world: World, teaming: Teaming) -> None:
    linked = (await world.team_admins.link(reader(BOSS), GUILD, ROLE, "Class 26", NINE)).team
    await teaming.seen(wearing(DAN, ROLE))
    for act, args in (("set_open", (True,)), ("invite", (BEN,)), ("remove", (DAN,)), ("hand_over", (DAN,))):
        assert await key_of(world, teaming.act(act, BOSS, linked.id, *args, admin=True)) == "team.linked"
    assert await key_of(world, teaming.act("disband", DAN, linked.id)) == "team.captain_only"
    await teaming.act("rename", BOSS, linked.id, "2026", admin=True)
    await teaming.act("disband", BOSS, linked.id, admin=True)
    assert await teaming.seen(wearing(DAN, ROLE)) == [None]


async def test_what_would_be_asked_about_is_checked_first(world: World, teaming: Teaming) -> None:
    preview = world.team_captains.preview
    assert (await preview(reader(ANN), GUILD, None, BEN, admin=False)).id == 1
    assert (await preview(reader(BOSS), GUILD, "Team A", None, admin=True)).id == 1
    assert await key_of(world, preview(reader(BEN), GUILD, None, ANN, admin=False)) == "team.captain_only"
    assert await key_of(world, preview(reader(ANN), GUILD, None, CLEO, admin=False)) == "team.not_member"
