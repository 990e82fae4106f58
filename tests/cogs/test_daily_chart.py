"""The chart of a reveal: only when there are enough answers, never before, and never in the reveal's way."""

import asyncio
import struct
import threading
from dataclasses import replace

import pytest

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import Tally
from bot.pictures.cards import WAITING, Painter, PictureCards
from bot.pictures.values import DistributionCard
from cogs.daily import _chart
from cogs.daily._chart import Charts, chart_card
from tests.factories import make_options, make_question, make_single

from .banks import make_tree
from .test_daily_corrections import letter, option_at, points, run, wrong
from .test_daily_post import key_position
from .test_daily_reveal import answer_all, reveals
from .world import everything, live_module, lost_answers, told


@pytest.fixture
def painted(monkeypatch):
    """Every card that was drawn."""
    cards, paint = [], Painter.__call__

    def recorded(self, card):
        cards.append(card)
        return paint(self, card)

    monkeypatch.setattr(Painter, "__call__", recorded)
    # How fast a busy machine draws is not what these tests are about.
    monkeypatch.setattr(live_module("cogs.daily._chart"), "SECONDS", 60.0)
    return cards


def broken(*_):
    raise RuntimeError("no font, no memory, nothing")


def picture(world, message) -> tuple[str, int, str]:
    """Return file name, height and description of the one attachment."""
    (attachment,) = message.attachments
    png = world.env.backend.cdn.get(attachment.url)
    return attachment.filename, struct.unpack(">I", png[20:24])[0], attachment.description


def bars_in(message) -> bool:
    return "```" in everything(message)


async def test_from_five_answers_on_a_reveal_has_a_chart(local_world, painted):
    post = await local_world.post()
    await answer_all(local_world, post, right=3, wrong=2)
    assert not painted
    reveal = await local_world.reveal()
    (card,) = painted
    key = key_position(local_world)
    assert isinstance(card, DistributionCard)
    assert card.title == local_world.t("daily.chart.title", date="2026-11-23")
    assert card.footer == local_world.t("daily.chart.footer", right=3, total=5, percent=60)
    assert [bar.letter for bar in card.bars] == list("ABCD")
    assert [bar.right for bar in card.bars] == [position == key for position in range(4)]
    assert card.bars[key].answers == 3
    assert sum(bar.answers for bar in card.bars) == 5
    assert [bar.text for bar in card.bars] == [
        option_at(local_world, position).text.get(local_world.language) for position in range(4)
    ]
    name, height, alt = picture(local_world, reveal)
    assert (name, height > 300) == ("answers.png", True)
    assert reveal.embeds[0].image.url.endswith("answers.png")
    right = local_world.t("daily.chart.right", letter=letter(key), option=card.bars[key].text, percent=60, answers=3)
    assert right in alt
    assert all(bar.text in alt for bar in card.bars)
    assert not bars_in(reveal)


@pytest.mark.parametrize("answers", [0, 1, 4])
async def test_under_five_answers_nothing_is_drawn(world, painted, answers):
    post = await world.post()
    await answer_all(world, post, right=answers, wrong=0)
    reveal = await world.reveal()
    assert not reveal.attachments
    assert reveal.embeds[0].image.url is None
    assert not painted


async def test_nothing_is_drawn_before_the_reveal(world, painted):
    post = await world.post()
    await answer_all(world, post, right=5, wrong=1)
    assert not post.attachments
    preview = told(await world.slash(world.admin, "daily preview"))
    assert not preview.attachments
    world.go_to(world.closes_at())
    world.clock.elapsed -= 1
    await world.tick()
    assert not painted


async def test_a_withdrawn_question_has_no_chart(world, painted):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=2)
    await run(world, "void")
    await world.tick()
    (reveal,) = reveals(world)
    assert not reveal.attachments
    assert not painted


