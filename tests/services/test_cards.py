"""Cards follow graded answers: at once in a quiz, at the closing of a daily question, and after every correction."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.cards import Card, Rating, Review, Scheduler
from bot.domain.deliveries import DailyPost
from bot.domain.kinds import MultipleItem, Response
from bot.services.cards import remember, review_of
from bot.services.quizzes import QuizWish
from bot.storage import Transaction
from tests.factories import make_bank, make_multiple, make_options, make_question, make_single
from tests.services.quizzing import play, reply
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
)

TEN = NINE + HOUR
CLOSES = NINE + 23.5 * HOUR
AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


@pytest.fixture
def one_question(make_world: MakeWorld) -> World:
    """A world that knows one question, so that every answer is about its card."""
    return make_world(bank=make_questions(1))


async def ratings(world: World) -> dict[int, list[int]]:
    """Return every member's ratings in the order in which they count."""
    found: dict[int, list[int]] = {}
    for row in sorted(await world.rows("review_logs"), key=lambda row: (row["reviewed_at"], row["id"])):
        found.setdefault(row["user_id"], []).append(row["rating"])
    return found


async def reviewed(tx: Transaction, user: int, context_id: int) -> Review:
    """Store an attempt at an item that is kept already, and return the review that it is."""
    attempt_id = await tx.attempts.insert(
        context_kind="daily",
        context_id=context_id,
        item_id="q1.one",
        question_id="q1",
        revision=make_single("q1.one").revision,
        guild_id=GUILD,
        channel_id=CHANNEL,
        user_id=user,
        response=Response(),
        now=EIGHT,
    )
    attempt = await tx.attempts.find("daily", context_id, "q1.one", user)
    assert attempt is not None
    assert attempt.id == attempt_id
    return review_of(attempt, GOOD)


async def cards_and_replays(world: World) -> tuple[dict[Any, Card], dict[Any, Card]]:
    """Return the stored cards, and what the reviews of each give from the beginning."""
    stored = {(row["user_id"], row["question_id"]): Card(**row) for row in await world.rows("cards")}
    reviews: dict[Any, list[Review]] = {}
    for row in sorted(await world.rows("review_logs"), key=lambda row: (row["reviewed_at"], row.pop("id"))):
        review = Review(**row | {"rating": Rating(row["rating"])})
        reviews.setdefault((review.user_id, review.question_id), []).append(review)
    replays = {key: Scheduler().replay(history) for key, history in reviews.items()}
    return stored, {key: card for key, card in replays.items() if card is not None}


async def agree(world: World) -> int:
    """Check that every card is what its reviews give; returns how many cards there are."""
    stored, replayed = await cards_and_replays(world)
    assert stored == replayed
    return len(stored)


# ------------------------------------------------------------------------ quizzes


@pytest.mark.parametrize(("right", "rating", "days"), [(True, GOOD, 2), (False, AGAIN, 1)])
async def test_a_quiz_answer_makes_the_card_at_once_and_says_when_it_comes_back(
    world: World, right: bool, rating: Rating, days: int
) -> None:
    (feedback,), _ = await play(world, 7, EIGHT, questions=1, right=right)
    log = await world.row("review_logs")
    attempt = await world.row("attempts")
    assert (log["attempt_id"], log["rating"], log["reviewed_at"]) == (attempt["id"], rating, EIGHT)
    assert (log["user_id"], log["item_id"]) == (7, feedback.place.item_id)
    card = await world.row("cards", user_id=7, question_id=feedback.place.question_id)
    assert (card["due_at"], card["last_review_at"]) == (EIGHT + days * DAY, EIGHT)
    assert (card["reviews"], card["lapses"], card["state"]) == (1, 0, 2)
    assert feedback.due_at == card["due_at"]


