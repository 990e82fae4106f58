"""`/review` through its buttons: what is due, the mistakes, and what is said when there is nothing to do."""

from datetime import datetime

import pytest

from .banks import make_quiz_bank
from .quizzing import Ascending, advance, answer_right, click, keep_only, key_letters, place, points, start
from .world import by_prefix, custom_ids, everything, told


@pytest.fixture
async def world(make_world):
    return await make_world(bank=make_quiz_bank(), rng=Ascending())


@pytest.fixture
async def local_world(make_world, locale):
    return await make_world(bank=make_quiz_bank(), rng=Ascending(), locale=locale)


async def review(world, actor=None, **options):
    return told(await world.slash(actor or world.ann, "review", **options))


async def answer_wrong(world, message, position: int):
    """Answer a single item with an option that is not the key."""
    wrong = next(n for n in range(4) if n not in key_letters(world, position))
    return await click(world, message, "qc1", wrong)


def stamps(world, question_id: str) -> dict[str, str]:
    """The two Discord timestamps of when a question comes back."""
    (due_at,) = world.sql("SELECT due_at FROM cards WHERE question_id = ?", question_id)[0]
    seconds = int(datetime.fromisoformat(f"{due_at}+00:00").timestamp())
    return {"relative": f"<t:{seconds}:R>", "date": f"<t:{seconds}:D>"}


async def one_card(world, *, right: bool = True):
    """Answer the first question of a quiz, and end it."""
    step = await start(world, questions=1)
    return await (answer_right if right else answer_wrong)(world, step, 0)


# ----------------------------------------------------------------------------- due


async def test_a_question_comes_back_when_it_is_due_and_is_asked_like_a_quiz(local_world):
    world = local_world
    feedback = await one_card(world)
    assert world.t("review.back", **stamps(world, "on-single")) in everything(feedback)
    world.wait(days=2)
    message = await review(world)
    first = message.id
    assert message.embeds[0].title == world.t("quiz.step.title", number=1, total=1)
    item, _ = place(world, 0)
    assert item.id == "on-single.multiple", "not the one that was asked before"
    message = await answer_right(world, message, 0)
    assert message.id == first, "a review is one message"
    assert message.embeds[0].title == world.t("quiz.feedback.right")
    for option in item.options:
        assert option.why.get(world.language) in everything(message)
    assert world.t("review.back", **stamps(world, "on-single")) in everything(message)
    assert message.embeds[0].footer.text == world.t("quiz.feedback.points", count=3)
    message = await advance(world, message)
    assert message.embeds[0].title == world.t("review.summary.title", right=1, total=1)
    assert world.t("review.summary.again") in everything(message)
    message = await click(world, message, "rv1")
    assert message.embeds[0].title == world.t("review.nothing")
    assert world.t("review.next", **stamps(world, "on-single")) in everything(message)
    assert points(world) == 5
    assert not world.posts(), "a review is nobody else's business"


async def test_before_anything_was_answered_it_says_how_to_begin_and_offers_a_quiz(local_world):
    world = local_world
    before = world.stored()
    message = await review(world)
    assert message.embeds[0].title == world.t("review.nothing")
    assert message.embeds[0].description == world.t("review.nothing_yet")
    assert world.stored() == before
    step = await click(world, message, "rq1")
    assert step.id == message.id
    assert step.embeds[0].title == world.t("quiz.step.title", number=1, total=4)


async def test_what_is_not_due_says_when_it_is(local_world):
    world = local_world
    await one_card(world)
    message = await review(world)
    assert message.embeds[0].description == world.t("review.next", **stamps(world, "on-single"))
    assert [custom_id.partition(":")[0] for custom_id in custom_ids(message)] == ["rq1", "rv1"]


async def test_enough_for_a_day_is_said(local_world):
    world = local_world
    world.bot.services.reviews.limit = 1
    message = await start(world, questions=3)
    for position in range(3):
        message = await advance(world, await answer_right(world, message, position))
    world.wait(days=3)
    message = await advance(world, await answer_right(world, await review(world), 0))
    assert message.embeds[0].title == world.t("review.summary.title", right=1, total=1)
    message = await review(world)
    assert message.embeds[0].description == world.t("review.limit", limit=1, count=2)


# ------------------------------------------------------------------------ mistakes


