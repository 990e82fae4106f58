"""`/season start` and `/season end`: what admins are asked and told, and what counts."""

import struct

import pytest

from bot.domain.localized import LANGUAGES

from .seasons import announcements, confirm, default, field, play_season, run
from .test_daily_post import click, key_position
from .test_leaderboard import pings
from .world import START, buttons, by_prefix, told

ADMIN_COMMANDS = ("season start", "season end", "season announce", "season list")


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
