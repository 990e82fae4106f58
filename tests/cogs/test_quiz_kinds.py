"""Each kind of exercise in a quiz: its controls, what it gives, and what it does not take."""

import json

import discord
import pytest

from bot.domain.deliveries import LETTERS

from .banks import make_quiz_bank
from .quizzing import (
    Ascending,
    advance,
    click,
    enter,
    key_letters,
    on_kind,
    pick_id,
    place,
    points,
    start,
)
from .world import MODAL, buttons, by_prefix, everything, told


@pytest.fixture
async def world(make_world):
    return await make_world(bank=make_quiz_bank(), rng=Ascending())


@pytest.fixture
async def local_world(make_world, locale):
    return await make_world(bank=make_quiz_bank(), rng=Ascending(), locale=locale)


# ------------------------------------------------------------------------ single


async def test_a_wrong_answer_is_explained_and_earns_nothing(local_world):
    step = await start(local_world)
    (right,) = key_letters(local_world, 0)
    wrong = (right + 1) % 4
    feedback = await click(local_world, step, "qc1", wrong)
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.wrong", percent=0)
    assert local_world.t("quiz.feedback.given", given=LETTERS[wrong]) in everything(feedback)
    lines = feedback.embeds[0].description.splitlines()
    assert [line[0] for line in lines if "**" in line and line[0] in "✅❌"].count("✅") == 1
    (marked,) = [line for line in lines if "◀" in line]
    assert marked.startswith(f"❌ **{LETTERS[wrong]}.**")
    assert feedback.embeds[0].footer.text == local_world.t("quiz.feedback.points", count=0)
    assert points(local_world) == 0


async def test_a_repeated_click_changes_nothing_and_shows_what_was_answered(world):
    step = await start(world)
    (right,) = key_letters(world, 0)
    ids = by_prefix(step, "qc1")
    feedback = everything(await click(world, step, "qc1", (right + 1) % 4))
    before = world.stored()
    for _ in range(2):
        # The old buttons stand in another window, say.
        again = told(await world.press(world.ann, ids[right], step))
        assert everything(again) == feedback
    assert world.stored() == before


async def test_two_clicks_at_once_count_once(world):
    step = await start(world)
    ids = by_prefix(step, "qc1")
    first, second = await world.at_once((world.ann, ids[0], step), (world.ann, ids[1], step))
    assert everything(told(first)) == everything(told(second))
    assert world.sql("SELECT COUNT(*) FROM attempts") == [(1,)]


# ---------------------------------------------------------------------- multiple


async def test_picks_of_a_multiple_item_are_toggled_and_stored_only_when_submitted(local_world):
    message = await on_kind(local_world, "multiple")
    submit = buttons(message)[4]
    assert submit["custom_id"].startswith("qs1:")
    assert submit["disabled"]
    before = local_world.stored()
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, 2)))
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, 0)))
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, 2)))
    assert local_world.stored() == before
    styles = [button["style"] for button in buttons(message)[:4]]
    assert styles[0] != styles[1] == styles[2] == styles[3]
    assert not buttons(message)[4].get("disabled")


async def test_half_of_a_multiple_item_is_half_right(local_world):
    message = await on_kind(local_world, "multiple")
    one = key_letters(local_world, 0)[0]
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, one)))
    feedback = await click(local_world, message, "qs1")
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.partly", percent=50)
    assert feedback.embeds[0].footer.text == local_world.t("quiz.feedback.points", count=2)


async def test_everything_picked_is_wrong(world):
    message = await on_kind(world, "multiple")
    for position in range(4):
        message = told(await world.ann.click(message, custom_id=pick_id(message, position)))
    feedback = await click(world, message, "qs1")
    assert feedback.embeds[0].title == world.t("quiz.feedback.wrong", percent=0)
    assert everything(feedback).count("◀") == 4


async def test_picks_that_no_button_has_are_stale(world):
    message = await on_kind(world, "multiple")
    before = world.stored()
    for picks in ("00", "9", "0123456", "-1", "0,1", "", "done0"):
        for prefix in ("qt1", "qs1"):
            said = told(await world.press(world.ann, f"{prefix}:1:0:{picks}", message)).content
            assert said == world.t("errors.button.stale"), picks
    assert told(await world.press(world.ann, "qs1:1:0:n", message)).content == world.t("errors.button.stale")
    assert world.stored() == before


# ----------------------------------------------------------------------- numeric


async def test_a_number_is_read_as_people_write_it(world):
    for text in ("4", "４", " 4.0 ", "4.05", "4e0", "3.95"):
        feedback = await enter(world, await on_kind(world, "numeric"), text)
        assert feedback.embeds[0].title == world.t("quiz.feedback.right"), text
        await advance(world, feedback)


