"""Who is announced at the end of a season, and that no failure loses one."""

import contextlib
import sqlite3

import pytest

from .seasons import announcements, confirm, default, field, play_season, run
from .test_daily_post import click, key_position
from .test_leaderboard import HOSTILE, let_answer, pings
from .world import buttons, everything, told

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
