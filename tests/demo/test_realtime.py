"""The driver, proven with a toy bot: in the same process, and in a real Chromium."""

import asyncio
import re
import socket
import subprocess
import sys
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord
from discord.ext import commands

from bot.demo import dress, realtime, run
from bot.demo.world import ADMIN_ID, BEN_ID, GUILD_ID, XIAOAN_ID, build_stage
from bot.errors import StartupError
from cogs._shared.people import SIDE

from .page import ROOT
from .toybot import Answer, Toy, seed

TOY = ["-m", "tests.demo.toybot", "--port"]


# ------------------------------------------------------------- before a start


def test_only_the_pinned_simcord_is_accepted():
    realtime.require_version(simcord.__version__)
    with pytest.raises(StartupError, match=r"simcord 3\.2\.1, found 3\.3\.0: pip install"):
        realtime.require_version("3.3.0")


def test_simcord_is_imported_by_a_running_demo_only():
    code = "import sys, bot.demo.run, bot.demo.world; sys.exit('simcord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


async def never():
    raise AssertionError("nothing may be opened")


async def start(**changes):
    given = {"port": 0, "locale": "zh-CN", "stop": asyncio.Event(), "announce": lambda url: None} | changes
    make_bot = given.pop("make_bot", never)
    await run.run_demo(make_bot, **given)


async def test_a_missing_extra_is_one_sentence(monkeypatch):
    found = run.importlib.util.find_spec
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None if name == "simcord" else found(name))
    with pytest.raises(StartupError) as told:
        await start()
    assert str(told.value).startswith("The demo needs simcord: run make demo, or pip install '.[demo]'")


async def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match=rf"Port {port} on 127\.0\.0\.1 is not free .*--port N"):
            await start(port=port)


async def test_an_unknown_locale_is_one_sentence():
    with pytest.raises(StartupError, match="--locale is one of zh-CN, en-US, not fr"):
        await start(locale="fr")


async def test_what_was_opened_is_closed_when_the_start_fails():
    closed = []

    async def make_bot():
        toy = Toy()

        async def close():
            closed.append(True)
            await toy.close()

        return run.DemoBot(toy, close)

    async def bad_seed(bot, world):
        raise StartupError("no questions")

    with pytest.raises(StartupError, match="no questions"):
        await start(make_bot=make_bot, seed=bad_seed)
    assert closed == [True]
    await start_and_stop()  # the loop is free for another one


async def start_and_stop():
    toy, stop, urls = Toy(), asyncio.Event(), []

    async def make_bot():
        return run.DemoBot(toy, toy.close)

    def announce(url):
        urls.append(url)
        stop.set()

    await start(make_bot=make_bot, stop=stop, announce=announce, seed=seed)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#demo", urls[0])
    assert toy.is_closed()


async def test_a_sharded_bot_will_do(monkeypatch):
    class Sharded(Toy, commands.AutoShardedBot):
        pass

    monkeypatch.setitem(globals(), "Toy", Sharded)
    await start_and_stop()


def test_every_replacement_still_finds_its_place():
    static = Path(simcord.__file__).parent / "preview" / "static"
    for edits in (dress.ALWAYS, dress.CHINESE):
        for path, pairs in edits.items():
            text = (static / (path.strip("/") or "index.html")).read_text(encoding="utf-8")
            if edits is dress.CHINESE:
                for old, new in dress.ALWAYS.get(path, []):
                    text = text.replace(old, new)
            assert [old for old, _ in pairs if old not in text] == [], path


# ------------------------------------------------------------- in one process


@pytest_asyncio.fixture
async def staged():
    toy = Toy()
    env = realtime.RealtimeEnv(toy, locale="zh-CN")
    stage = build_stage(env, "Asia/Shanghai")
    await env.start()
    async with realtime.live_page(env, stage.channel, stage.viewers, port=0, timezone="UTC") as page:
        yield toy, env, stage, page
    await toy.close()
    await env.shutdown()


async def test_ids_are_the_same_at_every_start_but_the_channel_s(staged):
    _, env, stage, _ = staged
    assert stage.world.guild_id == GUILD_ID
    assert {person.user_id for person in stage.world.people} == {XIAOAN_ID, BEN_ID, ADMIN_ID}
    assert set(env.backend.users) >= {XIAOAN_ID, BEN_ID, ADMIN_ID}
    other = realtime.RealtimeEnv(Toy(), locale="en-US")
    again = build_stage(other, "UTC")
    roles = [
        [role.id for role in one.backend.guilds[stage.world.guild_id].roles.values() if role.name == name]
        for one, name in ((env, "算法岗"), (other, "ML engineers"))
    ]
    assert roles[0] == roles[1] != [], "a team of an earlier start still has its role"
    assert (other.backend.application_id, other.backend.bot_user.id) == (
        env.backend.application_id,
        env.backend.bot_user.id,
    )
    assert again.world.channel_id != stage.world.channel_id
    assert [person.name for person in again.world.people] == ["Ben", "小安", "Admin"]
    born = discord.utils.snowflake_time(stage.world.channel_id)
    assert abs((discord.utils.utcnow() - born).total_seconds()) < 30


