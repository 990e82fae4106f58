"""What a board shows below its top, to whom; boards of teams; names that mean harm."""

import sqlite3

import pytest

from bot.pictures.values import LeaderboardCard

from .boards import board, crowd, earn, footer_of, lines_of, newcomers, reader_of, team_of
from .test_leaderboard import HOSTILE, pings, profile
from .test_picture_cards import picture
from .world import by_prefix, custom_ids, everything, told


def places(message) -> list[str]:
    """Place and name of every line."""
    return [line.split(" · ")[0].strip("*") for line in lines_of(message)]


def all_of(card) -> list:
    return [*card.rows, *card.below]


# ----------------------------------------------------------------- neighbours


async def test_who_is_far_down_sees_the_neighbours(local_world, drawn):
    world = local_world
    members = await crowd(world, 20)
    reply = await board(world, members[15])
    assert places(reply)[9:] == [
        "`10` Member 10",
        "…",
        "`14` Member 14",
        "`15` Member 15",
        "`16` Member 16",
        "`17` Member 17",
        "`18` Member 18",
    ]
    assert [line.startswith("**") for line in lines_of(reply)].index(True) == 13
    assert sum(line.startswith("**") for line in lines_of(reply)) == 1
    (card,) = drawn
    assert isinstance(card, LeaderboardCard)
    assert ([row.rank for row in card.below], card.gap) == ([14, 15, 16, 17, 18], True)
    assert [row.own for row in card.below] == [False, False, True, False, False]
    for row in all_of(card):
        assert f"{row.person.name} · {row.points} · {row.detail}" in reply.embeds[0].description
        assert row.person.name in picture(world, reply)[2]


async def test_just_below_the_top_there_is_no_gap(world, drawn):
    members = await crowd(world, 14)
    reply = await board(world, members[11])
    assert places(reply)[10:] == ["`11` Member 11", "`12` Member 12", "`13` Member 13", "`14` Member 14"]
    assert not drawn[0].gap
    in_the_top = await board(world, members[9])
    assert len(lines_of(in_the_top)) == 10


async def test_a_shared_board_has_a_top_and_no_reader(local_world, drawn):
    world = local_world
    members = await crowd(world, 20)
    reply = await board(world, members[15])
    await members[15].click(reply, custom_id=by_prefix(reply, "bs2")[0])
    shared = world.posts()[-1]
    assert len(lines_of(shared)) == 10
    assert "**" not in shared.embeds[0].description
    assert (drawn[-1].below, [row.own for row in drawn[-1].rows]) == ((), [False] * 10)
    assert not pings(world, shared)


async def test_who_is_hidden_is_the_only_one_to_see_it(local_world, drawn):
    world = local_world
    members = await crowd(world, 3)
    await world.bot.services.privacy.show_on_boards(reader_of(world, members[1]), False, world.clock.now())
    reply = await board(world, members[1])
    assert places(reply) == ["🥇 Member 1", "🥈 Member 3", "…", "🥈 Member 2"]
    only_you = world.t("leaderboard.only_you")
    assert [only_you in line for line in lines_of(reply)] == [False, False, False, True]
    assert drawn[-1].below[0].detail == only_you
    assert world.t("leaderboard.footer", count=2) in footer_of(reply)
    await members[1].click(reply, custom_id=by_prefix(reply, "bs2")[0])
    shared = world.posts()[-1]
    for said in (everything(shared), picture(world, shared)[2], everything(await board(world, members[0]))):
        assert "Member 2" not in said
        assert only_you not in said


async def test_who_alone_is_hidden_sees_no_gap_above(world):
    await earn(world, world.ann, 3)
    await world.bot.services.privacy.show_on_boards(reader_of(world, world.ann), False, world.clock.now())
    assert places(await board(world)) == ["🥇 Ann"]


async def test_who_has_left_is_found_out_among_neighbours_too(world):
    members = await crowd(world, 20)
    world.wait(days=2)
    for gone in (2, 14, 16):
        world.guild.remove_member(members[gone])
    reply = await board(world, members[15], window="all")
    assert places(reply)[:3] == ["🥇 Member 1", "🥈 Member 2", "🥉 Member 4"]
    assert places(reply)[10:] == [
        "…",
        "`12` Member 13",
        "`13` Member 14",
        "`14` Member 16",
        "`15` Member 18",
        "`16` Member 19",
    ]
    assert world.t("leaderboard.footer", count=17) in footer_of(reply)


