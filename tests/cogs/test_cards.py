"""Formulas that no line can show come as one picture, which tells nothing about the answer."""

import json

import pytest

from bot.domain.bank import QuestionBank
from tests.factories import make_multiple, make_numeric, make_options, make_question, make_single, make_text

from .banks import make_tree
from .quizzing import Ascending
from .world import by_prefix, custom_ids, everything, told

PNG = b"\x89PNG"


def matrix(number: int) -> str:
    return rf"$\begin{{pmatrix}} {number} & 0 \\ 0 & 1 \end{{pmatrix}}$"


def make_bank(*options: str, stem: str = "Which matrix?") -> QuestionBank:
    items = [
        make_single("drawn.single", stem=make_text(stem), options=make_options(*options)),
        make_multiple("drawn.multiple"),
        make_numeric("drawn.numeric"),
    ]
    return QuestionBank([make_question(id="drawn", items=items)], make_tree())


def picture(world, message) -> bytes:
    (attachment,) = message.attachments
    assert attachment.filename == "formulas.png", "a name that says nothing"
    assert message.embeds[0].image.url
    return world.env.backend.cdn.get(attachment.url)


@pytest.fixture
async def world(make_world):
    return await make_world(bank=make_bank(*map(matrix, range(2, 6))), rng=Ascending())


async def test_options_that_are_formulas_are_drawn_beside_their_letters(world):
    post = await world.post()
    assert picture(world, post).startswith(PNG)
    assert len(by_prefix(post, "d1")) == 4
    assert "\\begin" not in everything(post)
    assert "$" not in everything(post)


async def test_the_picture_has_the_order_of_the_letters(world):
    """Drawn from the displayed order: another order is another picture, and its words for the blind follow it."""
    post = await world.post()
    order = json.loads(world.sql("SELECT option_order FROM deliveries")[0][0])
    options = {option.id: option for option in world.content.bank.find_item("drawn.single", None).options}
    shown = [options[option_id].text.en.strip("$") for option_id in order]
    assert picture(world, post) == await world.cards.options_png(shown)
    assert picture(world, post) != await world.cards.options_png(sorted(shown, reverse=shown == sorted(shown)))
    stored = world.env.backend.get_message(world.channel.id, post.id)
    positions = [stored.attachments[0]["description"].index(formula.split()[1]) for formula in shown]
    assert positions == sorted(positions)


async def test_private_pages_have_the_same_picture_once(world):
    post = await world.post()
    private = told(await world.ann.click(post, label=world.t("language.switch")))
    assert picture(world, private).startswith(PNG)
    back = told(await world.ann.click(private, label="English"))
    assert picture(world, back) == picture(world, post)
    receipt = told(await world.ann.click(back, custom_id=by_prefix(back, "dp1")[0]))
    assert not receipt.attachments
    again = told(await world.ann.click(receipt, custom_id=by_prefix(receipt, "dc1")[0]))
    assert len(again.attachments) == 1


async def test_a_quiz_shows_it_with_the_question_and_takes_it_away(world):
    step = told(await world.slash(world.ann, "quiz start", questions=1))
    assert picture(world, step).startswith(PNG)
    feedback = told(await world.ann.click(step, custom_id=custom_ids(step)[0]))
    assert not feedback.attachments


async def test_a_formula_in_the_stem_alone_is_drawn_too(make_world):
    world = await make_world(bank=make_bank("one", "two", "three", stem=f"What is {matrix(7)}?"))
    assert picture(world, await world.post()).startswith(PNG)


async def test_without_a_picture_the_question_is_asked_all_the_same(world, monkeypatch):
    async def fail(_formulas):
        return None

    monkeypatch.setattr(world.cards, "options_png", fail)
    post = await world.post()
    assert not post.attachments
    assert len(by_prefix(post, "d1")) == 4
