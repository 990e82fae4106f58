"""Starting quizzes and answering them, whatever the kind."""

import json
import random

from .world import by_prefix, told


class Ascending(random.Random):
    """Draws growing numbers: a quiz then takes the first item of each question, and the questions in file order."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = 0

    def random(self) -> float:
        self._drawn += 1
        return self._drawn / 1_000_003


async def start(world, **options):
    return told(await world.slash(world.ann, "quiz start", **{"questions": 4} | options))


async def click(world, message, prefix: str, index: int = 0, actor=None):
    """Press a button of the session's message and return that message."""
    result = await (actor or world.ann).click(message, custom_id=by_prefix(message, prefix)[index])
    return told(result)


async def on_kind(world, kind: str):
    """Start a quiz whose only exercise is of that kind."""
    question = world.content.bank.find(f"on-{kind}", None)
    keep_only(world, question.model_copy(update={"items": question.items[:1]}))
    return await start(world)


async def advance(world, message):
    return await click(world, message, "qx1")


def place(world, position: int) -> tuple[object, list[str]]:
    """The item at a place of the newest session, and its options as displayed."""
    item_id, order = world.sql(
        "SELECT item_id, option_order FROM quiz_items WHERE position = ? ORDER BY session_id DESC LIMIT 1", position
    )[0]
    return world.content.bank.find_item(item_id, None), json.loads(order)


def key_letters(world, position: int) -> list[int]:
    """The displayed positions of the right options; of an ordering item in the right order."""
    item, order = place(world, position)
    return [order.index(option.id) for option in item.options if option.correct]


async def answer_right(world, message, position: int):
    """Answer the question that a message shows, whatever its kind."""
    item, order = place(world, position)
    if item.kind == "single":
        return await click(world, message, "qc1", key_letters(world, position)[0])
    if item.kind == "numeric":
        return await enter(world, message, "4")
    for pick in key_letters(world, position):
        message = told(await world.ann.click(message, custom_id=pick_id(message, pick)))
    assert len(order) >= 3
    return await click(world, message, "qs1")


def pick_id(message, position: int) -> str:
    """The custom_id behind a letter: its buttons come first, in the order of the letters."""
    return by_prefix(message, "qt1")[position]


async def enter(world, message, text: str):
    shown = await world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    return told(await world.ann.submit_modal(shown, {"value": text}))


def points(world) -> int:
    return world.sql("SELECT COALESCE(SUM(points), 0) FROM ledger")[0][0]


def keep_only(world, question) -> None:
    """Leave one question in the bank, as it is given."""
    questions = world.bot.services.bank._questions
    questions.clear()
    questions[question.id] = question
