"""Cards: their size, what moves them, and that a failure is only a missing picture."""

import asyncio
import io
import logging
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.pictures import canvas, distribution, leaderboard, profile
from bot.pictures.cards import KEPT, WAITING, Painter, PictureCards
from bot.pictures.text import Fonts
from bot.pictures.values import (
    WEEKS,
    Bar,
    BoardRow,
    DistributionCard,
    LeaderboardCard,
    Person,
    ProfileCard,
    TopicShare,
    year_start,
)
from tests.pictures.test_text import HOSTILE

TODAY = date(2026, 11, 25)


def square(colour="#ff0000", side=64, kind="PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, kind)
    return buffer.getvalue()


def make_row(rank=1, name="Ann", *, own=False, avatar=None) -> BoardRow:
    return BoardRow(Person(rank or 0, name, "ann", avatar), rank, f"{100 - (rank or 0)} points", "8/10 right", own)


def make_board(*rows: BoardRow, below=(), gap=True) -> LeaderboardCard:
    return LeaderboardCard("排行榜 · 本周", "2026-W48", rows or (make_row(),), tuple(below), gap)


def make_profile(shares=(0.5, None, 1.0, 0.0), days=((TODAY, 3),), name="Ann") -> ProfileCard:
    topics = tuple(TopicShare(f"Topic number {n}", share, "1/2") for n, share in enumerate(shares))
    facts = (("This week", "10 points"), ("Streak", "3 days"))
    return ProfileCard(Person(7, name, "ann"), facts, topics, days, TODAY, "A year", tuple("JFMAMJJASOND"))


def make_distribution(*answers: int) -> DistributionCard:
    bars = tuple(Bar("ABCDE"[n], f"Option {n} " * 9, count, n == 1) for n, count in enumerate(answers))
    return DistributionCard("每日一题", bars, f"{sum(answers)}")


CARDS = {
    "board": make_board(*(make_row(n, name, own=n == 3) for n, name in enumerate(HOSTILE.values(), start=1))),
    "board below": make_board(
        make_row(1, avatar=square()), below=[make_row(1_234_566), make_row(1_234_567, own=True), make_row(None)]
    ),
    "board without a gap": make_board(below=[make_row(2, own=True)], gap=False),
    "board of those who wait": LeaderboardCard("Teams", "", (), (make_row(None, own=True),), gap=False),
    "board nobody": LeaderboardCard("x" * 300, "y" * 300, ()),
    "profile": make_profile(),
    "profile one topic": make_profile((None, None, 0.4)),
    "profile no topics": make_profile(()),
    "profile no facts": replace(make_profile(days=()), facts=()),
    "distribution": make_distribution(12, 31, 0, 1, 5),
    "distribution nobody": make_distribution(0, 0),
}
MODULES = {LeaderboardCard: leaderboard, ProfileCard: profile, DistributionCard: distribution}


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(())


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


def pixels(image: Image.Image, box) -> set:
    return set(image.convert("RGB").crop(box).get_flattened_data())


@pytest.mark.parametrize("kind", CARDS)
def test_every_card_is_a_png_of_the_size_it_says(fonts, kind):
    card = CARDS[kind]
    module = MODULES[type(card)]
    image = opened(module.draw(card, fonts))
    assert image.size == module.size(card)
    assert image.width <= 928, "wider ones are shrunk on phones until nobody can read them"
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0))[3] == 0, "the corners are round"
    assert image.getpixel((image.width // 2, 4)) == (0x2B, 0x2D, 0x31, 255)


def test_the_painter_draws_each_kind(fonts):
    painter = Painter()
    for card in (CARDS["board"], CARDS["profile"], CARDS["distribution"]):
        assert opened(painter(card)).size == MODULES[type(card)].size(card)


def test_a_picture_of_the_member_is_shown_and_an_initial_without(fonts):
    where = (104 + 12, leaderboard.HEADER + 22, 104 + 36, leaderboard.HEADER + 46)
    with_picture = opened(leaderboard.draw(make_board(make_row(avatar=square("#ff0000"))), fonts))
    assert pixels(with_picture, where) == {(255, 0, 0)}
    initial = opened(leaderboard.draw(make_board(make_row()), fonts))
    assert tuple(bytes.fromhex(canvas.INITIALS[1][1:])) in pixels(initial, where)


@pytest.mark.parametrize(
    "data",
    [b"", b"nonsense", square()[:60], square(side=1200), square(kind="GIF"), square() + bytes(600_000)],
    ids=["empty", "nonsense", "cut short", "huge", "gif", "heavy"],
)
def test_a_picture_that_cannot_be_used_is_an_initial(fonts, data):
    plain = leaderboard.draw(make_board(make_row()), fonts)
    assert leaderboard.draw(make_board(make_row(avatar=data)), fonts) == plain


def test_ones_own_row_stands_out(fonts):
    there = (20, leaderboard.HEADER + 30, 24, leaderboard.HEADER + 36)
    own = opened(leaderboard.draw(make_board(make_row(own=True)), fonts))
    other = opened(leaderboard.draw(make_board(make_row()), fonts))
    assert pixels(own, there) != pixels(other, there)


def test_a_topic_without_answers_is_not_a_zero(fonts):
    assert profile.draw(make_profile((1.0, 1.0, None, 1.0)), fonts) != profile.draw(
        make_profile((1.0, 1.0, 0.0, 1.0)), fonts
    )


def test_the_year_ends_today_and_begins_on_a_monday(fonts):
    first = year_start(TODAY)
    assert first.weekday() == 0
    assert (TODAY - first).days // 7 == WEEKS - 1
    empty = profile.draw(make_profile(days=()), fonts)
    for day in (first, TODAY):
        assert profile.draw(make_profile(days=((day, 1),)), fonts) != empty
    for day in (first - timedelta(days=1), TODAY + timedelta(days=1)):
        assert profile.draw(make_profile(days=((day, 1),)), fonts) == empty


def test_more_answers_are_brighter():
    shades = [profile._shade(answers) for answers in (0, 1, 2, 5, 10, 99)]
    assert list(dict.fromkeys(shades)) == [*(colour for _, colour in profile.SHADES), profile.STRONGEST]


def test_the_right_option_is_marked_by_more_than_colour(fonts):
    card = make_distribution(3, 3)
    wrong = replace(card, bars=tuple(replace(bar, right=False) for bar in card.bars))
    marked = opened(distribution.draw(card, fonts)).convert("L")
    plain = opened(distribution.draw(wrong, fonts)).convert("L")
    assert marked.tobytes() != plain.tobytes()


# --------------------------------------------------------------------- drawing


class Recorder:
    """Paints the card's title; counts; can be held up or fail."""

    def __init__(self) -> None:
        self.painted = []
        self.threads = set()
        self.go = threading.Event()
        self.go.set()
        self.error = None

    def __call__(self, card) -> bytes:
        self.threads.add(threading.current_thread().name)
        self.go.wait(10)
        self.painted.append(card.title)
        if self.error is not None:
            raise self.error
        return card.title.encode()


@pytest.fixture
def recorder():
    recorder = Recorder()
    yield recorder
    recorder.go.set()


@pytest.fixture
def make_cards(recorder):
    made = []

    def make(**options) -> PictureCards:
        made.append(PictureCards(recorder, **options))
        return made[-1]

    yield make
    recorder.go.set()
    for cards in made:
        cards.close()


def titled(title: str) -> LeaderboardCard:
    return LeaderboardCard(title, "", ())


async def test_equal_cards_are_drawn_once_a_minute(make_cards, recorder):
    now = [1000.0]
    cards = make_cards(clock=lambda: now[0])
    assert await cards.png(titled("a")) == await cards.png(titled("a")) == b"a"
    assert recorder.painted == ["a"]
    assert await cards.png(titled("b")) == b"b"
    now[0] += 61
    assert await cards.png(titled("a")) == b"a"
    assert recorder.painted == ["a", "b", "a"]


async def test_only_the_latest_are_kept(make_cards, recorder):
    cards = make_cards()
    for number in range(KEPT + 1):
        await cards.png(titled(str(number)))
    await cards.png(titled(str(KEPT)))
    assert len(recorder.painted) == KEPT + 1
    await cards.png(titled("0"))
    assert len(recorder.painted) == KEPT + 2


async def test_one_thread_draws_and_equal_cards_at_once_are_one(make_cards, recorder):
    cards = make_cards()
    drawn = await asyncio.gather(*(cards.png(titled(title)) for title in "aabbc"))
    assert drawn == [b"a", b"a", b"b", b"b", b"c"]
    assert sorted(recorder.painted) == ["a", "b", "c"]
    assert len(recorder.threads) == 1
    assert threading.current_thread().name not in recorder.threads


@pytest.mark.parametrize("error", [ValueError("bad"), OSError("no font"), MemoryError(), ImportError("no Pillow")])
async def test_a_failed_drawing_is_no_picture_and_tried_again(make_cards, recorder, caplog, error):
    cards = make_cards()
    recorder.error = error
    assert await cards.png(titled("a")) is None
    assert "no LeaderboardCard" in caplog.text
    recorder.error = None
    assert await cards.png(titled("a")) == b"a"


async def test_nobody_waits_for_a_drawing_that_hangs(make_cards, recorder, caplog):
    cards = make_cards(seconds=0.01)
    recorder.go.clear()
    waiting = [await cards.png(titled(str(number))) for number in range(WAITING)]
    assert set(waiting) == {None}
    assert "longer than" in caplog.text
    caplog.clear()
    assert await cards.png(titled("more")) is None, "the queue does not grow while the thread hangs"
    assert f"{WAITING} pictures are waiting" in caplog.text
    recorder.go.set()


async def test_after_the_end_there_is_no_picture(make_cards, caplog):
    caplog.set_level(logging.WARNING)
    cards = make_cards()
    cards.close()
    assert await cards.png(titled("a")) is None


async def test_a_name_that_no_encoding_takes_is_no_trouble(make_cards):
    card = make_board(make_row(1, "a\ud800b"))
    cards = PictureCards()
    try:
        assert opened(await cards.png(card)).size == leaderboard.size(card)
    finally:
        cards.close()


def test_an_idle_bot_has_no_picture_library_in_memory():
    code = "import sys, bot.app, cogs.leaderboard; print([name for name in sys.modules if name.split('.')[0] == 'PIL'])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
