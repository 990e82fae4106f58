"""Cards of `/leaderboard` and `/profile`: beside the text, in both languages, with and without pictures of members."""

import asyncio
import io
import struct
from types import SimpleNamespace

import pytest
from PIL import Image

from bot.pictures.values import LeaderboardCard, ProfileCard
from cogs._shared import people

from .test_daily_post import click, key_position
from .test_leaderboard import board, let_answer, pings, profile
from .world import START, by_prefix, everything

HASH = "0123456789abcdef0123456789abcdef"


def square() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "#ff0000").save(buffer, "PNG")
    return buffer.getvalue()


def picture(world, message) -> tuple[str, tuple[int, int], str]:
    """Return file name, size and description of the one attachment."""
    (attachment,) = message.attachments
    png = world.env.backend.cdn.get(attachment.url)
    return attachment.filename, struct.unpack(">II", png[16:24]), attachment.description


async def test_a_board_has_a_card_that_says_the_same(local_world, drawn):
    await let_answer(local_world, True, False, True)
    reply = await board(local_world, local_world.ben)
    name, size, alt = picture(local_world, reply)
    assert (name, size[0]) == ("leaderboard.png", 900)
    assert local_world.t("choices.window.week") in alt
    assert all(member in alt for member in ("1. Ann", "1. Cleo", "3. Ben"))
    (card,) = drawn
    assert isinstance(card, LeaderboardCard)
    assert [(row.rank, row.person.name, row.own) for row in card.rows] == [
        (1, "Ann", False),
        (1, "Cleo", False),
        (3, "Ben", True),
    ]
    for row in card.rows:
        assert f"{row.points} · {row.detail}" in reply.embeds[0].description


async def test_an_empty_board_has_no_card(world):
    assert not (await board(world)).attachments


async def test_ones_own_profile_has_a_card_in_ones_own_language(local_world, drawn):
    await let_answer(local_world, True)
    reply = await profile(local_world)
    name, size, alt = picture(local_world, reply)
    assert (name, size[0]) == ("profile.png", 928)
    assert alt.startswith("Ann: ")
    (card,) = drawn
    assert isinstance(card, ProfileCard)
    roots = [topic.name.get(local_world.language) for topic in local_world.content.bank.topics if "/" not in topic.path]
    assert [topic.name for topic in card.topics] == (roots if len(roots) > 2 else [])
    assert len(card.month_names) == 12
    assert [answers for _, answers in card.days] == [1]
    assert local_world.t("profile.answers", count=1) in card.year_title
    assert local_world.t("profile.answers", count=1) in everything(reply)
    assert local_world.t("profile.topics") in everything(reply)
    assert "100% (1/1)" in everything(reply)


async def test_a_profile_without_an_answer_has_no_card(world):
    reply = await profile(world)
    assert not reply.attachments
    assert world.t("profile.answers", count=0) in everything(reply)
    assert "0/0" not in everything(reply)


async def test_somebody_elses_profile_has_no_card(world):
    await let_answer(world, True, True)
    reply = await profile(world, member=world.ben)
    assert not reply.attachments
    assert world.t("profile.year") not in everything(reply)


async def test_a_shared_profile_tells_nobody_what_was_right(local_world, drawn):
    await let_answer(local_world, True)
    reply = await profile(local_world)
    await local_world.ann.click(reply, custom_id=by_prefix(reply, "ps1")[0])
    shared = local_world.posts()[-1]
    name, _size, alt = picture(local_world, shared)
    assert name == "profile.png"
    assert not pings(local_world, shared)
    assert drawn[-1].topics == ()
    for key in ("profile.accuracy", "profile.topics", "profile.footer"):
        assert local_world.t(key) in everything(reply)
        assert local_world.t(key) not in everything(shared) + alt
    assert "100%" not in everything(shared) + alt


async def test_a_shared_board_has_the_card_too(world):
    await let_answer(world, True)
    reply = await board(world)
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    shared = world.posts()[-1]
    assert picture(world, shared)[0] == "leaderboard.png"
    assert not pings(world, shared)


async def test_pictures_of_members_are_fetched_once(world, drawn, monkeypatch):
    await let_answer(world, True, True)
    world.ann.user._user.avatar = HASH
    fetched = []

    def get(url):
        fetched.append(url)
        return square()

    monkeypatch.setattr(world.env.backend.cdn, "get", get)
    for _ in range(2):
        await board(world, world.ben)
    assert fetched == [f"https://cdn.discordapp.com/avatars/{world.ann.id}/{HASH}.png?size=64"]
    assert [row.person.avatar for row in drawn[-1].rows] == [square(), None]
    assert [row.person.fallback for row in drawn[-1].rows] == ["ann", "ben"]


@pytest.mark.parametrize("status", [404, 500])
async def test_without_an_answer_from_discord_there_are_initials(world, drawn, status):
    await let_answer(world, True, True)
    world.env.inject_error("GET", "/guilds/*/members/*", status=status, times=None)
    assert picture(world, await board(world))[0] == "leaderboard.png"
    assert [row.person.avatar for row in drawn[-1].rows] == [None, None]


async def test_a_slow_discord_does_not_hold_the_card_up(monkeypatch):
    monkeypatch.setattr(people, "SECONDS", 0.05)

    class Slow:
        id = 9

        async def fetch_member(self, user_id):
            if user_id == 2:
                await asyncio.Event().wait()
            return SimpleNamespace(id=user_id, name="ann", avatar=None)

    found = await people.People().find(Slow(), {1: "Ann", 12_345_002: "Cleo", 2: "Ben"}, START)
    assert [(person.name, person.fallback) for person in found.values()] == [
        ("Ann", "ann"),
        ("Cleo", "ann"),
        ("Ben", "user 0002"),
    ]


@pytest.mark.parametrize("command", [board, profile])
async def test_without_a_picture_the_text_stays(world, monkeypatch, command):
    await let_answer(world, True)
    with_card = await command(world)

    def broken(self, card):
        raise RuntimeError("no font, no memory, nothing")

    monkeypatch.setattr("bot.pictures.cards.Painter.__call__", broken)
    world.wait(hours=1)
    world.bot.pictures._kept.clear()
    without = await command(world)
    assert with_card.attachments
    assert not without.attachments
    assert everything(without) == everything(with_card)


@pytest.mark.parametrize("name", ["李小明 🥇", "محمد", "Z" + "\u0351" * 80, "\u202eevil", "W" * 100, "\u3164"])
async def test_any_name_comes_out_as_a_card(world, name):
    member = world.guild.add_member(world.env.create_user("hostile", global_name=name))
    post = await world.post()
    await click(world, member, post, key_position(world))
    await world.reveal()
    for reply in (await board(world, member), await profile(world, member)):
        _name, _size, alt = picture(world, reply)
        assert "\u202e" not in alt
        assert len(alt) <= 1024