async def test_mistakes_are_practised_until_they_are_right(local_world):
    world = local_world
    feedback = await one_card(world, right=False)
    assert feedback.embeds[0].title == world.t("quiz.feedback.wrong", percent=0)
    message = await review(world, mistakes=True)
    assert message.embeds[0].title == world.t("quiz.step.title", number=1, total=1)
    message = await advance(world, await answer_right(world, message, 0))
    assert message.embeds[0].title == world.t("review.summary.title", right=1, total=1)
    refused = await click(world, message, "rv1")
    assert refused.content == world.t("errors.review.no_mistakes")


async def test_without_mistakes_that_is_said(local_world):
    await one_card(local_world)
    message = await review(local_world, mistakes=True)
    assert message.content == local_world.t("errors.review.no_mistakes")


async def test_the_mistakes_are_one_click_from_an_empty_review(world):
    await one_card(world, right=False)
    message = await click(world, await review(world), "rv1")
    assert message.embeds[0].title == world.t("quiz.step.title", number=1, total=1)
    assert world.sql("SELECT mode FROM quiz_sessions WHERE state = 'running'") == [("mistakes",)]


# ------------------------------------------------------------- other sessions, restarts


async def test_a_review_goes_on_after_a_restart_by_any_way(local_world):
    world = local_world
    message = await start(world, questions=2)
    for position in range(2):
        message = await advance(world, await answer_right(world, message, position))
    world.wait(days=3)
    step = await review(world)
    await world.restart()
    feedback = await answer_right(world, step, 0)
    await world.restart()
    again = await review(world)
    resumed = told(await world.slash(world.ann, "quiz resume"))
    following = await advance(world, feedback)
    for message in (again, resumed, following):
        assert message.embeds[0].title == world.t("quiz.step.title", number=2, total=2)
    stopped = await click(world, following, "qe1")
    assert stopped.embeds[0].title == world.t("review.summary.stopped", right=1, total=1)


async def test_while_a_quiz_runs_it_is_offered_instead(local_world):
    world = local_world
    await one_card(world, right=False)
    world.wait(days=2)
    empty_handed = await review(world, world.ben)
    running = await start(world)
    await world.slash(world.ben, "quiz start")
    before = world.stored()
    for options in ({}, {"mistakes": True}):
        offer = await review(world, **options)
        assert offer.content == world.t("errors.quiz.running")
    assert told(await world.ben.click(empty_handed, custom_id="rq1:0")).content == world.t("errors.quiz.running")
    assert world.stored() == before
    going_on = told(await world.ann.click(offer, label=world.t("quiz.resume.label")))
    assert going_on.embeds[0].to_dict() == running.embeds[0].to_dict()


async def test_made_up_buttons_are_refused(local_world):
    before = local_world.stored()
    for custom_id in ("rv1:2", "rv1:", "rv1:x", "rv1", "rv1:0:0", "rq1:1", "rq1:-1", "rq1"):
        reply = told(await local_world.press(local_world.ann, custom_id))
        assert reply.content == local_world.t("errors.button.stale"), custom_id
    assert local_world.stored() == before


async def test_a_review_works_in_direct_messages(world):
    step = told(await world.ann.user.slash("quiz start", questions=1))
    custom_id = by_prefix(step, "qc1")[key_letters(world, 0)[0]]
    feedback = told(await world.ann.user.click(step, custom_id=custom_id))
    assert world.t("review.back", **stamps(world, "on-single")) in everything(feedback)
    world.wait(days=2)
    message = told(await world.ann.user.slash("review"))
    assert message.embeds[0].title == world.t("quiz.step.title", number=1, total=1)


# ------------------------------------------------------------------------- sealing


async def test_an_open_daily_question_is_not_reviewed_and_its_answer_is_no_card_before_the_reveal(local_world):
    world = local_world
    keep_only(world, world.content.bank.find("on-single", None))
    post = await world.post()
    await world.ann.click(post, custom_id=by_prefix(post, "d1")[0])
    assert world.sql("SELECT * FROM cards") == []
    message = await review(world)
    assert message.embeds[0].description == world.t("review.nothing_yet")
    assert (await review(world, mistakes=True)).content == world.t("errors.review.no_mistakes")
    await world.reveal()
    assert world.sql("SELECT user_id, reviews FROM cards") == [(world.ann.id, 1)]
    world.wait(days=2)
    message = await review(world)
    assert message.embeds[0].title == world.t("quiz.step.title", number=1, total=1)