async def test_a_wrong_number_is_told_which_mistake_leads_there(local_world):
    feedback = await enter(local_world, await on_kind(local_world, "numeric"), "5")
    item, _ = place(local_world, 0)
    said = everything(feedback)
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.wrong", percent=0)
    assert local_world.t("quiz.feedback.given", given="5") in said
    assert local_world.t("quiz.feedback.key", key="4") in said
    assert f"❌ {item.mistakes[0].why.get(local_world.language)}" in said
    assert item.why.get(local_world.language) in said


async def test_what_is_no_number_leaves_the_question_as_it_is(world):
    message = await on_kind(world, "numeric")
    before = world.stored()
    for text in ("four", "1/2", "inf", "nan", "1e999", "--4", "4 apples", "**4**"):
        shown = await world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
        reply = told(await world.ann.submit_modal(shown, {"value": text}))
        assert reply.content == world.t("errors.quiz.bad_number", text=discord.utils.escape_markdown(text))
        assert reply.id != message.id
    assert world.stored() == before
    # The question still stands there to be answered.
    assert (await enter(world, message, "4")).embeds[0].title == world.t("quiz.feedback.right")


async def test_the_dialog_is_in_the_members_language(local_world):
    message = await on_kind(local_world, "numeric")
    shown = await local_world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    assert shown.modal["title"] == local_world.t("quiz.number.title")
    label = local_world.t("quiz.number.label", unit=local_world.t("quiz.number.no_unit"))
    assert label in json.dumps(shown.modal, ensure_ascii=False)
    said = told(await local_world.ann.submit_modal(shown, {"value": "x"})).content
    assert said == local_world.t("errors.quiz.bad_number", text="x")


async def test_a_dialog_survives_a_restart(world):
    message = await on_kind(world, "numeric")
    shown = await world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    await world.restart()
    feedback = told(await world.ann.submit_modal(shown, {"value": "4"}))
    assert feedback.embeds[0].title == world.t("quiz.feedback.right")


async def test_a_dialog_without_a_text_is_no_number(world):
    message = await on_kind(world, "numeric")
    reply = told(await world.press(world.ann, "qm1:1:0", message, kind=MODAL))
    assert "is not a number" in reply.content


async def test_only_numeric_items_open_a_dialog(world):
    step = await start(world)
    assert told(await world.press(world.ann, "qn1:1:0", step)).content == world.t("errors.button.stale")


async def test_a_number_for_an_item_with_letters_is_stale(world):
    step = await start(world)
    before = world.stored()
    reply = told(await world.press(world.ann, "qm1:1:0", step, kind=MODAL, components=[{"value": "4"}]))
    assert reply.content == world.t("errors.button.stale")
    assert world.stored() == before


# ---------------------------------------------------------------------- ordering


async def test_letters_are_tapped_in_order_and_can_be_taken_back(local_world):
    message = await on_kind(local_world, "ordering")
    _, order = place(local_world, 0)
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, 1)))
    tapped = buttons(message)[1]
    assert tapped["disabled"]
    assert tapped["label"] == "1. B"
    assert buttons(message)[3]["disabled"], "not all are tapped yet"
    message = told(await local_world.ann.click(message, label=local_world.t("quiz.step.reset")))
    assert [button["label"] for button in buttons(message)[:3]] == list("ABC")
    for position in key_letters(local_world, 0):
        message = told(await local_world.ann.click(message, custom_id=pick_id(message, position)))
    arrows = " → ".join(LETTERS[position] for position in key_letters(local_world, 0))
    assert f"({arrows})" in everything(message)
    feedback = await click(local_world, message, "qs1")
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.right")
    assert local_world.t("quiz.feedback.order", given=arrows) in everything(feedback)
    assert local_world.t("quiz.feedback.right_order", key=arrows) in everything(feedback)
    assert len(order) == 3


async def test_a_shuffled_order_is_never_shown_solved(world):
    for _ in range(6):
        message = await start(world, questions=4)
        item, order = place(world, 3)
        assert order != [option.id for option in item.options]
        await click(world, message, "qe1")


async def test_half_an_order_is_half_right(world):
    message = await on_kind(world, "ordering")
    first, second, third = key_letters(world, 0)
    for position in (third, first, second):
        message = told(await world.ann.click(message, custom_id=pick_id(message, position)))
    feedback = await click(world, message, "qs1")
    assert feedback.embeds[0].title == world.t("quiz.feedback.partly", percent=50)


async def test_an_order_that_lacks_one_is_stale(world):
    message = await on_kind(world, "ordering")
    before = world.stored()
    said = told(await world.press(world.ann, "qs1:1:0:01", message)).content
    assert said == world.t("errors.button.stale")
    assert world.stored() == before
