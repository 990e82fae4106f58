"""`/season`: what admins are asked and told, what the channel sees, and that no failure loses a season."""

import contextlib
import sqlite3
import struct
from datetime import timedelta

import pytest

from bot.domain.localized import LANGUAGES

from .test_daily_post import click, key_position
from .test_leaderboard import HOSTILE, let_answer, pings
from .world import START, buttons, by_prefix, everything, told

ADMIN_COMMANDS = ("season start", "season end", "season announce", "season list")


async def run(world, verb: str, **options):
    return told(await world.slash(world.admin, f"season {verb}", **options))


async def confirm(world, asked=None, actor=None):
    asked = asked or await run(world, "end")
    return told(await (actor or world.admin).click(asked, custom_id=by_prefix(asked, "se1")[0]))


async def play_season(world, *right: bool, **options) -> None:
    """A season with one daily question, answered by the first members."""
    await run(world, "start", **options)
    await let_answer(world, *right)


def announcements(world, channel=None):
    return [post for post in world.posts(channel) if post.embeds and (post.embeds[0].title or "").startswith("🏆")]


def field(message, name: str) -> list[str]:
    return next((field.value.splitlines() for field in message.embeds[0].fields if field.name == name), [])


def default(world, number: int = 1) -> str:
    return world.t("season.default_name", number=number)


# ------------------------------------------------------------------------ start


async def test_a_season_begins_privately_with_a_name_of_its_own(local_world):
    reply = await run(local_world, "start")
    assert reply.content == local_world.t("season.started", name=default(local_world))
    assert not local_world.posts()
    assert local_world.sql("SELECT number, name, started_by FROM seasons") == [
        (1, default(local_world), local_world.admin.id)
    ]


async def test_a_name_can_be_chosen(local_world):
    assert "春招 \\*冲刺\\*" in (await run(local_world, "start", name="  春招  *冲刺* ")).content
    assert local_world.sql("SELECT name FROM seasons") == [("春招 *冲刺*",)]


async def test_while_one_runs_no_other_starts(local_world):
    await run(local_world, "start", name="春招")
    before = local_world.stored()
    reply = await run(local_world, "start", name="秋招")
    assert reply.content == local_world.t("errors.season.running", name="春招")
    assert local_world.stored() == before


@pytest.mark.parametrize("name", ["\u200b\u200b", "@everyone", "<@1>", "\u202egnirps"])
async def test_a_bad_name_is_refused(local_world, name):
    before = local_world.stored()
    reply = await run(local_world, "start", name=name)
    assert reply.content == local_world.t("errors.season.bad_name", longest=60)
    assert local_world.stored() == before


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_only_admins_may(local_world, command):
    before = local_world.stored()
    reply = told(await local_world.command(local_world.ann, command))
    assert reply.content == local_world.t("errors.admin_only")
    direct = told(await local_world.command(local_world.admin.user, command))
    assert direct.content == local_world.t("errors.guild_only")
    assert local_world.stored() == before


async def test_a_member_cannot_press_the_admins_button(local_world):
    await run(local_world, "start")
    before = local_world.stored()
    here = local_world.channel.id
    reply = told(await local_world.press(local_world.ann, f"se1:1:{here}"))
    assert reply.content == local_world.t("errors.admin_only")
    assert local_world.stored() == before


@pytest.mark.parametrize(
    "custom_id",
    [
        *(f"se1:{rest}" for rest in ("", "1", "1:x", "-1:1", "1:1:1", f"1:{2**63}")),
        "sf1:",
        "sf1:x",
        "sf1:1:1",
        "sf1:-1",
    ],
)
async def test_a_tampered_button_does_nothing(world, custom_id):
    await run(world, "start")
    before = world.stored()
    reply = told(await world.press(world.admin, custom_id))
    assert reply.content == world.t("errors.button.stale")
    assert world.stored() == before


# -------------------------------------------------------------------------- end


async def test_ending_is_asked_about_first(local_world):
    await play_season(local_world, True, False)
    await local_world.next_post()
    before = local_world.stored()
    asked = await run(local_world, "end")
    when = f"<t:{int(START.timestamp())}:D>"
    assert asked.content.splitlines() == [
        local_world.t("season.end", name=default(local_world), when=when, count=2),
        local_world.t("season.open_questions", count=1),
        local_world.t("season.will_announce", channel=local_world.channel.mention),
    ]
    assert [button["label"] for button in buttons(asked)] == [local_world.t("season.confirm")]
    assert local_world.stored() == before
    assert not announcements(local_world)


