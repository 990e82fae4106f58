"""What a quiz answer earns, and every rule by which it earns nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from bot.domain.kinds import MultipleItem, Response
from bot.services.quizzes import QuizWish
from tests.factories import make_bank, make_multiple, make_options, make_question, make_single
from tests.services.quizzing import bank_worth, play, reply
from tests.services.world import DAY, EIGHT, GUILD, HOUR, MINUTE, NINE, OTHER_GUILD, MakeWorld, World, reader

SECOND = timedelta(seconds=1)


def one_question(*items) -> object:
    """A bank of one question; two easy items are added so that it is valid."""
    return make_bank(
        make_question(id="only", items=[*items, *(make_single(f"only.x{n}") for n in range(3 - len(items)))])
    )


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4, 5])
async def test_a_right_answer_earns_its_difficulty(make_world: MakeWorld, difficulty: int) -> None:
    world = make_world(bank=bank_worth(difficulty, 1))
    (feedback,), summary = await play(world, 7, EIGHT)
    assert (feedback.place.points, feedback.place.note, summary.points) == (difficulty, None, difficulty)
    row = await world.row("ledger")
    item_id = feedback.place.item_id
    assert (row["key"], row["source"], row["reason"]) == (f"quiz:{GUILD}:0:{item_id}:7", "quiz", "right")
    assert (row["points"], row["topic"], row["occurred_at"]) == (difficulty, "basics/overview", EIGHT)


async def test_a_wrong_answer_earns_nothing_and_uses_the_item_up(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(5, 1))
    (feedback,), _ = await play(world, 7, EIGHT, right=False)
    assert (feedback.share, feedback.place.points, feedback.place.note) == (0, 0, None)
    row = await world.row("ledger")
    assert (row["points"], row["reason"]) == (0, "wrong")
    ranking = await world.leaderboard.ranking(reader(7), GUILD, "all", None, EIGHT)
    assert (ranking.top, ranking.own, ranking.members) == ((), None, 0)


@pytest.mark.parametrize(
    ("picks", "share", "points"), [((0,), "1/3", 2), ((0, 1), "2/3", 3), ((0, 1, 3), "1/3", 2), ((0, 3), "0", 0)]
)
async def test_a_partly_right_answer_earns_its_share(
    make_world: MakeWorld, picks: tuple[int, ...], share: str, points: int
) -> None:
    item = make_multiple("only.m", difficulty=5, options=make_options("甲", "乙", "丙", "丁", key=(0, 1, 2)))
    world = make_world(bank=one_question(item))
    for day in range(3):
        now = EIGHT + day * DAY
        step = await world.quizzes.start(reader(7), QuizWish(), now)
        if isinstance(step.item, MultipleItem):
            break
        await reply(world, step, now, right=False)
    response = Response(tuple(item.options[n].id for n in picks))
    feedback = await world.quizzes.answer(reader(7), step.session.id, 0, response, now)
    assert (feedback.share, feedback.place.points) == (Fraction(share), points)
    (row,) = await world.rows("ledger", item_id="only.m")
    assert row["reason"] == ("partly" if points else "wrong")


async def test_an_item_scores_once_a_season_and_a_question_once_a_day(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 1))
    notes = []
    # Three items in turn: the second on the first day, the others on days of their own, then all over again.
    for now in (EIGHT, EIGHT + HOUR, EIGHT + DAY, EIGHT + 2 * DAY, EIGHT + 3 * DAY):
        (feedback,), _ = await play(world, 7, now)
        notes.append((feedback.place.points, feedback.place.note))
    assert notes == [(3, None), (0, "same_question"), (3, None), (0, "repeat"), (3, None)]
    assert await world.points() == {7: 9}
    assert len(await world.rows("attempts")) == 5


async def test_a_new_season_scores_everything_again(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 1))
    await world.setup()
    for day in range(3):
        await play(world, 7, EIGHT + day * DAY)
    await set_season(world, 1)
    (feedback,), _ = await play(world, 7, EIGHT + 3 * DAY)
    assert feedback.place.points == 3
    assert [row["season"] for row in await world.rows("ledger")] == [0, 0, 0, 1]


async def test_every_server_scores_for_itself(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 1))
    for guild in (GUILD, OTHER_GUILD):
        (feedback,), _ = await play(world, 7, EIGHT, guild=guild)
        assert feedback.place.points == 3


async def test_forty_points_a_day_then_practice(make_world: MakeWorld) -> None:
    await play(make_world(bank=bank_worth(3, 1, "easy")), 7, EIGHT)
    world = make_world(bank=bank_worth(5, 9))
    feedback, summary = await play(world, 7, EIGHT, questions=9)
    assert [one.place.points for one in feedback] == [5] * 7 + [2, 0]
    assert [one.place.note for one in feedback] == [None] * 8 + ["limit"]
    assert (summary.points, summary.right) == (37, 9)
    # What earned nothing for the limit was not used up, and tomorrow there are forty more.
    tomorrow, _ = await play(world, 7, EIGHT + DAY, questions=9)
    assert sum(one.place.points for one in tomorrow) == 40
    assert [one.place.note for one in tomorrow] == [None] * 8 + ["limit"]
    assert len({row["key"] for row in await world.rows("ledger")}) == len(await world.rows("ledger"))


async def test_the_limit_holds_against_many_windows_at_once(make_world: MakeWorld) -> None:
    world, other = make_world("one", bank_worth(5, 12)), make_world("two", bank_worth(5, 12))
    step = await world.quizzes.start(reader(7), QuizWish(questions=12), EIGHT)
    steps = [await world.quizzes.view(reader(7), step.session.id, position) for position in range(12)]
    await asyncio.gather(*(reply((world, other)[n % 2], one, EIGHT) for n, one in enumerate(steps)))
    assert await world.points() == {7: 40}
    assert len(await world.rows("attempts")) == 12


async def test_the_day_is_the_servers(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(5, 9))
    await world.preferences.set_guild(GUILD, "Asia/Shanghai", None, EIGHT)
    evening = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    await play(world, 7, evening, questions=9)
    assert await world.points() == {7: 40}
    await play(world, 7, evening + MINUTE, questions=9)
    assert await world.points() == {7: 80}
    assert {row["local_date"].day for row in await world.rows("ledger")} == {2, 3}


async def test_the_daily_question_always_scores_and_then_its_quiz_items_do_not_that_day(
    make_world: MakeWorld,
) -> None:
    world = make_world(bank=bank_worth(3, 1))
    await world.setup(reveal_after=2 * HOUR)
    await play(world, 7, EIGHT)
    post = await world.post(NINE)
    for user in (7, 8):
        await world.answer(user, post, right=True, now=NINE)
    await world.reveals.close_due(NINE + 2 * HOUR)
    assert await world.points() == {7: 13, 8: 10}
    (feedback,), _ = await play(world, 8, NINE + 3 * HOUR)
    assert (feedback.place.points, feedback.place.note) == (0, "same_question")
    (feedback,), _ = await play(world, 8, NINE + 23 * HOUR)
    assert feedback.place.points == 3


async def test_a_late_answer_earns_nothing_and_says_so(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 3))
    results = []
    for seconds, user in ((30, 7), (32, 8), (32.1, 9)):
        step = await world.quizzes.start(reader(user), QuizWish(questions=1, seconds=30), EIGHT)
        assert step.deadline == EIGHT + 30 * SECOND
        feedback = await reply(world, step, EIGHT + seconds * SECOND)
        results.append((feedback.share, feedback.place.points, feedback.place.note, feedback.late))
    assert results == [(1, 3, None, False), (1, 3, None, False), (0, 0, "late", True)]
    assert [row["late"] for row in await world.rows("attempts")] == [False, False, True]


async def test_in_direct_messages_nothing_is_scored(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 2))
    feedback, summary = await play(world, 7, EIGHT, guild=None, questions=2)
    assert [(one.place.points, one.place.note) for one in feedback] == [(0, "direct_message")] * 2
    assert (summary.right, summary.points) == (2, 0)
    assert await world.rows("ledger") == []
    assert len(await world.rows("attempts")) == 2
    (again, *_), _ = await play(world, 7, EIGHT, questions=2)
    assert again.place.points == 3, "practice uses nothing up"


async def set_season(world: World, season: int) -> None:
    """What `/season start` will do."""
    async with world.database.write() as connection:
        await connection.exec_driver_sql(f"UPDATE guilds SET season = {season}")
