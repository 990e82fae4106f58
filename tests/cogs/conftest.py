"""A real bot on a real SQLite file, in a simulated Discord whose clock stands still until a test moves it."""

import contextlib
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.content.jobs import read_jobs
from bot.content.loading import Content
from bot.content.locales import load_texts
from bot.domain.bank import QuestionBank
from bot.domain.jobs import Posting
from bot.domain.texts import Texts
from bot.pictures.cards import Painter, PictureCards
from bot.pictures.formula import FormulaCards
from bot.pictures.values import Card
from bot.settings import shipped_content_dir

from .banks import make_small_bank, make_tree
from .log_watch import LogWatch
from .world import World

LOCALES = ("en-US", "zh-CN")


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The shipped catalogues."""
    return load_texts(shipped_content_dir())


@pytest.fixture(scope="session")
def postings() -> Sequence[Posting]:
    """The shipped job boards."""
    return tuple(read_jobs(shipped_content_dir(), make_tree()).postings)


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FormulaCards]:
    """One drawing process for all tests; what was drawn once is taken from its cache."""
    drawn = FormulaCards(tmp_path_factory.mktemp("formulas"))
    yield drawn
    drawn.close()


@pytest.fixture(scope="session")
def painter() -> Painter:
    """The fonts are read once for all tests."""
    return Painter()


@pytest.fixture
def pictures(painter: Painter) -> Iterator[PictureCards]:
    """Cards of one test: they are drawn in the loop that waits for them."""
    drawn = PictureCards(painter)
    yield drawn
    drawn.close()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """Every card that is asked for, as values."""
    asked, png = [], PictureCards.png

    async def recorded(self: PictureCards, card: Card) -> bytes | None:
        asked.append(card)
        return await png(self, card)

    monkeypatch.setattr(PictureCards, "png", recorded)
    return asked


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """Fail a test in which the bot logged an error that the test did not look at."""
    with LogWatch() as watch:
        yield watch
    assert not watch.errors, "the bot logged errors: " + "\n".join(watch.errors)


@pytest.fixture
async def make_world(
    sqlite_template: Path,
    tmp_path: Path,
    texts: Texts,
    postings: Sequence[Posting],
    cards: FormulaCards,
    pictures: PictureCards,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """Build a started world: `await make_world(bank=…, rng=…, locale=…)`."""
    # Settling after each action otherwise sleeps 50 ms.
    monkeypatch.setitem(simcord.Env._settle_internal.__kwdefaults__, "idle", 0.001)

    async with contextlib.AsyncExitStack() as opened:

        async def make(
            *,
            bank: QuestionBank | None = None,
            rng: random.Random | None = None,
            locale: str = "en-US",
            postings: Sequence[Posting] = postings,
            **options: Any,
        ) -> World:
            file = tmp_path / "world.sqlite3"
            shutil.copyfile(sqlite_template, file)
            content = Content(bank or make_small_bank(), tuple(postings), texts)
            world = World(file, content, cards, pictures, rng or random.Random(0), locale, monkeypatch)
            return await opened.enter_async_context(world.open(**options))

        yield make


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    """The language of everybody's client: English, then Chinese."""
    return str(request.param)


@pytest.fixture
async def world(make_world: Callable[..., Awaitable[World]]) -> World:
    """A world whose members use English clients."""
    return await make_world()


@pytest.fixture
async def local_world(make_world: Callable[..., Awaitable[World]], locale: str) -> World:
    """The same world twice: with English clients and with Chinese ones."""
    return await make_world(locale=locale)