async def test_cards_get_the_pictures_that_the_page_shows(staged):
    toy, _, stage, _ = staged
    for person in stage.world.people:
        member = await toy.get_guild(stage.world.guild_id).fetch_member(person.user_id)
        picture = await member.avatar.replace(size=SIDE, format="png").read()
        assert picture.startswith(b"\x89PNG")


async def test_the_bot_may_do_its_work_and_the_admin_may_manage(staged):
    toy, _, stage, _ = staged
    guild = toy.get_guild(GUILD_ID)
    channel = guild.get_channel(stage.world.channel_id)
    mine = channel.permissions_for(guild.me)
    needed = discord.Permissions(send_messages=True, embed_links=True, attach_files=True)
    assert needed <= mine
    assert mine.create_public_threads
    assert not mine.administrator
    assert guild.preferred_locale is discord.Locale.chinese


def test_the_clock_never_runs_backwards(monkeypatch):
    clock = realtime.WallClock()
    now = clock.now()

    class Earlier(realtime.datetime):
        @classmethod
        def now(cls, tz=None):
            return now - realtime.timedelta(hours=1)

    monkeypatch.setattr(realtime, "datetime", Earlier)
    assert clock.now() == now


async def test_old_messages_files_and_interactions_are_forgotten(staged, monkeypatch):
    toy, env, stage, _ = staged
    channel = toy.get_partial_messageable(stage.world.channel_id)
    monkeypatch.setattr(realtime, "KEEP_MESSAGES", 3)
    monkeypatch.setattr(realtime, "KEEP_INTERACTIONS", 1)
    for number in range(6):
        await channel.send(f"{number}", file=discord.File(__file__, f"{number}.py"))
    files = [url for url in env.backend.cdn._blobs if "/attachments/" in url]
    assert len(files) == 6
    for _ in range(3):
        await stage.viewers[0].slash(stage.channel, "counts")
    env.trim()
    assert len(env.backend.interactions) == 3, "their tokens still work"
    monkeypatch.setattr(realtime, "TOKEN_LIFETIME", realtime.timedelta(0))
    await asyncio.sleep(0.002)
    env.trim()
    assert len(env.backend.interactions) == len(env.backend.interaction_tokens) == 1
    assert len(env.backend.messages[stage.world.channel_id]) == 3
    assert len([url for url in env.backend.cdn._blobs if "/attachments/" in url]) <= 3
    monkeypatch.setattr(realtime, "KEEP_LOG_ENTRIES", 2)
    await channel.send("one more")
    assert len(env.backend.transcript) <= 4


async def test_a_click_on_buttons_that_changed_meanwhile_is_refused(staged):
    toy, _, stage, page = staged
    view = discord.ui.View(timeout=None).add_item(Answer("A"))
    message = await toy.get_partial_messageable(stage.world.channel_id).send("first", view=view)
    shown = page._open_page()
    key = shown.snapshot["messages"][str(message.id)]["components"][0]["components"][0]["control_key"]
    body = {
        "protocol_version": 3,
        "generation": 1,
        "bot_generation": 1,
        "kind": "click",
        "target_id": str(message.id),
        "control_key": key,
        "published_revision": shown.revision,
    }

    async def click(sequence, **changes):
        given = {**body, "sequence": sequence, "request_id": f"r{sequence}", **changes}
        return await page._action(shown.id, given)

    assert (await click(1))["settlement"] == "settled"
    await message.edit(content="the text may change")
    repeated = await click(2)
    assert repeated["settlement"] == "settled"
    assert (await click(2))["correlation"] == repeated["correlation"], "the same request, sent twice"
    await message.edit(view=discord.ui.View(timeout=None).add_item(Answer("B")))
    for _ in range(2):  # before the page shows it, and after
        refused = await click(3)
        assert refused["rejected"]
        assert refused["diagnostics"][0]["code"] == "stale-revision"
        page._publish(shown)
    assert (await click(3, request_id="new", published_revision=shown.revision))["settlement"] == "settled"
    assert toy.clicks == 3
