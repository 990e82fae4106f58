"""A quiz through its buttons and its dialog, from the first question to the summary."""

import json
import random

import discord
import pytest

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import LETTERS
from tests.factories import make_multiple, make_numeric, make_ordering, make_question, make_single, make_text

from .conftest import make_tree
from .world import MODAL, buttons, by_prefix, custom_ids, everything, told

KINDS = ("single", "multiple", "numeric", "ordering")
MAKERS = {"single": make_single, "multiple": make_multiple, "numeric": make_numeric, "ordering": make_ordering}


class Ascending(random.Random):
    """Draws growing numbers: a quiz then takes the first item of each question, and the questions in file order."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = 0

    def random(self) -> float:
        self._drawn += 1
        return self._drawn / 1_000_003


def make_quiz_bank() -> QuestionBank:
    """One question a kind, named for it; its first item is of that kind."""
    questions = []
    for kind in KINDS:
        kinds = [kind, *(other for other in KINDS if other != kind)]
        items = [MAKERS[each](f"on-{kind}.{each}") for each in kinds]
        questions.append(make_question(id=f"on-{kind}", items=items, prompt=make_text((f"{kind}？", f"{kind}?"))))
    return QuestionBank(questions, make_tree())


@pytest.fixture
async def world(make_world):
    return await make_world(bank=make_quiz_bank(), rng=Ascending())


@pytest.fixture
async def local_world(make_world, locale):
    return await make_world(bank=make_quiz_bank(), rng=Ascending(), locale=locale)


async def start(world, **options):
    return told(await world.slash(world.ann, "quiz start", **{"questions": 4} | options))


async def click(world, message, prefix: str, index: int = 0, actor=None):
    """Press a button of the session's message and return that message."""
    result = await (actor or world.ann).click(message, custom_id=by_prefix(message, prefix)[index])
    return told(result)


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


# ------------------------------------------------------------------ a whole run


async def test_all_four_kinds_from_beginning_to_end(local_world):
    world = local_world
    message = await start(world)
    first = message.id
    earned = 0
    for position, kind in enumerate(KINDS):
        item, order = place(world, position)
        assert item.kind == kind
        assert message.embeds[0].title == world.t("quiz.step.title", number=position + 1, total=4)
        assert world.t(f"quiz.step.{kind}") in everything(message)
        assert item.stem.get(world.language) in everything(message)
        for letter, option_id in zip(LETTERS, order, strict=False):
            option = next(option for option in item.options if option.id == option_id)
            assert f"**{letter}.** {option.text.get(world.language)}" in everything(message)
            assert option.why.get(world.language) not in everything(message)
        message = await answer_right(world, message, position)
        assert message.id == first, "a quiz is one message"
        assert message.embeds[0].title == world.t("quiz.feedback.right")
        assert message.embeds[0].footer.text == world.t("quiz.feedback.points", count=item.difficulty)
        reasons = [option.why for option in item.options] if order else [item.why]
        for reason in reasons:
            assert reason.get(world.language) in everything(message)
        earned += item.difficulty
        last = position == 3
        assert world.t("quiz.feedback.summary" if last else "quiz.feedback.next") in everything(message)
        message = await advance(world, message)
    assert message.embeds[0].title == world.t("quiz.summary.title", right=4, total=4)
    assert everything(message).count("✅") == 4
    assert world.t("quiz.feedback.points", count=earned) in everything(message)
    assert everything(message).count("](https://") == 3
    assert points(world) == earned == 9
    assert world.sql("SELECT state FROM quiz_sessions") == [("finished",)]
    assert not world.posts(), "a quiz is nobody else's business"


async def test_a_full_answer_is_one_click_away_and_leaves_the_quiz_alone(local_world):
    step = await start(local_world)
    feedback = await answer_right(local_world, step, 0)
    result = await local_world.ann.click(feedback, custom_id=by_prefix(feedback, "ka1")[0])
    assert told(result).id != feedback.id
    question = local_world.content.bank.find("on-single", None)
    assert question.answer.get(local_world.language) in everything(told(result))
    assert by_prefix(feedback, "qx1")


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


async def on_multiple(world):
    return await advance(world, await answer_right(world, await start(world), 0))


