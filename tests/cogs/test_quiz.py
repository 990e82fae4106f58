"""A quiz through its buttons and its dialog, from the first question to the summary."""

import pytest

from bot.domain.deliveries import LETTERS
from tests.factories import make_question, make_single

from .banks import KINDS, make_quiz_bank
from .quizzing import Ascending, advance, answer_right, click, keep_only, key_letters, place, points, start
from .world import by_prefix, custom_ids, everything, told


@pytest.fixture
async def world(make_world):
    return await make_world(bank=make_quiz_bank(), rng=Ascending())


@pytest.fixture
async def local_world(make_world, locale):
    return await make_world(bank=make_quiz_bank(), rng=Ascending(), locale=locale)


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
    keep_only(local_world, only)
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
    keep_only(world, world.content.bank.find("on-single", None))
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
    keep_only(local_world, local_world.content.bank.find("on-single", None))
    await local_world.post()
    assert local_world.sql("SELECT question_id FROM deliveries") == [("on-single",)]
    before = local_world.stored()
    result = await local_world.ann.click(step, custom_id=by_prefix(step, "qc1")[0])
    assert told(result).content == local_world.t("errors.question.sealed")
    assert local_world.stored() == before
    resumed = told(await local_world.slash(local_world.ann, "quiz resume"))
    assert resumed.embeds[0].title == local_world.t("quiz.step.title", number=2, total=4)
