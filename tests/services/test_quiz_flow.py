"""The flow of a quiz: everything is stored, so that nothing depends on a message or a process."""

import asyncio

import pytest

from bot.domain.quizzes import QuizStep, QuizSummary
from bot.errors import BotError
from bot.services.quizzes import QuizWish
from tests.factories import make_bank, make_question
from tests.services.quizzing import play, reply, right_response
from tests.services.world import (
    CHANNEL,
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    OTHER_GUILD,
    MakeWorld,
    World,
    make_questions,
    reader,
    without_question,
)

ME = reader(7)


async def start(world: World, now=EIGHT, **wish: object) -> QuizStep:
    return await world.quizzes.start(ME, QuizWish(**wish), now)


async def test_a_session_asks_so_many_questions_each_once(world: World) -> None:
    step = await start(world, questions=4)
    assert (step.number, step.session.total, step.session.state, step.deadline) == (1, 4, "running", None)
    seen = []
    while isinstance(step, QuizStep):
        seen.append(step.place.question_id)
        feedback = await reply(world, step, EIGHT)
        assert (feedback.share, feedback.number, feedback.repeated) == (1, len(seen), False)
        assert feedback.last is (len(seen) == 4)
        step = await world.quizzes.proceed(ME, step.session.id, EIGHT)
    assert len(set(seen)) == 4
    assert isinstance(step, QuizSummary)
    assert (step.session.state, step.right, [line.question_id for line in step.lines]) == ("finished", 4, seen)
    assert step.points == sum(row["points"] for row in await world.rows("ledger"))


async def test_a_session_is_no_longer_than_the_bank(world: World) -> None:
    assert (await start(world, questions=25)).session.total == 6


@pytest.mark.parametrize("kind", ["single", "numeric", "multiple", "ordering"])
async def test_every_kind_is_graded(make_world: MakeWorld, kind: str) -> None:
    world = make_world(bank=make_bank(make_question()))
    for day in range(4):
        feedback, summary = await play(world, 7, EIGHT + day * DAY)
        if feedback[0].item.kind == kind:
            row = (await world.rows("attempts"))[day]
            response = right_response(feedback[0].item)
            assert (feedback[0].options, feedback[0].value) == (response.options, response.value)
            assert (tuple(row["options"]), row["value"]) == (response.options, response.value)
            assert (row["share_numerator"], row["share_denominator"]) == (1, 1)
            assert summary.right == 1
            assert (await world.rows("quiz_items"))[day]["option_order"] != list(response.options) or kind != "ordering"
            return
    raise AssertionError("every kind comes up within four days")


async def test_options_are_shuffled_for_every_session_and_stay_as_shown(world: World) -> None:
    orders = set()
    for day in range(8):
        step = await start(world, EIGHT + day * DAY, questions=1)
        again = await world.quizzes.view(ME, step.session.id, 0)
        assert again.place.option_order == step.place.option_order
        assert sorted(step.place.option_order) == sorted(option.id for option in getattr(step.item, "options", ()))
        if step.item.kind == "single":
            ids = [option.id for option in step.item.options]
            orders.add(tuple(ids.index(option_id) for option_id in step.place.option_order))
        await world.quizzes.stop(ME, EIGHT + day * DAY)
    assert len(orders) > 2


async def test_items_never_seen_come_first(world: World) -> None:
    """Eighteen items in six questions: three sessions of six show every item once."""
    for day in range(3):
        await play(world, 7, EIGHT + day * DAY, questions=6)
    items = [row["item_id"] for row in await world.rows("attempts")]
    assert len(set(items)) == 18


async def test_only_what_was_wished_for_is_asked(world: World) -> None:
    feedback, summary = await play(world, 7, EIGHT, topics=("basics/decoding",), questions=25)
    assert {line.question_id for line in summary.lines} == {"q2", "q4", "q6"}
    assert len(feedback) == 3
    step = await start(world, difficulty=2, questions=2, seconds=30, topics=("basics",))
    wish = await world.quizzes.wish_of(ME, step.session.id)
    assert wish == QuizWish(("basics",), 2, 2, 30)