async def test_picks_of_a_multiple_item_are_toggled_and_stored_only_when_submitted(local_world):
    message = await on_multiple(local_world)
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
    message = await on_multiple(local_world)
    one = key_letters(local_world, 1)[0]
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, one)))
    feedback = await click(local_world, message, "qs1")
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.partly", percent=50)
    assert feedback.embeds[0].footer.text == local_world.t("quiz.feedback.points", count=2)


async def test_everything_picked_is_wrong(world):
    message = await on_multiple(world)
    for position in range(4):
        message = told(await world.ann.click(message, custom_id=pick_id(message, position)))
    feedback = await click(world, message, "qs1")
    assert feedback.embeds[0].title == world.t("quiz.feedback.wrong", percent=0)
    assert everything(feedback).count("◀") == 4


@pytest.mark.parametrize("picks", ["n", "00", "9", "0123456", "-1", "0,1", "", "done0"])
async def test_picks_that_no_button_has_are_stale(world, picks):
    message = await on_multiple(world)
    before = world.stored()
    for prefix in ("qt1", "qs1"):
        if (prefix, picks) == ("qt1", "n"):
            continue
        said = told(await world.press(world.ann, f"{prefix}:1:1:{picks}", message)).content
        assert said == world.t("errors.button.stale")
    assert world.stored() == before


# ----------------------------------------------------------------------- numeric


async def on_numeric(world):
    message = await on_multiple(world)
    return await advance(world, await answer_right(world, message, 1))


@pytest.mark.parametrize("text", ["4", "４", " 4.0 ", "4.05", "4e0", "3.95"])
async def test_a_number_is_read_as_people_write_it(world, text):
    feedback = await enter(world, await on_numeric(world), text)
    assert feedback.embeds[0].title == world.t("quiz.feedback.right")


async def test_a_wrong_number_is_told_which_mistake_leads_there(local_world):
    feedback = await enter(local_world, await on_numeric(local_world), "5")
    item, _ = place(local_world, 2)
    said = everything(feedback)
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.wrong", percent=0)
    assert local_world.t("quiz.feedback.given", given="5") in said
    assert local_world.t("quiz.feedback.key", key="4") in said
    assert f"❌ {item.mistakes[0].why.get(local_world.language)}" in said
    assert item.why.get(local_world.language) in said


@pytest.mark.parametrize("text", ["four", "1/2", "inf", "nan", "1e999", "--4", "4 apples", "**4**"])
async def test_what_is_no_number_leaves_the_question_as_it_is(world, text):
    message = await on_numeric(world)
    shown = await world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    before = world.stored()
    reply = told(await world.ann.submit_modal(shown, {"value": text}))
    assert reply.content == world.t("errors.quiz.bad_number", text=discord.utils.escape_markdown(text))
    assert reply.id != message.id
    assert world.stored() == before
    # The question still stands there to be answered.
    assert (await enter(world, message, "4")).embeds[0].title == world.t("quiz.feedback.right")


async def test_the_dialog_is_in_the_members_language(local_world):
    message = await on_numeric(local_world)
    shown = await local_world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    assert shown.modal["title"] == local_world.t("quiz.number.title")
    label = local_world.t("quiz.number.label", unit=local_world.t("quiz.number.no_unit"))
    assert label in json.dumps(shown.modal, ensure_ascii=False)
    said = told(await local_world.ann.submit_modal(shown, {"value": "x"})).content
    assert said == local_world.t("errors.quiz.bad_number", text="x")


async def test_a_dialog_survives_a_restart(world):
    message = await on_numeric(world)
    shown = await world.ann.click(message, custom_id=by_prefix(message, "qn1")[0])
    await world.restart()
    feedback = told(await world.ann.submit_modal(shown, {"value": "4"}))
    assert feedback.embeds[0].title == world.t("quiz.feedback.right")


async def test_a_dialog_without_a_text_is_no_number(world):
    message = await on_numeric(world)
    reply = told(await world.press(world.ann, "qm1:1:2", message, kind=MODAL))
    assert "is not a number" in reply.content


async def test_only_numeric_items_open_a_dialog(world):
    step = await start(world)
    assert told(await world.press(world.ann, "qn1:1:0", step)).content == world.t("errors.button.stale")


