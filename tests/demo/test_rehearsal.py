"""What a start of the demo leaves in the database, on different days; without a browser."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import discord
import pytest

from bot.app import open_app
from bot.content.loading import load_content
from bot.content.questions import read_questions
from bot.demo import rehearsal, run
from bot.demo.classmates import respond
from bot.demo.rehearsal import Rehearsal
from bot.demo.world import GUILD_ID
from bot.domain.readers import Reader
from bot.settings import Settings

from .page import ROOT

MONDAY = datetime(2026, 11, 23, 4, 0, 30, 250_000, tzinfo=UTC)
DAY = timedelta(days=1)
XIAOAN = Reader(1, "小安", GUILD_ID, 5)


@pytest.fixture(scope="module")
def checked_content(tmp_path_factory):
    """The content's cache, so that it is checked once."""
    cache = tmp_path_factory.mktemp("content") / "cache"
    load_content(ROOT / "content", cache)
    return cache


@pytest.fixture
def folder(tmp_path, checked_content):
    shutil.copytree(checked_content, tmp_path / "cache")
    return tmp_path


@pytest.fixture(autouse=True)
def zone(monkeypatch):
    monkeypatch.setattr(run, "local_timezone", lambda: "Asia/Shanghai")


async def start(folder: Path, now: datetime, locale: str = "zh-CN") -> list[discord.Message]:
    """Start the demo and stop it as soon as its page could be opened; returns what stands in the channel."""
    shown = Rehearsal(
        Settings(data_dir=folder), due_in=timedelta(seconds=90), open_for=timedelta(minutes=2), clock=lambda: now
    )
    stop, found = asyncio.Event(), []

    async def seed(bot, world):
        await shown.seed(bot, world)
        found.extend([message async for message in bot.get_channel(world.channel_id).history(oldest_first=True)])

    await run.run_demo(shown.make_bot, port=0, locale=locale, stop=stop, announce=lambda url: stop.set(), seed=seed)
    return found


async def points(folder: Path, now: datetime, window: str) -> dict[str, int]:
    async with open_app(Settings(data_dir=folder)) as app:
        ranking = await app.services.leaderboard.ranking(XIAOAN, GUILD_ID, window, None, now)
    return {standing.name: standing.points for standing in ranking.top}


async def test_yesterday_s_messages_carry_yesterday_s_times(folder):
    post, reveal = await start(folder, MONDAY)
    due = datetime(2026, 11, 22, 4, 2, tzinfo=UTC)
    assert (post.created_at, reveal.created_at) == (due, due + timedelta(minutes=2))
    assert "2026-11-22" in post.embeds[0].title
    assert reveal.reference.message_id == post.id


async def test_the_boards_are_alive_on_a_monday_and_a_second_start_changes_nothing(folder):
    first = await start(folder, MONDAY)
    week, ever = await points(folder, MONDAY, "week"), await points(folder, MONDAY, "all")
    assert len(week) == 6, "the quiz is of this week, yesterday's question of the last one"
    assert {ever[name] - week[name] for name in week} == {2, 10}
    later = MONDAY + timedelta(minutes=5)
    second = await start(folder, later, "en-US")
    assert await points(folder, later, "week") == week
    assert await points(folder, later, "all") == ever
    letters = [[button.custom_id for button in row.children] for row in second[0].components]
    assert letters[0] == [button.custom_id for button in first[0].components[0].children], "the same question again"
    assert "Answer · 2026-11-22" in second[1].embeds[0].title
    assert "4 of 6" in second[1].embeds[0].description


async def test_on_other_days_the_classmates_go_on(folder):
    await start(folder, MONDAY)
    monday = await points(folder, MONDAY, "all")
    await start(folder, MONDAY + DAY)
    tuesday = await points(folder, MONDAY + DAY, "all")
    gained = {name: tuesday[name] - monday[name] for name in monday}
    assert set(gained.values()) == {2, 10}, "a new day's question, and no second quiz in one week"
    await start(folder, MONDAY + 7 * DAY)
    next_monday = MONDAY + 7 * DAY
    assert len(await points(folder, next_monday, "week")) >= 5, "a new week, a new quiz"


async def test_answers_of_an_earlier_run_count_in_the_next(folder):
    """The demo was stopped while a question was open."""
    await start(folder, MONDAY)
    async with open_app(Settings(data_dir=folder)) as app:
        (schedule,) = await app.services.schedules.list_guild(GUILD_ID)
        due = schedule.next_due_at
        (claimed,) = (await app.services.deliveries.claim_due(due)).posts
        post = await app.services.deliveries.begin_send(claimed, due)
        await app.services.deliveries.confirm(post, 1, due, due)
        await app.services.answers.answer(XIAOAN, post.delivery.id, 0, due)
    assert "小安" not in await points(folder, due, "all")
    await start(folder, due + timedelta(minutes=1))
    assert (await points(folder, due, "all"))["小安"] in (2, 10)


@pytest.mark.parametrize("right", [True, False])
def test_classmates_answer_every_kind_as_they_mean_to(right):
    items = [item for loaded in read_questions(ROOT / "content").questions for item in loaded.question.items]
    assert {item.kind for item in items} == {"single", "multiple", "numeric", "ordering"}
    for item in items:
        assert item.grade(respond(item, Random(1), right=right)).correct == right, item.id


async def test_a_quiz_that_fails_does_not_end_the_demo(folder, monkeypatch, caplog):
    async def fail(*_):
        raise RuntimeError("planned")

    monkeypatch.setattr(rehearsal.classmates, "take_quiz", fail)
    assert len(await start(folder, MONDAY)) == 2
    assert "the classmates' quiz failed" in caplog.text


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_TW"}, "zh-CN"),
        ({"LANG": "de_DE.UTF-8"}, "en-US"),
        ({"LANG": "C.UTF-8"}, "en-US"),
    ],
)
def test_the_language_is_that_of_whoever_starts_it(environment, locale, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert rehearsal.default_locale() == locale
