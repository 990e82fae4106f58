"""Listings under a stem: the same code block in the post, in the quiz and in its feedback, whatever it holds."""

from bot.domain.bank import QuestionBank
from cogs._shared.render import code_block, item_body, stem_lines
from tests.factories import make_question, make_single, make_text

from .banks import make_tree
from .quizzing import Ascending, click, start
from .world import told

CODE = "for x in xs:\n    y = x * 2  # *bold*\n    print(`y`)"
STEM = ("这段代码打印什么？", "What does this code print?")


def make_listed():
    items = [
        make_single("listed.code", stem=make_text(STEM), code={"text": CODE}),
        *make_question(id="listed").items[1:],
    ]
    return make_question(id="listed", items=items)


def test_the_listing_stands_under_the_bold_stem_and_before_the_options():
    item = make_listed().items[0]
    order = [option.id for option in item.options]
    body = item_body(item, order, "zh")
    assert body.startswith(f"**这段代码打印什么？**\n```python\n{CODE}\n```")
    assert body.index("```\n") < body.index("**A.**")
    assert stem_lines(item, "en").startswith("**What does this code print?**\n```python")


def test_a_fence_inside_a_listing_cannot_end_it():
    item = make_single(code={"language": "text", "text": "a\n```\n@everyone"})
    assert code_block(item.code).count("```") == 2


def test_without_a_listing_nothing_is_added():
    assert "```" not in item_body(make_single(), [option.id for option in make_single().options], "en")


async def test_in_the_quiz_and_in_its_feedback(make_world):
    world = await make_world(bank=QuestionBank([make_listed()], make_tree()), rng=Ascending())
    step = told(await world.slash(world.ann, "quiz start", questions=1))
    listing = f"```python\n{CODE}\n```"
    assert listing in step.embeds[0].description
    feedback = await click(world, step, "qc1", 0)
    assert listing in feedback.embeds[0].description


async def test_in_the_daily_post(make_world):
    world = await make_world(bank=QuestionBank([make_listed()], make_tree()))
    await world.set_up()
    await world.slash(world.admin, "daily now")
    await world.env.settle(idle=0.001)
    (post,) = world.posts()
    assert f"```python\n{CODE}\n```" in post.embeds[0].description


async def test_start_still_takes_questions_without_listings(make_world):
    world = await make_world(bank=QuestionBank([make_question()], make_tree()), rng=Ascending())
    assert "```" not in (await start(world, questions=1)).embeds[0].description