async def test_nothing_is_said_of_open_questions_when_there_is_none(local_world):
    await play_season(local_world, True)
    asked = await run(local_world, "end")
    assert len(asked.content.splitlines()) == 2
    assert local_world.t("season.end", name=default(local_world), when=f"<t:{int(START.timestamp())}:D>", count=1) in (
        asked.content
    )


async def test_without_a_season_there_is_nothing_to_end(local_world):
    assert (await run(local_world, "end")).content == local_world.t("errors.season.none")


async def test_the_end_is_announced_with_medals_and_a_card(local_world):
    await play_season(local_world, True, False, True)
    local_world.wait(hours=1)
    reply = await confirm(local_world)
    here = local_world.channel.mention
    assert reply.content.splitlines() == [
        local_world.t("season.ended", name=default(local_world)),
        local_world.t("season.announced", name=default(local_world), channel=here),
    ]
    assert not buttons(reply)
    (post,) = announcements(local_world)
    assert post.embeds[0].title == local_world.t("season.title", name=default(local_world))
    end = int(local_world.clock.now().timestamp())
    assert post.embeds[0].description.splitlines() == [
        f"<t:{int(START.timestamp())}:D> – <t:{end}:D>",
        local_world.t("season.members", count=3),
    ]
    lines = field(post, local_world.t("season.winners"))
    assert [line.split(" · ")[0] for line in lines] == ["🥇 Ann", "🥇 Cleo", "🥉 Ben"]
    assert lines[0].endswith(
        f"{local_world.t('leaderboard.points', count=10)} · {local_world.t('leaderboard.detail', right=1, answers=1)}"
    )
    assert not field(post, local_world.t("season.teams"))
    (attachment,) = post.attachments
    assert attachment.filename == "season.png"
    assert all(place in attachment.description for place in ("1. Ann", "1. Cleo", "3. Ben"))
    assert struct.unpack(">I", local_world.env.backend.cdn.get(attachment.url)[16:20]) == (900,)
    assert not pings(local_world, post)
    assert local_world.sql("SELECT season FROM guilds") == [(0,)]


async def test_it_is_announced_where_the_admin_says(world):
    await play_season(world, True)
    hall = world.guild.create_text_channel("hall-of-fame")
    asked = await run(world, "end", channel=hall)
    assert hall.mention in asked.content
    await confirm(world, asked)
    assert not announcements(world)
    assert len(announcements(world, hall)) == 1