async def test_who_comes_up_for_those_who_left_is_asked_about_as_well(world):
    members = await crowd(world, 14)
    world.wait(days=2)
    for member in members[:12]:
        world.guild.remove_member(member)
    assert places(await board(world, window="all")) == ["🥇 Member 13", "🥈 Member 14"]


# ---------------------------------------------------------------------- teams


async def test_teams_rank_by_the_mean_and_ones_own_is_marked(local_world, drawn):
    world = local_world
    small, large = newcomers(world, 3, "Small"), newcomers(world, 4, "Large")
    await team_of(world, "Small team", *small, points=10)
    await team_of(world, "Large team", *large, points=8)
    await earn(world, large[0], 3)
    await team_of(world, "Two only", world.ann, world.ben, points=30)
    reply = await board(world, world.ann, scope="teams")
    assert reply.embeds[0].title == world.t("leaderboard.title_teams", window=world.t("choices.window.week"))
    mean = world.t("leaderboard.mean", mean="8.8")
    counted = world.t("leaderboard.counted", count=4)
    assert lines_of(reply)[:2] == [
        f"🥇 Small team · {world.t('leaderboard.mean', mean='10.0')} · {world.t('leaderboard.counted', count=3)}",
        f"🥈 Large team · {mean} · {counted}",
    ]
    assert lines_of(reply)[3] == "-# " + world.t("leaderboard.unranked", members=3, answers=3)
    waiting = world.t("leaderboard.waiting", count=2, needed=3)
    assert lines_of(reply)[4] == f"**`–` Two only · {waiting} {world.t('leaderboard.waiting_note')}**"
    assert world.t("leaderboard.teams_footer", count=2) in footer_of(reply)
    (card,) = drawn
    assert [(row.rank, row.person.name, row.own, row.person.avatar) for row in all_of(card)] == [
        (1, "Small team", False, None),
        (2, "Large team", False, None),
        (None, "Two only", True, None),
    ]
    for row in all_of(card):
        between = " " if row.rank is None else " · "
        assert f"{row.person.name} · {row.points}{between}{row.detail}" in reply.embeds[0].description
    name, _size, alt = picture(world, reply)
    assert (name, "2. Large team" in alt, "Two only" in alt) == ("leaderboard.png", True, True)


async def test_an_empty_team_board_says_how_to_get_on_it(local_world):
    reply = await board(local_world, scope="teams")
    assert lines_of(reply) == [local_world.t("leaderboard.teams_empty")]
    assert not reply.attachments
    past = await board(local_world, scope="teams", period="2026-W40")
    assert lines_of(past) == [local_world.t("leaderboard.empty_past")]


async def test_one_switches_between_members_and_teams(local_world):
    world = local_world
    await team_of(world, "We", world.ann, world.ben, world.members[2], points=4)
    reply = await board(world, topic="basics/decoding")
    await world.ann.click(reply, label=world.t("choices.scope.teams"))
    assert "We" in lines_of(reply)[0]
    assert custom_ids(reply)[0] == "bv1:m:w:2026-W48:basics/decoding"
    await world.restart()
    await world.ann.click(reply, label=world.t("choices.scope.members"))
    assert "Ann" in lines_of(reply)[0]


async def test_a_shared_team_board_marks_nobodys_team(world, drawn):
    await team_of(world, "We", world.ann, world.ben, world.members[2], points=4)
    reply = await board(world, scope="teams")
    assert lines_of(reply)[0].startswith("**")
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    shared = world.posts()[-1]
    assert not lines_of(shared)[0].startswith("**")
    assert not any(row.own for row in drawn[-1].rows)
    assert not pings(world, shared)


async def test_ones_own_team_is_shown_however_far_down_and_the_rest_is_counted(local_world, drawn):
    world = local_world
    for place in range(12):
        await team_of(world, f"Team no {place}", *newcomers(world, 3, f"T{place}x"), points=30 - place)
    await team_of(world, "Our team", world.ann, world.ben, world.members[2], points=1)
    waiting = newcomers(world, 12, "Waiting")
    for number, founder in enumerate(waiting):
        await team_of(world, f"Waiting {number}", founder, points=1)
    reply = await board(world, scope="teams")
    lines = lines_of(reply)
    assert [line.split(" · ")[0] for line in lines[9:12]] == ["`10` Team no 9", "…", "**`13` Our team"]
    assert lines[-1] == world.t("leaderboard.more", count=4)
    assert sum("Waiting" in line for line in lines) == 10
    assert (len(drawn[0].rows), len(drawn[0].below), drawn[0].gap) == (10, 11, True)
    last = await board(world, waiting[-1], scope="teams")
    assert [line for line in lines_of(last) if line.startswith("**")] == [lines_of(last)[-2]]
    assert "Waiting 11" in lines_of(last)[-2]
    assert lines_of(last)[-1] == world.t("leaderboard.more", count=4)
    assert len(reply.embeds[0].description) < 4096


