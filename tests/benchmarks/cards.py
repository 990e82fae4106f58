"""Picture cards: how long one takes in the worker, how long the event loop stands still, what the libraries weigh."""

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from PIL import Image

from bot.pictures.cards import PictureCards
from bot.pictures.values import (
    Bar,
    BoardRow,
    Card,
    DistributionCard,
    LeaderboardCard,
    Person,
    ProfileCard,
    TopicShare,
)
from tests.benchmarks.measured import Measured, percentile

ROUNDS = 40
TICK = 0.001
NAMES = (
    *("Ann", "李小明（算法）🥇", "👩‍💻 安 👨‍👩‍👧‍👦 🇫🇷", "محمد علي 12 abc", "Z" + "\u0315\u0351\u034b" * 20 + "o"),
    *("𝓕𝓪𝓷𝓬𝔂 ★彡", "a\ud800b", "W" * 100, "陳大文 龍門客棧", "한국어 이름", "אבג 12 דהו"),
)
TODAY = date(2026, 11, 25)
# Of the process: an import before the first card, and the first card itself.
MEMORY = """
import sys
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20
import bot.app, cogs.leaderboard
from bot.pictures.cards import Painter, PictureCards
from bot.pictures.values import LeaderboardCard
before = resident()
cards, painter = PictureCards(), Painter()
idle = resident()
assert "PIL" not in sys.modules
painter(LeaderboardCard("排行榜 🥇 한국어", "", ()))
print(idle - before, resident() - before)
"""


def measure() -> Sequence[Measured]:
    """Measure every card, then the memory."""
    return [*asyncio.run(_drawing()), *_memory()]


def _cards() -> dict[str, Card]:
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize((64, 64)).convert("RGB").save(buffer, "PNG")
    avatar = buffer.getvalue()
    people = [Person(n, name, f"user{n}", avatar if n % 2 else None) for n, name in enumerate(NAMES, start=1)]
    rows = tuple(BoardRow(person, person.user_id, "1,234 points", "80/100 right") for person in people)
    topics = tuple(TopicShare(f"预训练与训练工程 topic {n}", n / 11, "80% · 8/10") for n in range(11))
    days = tuple((TODAY - timedelta(days=n), n % 12) for n in range(365))
    facts = tuple((f"fact {n}", "1,234 points") for n in range(5))
    months = tuple(f"{n}月" for n in range(1, 13))
    bars = tuple(Bar(letter, "GQA 让多个查询头共用一组键值头", 10, letter == "B") for letter in "ABCDE")
    return {
        "leaderboard": LeaderboardCard("排行榜 · 本周", "2026-W48", rows[:10], (rows[10], *rows[:4])),
        "profile": ProfileCard(people[2], facts, topics, days, TODAY, "过去一年", months),
        "distribution": DistributionCard("每日一题", bars, "50 人作答"),
    }


async def _drawing() -> list[Measured]:
    pictures, cards, results = PictureCards(), _cards(), []
    stalls: list[float] = []
    watch = asyncio.create_task(_watch(stalls))
    for name, card in cards.items():
        times, longest, floor = [], [], []
        for number in range(ROUNDS):
            stalls.clear()
            start = time.perf_counter()
            png = await pictures.png(_fresh(card, number))
            seconds = time.perf_counter() - start
            times.append(1000 * seconds)
            await asyncio.sleep(TICK)
            longest.append(max(stalls, default=0.0))
            if png is None:
                raise RuntimeError(f"the {name} card was not drawn")
            # As long again without a card: what else the machine does holds the loop up as well.
            stalls.clear()
            await asyncio.sleep(seconds)
            floor.append(max(stalls, default=0.0))
        on = f"{ROUNDS} cards, {len(png) / 1024:.0f} KiB"
        results.append(Measured(f"{name} card, p50", percentile(times, 0.5), "ms", 60.0, on))
        # The first one also reads the fonts.
        held = f"longest; {_spread(longest)}, first {longest[0]:.1f}"
        on = f"{held}; without a card {_spread(floor)}, longest {max(floor):.1f}"
        budget = round(10.0 + max(floor), 1)
        results.append(Measured(f"event loop held up by a {name} card", max(longest), "ms", budget, on))
    watch.cancel()
    pictures.close()
    return results


def _spread(samples: list[float]) -> str:
    return f"p50 {percentile(samples, 0.5):.1f}, p90 {percentile(samples, 0.9):.1f}"


def _fresh(card: Card, number: int) -> Card:
    """Return the card with another text, so that it is drawn again."""
    if isinstance(card, ProfileCard):
        return replace(card, year_title=f"{card.year_title} {number}")
    return replace(card, title=f"{card.title} {number}")


async def _watch(stalls: list[float]) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(TICK)
        stalls.append(1000 * (time.perf_counter() - start - TICK))


def _memory() -> list[Measured]:
    if sys.platform != "linux":
        return []
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    idle, used = (float(figure) for figure in run.stdout.split())
    return [
        Measured("memory of cards in an idle bot", idle, "MiB", 25.0, "nothing drawn"),
        Measured("memory of cards once one was drawn", used, "MiB", 80.0, "Pillow, FreeType and the system's fonts"),
    ]
