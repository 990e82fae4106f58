"""Figures for review: counted in the server and the span asked about, and read by index."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from bot.domain.flags import FlagRules
from bot.domain.quizzes import QuizStep
from bot.services.points import PointService
from bot.services.quizzes import QuizWish
from tests.conftest import SQLITE
from tests.domain.test_flags import user_made
from tests.services.quizzing import bank_worth, play, reply
from tests.services.world import DAY, EIGHT, GUILD, HOUR, MINUTE, NINE, OTHER_GUILD, MakeWorld, World, reader

MILLISECOND = timedelta(milliseconds=1)
SECOND = 1_000 * MILLISECOND


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """A bank of 25 questions worth one point each."""
    return make_world(bank=bank_worth(1, 25))


async def quiz(
    world: World, user: int, times: list[timedelta], now: datetime = EIGHT, guild: int | None = GUILD
) -> None:
    """Play a quiz in which each answer comes so long after its question was shown."""
    step = await world.quizzes.start(reader(user, guild), QuizWish(questions=len(times)), now)
    for taken in times:
        assert isinstance(step, QuizStep)
        now += taken
        await reply(world, step, now, guild=guild)
        step = await world.quizzes.proceed(reader(user, guild), step.session.id, now)


async def fast(world: World, now: datetime = EIGHT + HOUR, **rules: object) -> dict[int, tuple[int, int]]:
    """(answers, fast ones) of those who are listed."""
    found = await PointService(world.storage, FlagRules(**rules)).flags(GUILD, now)  # type: ignore[arg-type]
    return {one.user_id: (one.answers, one.fast) for one in found.fast}


async def accounts(world: World, now: datetime) -> list[tuple[int, str, int, int]]:
    found = await world.point_service.flags(GUILD, now)
    return [(one.user_id, one.window, one.rank, one.age.days) for one in found.accounts]


async def test_under_two_seconds_is_fast_and_two_seconds_are_not(world: World) -> None:
    await quiz(world, 7, [2 * SECOND - MILLISECOND] * 10)
    await quiz(world, 8, [2 * SECOND] * 10)
    await quiz(world, 9, [MILLISECOND] * 9)
    assert await fast(world) == {7: (10, 10)}


async def test_fast_answers_among_many_slow_ones_are_not_listed(world: World) -> None:
    for day in range(3):
        await quiz(world, 7, [SECOND] * 4 + [20 * SECOND] * 15, EIGHT + day * DAY)
        await quiz(world, 8, [SECOND] * 4 + [20 * SECOND] * 17, EIGHT + day * DAY)
    assert await fast(world, EIGHT + 3 * DAY) == {7: (57, 12)}


async def test_questions_that_were_only_seen_or_skipped_count_for_nothing(world: World) -> None:
    await quiz(world, 7, [SECOND] * 10)
    await world.quizzes.start(reader(7), QuizWish(questions=20), EIGHT + MINUTE)
    await world.quizzes.stop(reader(7), EIGHT + 2 * MINUTE)
    assert await fast(world) == {7: (10, 10)}


async def test_only_the_servers_own_quizzes_of_the_span_count(world: World) -> None:
    await quiz(world, 7, [SECOND] * 10, EIGHT)
    await quiz(world, 8, [SECOND] * 10, EIGHT, OTHER_GUILD)
    await quiz(world, 9, [SECOND] * 10, EIGHT, None)
    assert await fast(world, EIGHT + 30 * DAY) == {7: (10, 10)}
    assert await fast(world, EIGHT + 30 * DAY + SECOND) == {}


async def test_who_was_fastest_most_often_comes_first_and_the_list_ends(world: World) -> None:
    for user, answers in ((7, 10), (8, 12), (9, 11)):
        await quiz(world, user, [SECOND] * answers)
    assert list(await fast(world)) == [8, 9, 7]
    assert list(await fast(world, lines=2)) == [8, 9]


async def test_no_more_quizzes_are_read_than_the_rules_say(world: World) -> None:
    await quiz(world, 7, [SECOND] * 10, EIGHT)
    await quiz(world, 8, [SECOND] * 10, EIGHT + MINUTE)
    for quizzes, complete, listed in ((2, True, {7, 8}), (1, False, {8})):
        service = PointService(world.storage, FlagRules(quizzes=quizzes))
        found = await service.flags(GUILD, EIGHT + HOUR)
        assert ({one.user_id for one in found.fast}, found.complete) == (listed, complete)


async def test_names_are_as_last_seen(world: World) -> None:
    await quiz(world, 7, [SECOND] * 10)
    assert [one.name for one in (await world.point_service.flags(GUILD, EIGHT + HOUR)).fast] == ["member 7"]


async def test_new_accounts_near_the_top_are_listed_once(world: World) -> None:
    new, old, later = (user_made(NINE - days * DAY) for days in (6, 7, 3))
    for user in (new, old, later):
        await play(world, user, NINE, questions=3 if user == new else 2)
    assert await accounts(world, NINE) == [(new, "week", 1, 6), (later, "week", 2, 3)]
    # Next week they are on the month's board only; they stay new, for that is when they were first seen.
    assert await accounts(world, NINE + 8 * DAY) == [(new, "month", 1, 6), (later, "month", 2, 3)]
    assert await accounts(world, NINE + 60 * DAY) == []


async def test_who_is_far_down_or_on_no_board_is_not_listed(world: World) -> None:
    new = user_made(NINE - DAY)
    await play(world, new, NINE, questions=1)
    for user in range(2, 4):
        await play(world, user, NINE, questions=2)
    service = PointService(world.storage, FlagRules(top=2))
    assert (await service.flags(GUILD, NINE)).accounts == ()
    await world.set_member(2, hidden=True)
    await world.privacy.show_on_boards(reader(new), False, NINE)
    assert await accounts(world, NINE) == []


async def test_a_server_where_nobody_played_has_nothing(world: World) -> None:
    found = await world.point_service.flags(OTHER_GUILD, NINE)
    assert (found.fast, found.accounts, found.complete) == ((), (), True)


# PostgreSQL plans by its statistics, which a few rows do not give.
@pytest.mark.parametrize("dialect", [SQLITE], indirect=True)
async def test_quizzes_are_found_by_index(world: World) -> None:
    """No other server's quizzes are looked at: SQLite says which index each step takes."""
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await world.point_service.flags(GUILD, NINE)
    event.remove(engine, "before_cursor_execute", note)
    plans = []
    async with world.database.read() as connection:
        for statement, parameters in [one for one in asked if "quiz_sessions" in one[0]]:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
            plans.append(" | ".join(row[3] for row in rows))
    assert len(plans) == 2
    for plan in plans:
        assert "ix_quiz_sessions_guild_id_created_at (guild_id=? AND created_at>?)" in plan
        assert "SCAN quiz" not in plan
