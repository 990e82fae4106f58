"""`/team manage`, `/team link` and `/team unlink`: captains and admins."""

import pytest

from .test_team import create, join, labelled, members
from .world import buttons, custom_ids, everything, told


@pytest.fixture
async def teamed(local_world):
    """Ann is the captain of Team A, Ben is in it; Cleo is the captain of Team C."""
    await create(local_world, local_world.ann, "Team A")
    await join(local_world, local_world.ben, "Team A")
    await create(local_world, local_world.members[2], "Team C")
    return local_world


async def manage(world, actor, action: str, **options):
    return told(await world.slash(actor, "team manage", action=action, **options))


def trail(world) -> list[tuple]:
    return world.sql("SELECT action, subject_id, reason FROM audit_entries ORDER BY id")


# --------------------------------------------------------------------- captains


async def test_a_captain_renames_opens_and_closes(teamed):
    world = teamed
    renamed = await manage(world, world.ann, "rename", name=" Team  Z ")
    assert renamed.content == world.t("team.renamed", old="Team A", name="Team Z")
    assert (await manage(world, world.ann, "close")).content == world.t("team.entry.close", name="Team Z")
    assert world.sql("SELECT name, open FROM teams WHERE id = 1") == [("Team Z", 0)]
    assert (await manage(world, world.ann, "open")).content == world.t("team.entry.open", name="Team Z")
    assert world.sql("SELECT open FROM teams WHERE id = 1") == [(1,)]
    assert trail(world) == [], "the trail is about what admins do to others' teams"


async def test_a_captain_invites_and_takes_it_back(teamed):
    world, dan = teamed, teamed.members[3]
    said = await manage(world, world.ann, "invite", member=dan)
    assert said.content == world.t("team.invitation.invite", name="Team A", member="Dan")
    again = await manage(world, world.ann, "invite", member=dan)
    assert again.content == world.t("errors.team.invited_already")
    back = await manage(world, world.ann, "uninvite", member=dan)
    assert back.content == world.t("team.invitation.uninvite", name="Team A", member="Dan")
    assert (await manage(world, world.ann, "uninvite", member=dan)).content == world.t("errors.team.not_invited")
    assert (await manage(world, world.ann, "invite", member=world.ben)).content == world.t("errors.team.member_already")


async def test_a_bot_and_a_stranger_are_not_invited(teamed):
    world = teamed
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    assert (await manage(world, world.ann, "invite", member=robot)).content == world.t("errors.team.bot")
    assert not world.sql("SELECT * FROM team_invitations")


async def test_removing_asks_first_and_only_an_invitation_leads_back(teamed):
    world = teamed
    asked = await manage(world, world.ann, "remove", member=world.ben)
    assert asked.content == world.t("team.ask.remove", name="Team A", member="Ben")
    assert members(world, "Team A") == {world.ann.id, world.ben.id}
    done = told(await world.press(world.ann, labelled(asked, world.t("team.sure.remove")), asked))
    assert done.content == world.t("team.done.remove", name="Team A")
    assert not buttons(done)
    assert members(world, "Team A") == {world.ann.id}
    assert (await join(world, world.ben, "Team A")).content == world.t("errors.team.removed", name="Team A")
    await manage(world, world.ann, "invite", member=world.ben)
    assert (await join(world, world.ben, "Team A")).content == world.t("team.joined", name="Team A")


async def test_handing_over_asks_first(teamed):
    world = teamed
    asked = await manage(world, world.ann, "hand_over", member=world.ben)
    assert asked.content == world.t("team.ask.hand_over", name="Team A", member="Ben")
    (sure,) = custom_ids(asked)
    done = told(await world.press(world.ann, sure, asked))
    assert done.content == world.t("team.done.hand_over", name="Team A")
    assert world.sql("SELECT captain_id FROM teams WHERE id = 1") == [(world.ben.id,)]
    again = told(await world.press(world.ann, sure, asked))
    assert again.content == world.t("errors.team.captain_only", name="Team A")


async def test_disbanding_asks_first(teamed):
    world = teamed
    asked = await manage(world, world.ann, "disband")
    assert asked.content == world.t("team.ask.disband", name="Team A", member="")
    assert world.sql("SELECT state FROM teams WHERE id = 1") == [("active",)]
    done = told(await world.press(world.ann, custom_ids(asked)[0], asked))
    assert done.content == world.t("team.done.disband", name="Team A")
    assert world.sql("SELECT state FROM teams WHERE id = 1") == [("disbanded",)]
    assert members(world, "Team A") == set()
    assert (await join(world, world.ben, "Team C")).content == world.t("team.joined", name="Team C")


@pytest.mark.parametrize(
    ("action", "options", "key"),
    [
        ("rename", {}, "needs_name"),
        ("invite", {}, "needs_member"),
        ("uninvite", {}, "needs_member"),
        ("remove", {}, "needs_member"),
        ("hand_over", {}, "needs_member"),
        ("rename", {"name": "x"}, "name_short"),
        ("rename", {"name": "Team C"}, "name_taken"),
    ],
)
async def test_what_is_missing_or_wrong_is_said(teamed, action, options, key):
    world, before = teamed, teamed.stored()
    reply = await manage(world, world.ann, action, **options)
    expected = {"name_short": {"shortest": 2}, "name_taken": {"name": "Team C"}}.get(key, {})
    assert reply.content == world.t(f"errors.team.{key}", **expected)
    assert world.stored() == before