async def test_a_made_up_button_announces_in_no_other_server(world):
    await play_season(world, True)
    abroad = world.env.create_guild("Elsewhere").create_text_channel("general")
    reply = told(await world.press(world.admin, f"se1:1:{abroad.id}"))
    why = world.t("daily.reason.channel_gone")
    assert world.t("season.not_announced", channel=abroad.mention, reason=why) in reply.content
    assert not announcements(world, abroad)
    assert world.sql("SELECT season FROM guilds") == [(0,)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_speaks_the_servers_language(local_world, language):
    await local_world.slash(local_world.admin, "settings server", language=language)
    await play_season(local_world, True)
    await confirm(local_world)
    (post,) = announcements(local_world)
    name = local_world.texts.get("season.default_name", language, number=1)
    assert post.embeds[0].title == local_world.texts.get("season.title", language, name=name)
    assert [button["label"] for button in buttons(post)] == [local_world.texts.get("season.standings", language)]


async def test_what_is_over_counts_although_nobody_has_closed_it_yet(world):
    """The tick that closes it is late by a second, or by an outage."""
    await run(world, "start")
    post = await world.post()
    await click(world, world.ann, post, key_position(world))
    world.go_to(world.closes_at())
    asked = await run(world, "end")
    assert len(asked.content.splitlines()) == 2, "it is no open question"
    await confirm(world, asked)
    assert world.sql("SELECT season, points FROM ledger") == [(1, 10)]
    assert field(announcements(world)[0], "Members")


async def test_what_is_open_counts_for_no_season(world):
    await run(world, "start")
    post = await world.post()
    await click(world, world.ann, post, key_position(world))
    await confirm(world)
    await world.reveal()
    assert world.sql("SELECT season, points FROM ledger") == [(0, 10)]


async def test_a_season_without_points_is_announced_kindly(local_world):
    await run(local_world, "start")
    local_world.wait(days=1)
    await confirm(local_world)
    (post,) = announcements(local_world)
    assert local_world.t("season.nobody") in post.embeds[0].description
    assert not post.attachments
    assert not post.embeds[0].fields
    assert not buttons(post)


async def test_a_season_is_ended_once(local_world):
    await play_season(local_world, True)
    asked = await run(local_world, "end")
    again = await run(local_world, "end")
    await confirm(local_world, asked)
    reply = await confirm(local_world, again)
    assert reply.content == local_world.t("errors.season.none")
    await run(local_world, "start", name="春招")
    third = told(await local_world.press(local_world.admin, by_prefix(again, "se1")[0]))
    assert third.content == local_world.t("errors.season.ended", name="春招")
    assert len(announcements(local_world)) == 1
    assert local_world.sql("SELECT number FROM seasons WHERE ended_at IS NULL") == [(2,)]


async def test_two_admins_at_once_end_it_once(world):
    await play_season(world, True)
    asked = await run(world, "end")
    custom_id = by_prefix(asked, "se1")[0]
    await world.at_once((world.admin, custom_id, asked), (world.admin, custom_id, asked))
    assert len(announcements(world)) == 1


async def test_the_question_still_works_after_a_restart(world):
    await play_season(world, True)
    asked = await run(world, "end")
    await world.restart()
    await confirm(world, asked)
    assert len(announcements(world)) == 1


# ----------------------------------------------------------- who is announced


async def test_who_has_left_is_not_announced(world):
    await play_season(world, True, True)
    world.wait(days=2)
    world.guild.remove_member(world.ann)
    await confirm(world)
    (post,) = announcements(world)
    assert [line.split(" · ")[0] for line in field(post, "Members")] == ["🥇 Ben"]
    assert "Ann" not in everything(post) + post.attachments[0].description


async def test_it_does_not_depend_on_discord_saying_who_is_there(world):
    await play_season(world, True, True)
    world.wait(days=2)
    world.env.inject_error("GET", "/guilds/*/members/*", status=500, times=None)
    await confirm(world)
    assert len(field(announcements(world)[0], "Members")) == 2


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_names_are_text(world, kind):
    name, shown = HOSTILE[kind]
    member = world.guild.add_member(world.env.create_user("hostile", global_name=name))
    await run(world, "start")
    post = await world.post()
    await click(world, member, post, key_position(world))
    await world.reveal()
    await confirm(world)
    (post,) = announcements(world)
    assert shown in field(post, "Members")[0]
    assert not pings(world, post)
    listed = everything(await run(world, "list"))
    assert shown in listed


async def test_a_crowd_on_one_place_is_not_all_named(local_world):
    await run(local_world, "start")
    crowd = [local_world.guild.add_member(local_world.env.create_user(f"m{n}")) for n in range(12)]
    post = await local_world.post()
    for member in crowd:
        await click(local_world, member, post, key_position(local_world))
    await local_world.reveal()
    await confirm(local_world)
    (post,) = announcements(local_world)
    lines = field(post, local_world.t("season.winners"))
    assert [line.startswith("🥇") for line in lines] == [True] * 10 + [False]
    assert lines[-1] == local_world.t("season.more")
    assert local_world.t("season.members", count=12) in post.embeds[0].description


async def test_teams_are_announced_by_their_mean(local_world):
    with contextlib.closing(sqlite3.connect(local_world.file)) as database, database:
        database.execute(
            "INSERT INTO teams (id, guild_id, name, name_key, captain_id, state, open, created_by, created_at)"
            " VALUES (1, ?, '*春招*', 'x', 1, 'active', 1, 1, '2026-11-01 00:00:00.000000')",
            (local_world.guild.id,),
        )
        database.executemany(
            "INSERT INTO team_members (guild_id, user_id, team_id, via, joined_at)"
            " VALUES (?, ?, 1, 'joined', '2026-11-01 00:00:00.000000')",
            [(local_world.guild.id, member.id) for member in local_world.members[:3]],
        )
    await run(local_world, "start")
    for _ in range(3):
        await let_answer(local_world, True, True, False, True)
    await confirm(local_world)
    (post,) = announcements(local_world)
    score = local_world.t("season.team_score", mean="22.0", count=3)
    assert field(post, local_world.t("season.teams")) == [f"🥇 \\*春招\\* · {score}"]
    reply = told(await local_world.ben.click(post, custom_id="sf1:1"))
    assert field(reply, local_world.t("season.teams")) == [f"🥇 \\*春招\\* · {score}"]


# ---------------------------------------------------------- when it goes wrong


async def test_a_channel_that_is_closed_to_the_bot_is_refused_before_anything_is_asked(local_world):
    await play_season(local_world, True)
    local_world.forbid("send_messages", "attach_files")
    here = local_world.channel.mention
    missing = [local_world.t(f"permissions.{name}") for name in ("send_messages", "attach_files")]
    said = local_world.t(
        "errors.season.cannot_post", channel=here, permissions=local_world.t("list_separator").join(missing)
    )
    assert (await run(local_world, "end")).content == said
    other = local_world.guild.create_text_channel("other")
    local_world.forbid("attach_files", channel=other)
    local_world.forbid()
    said = local_world.t("errors.season.cannot_post", channel=other.mention, permissions=missing[1])
    assert (await run(local_world, "end", channel=other)).content == said
    await confirm(local_world)
    assert (await run(local_world, "announce", channel=other)).content == said
    assert not announcements(local_world, other)


@pytest.mark.parametrize(("status", "reason"), [(403, "forbidden"), (404, "channel_gone"), (400, "refused")])
async def test_an_announcement_that_fails_loses_nothing(local_world, status, reason):
    await play_season(local_world, True)
    asked = await run(local_world, "end")
    path = f"/channels/{local_world.channel.id}/messages"
    local_world.env.inject_error("POST", path, status=status, code=50013)
    reply = await confirm(local_world, asked)
    here = local_world.channel.mention
    why = local_world.t(f"daily.reason.{reason}")
    assert reply.content.splitlines() == [
        local_world.t("season.ended", name=default(local_world)),
        local_world.t("season.not_announced", channel=here, reason=why),
    ]
    assert not buttons(reply)
    assert not announcements(local_world)
    assert local_world.sql("SELECT season FROM guilds") == [(0,)]
    again = await run(local_world, "announce")
    assert again.content == local_world.t("season.announced", name=default(local_world), channel=here)
    assert len(announcements(local_world)) == 1


async def test_without_a_picture_the_winners_stand_in_words(world, monkeypatch):
    await play_season(world, True)

    def broken(self, card):
        raise RuntimeError("no font")

    monkeypatch.setattr("bot.pictures.cards.Painter.__call__", broken)
    await confirm(world)
    (post,) = announcements(world)
    assert not post.attachments
    assert field(post, "Members")[0].startswith("🥇 Ann")


# ------------------------------------------------------------ announce and list


async def test_the_latest_season_that_ended_is_announced_again(local_world):
    for name in ("春招", "秋招"):
        await play_season(local_world, True, name=name)
        await confirm(local_world)
    await run(local_world, "start", name="第三个")
    reply = await run(local_world, "announce")
    assert "秋招" in reply.content
    titles = [post.embeds[0].title for post in announcements(local_world)]
    assert titles == [local_world.t("season.title", name=name) for name in ("春招", "秋招", "秋招")]


async def test_any_season_can_be_announced_by_its_name(world):
    for name in ("春招", "秋招"):
        await play_season(world, True, name=name)
        await confirm(world)
    for typed in ("s1", "春招", "1"):
        assert "春招" in (await run(world, "announce", season=typed)).content
    assert len(announcements(world)) == 5


async def test_what_cannot_be_announced(local_world):
    assert (await run(local_world, "announce")).content == local_world.t("errors.season.none_ended")
    await run(local_world, "start", name="春招")
    assert (await run(local_world, "announce", season="春招")).content == (
        local_world.t("errors.season.not_over", name="春招")
    )
    assert (await run(local_world, "announce", season="冬招")).content == (
        local_world.t("errors.season.unknown", season="冬招")
    )
    assert not announcements(local_world)


async def test_seasons_that_ended_are_offered(world):
    for name in ("春招", "Autumn"):
        await run(world, "start", name=name)
        await confirm(world)
    await run(world, "start", name="running")

    async def offered(typed: str) -> list[tuple[str, str]]:
        choices = await world.admin.autocomplete(world.channel, "season announce", "season", typed)
        return [(choice["name"], choice["value"]) for choice in choices]

    assert await offered("") == [("Autumn (s2)", "s2"), ("春招 (s1)", "s1")]
    assert await offered("AUT") == [("Autumn (s2)", "s2")]
    assert await offered("s1") == [("春招 (s1)", "s1")]
    assert await offered("x") == []


async def test_the_list_has_dates_and_winners(local_world):
    assert (await run(local_world, "list")).embeds[0].description == local_world.t("season.no_seasons")
    await play_season(local_world, True, True, False, name="春招")
    first = int(local_world.clock.now().timestamp())
    await confirm(local_world)
    await run(local_world, "start", name="没人来")
    await confirm(local_world)
    await run(local_world, "start", name="秋招")
    reply = await run(local_world, "list")
    since = local_world.t("leaderboard.since", first=f"<t:{first}:D>")
    assert reply.embeds[0].description.splitlines() == [
        f"**秋招** · {since} · {local_world.t('season.is_running')}",
        f"**没人来** · <t:{first}:D> – <t:{first}:D>",
        f"-# {local_world.t('season.nobody')}",
        f"**春招** · <t:{int(START.timestamp())}:D> – <t:{first}:D>",
        f"-# 🥇 Ann{local_world.t('list_separator')}Ben · {local_world.t('season.members', count=3)}",
    ]


async def test_a_list_of_many_seasons_fits_into_a_message(world):
    for number in range(30):
        await run(world, "start", name=f"{number:02d}" + "长" * 58)
        world.wait(days=1)
        await confirm(world)
    lines = (await run(world, "list")).embeds[0].description.splitlines()
    assert len("\n".join(lines)) <= 4096
    assert lines[0].startswith("**29")
    assert len([line for line in lines if line.startswith("**")]) >= 20


# ------------------------------------------------------------- final standings


async def test_final_standings_are_private_and_mark_the_reader(local_world):
    await play_season(local_world, True, False, True)
    await confirm(local_world)
    (post,) = announcements(local_world)
    before = len(local_world.posts())
    reply = told(await local_world.ben.click(post, custom_id="sf1:1"))
    assert reply.embeds[0].title == local_world.t("season.title", name=default(local_world))
    lines = reply.embeds[0].description.splitlines()
    assert [line.strip("*").split(" · ")[0] for line in lines] == ["🥇 Ann", "🥇 Cleo", "🥉 Ben"]
    assert [line.startswith("**") for line in lines] == [False, False, True]
    assert reply.embeds[0].footer.text == local_world.t("season.members", count=3)
    assert len(local_world.posts()) == before


async def test_they_are_the_same_years_later(world):
    await play_season(world, True, False)
    await confirm(world)
    (post,) = announcements(world)
    first = everything(told(await world.members[2].click(post, custom_id="sf1:1")))
    await let_answer(world, False, True)
    await run(world, "start")
    await let_answer(world, False, True)
    world.clock.elapsed += timedelta(days=900).total_seconds()
    await world.restart()
    assert everything(told(await world.members[2].click(post, custom_id="sf1:1"))) == first


async def test_a_reader_far_down_sees_their_neighbours(world):
    await run(world, "start")
    crowd = [world.guild.add_member(world.env.create_user(f"m{n}", global_name=f"M{n:02d}")) for n in range(12)]
    post = await world.post()
    key = key_position(world)
    for member in crowd:
        await click(world, member, post, key)
    await click(world, world.ann, post, (key + 1) % 4)
    await world.reveal()
    await confirm(world)
    (post,) = announcements(world)
    lines = told(await world.ann.click(post, custom_id="sf1:1")).embeds[0].description.splitlines()
    assert [line.split(" · ")[0] for line in lines[:10]] == [f"🥇 M{n:02d}" for n in range(10)]
    assert lines[-1].startswith("**`13` Ann")


async def test_standings_of_a_season_that_is_none(world):
    reply = told(await world.press(world.ann, "sf1:7"))
    assert reply.content == world.t("errors.season.unknown", season="7")
    direct = told(await world.press(world.ann.user, "sf1:7"))
    assert direct.content == world.t("errors.guild_only")