async def test_a_number_for_an_item_with_letters_is_stale(world):
    step = await start(world)
    before = world.stored()
    reply = told(await world.press(world.ann, "qm1:1:0", step, kind=MODAL, components=[{"value": "4"}]))
    assert reply.content in (world.t("errors.button.stale"), world.t("errors.quiz.bad_number", text="4"))
    assert world.stored() == before


# ---------------------------------------------------------------------- ordering


async def on_ordering(world):
    message = await on_numeric(world)
    return await advance(world, await enter(world, message, "4"))


async def test_letters_are_tapped_in_order_and_can_be_taken_back(local_world):
    message = await on_ordering(local_world)
    _, order = place(local_world, 3)
    message = told(await local_world.ann.click(message, custom_id=pick_id(message, 1)))
    tapped = buttons(message)[1]
    assert tapped["disabled"]
    assert tapped["label"] == "1. B"
    assert buttons(message)[3]["disabled"], "not all are tapped yet"
    message = told(await local_world.ann.click(message, label=local_world.t("quiz.step.reset")))
    assert [button["label"] for button in buttons(message)[:3]] == list("ABC")
    for position in key_letters(local_world, 3):
        message = told(await local_world.ann.click(message, custom_id=pick_id(message, position)))
    arrows = " → ".join(LETTERS[position] for position in key_letters(local_world, 3))
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
    message = await on_ordering(world)
    first, second, third = key_letters(world, 3)
    for position in (third, first, second):
        message = told(await world.ann.click(message, custom_id=pick_id(message, position)))
    feedback = await click(world, message, "qs1")
    assert feedback.embeds[0].title == world.t("quiz.feedback.partly", percent=50)


async def test_an_order_that_lacks_one_is_stale(world):
    message = await on_ordering(world)
    before = world.stored()
    said = told(await world.press(world.ann, "qs1:1:3:01", message)).content
    assert said == world.t("errors.button.stale")
    assert world.stored() == before


# ------------------------------------------------------------ resume, stop, again


async def test_a_quiz_goes_on_after_a_restart_from_its_own_message(world):
    step = await start(world)
    await world.restart()
    feedback = await answer_right(world, step, 0)
    await world.restart()
    message = await advance(world, feedback)
    assert message.embeds[0].title == world.t("quiz.step.title", number=2, total=4)


async def test_resume_shows_the_question_it_stands_at(local_world):
    step = await start(local_world)
    await answer_right(local_world, step, 0)
    await local_world.restart()
    resumed = told(await local_world.slash(local_world.ann, "quiz resume"))
    assert resumed.embeds[0].title == local_world.t("quiz.step.title", number=2, total=4)
    again = told(await local_world.slash(local_world.ann, "quiz resume"))
    assert again.embeds[0].to_dict() == resumed.embeds[0].to_dict()


@pytest.mark.parametrize("name", ["resume", "stop"])
async def test_without_a_quiz_there_is_nothing_to_resume_or_stop(local_world, name):
    before = local_world.stored()
    reply = told(await local_world.slash(local_world.ann, f"quiz {name}"))
    assert reply.content == local_world.t("errors.quiz.none")
    assert local_world.stored() == before


async def test_a_second_start_offers_the_first_one(local_world):
    step = await start(local_world)
    before = local_world.stored()
    offer = told(await local_world.slash(local_world.ann, "quiz start"))
    assert offer.content == local_world.t("errors.quiz.running")
    assert local_world.stored() == before
    going_on = told(await local_world.ann.click(offer, label=local_world.t("quiz.resume.label")))
    assert going_on.id == offer.id
    assert not going_on.content
    assert going_on.embeds[0].to_dict() == step.embeds[0].to_dict()
    offer = told(await local_world.slash(local_world.ann, "quiz start"))
    stopped = told(await local_world.ann.click(offer, label=local_world.t("quiz.stop.label")))
    assert stopped.embeds[0].title == local_world.t("quiz.summary.stopped", right=0, total=0)
    assert not stopped.content
    assert local_world.sql("SELECT state FROM quiz_sessions") == [("stopped",)]