async def test_a_captain_can_neither_remove_nor_promote_who_is_not_there(teamed):
    world, before = teamed, teamed.stored()
    cleo = world.members[2]
    for action in ("remove", "hand_over"):
        reply = await manage(world, world.ann, action, member=cleo)
        assert reply.content == world.t("errors.team.not_member", name="Team A")
    assert (await manage(world, world.ann, "remove", member=world.ann)).content == world.t("errors.team.remove_self")
    over = await manage(world, world.ann, "hand_over", member=world.ann)
    assert over.content == world.t("errors.team.captain_already")
    assert world.stored() == before


async def test_members_and_other_captains_change_nothing(teamed):
    world, before = teamed, teamed.stored()
    cleo = world.members[2]
    options = {"rename": {"name": "Other"}, "invite": {"member": cleo}, "remove": {"member": world.ann}}
    for action in ("rename", "invite", "remove", "open", "close", "disband"):
        for actor, team in ((world.ben, {}), (cleo, {"team": "Team A"})):
            reply = await manage(world, actor, action, **options.get(action, {}), **team)
            assert reply.content == world.t("errors.team.captain_only", name="Team A"), (action, actor)
    for custom_id in (f"tx1:remove:1:{world.ann.id}", f"tx1:hand_over:1:{cleo.id}", "tx1:disband:1:0"):
        reply = told(await world.press(world.ben, custom_id))
        assert reply.content == world.t("errors.team.captain_only", name="Team A")
    assert (await manage(world, world.members[4], "open")).content == world.t("errors.team.none")
    assert world.stored() == before


# ----------------------------------------------------------------------- admins


async def test_an_admin_changes_any_team_and_the_trail_says_so(teamed):
    world = teamed
    renamed = await manage(world, world.admin, "rename", team="Team A", name="Team Z")
    assert renamed.content == world.t("team.renamed", old="Team A", name="Team Z")
    for action, options in (("hand_over", {"member": world.ben}), ("remove", {"member": world.ann}), ("disband", {})):
        asked = await manage(world, world.admin, action, team="Team Z", **options)
        done = told(await world.press(world.admin, custom_ids(asked)[0], asked))
        assert done.content == world.t(f"team.done.{action}", name="Team Z")
    assert trail(world) == [
        ("team_rename", None, "Team A → Team Z"),
        ("team_hand_over", world.ben.id, ""),
        ("team_remove", world.ann.id, ""),
        ("team_disband", None, ""),
    ]


async def test_an_admin_does_not_recruit_for_others(teamed):
    world, before = teamed, teamed.stored()
    for action in ("open", "close", "invite", "uninvite"):
        options = {"member": world.members[3]} if "invite" in action else {}
        reply = await manage(world, world.admin, action, team="Team A", **options)
        assert reply.content == world.t("errors.team.captain_alone", name="Team A")
    assert (await manage(world, world.admin, "open")).content == world.t("errors.team.none")
    assert (await manage(world, world.admin, "approve")).content == world.t("errors.team.needs_team")
    standing = await manage(world, world.admin, "approve", team="Team A")
    assert standing.content == world.t("errors.team.not_pending", name="Team A")
    assert world.stored() == before


async def test_an_admin_approves_and_rejects_by_command(local_world):
    world = local_world
    await world.slash(world.admin, "settings server", team_approval=True)
    await create(world, world.ann, "Team A")
    await create(world, world.ben, "Team B")
    approved = await manage(world, world.admin, "approve", team="Team A")
    assert approved.content == world.t("team.approved", name="Team A")
    asked = await manage(world, world.admin, "reject", team="Team B")
    done = told(await world.press(world.admin, custom_ids(asked)[0], asked))
    assert done.content == world.t("team.done.reject", name="Team B")
    assert trail(world) == [("team_approve", None, ""), ("team_reject", None, "")]


# ------------------------------------------------------------------------ roles


async def test_a_role_is_linked_renamed_and_unlinked(local_world):
    world = local_world
    role = world.guild.create_role("class of 26")
    made = told(await world.slash(world.admin, "team link", role=role, name="Class 26"))
    assert made.content == world.t("team.link.made", role=f"<@&{role.id}>", name="Class 26", old="")
    renamed = told(await world.slash(world.admin, "team link", role=role, name="2026"))
    assert renamed.content == world.t("team.link.renamed", role=f"<@&{role.id}>", name="2026", old="Class 26")
    listed = told(await world.slash(world.ann, "team list")).embeds[0].description
    assert world.t("team.linked", role=f"<@&{role.id}>") in listed
    asked = told(await world.slash(world.admin, "team unlink", role=role))
    assert asked.content == world.t("team.ask.unlink", name="2026", member="")
    done = told(await world.press(world.admin, custom_ids(asked)[0], asked))
    assert done.content == world.t("team.done.unlink", name="2026")
    again = told(await world.slash(world.admin, "team unlink", role=role))
    assert again.content == world.t("errors.team.not_linked")
    assert trail(world) == [("team_link", None, ""), ("team_link", None, "Class 26 → 2026"), ("team_unlink", None, "")]


