"""Reviews: what is due comes first and twenty a day at most; mistakes; what is sealed or gone stays out."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.quizzes import QuizStep, QuizSummary
from bot.domain.settings import GuildSettings
from bot.services.quizzes import QuizWish
from bot.services.reviews import DAILY_LIMIT, ReviewPause
from tests.services.quizzing import bank_worth, play, reply
from tests.services.world import (
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
    with_prompt,
    without_question,
)

ME = reader(7)


async def begin(world: World, now: datetime, *, user: int = 7, guild: int | None = GUILD) -> QuizStep:
    """Start a review that has something to ask."""
    step = await world.reviews.start(reader(user, guild), now)
    assert isinstance(step, QuizStep), step
    return step


async def go_through(world: World, step: QuizStep | QuizSummary, now: datetime, *, right: bool = True) -> list[str]:
    """Answer everything that a session asks; returns the questions in order."""
    asked = []
    while isinstance(step, QuizStep):
        asked.append(step.place.question_id)
        await reply(world, step, now, right=right)
        step = await world.quizzes.proceed(ME, step.session.id, now)
    return asked


async def card(world: World, question_id: str) -> dict:
    return await world.row("cards", user_id=7, question_id=question_id)


# ------------------------------------------------------------------------- due


async def test_who_has_answered_nothing_has_nothing_to_review(world: World) -> None:
    before = await world.everything()
    assert await world.reviews.start(ME, EIGHT) == ReviewPause(0, None)
    assert await world.everything() == before


async def test_a_card_is_asked_from_the_instant_it_is_due_on_and_not_before(world: World) -> None:
    (feedback,), _ = await play(world, 7, EIGHT, questions=1)
    due_at = EIGHT + 2 * DAY
    assert feedback.due_at == due_at
    assert await world.reviews.start(ME, due_at - MINUTE) == ReviewPause(0, due_at)
    step = await begin(world, due_at)
    assert (step.session.mode, step.session.total, step.deadline) == ("review", 1, None)
    assert step.place.question_id == feedback.place.question_id
    # Another member has cards of their own.
    assert await world.reviews.start(reader(8), due_at) == ReviewPause(0, None)


async def test_a_review_asks_what_was_not_seen_lately_in_an_order_of_its_own(world: World) -> None:
    """Each question has three items: three reviews after a quiz see all of them before one comes twice."""
    (feedback,), _ = await play(world, 7, EIGHT, questions=1)
    items, orders, now = [feedback.place.item_id], set(), EIGHT
    for _ in range(3):
        now = (await card(world, feedback.place.question_id))["due_at"]
        step = await begin(world, now)
        items.append(step.place.item_id)
        orders.add(step.place.option_order)
        await reply(world, step, now)
    assert len(set(items[:3])) == 3
    assert items[3] == items[0]
    assert len(orders) > 1


async def test_what_is_least_likely_remembered_comes_first(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 3))
    # w1 was known three times and is due late; w2 once; w3 was wrong and is forgotten fastest.
    wanted = {"w1": [True] * 3, "w2": [True], "w3": [False]}
    for question_id, rights in wanted.items():
        now = EIGHT
        alone = make_world(bank=without_question(world.bank, *(other for other in wanted if other != question_id)))
        for right in rights:
            await play(alone, 7, now, questions=1, right=right)
            now = (await card(world, question_id))["due_at"]
    due = {question_id: (await card(world, question_id))["due_at"] for question_id in wanted}
    assert due["w3"] < due["w2"] < due["w1"]
    assert await go_through(world, await begin(world, due["w1"] + DAY), due["w1"] + DAY) == ["w3", "w2", "w1"]


async def test_order_is_by_the_chance_to_remember_not_by_the_days_overdue(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 2))
    one, two = (make_world(bank=without_question(world.bank, name)) for name in ("w2", "w1"))
    for days in (0, 2, 13):
        await play(one, 7, EIGHT + days * DAY, questions=1)
    strong = await card(world, "w1")
    await play(two, 7, strong["due_at"] - DAY, questions=1, right=False)
    weak = await card(world, "w2")
    later = strong["due_at"] + 2 * DAY
    assert strong["due_at"] <= weak["due_at"] < later
    assert await go_through(world, await begin(world, later), later) == ["w2", "w1"]


async def test_an_answer_in_a_review_moves_the_card_and_scores_like_a_quiz(world: World) -> None:
    (first,), _ = await play(world, 7, EIGHT, questions=1)
    now = first.due_at
    step = await begin(world, now)
    feedback = await reply(world, step, now)
    assert feedback.due_at == now + 11 * DAY == (await card(world, first.place.question_id))["due_at"]
    assert (feedback.last, feedback.place.points, feedback.place.note) == (True, 2, None)
    assert {row["source"] for row in await world.rows("ledger")} == {"quiz"}
    summary = await world.quizzes.proceed(ME, step.session.id, now)
    assert isinstance(summary, QuizSummary)
    assert (summary.session.mode, summary.session.state, summary.right) == ("review", "finished", 1)
    assert await world.reviews.start(ME, now) == ReviewPause(0, now + 11 * DAY)


async def test_a_wrong_answer_comes_back_the_next_day(world: World) -> None:
    (first,), _ = await play(world, 7, EIGHT, questions=1)
    step = await begin(world, first.due_at)
    feedback = await reply(world, step, first.due_at, right=False)
    assert feedback.due_at == first.due_at + DAY
    assert (await card(world, first.place.question_id))["lapses"] == 1


# ----------------------------------------------------------------------- limits


async def test_twenty_a_day_and_the_rest_tomorrow(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 25))
    await play(world, 7, EIGHT, questions=25)
    now = EIGHT + 3 * DAY
    step = await begin(world, now)
    assert step.session.total == DAILY_LIMIT == 20
    asked = await go_through(world, step, now)
    assert await world.reviews.start(ME, now) == ReviewPause(5, None)
    assert await world.reviews.start(ME, now + 15 * HOUR + 59 * MINUTE) == ReviewPause(5, None)
    rest = await go_through(world, await begin(world, now + 16 * HOUR), now + 16 * HOUR)
    assert len(rest) == 5
    assert len({*asked, *rest}) == 25


async def test_a_review_that_was_stopped_leaves_what_is_left_of_the_day(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 25))
    await play(world, 7, EIGHT, questions=25)
    now = EIGHT + 3 * DAY
    step = await begin(world, now)
    for _ in range(4):
        await reply(world, step, now)
        step = await world.quizzes.proceed(ME, step.session.id, now)
    await world.quizzes.stop(ME, now)
    assert (await begin(world, now)).session.total == 16
    # What a quiz asked does not count, and another member has a day of their own.
    await world.quizzes.stop(ME, now)
    await play(world, 7, now, questions=2)
    assert (await begin(world, now)).session.total == 16


async def test_the_day_is_the_servers_and_the_limit_is_for_all_servers(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 25))
    await world.preferences.set_guild(GUILD, "Asia/Shanghai", None, EIGHT)
    await play(world, 7, EIGHT, questions=25)
    evening = datetime(2026, 3, 5, 15, 59, tzinfo=UTC)
    await go_through(world, await begin(world, evening), evening)
    assert await world.reviews.start(reader(7, OTHER_GUILD), evening) == ReviewPause(5, None)
    assert await world.reviews.start(reader(7, None, None), evening) == ReviewPause(5, None)
    assert await world.reviews.start(ME, evening) == ReviewPause(5, None)
    assert (await begin(world, evening + MINUTE)).session.total == 5
    assert GuildSettings(OTHER_GUILD).timezone == "UTC"


# --------------------------------------------------------------- running sessions


async def test_review_goes_on_with_a_review_and_so_does_quiz_resume(world: World, other_process: World) -> None:
    await play(world, 7, EIGHT, questions=3)
    now = EIGHT + 3 * DAY
    step = await begin(world, now)
    await reply(world, step, now)
    again = await other_process.reviews.start(ME, now + MINUTE)
    resumed = await other_process.quizzes.resume(ME, now + MINUTE)
    assert isinstance(again, QuizStep)
    assert again == resumed
    assert (again.session.id, again.number) == (step.session.id, 2)


async def test_another_session_is_not_thrown_away(world: World) -> None:
    await play(world, 7, EIGHT, questions=1, right=False)
    now = EIGHT + 3 * DAY
    await world.quizzes.start(ME, QuizWish(), now)
    assert (await world.failing(world.reviews.start(ME, now))).key == "quiz.running"
    assert (await world.failing(world.reviews.start_mistakes(ME, now))).key == "quiz.running"
    await world.quizzes.stop(ME, now)
    await begin(world, now)
    assert (await world.failing(world.reviews.start_mistakes(ME, now))).key == "quiz.running"
    assert (await world.failing(world.quizzes.start(ME, QuizWish(), now))).key == "quiz.running"


async def test_two_starts_at_once_are_one_review(world: World, other_process: World) -> None:
    await play(world, 7, EIGHT, questions=3)
    now = EIGHT + 3 * DAY
    steps = await asyncio.gather(
        *(process.reviews.start(ME, now) for process in (world, other_process)), return_exceptions=True
    )
    # On PostgreSQL the slower one may be told that a session is running, which is so.
    steps = [step for step in steps if isinstance(step, QuizStep)]
    assert steps
    assert len({step.session.id for step in steps}) == 1
    assert len(await world.rows("quiz_sessions", mode="review")) == 1


# ------------------------------------------------------------------ sealed and gone


async def test_an_open_daily_question_stays_out_and_comes_back_with_the_reveal(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(2))
    await play(world, 7, EIGHT, questions=2, right=False)
    await world.setup()
    now = NINE + 2 * DAY
    post = await world.post(now)
    sealed = post.delivery.question_id
    step = await begin(world, now)
    assert await go_through(world, step, now) == [{"q1": "q2", "q2": "q1"}[sealed]]
    # It is due, but that must not be said: only the other one is spoken of.
    pause = await world.reviews.start(ME, now)
    assert pause == ReviewPause(0, now + 2 * DAY)
    # Elsewhere it is no daily question; in direct messages it is, since the member was seen here.
    assert (await world.reviews.start(reader(7, None, None), now)) == pause
    assert (await begin(world, now, guild=OTHER_GUILD)).place.question_id == sealed
    await world.quizzes.stop(ME, now)
    await world.reveals.close_due(now + DAY)
    assert sealed in await go_through(world, await begin(world, now + DAY), now + DAY)


async def test_what_becomes_the_daily_question_during_a_review_is_skipped(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(1))
    await play(world, 7, EIGHT, questions=1)
    await world.setup()
    now = EIGHT + 3 * DAY
    step = await begin(world, now)
    await world.post(now + HOUR)
    assert (await world.failing(reply(world, step, now + HOUR))).key == "question.sealed"
    summary = await world.reviews.start(ME, now + HOUR)
    assert isinstance(summary, QuizSummary)
    assert (summary.lines, summary.session.state) == ((), "finished")


@pytest.mark.parametrize("gone", ["taken out", "draft"])
async def test_questions_that_authors_withdrew_stay_out(make_world: MakeWorld, gone: str) -> None:
    bank = make_questions(2)
    await play(make_world(bank=bank), 7, EIGHT, questions=2, right=False)
    left = without_question(bank, "q1") if gone == "taken out" else with_prompt(bank, "q1", status="draft")
    world, now = make_world(bank=left), EIGHT + 3 * DAY
    assert await go_through(world, await begin(world, now), now) == ["q2"]
    assert await world.reviews.start(ME, now) == ReviewPause(0, (await card(world, "q2"))["due_at"])
    assert (await world.failing(world.reviews.start_mistakes(ME, now))).key == "review.no_mistakes"


async def test_an_edited_question_is_asked_in_its_new_text(make_world: MakeWorld) -> None:
    bank = make_questions(1)
    await play(make_world(bank=bank), 7, EIGHT, questions=1)
    world, now = make_world(bank=make_questions(1, difficulty=4)), EIGHT + 3 * DAY
    assert (await begin(world, now)).place.topic == "basics/overview"


# ---------------------------------------------------------------------- mistakes


async def mistakes(world: World, now: datetime, user: int = 7) -> list[str]:
    """The questions that a practice of mistakes would ask, in order."""
    step = await world.reviews.start_mistakes(reader(user), now)
    assert isinstance(step, QuizStep)
    assert step.session.mode == "mistakes"
    rows = await world.rows("quiz_items", session_id=step.session.id)
    await world.quizzes.stop(reader(user), now)
    return [row["question_id"] for row in rows]


async def test_mistakes_are_what_was_wrong_last_the_newest_first(world: World) -> None:
    asked = []
    for number in range(3):
        (feedback,), _ = await play(world, 7, EIGHT + number * HOUR, questions=1, right=False)
        asked.append(feedback.place.question_id)
    await play(world, 8, EIGHT, questions=1, right=False)
    await play(world, 7, EIGHT + 3 * HOUR, questions=1)
    now = EIGHT + 4 * HOUR
    assert await mistakes(world, now) == asked[::-1]
    step = await world.reviews.start_mistakes(ME, now)
    await reply(world, step, now)
    await world.quizzes.stop(ME, now)
    assert await mistakes(world, now + HOUR) == asked[1::-1]


async def test_a_mistake_is_not_due_and_yet_can_be_practised_and_takes_nothing_of_the_day(world: World) -> None:
    await play(world, 7, EIGHT, questions=1, right=False)
    step = await world.reviews.start_mistakes(ME, EIGHT)
    assert isinstance(step, QuizStep)
    await reply(world, step, EIGHT, right=False)
    again = await world.reviews.start_mistakes(ME, EIGHT + MINUTE)
    assert isinstance(again, QuizStep)
    assert again.place.item_id != step.place.item_id


async def test_without_mistakes_there_is_nothing_to_practise(world: World) -> None:
    assert (await world.failing(world.reviews.start_mistakes(ME, EIGHT))).key == "review.no_mistakes"
    await play(world, 7, EIGHT)
    assert (await world.failing(world.reviews.start_mistakes(ME, EIGHT))).key == "review.no_mistakes"


async def test_too_late_is_a_mistake(world: World) -> None:
    step = await world.quizzes.start(ME, QuizWish(questions=1, seconds=30), EIGHT)
    await reply(world, step, EIGHT + timedelta(minutes=1))
    assert await mistakes(world, EIGHT + HOUR) == [step.place.question_id]


async def test_a_daily_answer_is_a_mistake_from_the_reveal_on_and_a_right_guess_is_none(
    make_world: MakeWorld,
) -> None:
    world = make_world(bank=make_questions(1))
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=NINE)
    await world.answer(8, post, right=True, now=NINE)
    await world.answers.set_guessed(reader(8), post.delivery.id, True, NINE)
    for user in (7, 8):
        failing = world.reviews.start_mistakes(reader(user), NINE + HOUR)
        assert (await world.failing(failing)).key == "review.no_mistakes"
    await world.reveals.close_due(NINE + DAY)
    assert await mistakes(world, NINE + DAY) == ["q1"]
    failing = world.reviews.start_mistakes(reader(8), NINE + DAY)
    assert (await world.failing(failing)).key == "review.no_mistakes"


async def test_twenty_mistakes_at_a_time(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 25))
    await play(world, 7, EIGHT, questions=25, right=False)
    assert len(await mistakes(world, EIGHT)) == 20
