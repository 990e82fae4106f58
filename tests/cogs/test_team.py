"""`/team create`, `join`, `leave`, `list` and `show`, with their buttons; teams that wait for approval."""

import pytest

from .world import buttons, by_prefix, custom_ids, everything, told


async def create(world, actor, name: str, **options):
    return told(await world.slash(actor, "team create", name=name, **options))


async def join(world, actor, name: str):
    return told(await world.slash(actor, "team join", team=name))


async def team_id(world, name: str) -> int:
    ((found,),) = world.sql("SELECT id FROM teams WHERE name = ? AND state <> 'disbanded'", name)
    return found


def members(world, name: str) -> set[int]:
    query = "SELECT user_id FROM team_members JOIN teams ON teams.id = team_id WHERE name = ?"
    return {user_id for (user_id,) in world.sql(query, name)}


def labelled(message, label: str) -> str:
    """Return the custom_id of the button with a label."""
    (found,) = (button["custom_id"] for button in buttons(message) if button["label"] == label)
    return found


# ---------------------------------------------------------------- create and join


async def test_founding_joining_and_leaving_are_told_privately(local_world):
    world = local_world
    reply = await create(world, world.ann, "  早起  小队 ")
    assert reply.content == world.t("team.created.open", name="早起 小队")
    assert (await join(world, world.ben, "早起小队")).content == world.t("team.joined", name="早起 小队")
    assert members(world, "早起 小队") == {world.ann.id, world.ben.id}
    left = told(await world.slash(world.ann, "team leave"))
    assert left.content == world.t("team.left.captain", name="早起 小队")
    assert members(world, "早起 小队") == {world.ben.id}
    assert not world.posts()


async def test_a_team_by_invitation_says_how_members_come_in(local_world):
    reply = await create(local_world, local_world.ann, "Team A", open=False)
    assert reply.content == local_world.t("team.created.closed", name="Team A")
    refused = await join(local_world, local_world.ben, "Team A")
    assert refused.content == local_world.t("errors.team.closed", name="Team A")


@pytest.mark.parametrize(
    ("name", "key", "args"),
    [
        ("x", "name_short", {"shortest": 2}),
        ("   ", "name_short", {"shortest": 2}),
        ("x" * 33, "name_long", {"longest": 32}),
        ("字" * 6000, "name_long", {"longest": 32}),
        ("Te\u200bam", "name_invisible", {}),
        ("\u3164\u3164\u3164", "name_invisible", {}),
        ("Team \u202egnitset", "name_invisible", {}),
        ("!!!!", "name_letterless", {}),
        ("@everyone hello", "name_markup", {}),
        ("<@1234> fans", "name_markup", {}),
        ("https://example.org", "name_markup", {}),
        ("f.u.c.k", "name_blocked", {}),
        ("傻 逼", "name_blocked", {}),
        ("team-b", "name_taken", {"name": "team-b"}),
        ("Тeаm B", "name_taken", {"name": "Тeаm B"}),
    ],
)
async def test_a_bad_name_is_one_clear_sentence_and_changes_nothing(local_world, name, key, args):
    await create(local_world, local_world.ben, "Team B")
    before = local_world.stored()
    reply = await create(local_world, local_world.ann, name)
    assert reply.content == local_world.t(f"errors.team.{key}", **args)
    assert local_world.stored() == before