@pytest.mark.parametrize(
    ("wish", "key"),
    [({"topics": ("basics", "cooking")}, "topic.unknown"), ({"difficulty": 5}, "quiz.no_questions")],
)
async def test_a_wish_that_cannot_be_met_is_named(world: World, wish: dict, key: str) -> None:
    assert (await world.failing(start(world, **wish))).key == key


async def test_one_running_session_a_member(world: World) -> None:
    await start(world)
    assert (await world.failing(start(world))).key == "quiz.running"
    await world.quizzes.start(reader(8), QuizWish(), EIGHT)


async def test_two_starts_at_once_leave_one_session(world: World, other_process: World) -> None:
    results = await asyncio.gather(
        *(process.quizzes.start(ME, QuizWish(), EIGHT) for process in (world, other_process, world, other_process)),
        return_exceptions=True,
    )
    assert sorted(result.key if isinstance(result, BotError) else str(type(result)) for result in results) == [
        str(QuizStep),
        *["quiz.running"] * 3,
    ]
    assert len(await world.rows("quiz_sessions")) == 1


async def test_resuming_shows_the_same_place_as_before_on_any_process(world: World, other_process: World) -> None:
    step = await start(world)
    await reply(world, step, EIGHT)
    shown = await world.quizzes.proceed(ME, step.session.id, EIGHT)
    assert isinstance(shown, QuizStep)
    for process in (world, other_process):
        resumed = await process.quizzes.resume(ME, EIGHT + DAY)
        assert resumed == shown
    assert (await world.rows("quiz_items"))[1]["shown_at"] == EIGHT, "looking again does not restart the clock"


async def test_without_a_running_session_there_is_nothing_to_resume_or_stop(world: World) -> None:
    for call in (world.quizzes.resume(ME, EIGHT), world.quizzes.stop(ME, EIGHT)):
        assert (await world.failing(call)).key == "quiz.none"
    await play(world, 7, EIGHT, questions=1)
    for call in (world.quizzes.resume(ME, EIGHT), world.quizzes.stop(ME, EIGHT)):
        assert (await world.failing(call)).key == "quiz.none"


async def test_stopping_sums_up_what_was_answered(world: World) -> None:
    step = await start(world)
    await reply(world, step, EIGHT)
    summary = await world.quizzes.stop(ME, EIGHT + MINUTE)
    assert (summary.session.state, len(summary.lines), summary.right) == ("stopped", 1, 1)
    session = await world.row("quiz_sessions")
    assert (session["state"], session["ended_at"]) == ("stopped", EIGHT + MINUTE)
    later = await world.quizzes.proceed(ME, step.session.id, EIGHT + HOUR)
    assert isinstance(later, QuizSummary)
    assert later.session.state == "stopped"
    response = right_response(step.item)
    call = world.quizzes.answer(ME, step.session.id, 1, response, EIGHT + HOUR)
    assert (await world.failing(call)).key == "quiz.over"
    await start(world, EIGHT + HOUR)


async def test_a_stop_button_of_an_older_session_does_not_end_the_new_one(world: World) -> None:
    first = await start(world)
    await world.quizzes.stop(ME, EIGHT)
    await start(world)
    assert (await world.failing(world.quizzes.stop(ME, EIGHT, first.session.id))).key == "quiz.none"
    assert (await world.quizzes.stop(ME, EIGHT)).session.id != first.session.id


async def test_the_last_answer_ends_the_session_even_if_nobody_asks_for_the_summary(world: World) -> None:
    """The member closes Discord after the last answer: the next `/quiz start` simply starts."""
    step = await start(world, questions=1)
    feedback = await reply(world, step, EIGHT)
    assert feedback.last
    session = await world.row("quiz_sessions")
    assert (session["state"], session["ended_at"]) == ("finished", EIGHT)
    summary = await world.quizzes.proceed(ME, step.session.id, EIGHT + DAY)
    assert isinstance(summary, QuizSummary)
    assert (summary.session.state, len(summary.lines)) == ("finished", 1)
    await start(world, EIGHT + DAY)