async def test_partly_right_is_hard(make_world: MakeWorld) -> None:
    items = [make_multiple(f"only.{name}", options=make_options("甲", "乙", "丙", key=(0, 1))) for name in "abc"]
    world = make_world(bank=make_bank(make_question(id="only", items=[*items, make_single("only.s")])))
    step = await world.quizzes.start(reader(7), QuizWish(), EIGHT)
    while not isinstance(step.item, MultipleItem):
        await world.quizzes.stop(reader(7), EIGHT)
        step = await world.quizzes.start(reader(7), QuizWish(), EIGHT)
    await world.quizzes.answer(reader(7), step.session.id, 0, Response((step.item.options[0].id,)), EIGHT)
    assert await ratings(world) == {7: [HARD]}


@pytest.mark.parametrize(("right", "rating"), [(True, HARD), (False, AGAIN)])
async def test_too_late_earns_nothing_and_is_remembered_all_the_same(world: World, right: bool, rating: Rating) -> None:
    step = await world.quizzes.start(reader(7), QuizWish(questions=1, seconds=30), EIGHT)
    feedback = await reply(world, step, EIGHT + MINUTE, right=right)
    assert (feedback.share, feedback.late) == (0, True)
    assert await ratings(world) == {7: [rating]}


async def test_a_click_repeated_rates_once_and_says_the_same(world: World, other_process: World) -> None:
    step = await world.quizzes.start(reader(7), QuizWish(questions=1), EIGHT)
    clicks = [reply(process, step, EIGHT, right=n < 3) for n, process in enumerate((world, other_process) * 3)]
    given = await asyncio.gather(*clicks)
    assert sum(not feedback.repeated for feedback in given) == 1
    assert len({feedback.due_at for feedback in given}) == 1
    assert given[0].due_at is not None
    assert len(await world.rows("review_logs")) == 1
    assert (await world.row("cards"))["reviews"] == 1


async def test_it_is_one_memory_in_all_servers_and_in_direct_messages(one_question: World) -> None:
    for number, guild in enumerate((GUILD, OTHER_GUILD, None)):
        await play(one_question, 7, EIGHT + number * DAY, guild=guild)
    card = await one_question.row("cards")
    assert (card["user_id"], card["question_id"], card["reviews"]) == (7, "q1", 3)
    assert await agree(one_question) == 1


async def test_any_history_gives_the_card_that_its_reviews_give(make_world: MakeWorld) -> None:
    world, rng, now = make_world(bank=make_questions(3)), Random(5), EIGHT
    for _ in range(25):
        now += timedelta(hours=rng.choice((0, 1, 30, 300)))
        user, guild = rng.choice((7, 8)), rng.choice((GUILD, OTHER_GUILD, None))
        await play(world, user, now, right=rng.random() < 0.6, guild=guild, questions=rng.randint(1, 3))
    assert await agree(world) == 6
    assert sum(row["lapses"] for row in await world.rows("cards")) > 0


# ---------------------------------------------------------------------- the daily


async def test_nothing_is_known_of_a_daily_answer_before_it_closes(one_question: World) -> None:
    world = one_question
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=NINE)
    await world.answer(7, post, right=True, now=TEN)
    await world.answer(8, post, right=False, now=TEN)
    await world.answer(9, post, right=True, now=TEN)
    await world.answers.set_guessed(reader(9), post.delivery.id, True, TEN + MINUTE)
    assert await world.rows("cards") == []
    assert await world.rows("review_logs") == []
    await world.reveals.close_due(CLOSES)
    assert await ratings(world) == {7: [GOOD], 8: [AGAIN], 9: [HARD]}
    # It counts from the answer on, the last choice of it.
    assert {row["reviewed_at"] for row in await world.rows("review_logs")} == {TEN}
    due = {row["user_id"]: row["due_at"] for row in await world.rows("cards")}
    assert due == {7: TEN + 2 * DAY, 8: TEN + DAY, 9: TEN + DAY}


async def test_told_at_once_is_no_exception(one_question: World) -> None:
    await one_question.setup(feedback="at_once")
    post = await one_question.post(NINE)
    await one_question.answer(7, post, right=True, now=TEN)
    assert await one_question.rows("cards") == []
    await one_question.reveals.close_due(CLOSES)
    assert await ratings(one_question) == {7: [GOOD]}