async def test_joining_twice_or_what_is_not_there_is_refused(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    await create(world, world.ben, "Team B")
    before = world.stored()
    assert (await join(world, world.ann, "Team A")).content == world.t("errors.team.already_in", name="Team A")
    assert (await join(world, world.ann, "Team B")).content == world.t("errors.team.in_team", name="Team A")
    assert (await create(world, world.ann, "Team C")).content == world.t("errors.team.in_team", name="Team A")
    unknown = await join(world, world.members[2], "Team X")
    assert unknown.content == world.t("errors.team.unknown", name="Team X")
    nobody = told(await world.slash(world.members[2], "team leave"))
    assert nobody.content == world.t("errors.team.none")
    assert world.stored() == before


async def test_a_cool_down_says_until_when(local_world):
    world, cleo = local_world, local_world.members[2]
    await create(world, world.ann, "Team A")
    await create(world, world.ben, "Team B")
    await join(world, cleo, "Team A")
    await world.slash(cleo, "team leave")
    until = int(world.clock.now().timestamp()) + 7 * 86_400
    world.wait(hours=2)
    refused = await join(world, cleo, "Team B")
    assert refused.content == world.t("errors.team.cool_down", days=7, until=until)
    assert f"<t:{until}:" in refused.content
    world.wait(days=7)
    assert (await join(world, cleo, "Team B")).content == world.t("team.joined", name="Team B")


async def test_the_last_member_is_asked_before_the_team_ends(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    asked = told(await world.slash(world.ann, "team leave"))
    assert asked.content == world.t("team.ask.leave", name="Team A", member="")
    assert members(world, "Team A") == {world.ann.id}
    done = told(await world.press(world.ann, labelled(asked, world.t("team.sure.leave")), asked))
    assert done.content == world.t("team.left.disbanded", name="Team A")
    assert not buttons(done)
    assert world.sql("SELECT state FROM teams") == [("disbanded",)]
    again = told(await world.press(world.ann, "tv1:1:1", asked))
    assert again.content == world.t("errors.team.none")


async def test_a_name_with_markdown_is_shown_as_it_is(world):
    reply = await create(world, world.ann, "**A** _b_ `c`")
    assert reply.content == world.t("team.created.open", name=r"\*\*A\*\* \_b\_ \`c\`")


async def test_two_who_want_one_name_at_once(world):
    first, second = await world.all_command([world.ann, world.ben], "team create", name="Team A")
    replies = sorted(told(result).content for result in (first, second))
    expected = (world.t("team.created.open", name="Team A"), world.t("errors.team.name_taken", name="Team A"))
    assert replies == sorted(expected)
    assert len(world.sql("SELECT * FROM teams")) == 1


async def test_two_who_want_the_last_place_at_once(world):
    await world.slash(world.admin, "settings server", team_size=2)
    await create(world, world.ann, "Team A")
    results = await world.all_command(world.members[1:4], "team join", team="Team A")
    replies = [told(result).content for result in results]
    assert replies.count(world.t("team.joined", name="Team A")) == 1
    assert replies.count(world.t("errors.team.full", name="Team A", limit=2)) == 2
    assert len(members(world, "Team A")) == 2


async def test_teams_are_for_servers_only(local_world):
    user = local_world.ann.user
    for name, options in (
        ("team create", {"name": "Team A"}),
        ("team join", {"team": "Team A"}),
        ("team leave", {}),
        ("team list", {}),
        ("team show", {}),
        ("team manage", {"action": "open"}),
    ):
        reply = told(await local_world.command(user, name, **options))
        assert reply.content == local_world.t("errors.guild_only"), name
    assert not local_world.sql("SELECT * FROM teams")


# ------------------------------------------------------------------------- list


async def test_the_list_has_sizes_captains_and_a_button_for_each(local_world):
    world = local_world
    empty = told(await world.slash(world.ann, "team list"))
    assert world.t("team.list.empty") in everything(empty)
    await create(world, world.ann, "Team A", open=False)
    await create(world, world.ben, "Team B")
    await join(world, world.members[2], "Team B")
    await world.slash(world.ann, "team manage", action="invite", member=world.members[3])
    lines = told(await world.slash(world.members[3], "team list")).embeds[0].description.splitlines()
    sep = " · "
    assert lines == [
        sep.join(
            ["**Team B**", world.t("team.members", count=2), world.t("team.captain", name="Ben"), world.t("team.open")]
        ),
        sep.join(
            [
                "**Team A**",
                world.t("team.members", count=1),
                world.t("team.captain", name="Ann"),
                world.t("team.closed"),
                world.t("team.invited"),
            ]
        ),
    ]
    mine = told(await world.slash(world.ben, "team list"))
    assert world.t("team.own") in mine.embeds[0].description.splitlines()[0]
    page = told(await world.press(world.members[3], labelled(mine, "Team A"), mine))
    assert page.embeds[0].title == "Team A"


async def test_the_list_is_turned_page_by_page(local_world):
    world = local_world
    for number, actor in enumerate(world.members):
        await create(world, actor, f"Team {number + 2}")
    first = told(await world.slash(world.ann, "team list"))
    assert first.embeds[0].footer.text == world.t("team.list.page", number=1, total=2)
    assert len(by_prefix(first, "tp1")) == 5
    assert [b["disabled"] for b in buttons(first) if b["custom_id"].startswith("tl1")] == [True, False]
    second = told(await world.press(world.ann, labelled(first, world.t("team.list.forward")), first))
    assert second.embeds[0].footer.text == world.t("team.list.page", number=2, total=2)
    assert len(by_prefix(second, "tp1")) == 1
    beyond = told(await world.press(world.ann, "tl1:40", first))
    assert beyond.embeds[0].footer.text == second.embeds[0].footer.text


# ------------------------------------------------------------------------- page


async def test_a_page_shows_who_is_in_it_and_what_counts(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    await join(world, world.ben, "Team A")
    said = everything(told(await world.slash(world.members[2], "team show", team="team a")))
    for part in (
        world.t("team.captain", name="Ann"),
        world.t("team.page.members", count=2),
        world.t("list_separator").join(["Ann", "Ben"]),
        world.t("team.page.unranked", counting=0, wanted=3),
        world.t("team.page.footer", answers=3, members=3),
    ):
        assert part in said
    own = told(await world.slash(world.ben, "team show"))
    assert own.embeds[0].title == "Team A"
    none = told(await world.slash(world.members[2], "team show"))
    assert none.content == world.t("errors.team.none")


async def test_a_page_names_nobody_who_opted_out(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    await join(world, world.ben, "Team A")
    async with world.bot.services.teams._storage.write() as tx:
        await tx.members.set_hidden(world.guild.id, world.ann.id, True)
    said = everything(told(await world.slash(world.ben, "team show")))
    assert "Ann" not in said
    assert world.t("team.captain", name=world.t("team.unnamed")) in said
    assert world.t("list_separator").join(["Ben", world.t("team.more", count=1)]) in said
    assert "Ann" not in everything(told(await world.slash(world.ben, "team list")))


async def test_the_score_is_the_mean_of_those_who_count(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    for actor in world.members[1:4]:
        await join(world, actor, "Team A")
    for _ in range(3):
        post = await (world.next_post() if world.posts() else world.post())
        for actor in world.members[: 3 if world.sql("SELECT * FROM ledger") else 4]:
            await world.press(actor, by_prefix(post, "d1")[0], post)
        await world.reveal()
    earned = dict(world.sql("SELECT user_id, sum(points) FROM ledger GROUP BY user_id"))
    idle = world.t("leaderboard.points", count=earned.pop(world.members[3].id))
    mean = sum(earned.values()) / 3
    said = everything(told(await world.slash(world.ann, "team show")))
    shown = f"{mean:.1f}"
    assert said.count(world.t("team.page.score", mean=shown, count=3)) == 2, "this week and all time"
    points = world.t("leaderboard.points", count=earned[world.ann.id])
    assert world.t("team.page.contributor", name="Ann", points=points) in said
    assert world.t("team.page.not_counting", name="Dan", points=idle) in said


async def test_the_page_lets_join_and_leave(local_world):
    world = local_world
    await create(world, world.ann, "Team A")
    page = told(await world.slash(world.ben, "team show", team="Team A"))
    assert not by_prefix(page, "tv1")
    joined = told(await world.press(world.ben, labelled(page, world.t("team.page.join")), page))
    assert joined.content == world.t("team.joined", name="Team A")
    page = told(await world.press(world.ben, labelled(joined, world.t("team.see")), joined))
    assert not by_prefix(page, "tj1")
    left = told(await world.press(world.ben, labelled(page, world.t("team.page.leave")), page))
    assert left.content == world.t("team.left.member", name="Team A")
    assert members(world, "Team A") == {world.ann.id}


async def test_buttons_live_on_after_a_restart(world):
    await create(world, world.ann, "Team A")
    page = told(await world.slash(world.ben, "team show", team="Team A"))
    await world.restart()
    joined = told(await world.press(world.ben, by_prefix(page, "tj1")[0], page))
    assert joined.content == world.t("team.joined", name="Team A")


# --------------------------------------------------------------------- approval


async def test_a_team_that_waits_is_decided_by_admins_in_the_list(local_world):
    world = local_world
    await world.slash(world.admin, "settings server", team_approval=True)
    reply = await create(world, world.ann, "Team A")
    assert reply.content == world.t("team.created.pending", name="Team A")
    await create(world, world.ben, "Team B")
    assert world.t("team.page.pending") in everything(told(await world.slash(world.ann, "team show")))
    foreign = told(await world.slash(world.members[2], "team list"))
    assert world.t("team.list.pending") not in everything(foreign)
    refused = await join(world, world.members[2], "Team A")
    assert refused.content == world.t("errors.team.pending", name="Team A")
    own = told(await world.slash(world.ann, "team list"))
    assert "Team A" in everything(own)
    assert not by_prefix(own, "ta1")
    shown = told(await world.slash(world.admin, "team list"))
    approve = labelled(shown, world.t("team.list.approve", name="Team A"))
    approved = told(await world.press(world.admin, approve, shown))
    assert approved.content == world.t("team.approved", name="Team A")
    assert len(by_prefix(approved, "ta1")) == 1, "the list goes on with those that are left"
    asked = told(await world.press(world.admin, by_prefix(approved, "tr1")[0], approved))
    assert asked.content == world.t("team.ask.reject", name="Team B", member="")
    assert world.sql("SELECT name, state FROM teams ORDER BY id") == [("Team A", "active"), ("Team B", "pending")]
    rejected = told(await world.press(world.admin, custom_ids(asked)[0], asked))
    assert rejected.content == world.t("team.done.reject", name="Team B")
    assert world.sql("SELECT name, state FROM teams ORDER BY id") == [("Team A", "active"), ("Team B", "disbanded")]
    assert world.sql("SELECT action FROM audit_entries ORDER BY id") == [("team_approve",), ("team_reject",)]
    again = told(await world.press(world.admin, approve, shown))
    assert again.content == world.t("errors.team.not_pending", name="Team A")


async def test_only_admins_decide(local_world):
    world = local_world
    await world.slash(world.admin, "settings server", team_approval=True)
    await create(world, world.ann, "Team A")
    team, before = await team_id(world, "Team A"), world.stored()
    for custom_id in (f"ta1:{team}", f"tr1:{team}", f"tx1:reject:{team}:0", f"tx1:unlink:{team}:0"):
        reply = told(await world.press(world.ann, custom_id))
        assert reply.content == world.t("errors.admin_only"), custom_id
    for action in ("approve", "reject"):
        reply = told(await world.slash(world.ann, "team manage", action=action, team="Team A"))
        assert reply.content == world.t("errors.admin_only")
    assert world.stored() == before


# ----------------------------------------------------------------- autocomplete


async def test_joinable_teams_are_offered_and_pages_of_all(world):
    await create(world, world.ann, "Team A", open=False)
    await create(world, world.ben, "Team B")
    for command, expected in (("team join", ["Team B"]), ("team show", ["Team A", "Team B"])):
        offered = await world.members[2].autocomplete(world.channel, command, "team", "team")
        assert [choice["value"] for choice in offered] == expected
    assert await world.members[2].autocomplete(world.channel, "team join", "team", "xyzzy") == []


# -------------------------------------------------------------------- bad clicks


@pytest.mark.parametrize(
    "custom_id",
    [
        "tl1",
        "tl1:",
        "tl1:-1",
        "tl1:1:2",
        "tp1:x",
        "tj1:9223372036854775808",
        "tv1:1",
        "tv1:1:2",
        "ta1:１",
        "tr1:",
        "tx1",
        "tx1:rename:1:0",
        "tx1:remove:1",
        "tx1:disband:1:2:3",
    ],
)
async def test_a_tampered_button_is_stale(local_world, custom_id):
    before = local_world.stored()
    reply = told(await local_world.press(local_world.admin, custom_id))
    assert reply.content == local_world.t("errors.button.stale")
    assert local_world.stored() == before


async def test_a_button_of_a_team_that_is_no_more(local_world):
    for custom_id in ("tp1:99", "tj1:99", "ta1:99", "tr1:99", "tx1:disband:99:0", "tx1:remove:99:1"):
        reply = told(await local_world.press(local_world.admin, custom_id))
        assert reply.content == local_world.t("errors.team.gone"), custom_id


async def test_a_button_in_direct_messages_is_refused(world):
    await create(world, world.ann, "Team A")
    note = (await world.ann.user.slash("help")).response
    for custom_id in ("tl1:0", "tp1:1", "tj1:1", "tv1:1:1", "tx1:disband:1:0"):
        reply = told(await world.press(world.ann.user, custom_id, note))
        assert reply.content == world.t("errors.guild_only"), custom_id


async def test_two_clicks_on_join_at_once_join_once(world):
    await create(world, world.ann, "Team A")
    page = told(await world.slash(world.ben, "team show", team="Team A"))
    click = (world.ben, by_prefix(page, "tj1")[0], page)
    await world.at_once(click, click)
    assert members(world, "Team A") == {world.ann.id, world.ben.id}