async def test_stop_shows_what_was_done_so_far(local_world):
    step = await start(local_world)
    feedback = await answer_right(local_world, step, 0)
    message = await advance(local_world, feedback)
    summary = await click(local_world, message, "qe1")
    assert summary.embeds[0].title == local_world.t("quiz.summary.stopped", right=1, total=1)
    assert local_world.content.bank.find("on-single", None).prompt.get(local_world.language) in everything(summary)
    # Its old buttons are over.
    reply = told(await local_world.press(local_world.ann, "qc1:1:1:0", step))
    assert reply.content in (local_world.t("errors.quiz.over"), local_world.t("errors.button.stale"))
    assert points(local_world) == 2


async def test_an_answer_to_a_stopped_quiz_is_told_that_it_is_over(local_world):
    step = await start(local_world)
    ids = by_prefix(step, "qc1")
    await local_world.slash(local_world.ann, "quiz stop")
    reply = told(await local_world.press(local_world.ann, ids[0], step))
    assert reply.content == local_world.t("errors.quiz.over")
    assert not local_world.sql("SELECT * FROM attempts")


async def test_again_starts_one_like_it(world):
    step = await start(world, questions=2, seconds=60, topic="basics/overview", difficulty=2)
    summary = await click(world, step, "qe1")
    again = await click(world, summary, "qa1")
    assert again.embeds[0].title == world.t("quiz.step.title", number=1, total=2)
    columns = "topics, difficulty, seconds, state"
    assert world.sql(f"SELECT {columns} FROM quiz_sessions ORDER BY id DESC LIMIT 1") == [
        ('["basics/overview"]', 2, 60, "running")
    ]


async def test_again_while_another_runs_says_so(world):
    step = await start(world)
    summary = await click(world, step, "qe1")
    await start(world)
    result = await world.ann.click(summary, custom_id=by_prefix(summary, "qa1")[0])
    assert told(result).content == world.t("errors.quiz.running")


async def test_a_summary_can_be_shown_again(world):
    step = await start(world, questions=1)
    feedback = await answer_right(world, step, 0)
    summary = everything(await advance(world, feedback))
    assert everything(told(await world.press(world.ann, "qx1:1", step))) == summary


# -------------------------------------------------------------------- others, time


async def test_somebody_elses_buttons_are_refused(local_world):
    """A private message is nobody else's, but its ids could be guessed."""
    step = await start(local_world)
    before = local_world.stored()
    for custom_id in (*custom_ids(step), "qx1:1", "qe1:1", "qa1:1"):
        reply = told(await local_world.press(local_world.ben, custom_id))
        expected = "errors.quiz.none" if custom_id == "qe1:1" else "errors.button.stale"
        assert reply.content == local_world.t(expected), custom_id
    assert local_world.stored() == before


async def test_two_members_play_side_by_side(world):
    mine = await start(world)
    theirs = told(await world.slash(world.ben, "quiz start", questions=4))
    await answer_right(world, mine, 0)
    assert world.sql("SELECT user_id FROM attempts") == [(world.ann.id,)]
    assert theirs.embeds[0].title == world.t("quiz.step.title", number=1, total=4)


async def test_an_answer_in_time_counts(world):
    step = await start(world, seconds=30)
    assert world.t("quiz.step.deadline", relative="").split("{")[0][:10] in everything(step)
    world.wait(seconds=31)
    feedback = await answer_right(world, step, 0)
    assert feedback.embeds[0].title == world.t("quiz.feedback.right")


async def test_an_answer_after_its_time_is_too_late(local_world):
    step = await start(local_world, seconds=30)
    local_world.wait(seconds=33)
    feedback = await answer_right(local_world, step, 0)
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.late", percent=0)
    assert feedback.embeds[0].footer.text == local_world.t("quiz.note.late")
    assert points(local_world) == 0


async def test_the_time_of_the_next_question_begins_when_it_is_shown(world):
    feedback = await answer_right(world, await start(world, seconds=30), 0)
    world.wait(minutes=10)
    message = await advance(world, feedback)
    world.wait(seconds=10)
    feedback = await answer_right(world, message, 1)
    assert feedback.embeds[0].title == world.t("quiz.feedback.right")


# ------------------------------------------------------------------------- points


