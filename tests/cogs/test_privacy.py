"""`/privacy`: the file that a member gets, the offer to delete everything, and what is left afterwards."""

import functools
import gzip
import json
from typing import Any

import pytest

from bot.domain.privacy import pack
from bot.storage.traces import TRACES

from .quizzing import answer_right, start
from .world import by_prefix, custom_ids, everything, live_module, told

FEW_ROWS = ("erasures", "secrets")


async def quiz(world) -> None:
    """Let Ann answer the first question of a quiz, right."""
    await answer_right(world, await start(world), 0)


def content(world, message) -> bytes:
    (attachment,) = message.attachments
    return world.env.backend.cdn.get(attachment.url)


async def export(world, actor=None) -> dict[str, Any]:
    reply = told(await world.slash(actor or world.ann, "privacy export"))
    assert reply.ephemeral
    assert reply.content == world.t("privacy.export.done")
    return json.loads(content(world, reply))


async def offer(world, actor=None):
    return told(await world.slash(actor or world.ann, "privacy delete"))


async def delete(world, actor=None):
    message = await offer(world, actor)
    return told(await (actor or world.ann).click(message, custom_id=by_prefix(message, "pd1")[0]))


def lines_with(world, user_id: int) -> dict[str, list[tuple[Any, ...]]]:
    found = {
        name: [row for row in rows if str(user_id) in repr(row)]
        for name, rows in (world.stored() | {"memberships": world.sql("SELECT * FROM memberships")}).items()
    }
    return {name: rows for name, rows in found.items() if rows}


# ------------------------------------------------------------------------ export


async def test_the_file_holds_what_was_done_and_explains_itself(local_world):
    world = local_world
    post = await world.post()
    await world.ann.click(post, custom_id=by_prefix(post, "d1")[1])
    await world.ben.click(post, custom_id=by_prefix(post, "d1")[2])
    await world.reveal()
    await world.slash(world.ann, "settings language", language=world.language)
    document = await export(world)
    assert (document["format"], document["version"], document["user_id"]) == (
        "mianjing-member-data",
        1,
        str(world.ann.id),
    )
    assert document["exported_at"] == f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    sections = {trace.section for trace in TRACES}
    assert set(document["data"]) == sections
    for part in ("file", "erased_at", "sealed", *sections):
        assert document["about"][part] == world.t(f"privacy.about.{part}")
    (attempt,) = document["data"]["attempts"]
    assert attempt["guild_id"] == str(world.guild.id)
    assert attempt["share"] in (0, 1)
    (settings,) = document["data"]["settings"]
    assert settings["language"] == world.language
    assert [row["name"] for row in document["data"]["servers"]] == ["Ann"]
    assert len(document["data"]["points"]) == 1
    assert str(world.ben.id) not in json.dumps(document)


async def test_an_open_question_leaks_nothing_through_the_file(local_world):
    world = local_world
    post = await world.post(feedback="at_once")
    await world.ann.click(post, custom_id=by_prefix(post, "d1")[0])
    data = (await export(world))["data"]
    (attempt,) = data["attempts"]
    assert (attempt["share"], attempt["sealed"]) == (None, True)
    assert data["points"] == data["cards"] == data["reviews"] == data["boards"] == []


async def test_one_file_a_minute_in_direct_messages_too(local_world):
    world = local_world
    await quiz(world)
    await export(world)
    refused = told(await world.ann.user.slash("privacy export"))
    assert refused.content == world.t("errors.privacy.too_soon")
    assert not refused.attachments
    world.wait(seconds=61)
    reply = told(await world.ann.user.slash("privacy export"))
    assert len(json.loads(content(world, reply))["data"]["attempts"]) == 1