async def test_a_repeated_click_changes_nothing_and_shows_the_first_result(world: World) -> None:
    step = await start(world)
    first = await reply(world, step, EIGHT, right=False)
    before = {name: await world.rows(name) for name in ("attempts", "ledger", "board_scores", "quiz_items")}
    again = await reply(world, step, EIGHT + MINUTE, right=True)
    assert (again.repeated, again.share, again.options, again.value) == (True, 0, first.options, first.value)
    assert {name: await world.rows(name) for name in before} == before
    # Also after the session has ended.
    await world.quizzes.stop(ME, EIGHT + HOUR)
    assert (await reply(world, step, EIGHT + DAY)).repeated


async def test_a_double_click_counts_once(world: World, other_process: World) -> None:
    for day in range(4):
        now = EIGHT + day * DAY
        step = await start(world, now, questions=1)
        results = await asyncio.gather(
            *(reply(process, step, now, right=n % 2 == 0) for n, process in enumerate((world, other_process) * 3))
        )
        assert sum(not result.repeated for result in results) == 1
        assert len({result.share for result in results}) == 1
    attempts, ledger = await world.rows("attempts"), await world.rows("ledger")
    assert len(attempts) == len(ledger) == 4
    assert [row["attempt_id"] for row in ledger] == [row["id"] for row in attempts]


async def test_a_session_belongs_to_whoever_started_it(world: World) -> None:
    step = await start(world)
    stranger = reader(8)
    for call in (
        world.quizzes.proceed(stranger, step.session.id, EIGHT),
        world.quizzes.view(stranger, step.session.id, 0),
        world.quizzes.wish_of(stranger, step.session.id),
        world.quizzes.answer(stranger, step.session.id, 0, right_response(step.item), EIGHT),
        world.quizzes.view(ME, 999, 0),
        world.quizzes.view(ME, step.session.id, 5),
        world.quizzes.view(ME, step.session.id, -1),
        world.quizzes.answer(ME, step.session.id, 99, right_response(step.item), EIGHT),
        world.quizzes.answer(ME, step.session.id, 0, right_response(step.item).__class__(("nothing",)), EIGHT),
        world.quizzes.answer(ME, step.session.id, 0, right_response(step.item).__class__(), EIGHT),
    ):
        assert (await world.failing(call)).key == "button.stale"


