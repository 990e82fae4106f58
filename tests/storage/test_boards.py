"""Boards are kept row by row; whatever happened, a recount of the ledger gives the same."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.domain.boards import Board, LedgerEntry, boards_of, scores_of
from bot.services.upkeep import BoardFault, UpkeepService
from bot.storage import Database, Storage
from bot.storage.tables import board_histogram, board_scores
from tests.conftest import SQLITE

NOON = datetime(2026, 12, 30, 12, tzinfo=UTC)
GUILDS = count(1_000)

Events = list[tuple[int, int, int, str, int, int]]
# (member, points, day, topic, season, key): days lie around New Year's, and a key may come twice.
events = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, 10),
        st.integers(0, 12),
        st.sampled_from(["basics/overview", "basics/decoding", "diffusion"]),
        st.integers(0, 1),
        st.integers(0, 60),
    ),
    max_size=18,
)


def entry_of(guild_id: int, number: int, event: tuple[int, int, int, str, int, int]) -> LedgerEntry:
    user_id, points, day, topic, season, key = event
    return LedgerEntry(
        key=f"test:{guild_id}:{key}",
        guild_id=guild_id,
        channel_id=None,
        user_id=user_id,
        source="quiz",
        attempt_id=None,  # the ledger allows it, so that nothing needs an attempt here
        question_id="q",
        item_id="q.a",
        revision="r",
        topic=topic,
        season=season,
        local_date=date(2026, 12, 26) + timedelta(days=day),
        points=points,
        reason="right" if points else "wrong",
        occurred_at=NOON + timedelta(minutes=number * 7 % 20),
    )


async def record(storage: Storage, entry: LedgerEntry) -> None:
    """What closing a delivery and answering a quiz do."""
    async with storage.write() as tx:
        if await tx.ledger.append(entry):
            await tx.boards.add(entry, right=entry.reason == "right")


async def see(storage: Storage, guild_id: int, *users: int) -> None:
    async with storage.write() as tx:
        for user in users:
            await tx.members.see(guild_id, user, f"member {user}", NOON)


def recount(ledger: list[LedgerEntry]) -> dict[Board, dict[int, tuple[int, int, int, datetime | None]]]:
    """Points, answers, right ones, and when the points were reached, by board and member."""
    boards: dict[Board, dict[int, tuple[int, int, int, datetime | None]]] = defaultdict(dict)
    for entry in ledger:
        for board in boards_of(entry):
            points, answers, right, reached_at = boards[board].get(entry.user_id, (0, 0, 0, None))
            boards[board][entry.user_id] = (
                points + entry.points,
                answers + 1,
                right + (entry.reason == "right"),
                # Who has the same points is ranked by who had them first, in whatever order they were counted.
                max(entry.occurred_at, reached_at or entry.occurred_at) if entry.points else reached_at,
            )
    return boards


async def assert_boards_match_the_ledger(database: Database, guild_id: int) -> None:
    storage = Storage(database)
    async with storage.read() as tx:
        boards = recount(await tx.ledger.list_guild(guild_id))
    async with database.read() as connection:
        scores = (await connection.execute(select(board_scores).where(board_scores.c.guild_id == guild_id))).all()
        histogram = (
            await connection.execute(select(board_histogram).where(board_histogram.c.guild_id == guild_id))
        ).all()
    assert {
        (Board(guild_id, row.window, row.period, row.topic), row.user_id): (
            row.points,
            row.answers,
            row.right,
            row.reached_at if row.points else None,
        )
        for row in scores
    } == {(board, user): score for board, members in boards.items() for user, score in members.items()}
    heights = {
        (Board(guild_id, row.window, row.period, row.topic), row.points): row.members
        for row in histogram
        if row.members
    }
    assert heights == {
        (board, points): members
        for board, scored in boards.items()
        for points, members in Counter(score[0] for score in scored.values()).items()
    }


@given(history=events)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happened_a_recount_of_the_ledger_gives_the_same(database: Database, history: Events) -> None:
    guild_id, storage = next(GUILDS), Storage(database)
    for number, event in enumerate(history):
        await record(storage, entry_of(guild_id, number, event))
    await assert_boards_match_the_ledger(database, guild_id)


@given(history=events)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_rank_is_one_more_than_those_with_more_points(database: Database, history: Events) -> None:
    guild_id, storage = next(GUILDS), Storage(database)
    await see(storage, guild_id, *range(1, 6))
    for number, event in enumerate(history):
        await record(storage, entry_of(guild_id, number, event))
    async with storage.read() as tx:
        boards = recount(await tx.ledger.list_guild(guild_id))
        for board, members in boards.items():
            points = {user: score[0] for user, score in members.items() if score[0]}
            assert await tx.boards.members(board) == len(points)
            top = await tx.boards.top(board, 10)
            in_order = sorted(points, key=lambda user: (-points[user], members[user][3], user))
            assert [standing.user_id for standing in top] == in_order
            for standing in top:
                assert standing.rank == 1 + sum(more > standing.points for more in points.values())
                assert standing == await tx.boards.own(board, standing.user_id)
            for user in set(members) - set(points):
                assert await tx.boards.own(board, user) is None


async def test_an_entry_of_a_known_key_is_counted_once(database: Database) -> None:
    storage = Storage(database)
    entry = entry_of(1, 0, (7, 5, 0, "basics", 0, 1))
    for points in (5, 9):
        await record(storage, replace(entry, points=points))
    async with storage.read() as tx:
        assert [found.points for found in await tx.ledger.list_guild(1)] == [5]
    await assert_boards_match_the_ledger(database, 1)


async def test_writers_at_once_lose_nothing(open_database: Callable[[], Database]) -> None:
    """Two processes count for the same members at once: closing a delivery meets members at their quizzes."""
    databases = [open_database(), open_database()]
    storages = [Storage(database) for database in databases]

    async def close_delivery(storage: Storage, key: int) -> None:
        async with storage.write() as tx:
            for user in range(1, 6):
                entry = entry_of(1, key, (user, 10, 0, "basics/overview", 0, 100 * key + user))
                if await tx.ledger.append(entry):
                    await asyncio.sleep(0)
                    await tx.boards.add(entry, right=True)

    quizzes = [
        record(storages[n % 2], entry_of(1, n, (1 + n % 5, 1 + n % 4, 0, topic, 0, 10_000 + n)))
        for n, topic in enumerate(["basics/overview", "basics/decoding", "diffusion"] * 7)
    ]
    closings = [close_delivery(storages[key % 2], key) for key in range(4)]
    await asyncio.gather(*quizzes[:10], *closings, *quizzes[10:])
    async with storages[0].read() as tx:
        assert len(await tx.ledger.list_guild(1)) == len(quizzes) + 5 * len(closings)
    await assert_boards_match_the_ledger(databases[1], 1)


async def test_servers_have_boards_of_their_own(database: Database) -> None:
    storage = Storage(database)
    await see(storage, 1, 7)
    await see(storage, 2, 7)
    await record(storage, entry_of(1, 0, (7, 5, 0, "basics", 0, 1)))
    await record(storage, entry_of(2, 0, (7, 3, 0, "basics", 0, 1)))
    async with storage.read() as tx:
        points = [(await tx.boards.top(Board(guild, "all", "", ""), 10))[0].points for guild in (1, 2, 1)]
    assert points == [5, 3, 5]


@pytest.mark.parametrize("dialect", [SQLITE], indirect=True)
async def test_a_rank_far_down_is_read_from_the_histogram(database: Database, dialect: str) -> None:
    """Three thousand members: the query for a rank counts scores, not members."""
    board = Board(1, "all", "", "")
    key = {"guild_id": 1, "window": "all", "period": "", "topic": ""}
    members = [
        {**key, "user_id": user, "points": user % 40, "answers": 1, "right": 0, "reached_at": NOON}
        for user in range(3_000)
    ]
    heights = [{**key, "points": points, "members": 75} for points in range(40)]
    async with database.write() as connection:
        await connection.execute(board_scores.insert(), members)
        await connection.execute(board_histogram.insert(), heights)
    async with Storage(database).read() as tx:
        own = await tx.boards.own(board, 2_041)
        assert own is not None
        assert (own.points, own.rank) == (1, 1 + 38 * 75)
        assert await tx.boards.members(board) == 39 * 75


@given(history=events)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_rebuilt_boards_are_those_that_were_kept(database: Database, history: Events) -> None:
    guild_id, storage = next(GUILDS), Storage(database)
    for number, event in enumerate(history):
        await record(storage, entry_of(guild_id, number, event))
    async with storage.read() as tx:
        kept = await tx.boards.load(guild_id), await tx.boards.load_histogram(guild_id)
    async with storage.write() as tx:
        await tx.boards.replace(guild_id, scores_of(await tx.ledger.list_guild(guild_id)))
    async with storage.read() as tx:
        assert (await tx.boards.load(guild_id), await tx.boards.load_histogram(guild_id)) == kept
    await assert_boards_match_the_ledger(database, guild_id)


async def test_a_board_that_went_astray_is_found_and_rebuilt(database: Database) -> None:
    storage, guild_id = Storage(database), next(GUILDS)
    upkeep = UpkeepService(storage)
    for number, event in enumerate([(1, 5, 0, "diffusion", 0, 1), (2, 3, 0, "diffusion", 0, 2)]):
        await record(storage, entry_of(guild_id, number, event))
    assert await upkeep.check_boards() == []
    async with database.write() as connection:
        mine = board_scores.c.guild_id == guild_id
        await connection.execute(update(board_scores).where(mine, board_scores.c.user_id == 1).values(points=99))
        await connection.execute(
            update(board_histogram).where(board_histogram.c.guild_id == guild_id).values(members=7)
        )
    (fault,) = await upkeep.check_boards()
    boards = len(list(boards_of(entry_of(guild_id, 0, (1, 5, 0, "diffusion", 0, 1)))))
    assert fault == BoardFault(guild_id, scores=boards, histogram=2 * boards)
    assert await upkeep.rebuild_boards() >= 2 * boards
    assert await upkeep.check_boards() == []
    await assert_boards_match_the_ledger(database, guild_id)