async def test_a_large_file_comes_packed_and_a_larger_one_in_parts(local_world, monkeypatch):
    world = local_world
    await quiz(world)
    plain = await export(world)
    world.wait(minutes=2)
    raw = json.dumps(plain, ensure_ascii=False, indent=2).encode()
    between = (len(gzip.compress(raw)) + len(raw)) // 2
    monkeypatch.setattr(live_module("cogs.privacy._cog"), "pack", functools.partial(pack, limit=between))
    reply = told(await world.slash(world.ann, "privacy export"))
    lines = [world.t("privacy.export.done"), world.t("privacy.export.packed")]
    assert reply.content == "\n".join(lines)
    assert reply.attachments[0].filename == "mianjing-data-2026-11-23.json.gz"
    again = json.loads(gzip.decompress(content(world, reply)))
    assert again["data"] == plain["data"]
    world.wait(minutes=2)
    monkeypatch.setattr(live_module("cogs.privacy._cog"), "pack", functools.partial(pack, limit=1_000))
    result = await world.slash(world.ann, "privacy export")
    messages = [result.response, *result.followups]
    assert all(message.ephemeral for message in messages)
    name = "mianjing-data-2026-11-23.json.gz"
    assert messages[0].content.splitlines()[2] == world.t("privacy.export.parts", count=len(messages), name=name)
    parts = sorted((message.attachments[0].filename, content(world, message)) for message in messages)
    assert [part for part, _ in parts] == [f"{name}.part{number:02d}" for number in range(1, len(parts) + 1)]
    assert len(parts) > 1
    joined = gzip.decompress(b"".join(part for _, part in parts))
    assert json.loads(joined)["data"] == plain["data"]


# ---------------------------------------------------------------------- deletion


async def test_looking_at_the_offer_deletes_nothing(local_world):
    world = local_world
    await quiz(world)
    before = world.stored()
    message = await offer(world)
    assert message.ephemeral
    said = everything(message)
    for part in (
        "title",
        "intro",
        "goes.title",
        "goes.text",
        "stays.title",
        "stays.text",
        "after.title",
        "after.text",
        "confirm",
    ):
        assert world.t(f"privacy.delete.{part}") in said
    assert world.t("privacy.delete.footer", minutes=10) in said
    assert world.stored() == before


async def test_afterwards_nothing_is_left_but_a_hash(local_world):
    world = local_world
    await world.set_up()
    await quiz(world)
    post = await world.next_post()
    for member in (world.ann, world.ben):
        await member.click(post, custom_id=by_prefix(post, "d1")[1])
    await world.reveal()
    await world.slash(world.ann, "settings language", language="en" if world.language == "zh" else "zh")
    others = lines_with(world, world.ben.id)
    assert {"attempts", "ledger", "member_settings", "memberships"} <= lines_with(world, world.ann.id).keys()
    # A process that has seen nobody yet would note whoever clicks.
    await world.restart()
    done = await delete(world)
    language = "en" if world.language == "zh" else "zh"
    assert done.content == world.texts.get("privacy.delete.done", language)
    assert not custom_ids(done), "the button is gone"
    assert lines_with(world, world.ann.id) == {}
    assert [len(world.sql(f"SELECT * FROM {name}")) for name in FEW_ROWS] == [1, 1]
    assert lines_with(world, world.ben.id) == others
    profile = told(await world.slash(world.ann, "profile"))
    said = everything(profile)
    assert world.t("profile.days", count=0) in said or world.t("leaderboard.empty") in said
    assert not profile.attachments
    assert (await export(world))["erased_at"] == f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}"


async def test_nothing_of_the_member_stays_in_memory_either(world):
    await quiz(world)
    await world.slash(world.ann, "leaderboard")
    users = world.bot.get_cog("LeaderboardCog")._people._users
    assert (world.guild.id, world.ann.id) in users
    await delete(world)
    assert not any(user_id == world.ann.id for _, user_id in users)


async def test_who_comes_back_is_known_again_at_once(world):
    await quiz(world)
    await delete(world)
    assert world.sql("SELECT * FROM memberships WHERE user_id = ?", world.ann.id) == []
    await world.slash(world.ann, "help")
    assert len(world.sql("SELECT * FROM memberships WHERE user_id = ?", world.ann.id)) == 1