async def test_the_same_exercise_counts_once_a_season(local_world):
    only = make_question(id="on-single").model_copy(update={"items": (make_single("on-single.single"),)})
    _keep(local_world, only)
    for expected in ("quiz.feedback.points", "quiz.note.repeat"):
        feedback = await answer_right(local_world, await start(local_world, questions=1), 0)
        assert feedback.embeds[0].footer.text == local_world.t(expected, count=2)
        await advance(local_world, feedback)
        local_world.wait(days=1)
    assert points(local_world) == 2


async def test_a_question_scores_once_a_day(world):
    step = await start(world, questions=1)
    await advance(world, await answer_right(world, step, 0))
    # Another exercise of the same question.
    _keep(world, world.content.bank.find("on-single", None))
    step = await start(world, questions=1)
    feedback = await answer_right(world, step, 0)
    assert feedback.embeds[0].footer.text == world.t("quiz.note.same_question")


async def test_direct_messages_earn_nothing_and_say_so(local_world):
    step = told(await local_world.ann.user.slash("quiz start", questions=1))
    custom_id = by_prefix(step, "qc1")[key_letters(local_world, 0)[0]]
    feedback = told(await local_world.ann.user.click(step, custom_id=custom_id))
    assert feedback.embeds[0].title == local_world.t("quiz.feedback.right")
    assert feedback.embeds[0].footer.text == local_world.t("quiz.note.direct_message")
    assert points(local_world) == 0


# ------------------------------------------------------------------------- wishes


async def test_a_wish_that_nothing_meets_is_refused(local_world):
    for options, key, args in (
        ({"topic": "astrology"}, "errors.topic.unknown", {"topic": "astrology"}),
        ({"topic": "basics/decoding"}, "errors.quiz.no_questions", {}),
        ({"difficulty": 5}, "errors.quiz.no_questions", {}),
    ):
        reply = told(await local_world.slash(local_world.ann, "quiz start", **options))
        assert reply.content == local_world.t(key, **args)
    assert not local_world.sql("SELECT * FROM quiz_sessions")


async def test_fewer_questions_than_wished_are_what_there_is(world):
    step = await start(world, questions=25)
    assert step.embeds[0].title == world.t("quiz.step.title", number=1, total=4)


async def test_all_topics_can_be_written_out(world):
    step = await start(world, topic="all")
    assert step.embeds[0].title == world.t("quiz.step.title", number=1, total=4)


# ------------------------------------------------------------------------ sealing


async def test_an_open_daily_question_is_left_out(world):
    await world.post()
    (sealed,) = world.sql("SELECT question_id FROM deliveries")[0]
    step = await start(world, questions=25)
    assert step.embeds[0].title == world.t("quiz.step.title", number=1, total=3)
    assert (sealed,) not in world.sql("SELECT question_id FROM quiz_items")


async def test_what_is_posted_during_a_quiz_is_skipped(world):
    message = await start(world)
    await world.post()
    (sealed,) = world.sql("SELECT question_id FROM deliveries")[0]
    asked = []
    for _ in range(4):
        title = message.embeds[0].title
        if title.startswith("Quiz finished"):
            break
        number = int(title.split()[1])
        asked.append(place(world, number - 1)[0].question_id)
        if asked[-1] == sealed:
            message = told(await world.slash(world.ann, "quiz resume"))
            continue
        message = await advance(world, await answer_right(world, message, number - 1))
    assert sealed not in asked[1:]
    assert message.embeds[0].title.startswith("Quiz finished")


async def test_a_question_on_screen_that_becomes_the_daily_one_gives_nothing_away(local_world):
    """Shown before the post, answered after it: its reasons would be the answer to the daily question."""
    step = await start(local_world)
    _keep(local_world, local_world.content.bank.find("on-single", None))
    await local_world.post()
    assert local_world.sql("SELECT question_id FROM deliveries") == [("on-single",)]
    before = local_world.stored()
    result = await local_world.ann.click(step, custom_id=by_prefix(step, "qc1")[0])
    assert told(result).content == local_world.t("errors.question.sealed")
    assert local_world.stored() == before
    resumed = told(await local_world.slash(local_world.ann, "quiz resume"))
    assert resumed.embeds[0].title == local_world.t("quiz.step.title", number=2, total=4)


def _keep(world, question) -> None:
    """Leave one question in the bank, as it is given."""
    questions = world.bot.services.bank._questions
    questions.clear()
    questions[question.id] = question