async def test_whoever_wears_a_linked_role_is_in_its_team(local_world):
    world = local_world
    role = world.guild.create_role("class of 26")
    await world.slash(world.admin, "team link", role=role, name="Class 26")
    world.env.backend.add_member_role(world.guild.id, world.ann.id, role.id)
    assert (await create(world, world.ann, "Team A")).content == world.t("errors.team.by_role", name="Class 26")
    await world.slash(world.ben, "team create", name="Team B")
    refused = await join(world, world.ann, "Team B")
    assert refused.content == world.t("errors.team.by_role", name="Class 26")
    assert (await join(world, world.members[2], "Class 26")).content == world.t("errors.team.linked", name="Class 26")
    post = await world.post()
    await world.press(world.ann, f"{custom_ids(post)[0]}", post)
    assert members(world, "Class 26") == {world.ann.id}
    left = told(await world.slash(world.ann, "team leave"))
    assert left.content == world.t("errors.team.by_role", name="Class 26")
    world.env.backend.remove_member_role(world.guild.id, world.ann.id, role.id)
    await world.slash(world.ann, "team join", team="Team B")
    assert members(world, "Team B") == {world.ann.id, world.ben.id}


@pytest.mark.parametrize("command", ["team show", "team list"])
async def test_a_look_at_the_teams_follows_a_linked_role(world, command):
    role = world.guild.create_role("class of 26")
    await world.slash(world.admin, "team link", role=role, name="Class 26")
    world.env.backend.add_member_role(world.guild.id, world.ann.id, role.id)
    said = everything(told(await world.slash(world.ann, command)))
    assert "Class 26" in said
    assert world.t("team.own" if command == "team list" else "team.page.members", count=1) in said
    assert members(world, "Class 26") == {world.ann.id}


async def test_a_server_that_the_bot_was_not_told_of_yet_costs_nobody_their_team(local_world, monkeypatch):
    """After a start interactions come before the servers do, and discord.py lists no roles."""
    world = local_world
    role = world.guild.create_role("class of 26")
    await world.slash(world.admin, "team link", role=role, name="Class 26")
    world.env.backend.add_member_role(world.guild.id, world.ann.id, role.id)
    post = await world.post()
    with monkeypatch.context() as patch:
        patch.delitem(world.bot._connection._guilds, world.guild.id)
        await world.press(world.ann, custom_ids(post)[0], post)
    assert world.sql("SELECT team_id FROM attempts") == [(None,)]
    await world.slash(world.ann, "team list")
    await world.press(world.ann, custom_ids(post)[1], post)
    assert members(world, "Class 26") == {world.ann.id}
    with monkeypatch.context() as patch:
        patch.delitem(world.bot._connection._guilds, world.guild.id)
        await world.press(world.ann, custom_ids(post)[0], post)
    assert members(world, "Class 26") == {world.ann.id}
    assert world.sql("SELECT * FROM team_departures") == []


async def test_roles_that_cannot_be_teams_are_refused(local_world):
    world = local_world
    everyone = next(role for role in world.guild.roles.values() if role.id == world.guild.id)
    before = world.stored()
    for role, key in ((everyone, "role_everyone"), (world.bot_role, "role_managed")):
        reply = told(await world.slash(world.admin, "team link", role=role, name="Team R"))
        assert reply.content == world.t(f"errors.team.{key}")
    role = world.guild.create_role("class of 26")
    reply = told(await world.slash(world.admin, "team link", role=role, name="\u2800\u2800"))
    assert reply.content == world.t("errors.team.name_invisible")
    assert world.stored() == before


async def test_linking_is_for_admins(local_world):
    world = local_world
    role = world.guild.create_role("class of 26")
    before = world.stored()
    for name, options in (("team link", {"role": role, "name": "Team R"}), ("team unlink", {"role": role})):
        reply = told(await world.slash(world.ann, name, **options))
        assert reply.content == world.t("errors.admin_only")
    assert world.stored() == before


async def test_a_linked_team_is_renamed_and_disbanded_by_admins_and_has_no_captain(local_world):
    world = local_world
    role = world.guild.create_role("class of 26")
    await world.slash(world.admin, "team link", role=role, name="Class 26")
    for action, options in (
        ("open", {}),
        ("invite", {"member": world.ben}),
        ("remove", {"member": world.ben}),
        ("hand_over", {"member": world.ben}),
    ):
        reply = await manage(world, world.admin, action, team="Class 26", **options)
        assert reply.content == world.t("errors.team.linked", name="Class 26"), action
    assert (await manage(world, world.ann, "disband", team="Class 26")).content == world.t(
        "errors.team.captain_only", name="Class 26"
    )
    asked = await manage(world, world.admin, "disband", team="Class 26")
    await world.press(world.admin, custom_ids(asked)[0], asked)
    assert world.sql("SELECT state FROM teams") == [("disbanded",)]
