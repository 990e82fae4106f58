"""The demo as a visitor meets it: the real bot in a real Chromium, in Chinese and in English at the same time."""

import argparse
import asyncio
import contextlib
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import demo as command

from .page import ROOT, chromium, open_page
from .started import StartedDemo, started_demo
from .visit import Book, Visit

# Long enough to open the pages before, and to answer meanwhile.
DUE_IN, OPEN_FOR = 20, 60
PHONE = (390, 844)
FITS = """document.documentElement.scrollWidth <= innerWidth
    && [...document.querySelectorAll(".embed-card, .component-row, .preview-toolbar > *")]
        .every((part) => part.getBoundingClientRect().right <= innerWidth)"""


# ------------------------------------------------------------- before a start


def test_the_question_comes_after_90_seconds_and_its_reveal_two_minutes_later_unless_told_otherwise():
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    given = parser.parse_args(["demo"])
    assert (given.due_in, given.open_for, given.port) == (90, 120, 8765)
    given = parser.parse_args(["demo", "--due-in", "5", "--open-for", "36"])
    assert (given.due_in, given.open_for) == (5, 36)


@pytest.mark.parametrize(
    "arguments", [("--due-in", "0"), ("--open-for", "35"), ("--open-for", "3601"), ("--due-in", "x")]
)
def test_impossible_spans_are_one_sentence(arguments, capsys):
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    with pytest.raises(SystemExit):
        parser.parse_args(["demo", *arguments])
    assert re.search(rf"{arguments[1]} is not a number of seconds from \d+ to 3600", capsys.readouterr().err)


def test_a_taken_port_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = _run("-m", "bot", "demo", "--port", port)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(rf"Port {port} on 127\.0\.0\.1 is not free .* --port N .*\n", ended.stderr)


def test_a_missing_extra_is_said_in_one_line():
    code = "import sys; sys.modules['simcord'] = None; from bot.__main__ import main; sys.exit(main(['demo']))"
    ended = _run("-c", code)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"The demo needs simcord: .*pip install '\.\[demo\]'.*\n", ended.stderr)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30)


@dataclass(frozen=True)
class Day:
    """What one visit found out: the points that each member must have, and the boards as they stood at the end."""

    points: dict[str, int]
    boards: list[list[str]]


async def chinese_day(url: str, browser: object) -> Day:
    """小安 and Ben in a Chinese server, each in a browser of their own."""
    book = Book("zh")
    async with open_page(url, browser=browser) as mine, open_page(url, browser=browser) as bens:
        xiaoan, ben = Visit(mine, book, "demo-zh-xiaoan"), Visit(bens, book, "demo-zh-ben")
        await bens.view_as("Ben")
        yesterday = await xiaoan.yesterday()
        assert len(await xiaoan.board("week")) == 6, "the classmates have points this week, whatever day it is"
        post = await xiaoan.today(yesterday)
        await bens.wait_for(post.text.splitlines()[0])
        item = book.item(post)
        letters = book.letters(item, post)
        key = letters.pop(item.key.id)
        wrong = min(letters.values())
        await xiaoan.answer(post, wrong)
        assert await bens.messages(ephemeral=True) == []
        await ben.answer(post, wrong)
        await xiaoan.change(key)
        assert len(await bens.messages(ephemeral=True)) == 1
        await xiaoan.other_language(post)
        earned, _ = await asyncio.gather(xiaoan.quiz(right=True), _look_round(ben))
        await xiaoan.reveal(post, answers=2)
        boards = [await xiaoan.board("week"), await xiaoan.board("all")]
        assert mine.errors + bens.errors == []
    return Day({"小安": 10 + earned, "Ben": 2}, boards)


async def _look_round(ben: Visit) -> None:
    await ben.tour()
    await ben.administer("管理员", "Ben")


async def english_day(url: str, browser: object) -> Day:
    """Ben alone in an English server; he knows little."""
    book = Book("en")
    async with open_page(url, browser=browser) as page:
        ben = Visit(page, book, "demo-en-ben")
        assert await page.viewer() == "Ben"
        post = await ben.today(await ben.yesterday())
        item = book.item(post)
        letters = book.letters(item, post)
        key = letters.pop(item.key.id)
        await ben.answer(post, key)
        await ben.change(min(letters.values()))
        await ben.other_language(post)
        earned = await ben.quiz(right=False)
        await ben.tour()
        await ben.reveal(post, answers=1)
        boards = [await ben.board("week")]
        assert page.errors == []
    return Day({"Ben": 2 + earned}, boards)


@contextlib.asynccontextmanager
async def both_demos(folder: Path) -> AsyncIterator[tuple[StartedDemo, StartedDemo]]:
    """A Chinese and an English demo, started at the same time, with short spans."""
    spans = ["--due-in", str(DUE_IN), "--open-for", str(OPEN_FOR)]
    with contextlib.ExitStack() as stack:
        starts = [
            asyncio.to_thread(stack.enter_context, started_demo([*demo(locale, folder), *spans], name=f"demo-{locale}"))
            for locale in ("zh-CN", "en-US")
        ]
        chinese, english = await asyncio.gather(*starts)
        yield chinese, english


def demo(locale: str, folder: Path) -> list[str]:
    return ["-m", "bot", "demo", "--port", "0", "--locale", locale, "--data", str(folder / locale)]


@pytest.mark.browser
async def test_a_day_in_both_languages_and_the_scores_after_a_restart(tmp_path: Path) -> None:
    async with chromium() as browser:
        async with both_demos(tmp_path) as (chinese, english):
            days = await asyncio.gather(chinese_day(chinese.url, browser), english_day(english.url, browser))
            for day in days:
                for name, points in day.points.items():
                    for board in day.boards:
                        assert any(re.search(rf"{name} · {points} ", line) for line in board), (name, points, board)
            for started in (chinese, english):
                assert started.stop() == 0
                assert started.log.read_text(encoding="utf-8") == ""
        with started_demo(demo("zh-CN", tmp_path), name="demo-again") as again:
            async with open_page(again.url, browser=browser, size=PHONE) as page:
                xiaoan = Visit(page, Book("zh"), "demo-again")
                await xiaoan.yesterday()
                boards = [await xiaoan.board("week"), await xiaoan.board("all")]
                assert boards == days[0].boards, "neither lost nor doubled"
                await page.run("help")
                assert await page.page.evaluate(FITS)
                assert page.errors == []
            assert again.stop() == 0


def test_it_stops_cleanly_at_once(tmp_path: Path) -> None:
    """Nothing that the start left running is cut off in the middle."""
    with started_demo(demo("en-US", tmp_path), name="demo-stopped") as started:
        assert started.stop() == 0
        assert started.log.read_text(encoding="utf-8") == ""