async def test_sealed_questions_are_left_out(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    sealed = post.delivery.question_id
    _, summary = await play(world, 7, NINE + HOUR, questions=25)
    assert sorted(line.question_id for line in summary.lines) == sorted({f"q{n}" for n in range(1, 7)} - {sealed})
    elsewhere = reader(8, OTHER_GUILD)
    assert (await world.quizzes.start(elsewhere, QuizWish(questions=25), NINE + HOUR)).session.total == 6
    await world.reveals.close_due(NINE + DAY)
    assert (await start(world, NINE + DAY, questions=25)).session.total == 6


async def test_when_everything_is_sealed_no_quiz_starts(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(1))
    await world.setup()
    await world.post(NINE)
    assert (await world.failing(start(world, NINE))).key == "quiz.no_questions"


async def sealed_midway(world: World) -> tuple[QuizStep, str]:
    """A session over all questions, one of which then becomes the daily question; it stands at that one."""
    await world.setup()
    sealed = (await world.deliveries.preview(GUILD, CHANNEL)).delivery.question_id
    step = await start(world, questions=25)
    while step.place.question_id != sealed:
        await reply(world, step, EIGHT)
        following = await world.quizzes.proceed(ME, step.session.id, EIGHT)
        assert isinstance(following, QuizStep)
        step = following
    post = await world.post(NINE)
    assert post.delivery.question_id == sealed
    return step, sealed


async def test_a_question_sealed_since_it_was_shown_cannot_be_answered(world: World) -> None:
    """Its reasons would give the daily question away."""
    step, sealed = await sealed_midway(world)
    response = right_response(step.item)
    call = world.quizzes.answer(ME, step.session.id, step.place.position, response, NINE + MINUTE)
    assert (await world.failing(call)).key == "question.sealed"
    # The session goes on without it, and its summary does not hold it.
    result = await world.quizzes.proceed(ME, step.session.id, NINE + MINUTE)
    while isinstance(result, QuizStep):
        assert result.place.question_id != sealed
        await reply(world, result, NINE + MINUTE)
        result = await world.quizzes.proceed(ME, step.session.id, NINE + MINUTE)
    assert len(result.lines) == 5
    assert sealed not in {line.question_id for line in result.lines}


async def test_a_result_is_not_shown_again_while_its_question_is_the_daily_one(world: World) -> None:
    await world.setup()
    sealed = (await world.deliveries.preview(GUILD, CHANNEL)).delivery.question_id
    step = await start(world, questions=25)
    while step.place.question_id != sealed:
        await reply(world, step, EIGHT)
        step = await world.quizzes.proceed(ME, step.session.id, EIGHT)
        assert isinstance(step, QuizStep)
    await reply(world, step, EIGHT)
    assert (await reply(world, step, EIGHT + MINUTE)).repeated
    await world.post(NINE)
    assert (await world.failing(reply(world, step, NINE + MINUTE))).key == "question.sealed"
    await world.reveals.close_due(NINE + DAY)
    assert (await reply(world, step, NINE + DAY)).repeated


async def test_what_is_sealed_where_a_session_counts_is_so_wherever_it_goes_on(world: World) -> None:
    step, sealed = await sealed_midway(world)
    assert (await world.failing(reply(world, step, NINE + MINUTE, guild=OTHER_GUILD))).key == "question.sealed"
    result = await world.quizzes.resume(reader(7, OTHER_GUILD), NINE + MINUTE)
    assert isinstance(result, QuizSummary) or result.place.question_id != sealed


async def test_resuming_steps_over_what_was_sealed(world: World) -> None:
    step, sealed = await sealed_midway(world)
    result = await world.quizzes.resume(ME, NINE + MINUTE)
    if isinstance(result, QuizStep):
        assert result.place.question_id != sealed
        assert result.number == step.number + 1
    else:
        assert step.number == 6


async def test_a_session_of_nothing_but_sealed_questions_ends_when_resumed(world: World) -> None:
    """Otherwise it could be neither resumed nor replaced."""
    await world.setup(topics=("basics/decoding",))
    await start(world, topics=("basics/decoding",), questions=1)
    (place,) = await world.rows("quiz_items")
    for day in range(3):
        post = await world.post(NINE + day * DAY)
        if post.delivery.question_id == place["question_id"]:
            break
    now = NINE + day * DAY + MINUTE
    summary = await world.quizzes.resume(ME, now)
    assert isinstance(summary, QuizSummary)
    assert (summary.session.state, summary.lines) == ("finished", ())
    await start(world, now)


async def test_in_direct_messages_the_servers_where_the_member_was_seen_seal(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    sealed = post.delivery.question_id
    stranger, member = reader(8, None, None), reader(7, None, None)
    await world.answer(7, post, right=True, now=NINE)
    assert (await world.quizzes.start(stranger, QuizWish(questions=25), NINE)).session.total == 6
    step = await world.quizzes.start(member, QuizWish(questions=25), NINE)
    assert step.session.total == 5
    assert sealed not in {row["question_id"] for row in await world.rows("quiz_items", session_id=step.session.id)}


async def test_a_session_outlives_edits_and_removals_of_its_questions(world: World, make_world: MakeWorld) -> None:
    step = await start(world, questions=6)
    later = make_world("later", without_question(world.bank, *(f"q{n}" for n in range(1, 6))))
    result = step
    while isinstance(result, QuizStep):
        assert (await reply(later, result, EIGHT)).share == 1
        result = await later.quizzes.proceed(ME, step.session.id, EIGHT)
    assert result.right == 6