async def test_a_disbanded_team_is_on_past_boards_only_and_marked(local_world):
    world = local_world
    team = await team_of(world, "Gone", world.ann, world.ben, world.members[2], points=4)
    world.wait(days=7)
    storage = world.bot.services.leaderboard._storage
    async with storage.write() as tx:
        await tx.teams.end(team, world.clock.now())
    past = await board(world, scope="teams", period="2026-W48")
    assert world.t("leaderboard.disbanded", name="Gone") in lines_of(past)[0]
    everything_now = await board(world, scope="teams", window="all")
    assert "Gone" not in everything(everything_now)


# --------------------------------------------------------------------- profile


async def test_a_profile_shows_team_and_season_to_everybody(local_world):
    world = local_world
    await world.bot.services.seasons.start(world.guild.id, world.admin.id, "Spring", str, "en", world.clock.now())
    await team_of(world, "Night *owls*", world.ann, world.ben, points=4)
    for reply in (await profile(world), await profile(world, world.members[3], member=world.ann)):
        fields = {field.name: field.value for field in reply.embeds[0].fields}
        assert fields[world.t("profile.team")] == "Night \\*owls\\*"
        assert world.t("leaderboard.points", count=4) in fields[world.t("choices.window.season")]
    others = await profile(world, world.members[3], member=world.ann)
    shown = {field.name for field in others.embeds[0].fields}
    windows = {world.t(f"choices.window.{window}") for window in ("week", "month", "season", "all")}
    assert shown == windows | {world.t("profile.streak"), world.t("profile.team")}


async def test_a_profile_without_team_and_season_names_neither(world):
    await earn(world, world.ann, 4)
    said = everything(await profile(world))
    assert world.t("profile.team") not in said
    assert world.t("choices.window.season") not in said


# ----------------------------------------------------------------------- names


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_names_are_text_among_neighbours_and_in_the_card(world, kind, drawn):
    name, expected = HOSTILE[kind]
    await crowd(world, 11)
    hostile = world.guild.add_member(world.env.create_user("hostile", global_name=name))
    await earn(world, hostile, 1)
    reply = await board(world, hostile)
    assert expected in lines_of(reply)[-1]
    assert len(lines_of(reply)) == 12
    _name, _size, alt = picture(world, reply)
    assert not {"\u202e", "\u2066", "\n"} & set(alt)
    assert drawn[0].below[-1].own


# Names that a team cannot have been given, and a role may bear.
@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_team_names_are_text(world, kind):
    name, expected = HOSTILE[kind]
    await team_of(world, "Harmless", world.ann, world.ben, world.members[2], points=4)
    with sqlite3.connect(world.file) as connection:
        connection.execute("UPDATE teams SET name = ?", [name[:40]])
    reply = await board(world, scope="teams")
    assert len(lines_of(reply)) == 1
    assert (expected if len(name) <= 40 else name[0]) in lines_of(reply)[0]
    assert not {"\u202e", "\u2066"} & set(lines_of(reply)[0] + picture(world, reply)[2])
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    assert not pings(world, world.posts()[-1])
    assert everything(await profile(world)).count("\n") < 40


# ------------------------------------------------------------------------ help


async def test_help_tells_the_rules_with_their_numbers_within_discords_limits(local_world):
    world = local_world
    (embed,) = told(await world.slash(world.ann, "help")).embeds
    fields = {field.name: field.value for field in embed.fields}
    scoring, rules = world.bot.services.scoring, world.bot.services.leaderboard.rules
    points = fields[world.t("help.points.title")]
    boards = fields[world.t("help.boards.title")]
    for number in (scoring.daily_right, scoring.daily_answered, scoring.quiz_daily_limit, 7):
        assert str(number) in points
    for number in (rules.answers, rules.members, "ISO"):
        assert str(number) in boards
    assert all(len(field.name) <= 256 and len(field.value) <= 1024 for field in embed.fields)
    assert len(embed) <= 6000
    assert len(embed.fields) <= 25