async def test_withdrawing_afterwards_takes_the_chart_away(world):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=2)
    assert (await world.reveal()).attachments
    await run(world, "void")
    (edited,) = reveals(world)
    assert not edited.attachments
    assert edited.embeds[0].image.url is None


async def test_a_correction_draws_it_anew(local_world, painted):
    post = await local_world.post()
    await answer_all(local_world, post, right=2, wrong=4)
    before = picture(local_world, await local_world.reveal())
    position = wrong(local_world)
    await run(local_world, "correct", option=letter(position))
    (edited,) = reveals(local_world)
    after = picture(local_world, edited)
    assert after[0] == before[0]
    assert after[2] != before[2]
    assert [[bar.letter for bar in card.bars if bar.right] for card in painted] == [
        [letter(key_position(local_world))],
        [letter(position)],
    ]
    assert [bar.answers for bar in painted[0].bars] == [bar.answers for bar in painted[1].bars]


async def test_a_correction_while_the_reveal_is_being_drawn_is_in_it(world, painted, monkeypatch):
    """Between the claim and the send an admin names another option."""
    post = await world.post()
    await answer_all(world, post, right=2, wrong=4)
    charts = live_module("cogs.daily._chart").Charts
    position, draw = wrong(world), charts.draw
    corrected = []

    async def correcting(self, reveal, before=None):
        chart = await draw(self, reveal, before)
        if not corrected:
            corrected.append(True)
            await world.bot.services.corrections.correct(world.guild.id, world.channel.id, position, world.clock.now())
        return chart

    monkeypatch.setattr(charts, "draw", correcting)
    reveal = await world.reveal()
    assert [[bar.letter for bar in card.bars if bar.right] for card in painted][-1] == [letter(position)]
    assert len(painted) == 2
    # The text of the option is written otherwise in the picture, which knows no markdown.
    beginning = world.t("daily.reveal.answer", letter=letter(position), option="§").partition("§")[0]
    assert reveal.embeds[0].description.startswith(beginning)
    bar = painted[-1].bars[position]
    percent = round(100 * bar.answers / 6)
    said = world.t("daily.chart.right", letter=bar.letter, option=bar.text, percent=percent, answers=bar.answers)
    assert said in picture(world, reveal)[2]


# ------------------------------------------------------------------ when it fails


async def test_a_failed_drawing_leaves_the_chart_in_letters(local_world, monkeypatch):
    monkeypatch.setattr("bot.pictures.cards.Painter.__call__", broken)
    post = await local_world.post()
    await answer_all(local_world, post, right=4, wrong=1)
    reveal = await local_world.reveal()
    assert not reveal.attachments
    assert reveal.embeds[0].image.url is None
    lines = reveal.embeds[0].description.split("```")[1].strip().splitlines()
    assert [line[0] for line in lines] == list("ABCD")
    assert lines[key_position(local_world)].endswith("80% ✓")
    await local_world.tick(2)
    assert len(reveals(local_world)) == 1


async def test_a_drawing_that_hangs_delays_no_reveal(world, monkeypatch):
    monkeypatch.setattr(live_module("cogs.daily._chart"), "SECONDS", 0.05)
    monkeypatch.setattr(world.bot.pictures, "_seconds", 60.0)
    going_on, asked, over = threading.Event(), [], []

    def hanging(_self, card):
        asked.append(card)
        over.append(going_on.wait(10))
        raise RuntimeError("given up")

    monkeypatch.setattr("bot.pictures.cards.Painter.__call__", hanging)
    post = await world.post()
    await answer_all(world, post, right=4, wrong=1)
    world.go_to(world.closes_at())
    try:
        jobs = {job.func.__name__: job.func for job in world.bot.scheduler.get_jobs()}
        await jobs["reveal"]()
        (reveal,) = reveals(world)
        assert not reveal.attachments
        assert bars_in(reveal)
        assert not over, "it is still being drawn"
        assert len(asked) == 1, "what took too long is not tried again while the send waits"
    finally:
        going_on.set()
    await world.tick(2)
    assert len(reveals(world)) == 1