async def test_the_offer_ends_after_ten_minutes(local_world):
    world = local_world
    await quiz(world)
    message = await offer(world)
    before = world.stored()
    world.wait(minutes=10, seconds=1)
    refused = told(await world.ann.click(message, custom_id=by_prefix(message, "pd1")[0]))
    assert refused.content == world.t("errors.privacy.expired")
    assert world.stored() == before
    await delete(world)
    assert world.sql("SELECT * FROM attempts") == []


async def test_nobody_deletes_somebody_else(local_world):
    world = local_world
    await quiz(world)
    message = await offer(world)
    before = world.stored()
    (custom_id,) = by_prefix(message, "pd1")
    refused = told(await world.press(world.ben, custom_id))
    assert refused.content == world.t("errors.button.stale")
    assert world.stored() == before


@pytest.mark.parametrize(
    "form", ["pd1", "pd1:{id}", "pd1:{id}:x", "pd1:{id}:{late}", "pd1:{id}:{soon}:1", "pd1:0:{soon}"]
)
async def test_made_up_buttons_delete_nothing(world, form):
    await quiz(world)
    before = world.stored()
    now = int(world.clock.now().timestamp())
    custom_id = form.format(id=world.ann.id, soon=now + 60, late=now + 601)
    refused = told(await world.press(world.ann, custom_id))
    assert refused.content == world.t("errors.button.stale")
    assert world.stored() == before


async def test_it_works_in_direct_messages_and_after_a_restart(world):
    await quiz(world)
    message = told(await world.ann.user.slash("privacy delete"))
    (custom_id,) = by_prefix(message, "pd1")
    await world.restart()
    done = told(await world.press(world.ann.user, custom_id, message))
    assert done.content == world.t("privacy.delete.done")
    assert lines_with(world, world.ann.id) == {}


async def test_a_quiz_that_ran_is_over(world):
    message = await start(world)
    await delete(world)
    reply = told(await world.ann.click(message, custom_id=custom_ids(message)[0]))
    assert reply.content == world.t("errors.button.stale")
    again = told(await world.slash(world.ann, "quiz start"))
    assert custom_ids(again)


async def test_trouble_of_a_question_goes_to_the_admin_channel_afterwards(world):
    """There is nobody to write to any more."""
    office = world.guild.create_text_channel("office")
    await world.set_up(admin_channel=office)
    await delete(world, world.admin)
    assert world.sql("SELECT created_by FROM schedules") == [(0,)]
    world.forbid("send_messages")
    day = world.clock.now().replace(hour=9, minute=0)
    world.go_to(day)
    await world.tick()
    assert len(world.posts(office)) == 1
    assert not [request for request in world.env.http_requests if request.path == "/users/0"]


# ------------------------------------------------------------------------- boards


async def test_off_the_boards_and_back(local_world):
    world = local_world
    await quiz(world)
    hidden = told(await world.slash(world.ann, "privacy boards", show=False))
    assert hidden.ephemeral
    assert hidden.content == "\n".join([world.t("privacy.boards.hidden"), world.t("privacy.boards.covers.hidden")])
    board = everything(told(await world.slash(world.ben, "leaderboard")))
    assert "Ann" not in board
    refused = told(await world.slash(world.ben, "profile", member=world.ann))
    assert refused.content == world.t("errors.profile.hidden")
    again = told(await world.slash(world.ann, "privacy boards", show=False))
    assert again.content.splitlines()[0] == world.t("privacy.boards.unchanged.hidden")
    shown = told(await world.slash(world.ann, "privacy boards", show=True))
    assert shown.content == "\n".join([world.t("privacy.boards.shown"), world.t("privacy.boards.covers.shown")])
    assert "Ann" in everything(told(await world.slash(world.ben, "leaderboard")))


async def test_boards_belong_to_a_server(local_world):
    world = local_world
    refused = told(await world.command(world.ann.user, "privacy boards", show=False))
    assert refused.content == world.t("errors.guild_only")