async def test_two_processes_close_once(world: World, other_process: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=True, now=TEN)
    await asyncio.gather(*(process.reveals.close_due(CLOSES) for process in (world, other_process)))
    assert (await world.row("cards"))["reviews"] == 1


async def test_an_answer_graded_after_a_later_one_takes_its_place_in_the_history(one_question: World) -> None:
    """The question is open here, and asked by a quiz in another server meanwhile."""
    world = one_question
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=TEN)
    (feedback,), _ = await play(world, 7, TEN + 5 * HOUR, guild=OTHER_GUILD)
    alone = await world.row("cards")
    assert feedback.due_at == alone["due_at"]
    await world.reveals.close_due(CLOSES)
    assert await ratings(world) == {7: [AGAIN, GOOD]}
    card = await world.row("cards")
    assert (card["reviews"], card["last_review_at"]) == (2, TEN + 5 * HOUR)
    assert card["stability"] < alone["stability"]
    assert await agree(world) == 1


async def test_two_first_answers_at_once_both_count(world: World, other_process: World) -> None:
    """The second writer sees no card, and when it wants to store its own, there is one."""
    async with world.storage.write() as tx:
        await tx.revisions.keep(make_single("q1.one"), EIGHT)
        reviews = [await reviewed(tx, 7, context_id) for context_id in (1, 2)]

    async def second() -> None:
        async with other_process.storage.write() as tx:
            await remember(tx, Scheduler(), reviews[1:])

    async with world.storage.write() as tx:
        await remember(tx, Scheduler(), reviews[:1])
        waiting = asyncio.create_task(second())
        # Time enough to come to where it has to wait.
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await waiting
    assert (await world.row("cards"))["reviews"] == 2
    assert await agree(world) == 1


# --------------------------------------------------------------------- corrections


async def answered(world: World) -> DailyPost:
    """A revealed question that member 1 had right and 101 wrong, by the option after the key."""
    await world.setup()
    post = await world.post(NINE)
    await world.answer(1, post, right=True, now=TEN)
    await world.answer(101, post, right=False, now=TEN)
    await world.reveal(CLOSES)
    return post


async def correct(world: World, post: DailyPost, now: datetime, *, back: bool = False) -> None:
    order = post.delivery.option_order
    key = order.index(post.item.key.id)
    await world.corrections.correct(GUILD, CHANNEL, key if back else (key + 1) % len(order), now)


async def test_a_corrected_key_rates_anew_and_corrected_back_leaves_no_trace(one_question: World) -> None:
    world = one_question
    post = await answered(world)
    before = await world.rows("cards")
    assert await ratings(world) == {1: [GOOD], 101: [AGAIN]}
    await correct(world, post, CLOSES + HOUR)
    assert await ratings(world) == {1: [AGAIN], 101: [GOOD]}
    assert {row["user_id"]: row["due_at"] for row in await world.rows("cards")} == {1: TEN + DAY, 101: TEN + 2 * DAY}
    assert await agree(world) == 2
    await correct(world, post, CLOSES + 2 * HOUR, back=True)
    assert await world.rows("cards") == before


async def test_what_came_after_is_computed_from_the_corrected_answer(one_question: World) -> None:
    world = one_question
    post = await answered(world)
    for user in (1, 101):
        await play(world, user, CLOSES + 3 * DAY)
    before = {row["user_id"]: row["stability"] for row in await world.rows("cards")}
    await correct(world, post, CLOSES + 4 * DAY)
    assert await ratings(world) == {1: [AGAIN, GOOD], 101: [GOOD, GOOD]}
    after = {row["user_id"]: row["stability"] for row in await world.rows("cards")}
    assert after == {1: before[101], 101: before[1]}
    assert await agree(world) == 2


async def test_a_correction_before_the_reveal_is_what_is_rated(one_question: World) -> None:
    await one_question.setup()
    post = await one_question.post(NINE)
    await one_question.answer(101, post, right=False, now=TEN)
    await correct(one_question, post, TEN)
    assert await one_question.rows("review_logs") == []
    await one_question.reveal(CLOSES)
    assert await ratings(one_question) == {101: [GOOD]}