async def test_without_the_right_to_attach_files_the_reveal_comes_in_letters(world):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=1)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    reveal = await world.reveal()
    assert not reveal.attachments
    assert bars_in(reveal)
    assert world.sql("SELECT reveal_state FROM deliveries") == [("posted",)]


async def test_a_correction_without_the_right_to_attach_files_is_made_all_the_same(world):
    post = await world.post()
    await answer_all(world, post, right=2, wrong=4)
    await world.reveal()
    position = wrong(world)
    world.env.inject_error("PATCH", f"/channels/{world.channel.id}/messages/*", status=403, code=50013)
    said = await run(world, "correct", option=letter(position))
    assert said.endswith(world.t("daily.mended.replied"))
    (edited,) = reveals(world)
    assert not edited.attachments
    assert f"{letter(position)}." in edited.embeds[0].description


async def test_a_channel_that_refuses_everything_gets_nothing_and_is_tried_later(world):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=1)
    world.forbid("send_messages")
    world.go_to(world.closes_at())
    await world.tick()
    assert world.sql("SELECT reveal_state, reveal_reason FROM deliveries") == [("pending", "forbidden")]
    world.forbid()
    world.wait(minutes=1)
    await world.tick()
    (reveal,) = reveals(world)
    assert picture(world, reveal)[0] == "answers.png"
    assert sorted(points(world).values()) == [2, 10, 10, 10, 10]


async def test_a_reveal_with_a_chart_whose_answer_was_lost_is_found_not_repeated(world, monkeypatch):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=1)
    world.go_to(world.closes_at())
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    for _ in range(3):
        world.wait(seconds=30)
        await world.tick()
    (reveal,) = reveals(world)
    assert picture(world, reveal)[0] == "answers.png"
    assert world.sql("SELECT reveal_state, reveal_message_id FROM deliveries") == [("posted", reveal.id)]


# ------------------------------------------------------------------ many at once


async def test_more_reveals_at_once_than_pictures_may_wait_all_get_theirs(world, monkeypatch):
    post = await world.post()
    await answer_all(world, post, right=4, wrong=1)
    await world.reveal()
    (delivery_id,) = world.sql("SELECT id FROM deliveries")[0]
    reveal = await world.bot.services.corrections.load(delivery_id)
    cards = [
        chart_card(world.texts, _with_total(reveal, total))
        for total in range(Tally.MINIMUM, Tally.MINIMUM + 3 * WAITING)
    ]
    waiting = []
    pictures = PictureCards(lambda card: waiting.append(len(pictures._drawing)) or card.footer.encode())
    try:
        charts = Charts(world.texts, pictures)
        drawn = await asyncio.gather(
            *(charts.draw(_with_total(reveal, total)) for total in range(Tally.MINIMUM, Tally.MINIMUM + 3 * WAITING))
        )
    finally:
        pictures.close()
    assert [chart.png for chart in drawn] == [card.footer.encode() for card in cards]
    assert max(waiting) <= _chart.AT_ONCE


def _with_total(reveal, total):
    key = reveal.item.key.id
    return replace(reveal, tally=replace(reveal.tally, total=total, right=total, by_option={key: total}))


async def test_formulas_code_and_bold_are_drawn_as_people_read_them(make_world):
    options = make_options("除以 $\\sqrt{d_k}$", "**不**变", "调用 `a_b()`", "五\\$")
    items = [make_single(f"q.{name}", options=options) for name in "abc"]
    bank = QuestionBank([make_question(id="q", items=items)], make_tree())
    world = await make_world(locale="zh-CN", bank=bank)
    post = await world.post(language="zh")
    await answer_all(world, post, right=4, wrong=1)
    _name, _height, alt = picture(world, await world.reveal())
    for words in ("除以 √dₖ", "不变", "调用 a_b()", "五$"):
        assert words in alt
    assert not {"`", "*", "\\"} & set(alt)