async def test_a_withdrawn_question_says_nothing_of_anybodys_memory(one_question: World) -> None:
    world = one_question
    await world.setup()
    await world.post(NINE)
    await world.corrections.void(GUILD, CHANNEL, TEN)
    post = await world.post(NINE + DAY)
    await world.answer(7, post, right=True, now=NINE + DAY)
    await world.corrections.void(GUILD, CHANNEL, TEN + DAY)
    assert await world.rows("review_logs") == []
    assert await world.rows("cards") == []


async def test_withdrawn_after_the_reveal_an_answer_is_as_if_never_given(one_question: World) -> None:
    world = one_question
    await answered(world)
    await play(world, 101, CLOSES + 3 * DAY)
    await world.corrections.void(GUILD, CHANNEL, CLOSES + 4 * DAY)
    assert await ratings(world) == {101: [GOOD]}
    card = await world.row("cards")
    assert (card["user_id"], card["reviews"], card["due_at"]) == (101, 1, CLOSES + 5 * DAY)
    assert await agree(world) == 1
    await world.corrections.void(GUILD, CHANNEL, CLOSES + 4 * DAY)
    assert await agree(world) == 1


# ------------------------------------------------------------------------- its cost


@contextmanager
def statements(world: World, *tables: str) -> Iterator[list[str]]:
    """Collect what is said to the database about some tables."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if any(table in statement for table in tables):
            said.append(" ".join(statement.split())[:60])

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("times", [1, 3])
async def test_an_answer_costs_one_read_and_two_writes(one_question: World, times: int) -> None:
    for number in range(times - 1):
        await play(one_question, 7, EIGHT + number * DAY)
    step = await one_question.quizzes.start(reader(7), QuizWish(questions=1), EIGHT + 9 * DAY)
    with statements(one_question, "cards", "review_logs") as said:
        await reply(one_question, step, EIGHT + 9 * DAY)
    assert [line.split()[0] for line in said] == ["INSERT", "SELECT", "INSERT"]


# PostgreSQL reads small tables from end to end, whatever indices there are.
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_every_statement_finds_its_rows_by_an_index(world: World) -> None:
    await play(world, 7, EIGHT, questions=1)
    plans = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (
            "cards" in statement or "review_logs" in statement
        ):
            said = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" ".join(str(row[3]) for row in said))

    event.listen(world.database.engine.sync_engine, "before_cursor_execute", explain)
    await play(world, 7, EIGHT + DAY, questions=1)
    async with world.storage.write() as tx:
        (review, *_) = await tx.cards.reviews_of([1])
        await tx.cards.reviews(7, review.question_id)
        await tx.cards.set_rating(review.attempt_id, HARD)
        await tx.cards.set_rating(review.attempt_id, None)
        await tx.cards.remove(7, review.question_id)
        await tx.cards.list_for(7)
        await tx.cards.mistakes(7)
    event.remove(world.database.engine.sync_engine, "before_cursor_execute", explain)
    assert len(plans) >= 7
    assert [plan for plan in plans if "SEARCH" not in plan] == []
    assert [plan for plan in plans if re.search(r"SCAN (cards|review_logs)", plan)] == []


async def test_a_closing_costs_no_more_however_many_answered(one_question: World) -> None:
    await one_question.setup()
    post = await one_question.post(NINE)
    for user in range(1, 41):
        await one_question.answer(user, post, right=user % 2 == 0, now=TEN)
    with statements(one_question, "cards", "review_logs") as said:
        await one_question.reveals.close_due(CLOSES)
    assert [line.split()[0] for line in said] == ["INSERT", "SELECT", "INSERT"]
    assert await agree(one_question) == 40


async def test_more_answers_than_one_statement_takes(world: World) -> None:
    async with world.storage.write() as tx:
        await tx.revisions.keep(make_single("q1.one"), EIGHT)
        reviews = [await reviewed(tx, user, 1) for user in range(1_100)]
        kept = await remember(tx, Scheduler(), reviews)
        assert await remember(tx, Scheduler(), reviews) == {}
    assert kept.keys() == {review.attempt_id for review in reviews}
    assert await agree(world) == 1_100
