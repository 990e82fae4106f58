"""Boards are kept row by row; whatever happened, a recount of the ledger gives the same."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.domain.boards import Board, Standing, boards_of
from bot.domain.ledger import LedgerEntry
from bot.services.upkeep import BoardFault, UpkeepService
from bot.storage import Database, Storage
from bot.storage.tables import board_histogram, board_scores, team_contributions, team_scores
from bot.storage.tables import ledger as ledger_table
from tests.conftest import SQLITE

NOON = datetime(2026, 12, 30, 12, tzinfo=UTC)
GUILDS = count(1_000)
MEMBERS = range(1, 6)
ALL_TIME = ("all", "", "")

# An answer: (member, points, day, topic, season, key, team). Days lie around New Year's, and a key may come twice.
Answer = tuple[int, int, int, str, int, int, int | None]
answers = st.tuples(
    st.sampled_from(MEMBERS),
    st.integers(0, 10),
    st.integers(0, 12),
    st.sampled_from(["basics/overview", "basics/decoding", "diffusion"]),
    st.integers(0, 1),
    st.integers(0, 60),
    st.sampled_from([None, 1, 2]),
)
# What else changes boards: a member hides or is back, an entry is taken back, a member is forgotten.
changes = st.tuples(st.sampled_from(["hide", "show", "void", "forget"]), st.integers(0, 59))
histories = st.lists(st.one_of(answers, answers, answers, changes), max_size=24)
History = list[Any]
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def entry_of(guild_id: int, number: int, answer: Answer) -> LedgerEntry:
    user_id, points, day, topic, season, key, team_id = answer
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
        team_id=team_id,
        right=int(points > 0),
    )


async def record(storage: Storage, entry: LedgerEntry) -> None:
    """What closing a delivery and answering a quiz do."""
    async with storage.write() as tx:
        if await tx.ledger.append(entry) is not None:
            await tx.boards.add(entry)


async def see(storage: Storage, guild_id: int, *users: int) -> None:
    async with storage.write() as tx:
        for user in users:
            await tx.members.see(guild_id, user, f"member {user}", NOON)


class Play:
    """A server and what has happened in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.storage = Storage(database)
        self.guild_id = next(GUILDS)
        self.hidden: set[int] = set()
        self.aliases = count(-self.guild_id * 1_000, -1)

    async def run(self, history: History) -> None:
        await see(self.storage, self.guild_id, *MEMBERS)
        for number, event in enumerate(history):
            if len(event) > 2:
                await record(self.storage, entry_of(self.guild_id, number, event))
            else:
                await self.change(*event)

    async def change(self, kind: str, number: int) -> None:
        user_id = 1 + number % 5
        if kind in ("hide", "show"):
            async with self.storage.write() as tx:
                await tx.members.set_hidden(self.guild_id, user_id, kind == "hide")
                await tx.boards.show(self.guild_id, user_id, kind == "show")
            (self.hidden.add if kind == "hide" else self.hidden.discard)(user_id)
            return
        ledger = await self.ledger()
        if kind == "void" and ledger:
            taken = ledger[number % len(ledger)]
            back = replace(
                taken,
                key=f"void:{taken.key}",
                points=-taken.points,
                answers=-taken.answers,
                right=-taken.right,
                reason="voided",
            )
            if not taken.key.startswith("void:"):
                await record(self.storage, back)
        elif kind == "forget":
            await self.forget(user_id)

    async def forget(self, user_id: int) -> None:
        """What deleting a member's data leaves of the ledger: what teams have, under another id."""
        alias = next(self.aliases)
        async with self.storage.write() as tx:
            await tx.boards.forget(self.guild_id, user_id, alias)
        async with self.database.write() as connection:
            mine = (ledger_table.c.guild_id == self.guild_id) & (ledger_table.c.user_id == user_id)
            await connection.execute(ledger_table.delete().where(mine, ledger_table.c.team_id.is_(None)))
            await connection.execute(ledger_table.update().where(mine).values(user_id=alias))

    async def ledger(self) -> list[LedgerEntry]:
        async with self.storage.read() as tx:
            return await tx.ledger.list_guild(self.guild_id)

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(table).where(table.c.guild_id == self.guild_id))).all())

    async def kept(self) -> dict[str, list[Any]]:
        """Everything that boards are read from, in an order of its own."""
        tables = (board_scores, board_histogram, team_contributions, team_scores)
        rows = {table.name: await self.rows(table) for table in tables}
        rows["board_histogram"] = [row for row in rows["board_histogram"] if row.members]
        return {name: sorted(tuple(row) for row in found) for name, found in rows.items()}


def board_of(row: Any) -> Board:
    return Board(row.guild_id, row.window, row.period, row.topic)


def recount(ledger: list[LedgerEntry]) -> dict[Board, dict[int, tuple[int, int, int, datetime | None]]]:
    """Points, answers, right ones, and when the points were reached, by board and member."""
    boards: dict[Board, dict[int, tuple[int, int, int, datetime | None]]] = defaultdict(dict)
    for entry in ledger:
        if entry.user_id < 0:
            continue
        for board in boards_of(entry):
            points, answered, right, reached_at = boards[board].get(entry.user_id, (0, 0, 0, None))
            if entry.points > 0:
                # Who has the same points is ranked by who had them first, in whatever order they were counted.
                earned = [entry.occurred_at, reached_at if points > 0 and reached_at else entry.occurred_at]
                reached_at = max(earned)
            boards[board][entry.user_id] = (
                points + entry.points,
                answered + entry.answers,
                right + entry.right,
                reached_at,
            )
    return boards


async def assert_boards_match_the_ledger(play: Play) -> None:
    boards = recount(await play.ledger())
    assert {
        (board_of(row), row.user_id): (
            row.points,
            row.answers,
            row.right,
            row.reached_at if row.points else None,
            row.shown,
        )
        for row in await play.rows(board_scores)
    } == {
        (board, user): (*score[:3], score[3] if score[0] else None, user not in play.hidden)
        for board, members in boards.items()
        for user, score in members.items()
    }
    heights = {(board_of(row), row.points): row.members for row in await play.rows(board_histogram) if row.members}
    assert heights == {
        (board, points): members
        for board, scored in boards.items()
        for points, members in Counter(
            score[0] for user, score in scored.items() if score[0] > 0 and user not in play.hidden
        ).items()
    }


async def assert_teams_match_the_ledger(play: Play) -> None:
    earned: dict[tuple[Board, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for entry in await play.ledger():
        for board in boards_of(entry) if entry.team_id is not None else ():
            figures = earned[board, entry.team_id or 0][entry.user_id]
            for place, value in enumerate((entry.points, entry.answers, entry.right)):
                figures[place] += value
    assert {
        (board_of(row), row.team_id, row.user_id): [row.points, row.answers, row.right]
        for row in await play.rows(team_contributions)
    } == {
        (board, team, user): figures for (board, team), members in earned.items() for user, figures in members.items()
    }
    sums = {}
    for (board, team), members in earned.items():
        counting = [figures for figures in members.values() if figures[1] >= 3]
        sums[board, team] = (sum(figures[0] for figures in counting), len(counting))
    assert {(board_of(row), row.team_id): (row.points, row.members) for row in await play.rows(team_scores)} == sums


@given(history=histories)
@settings(quick, max_examples=25)
async def test_whatever_happened_a_recount_of_the_ledger_gives_the_same(database: Database, history: History) -> None:
    play = Play(database)
    await play.run(history)
    await assert_boards_match_the_ledger(play)
    await assert_teams_match_the_ledger(play)


@given(history=histories)
@settings(quick, max_examples=15)
async def test_rebuilt_boards_are_those_that_were_kept(database: Database, history: History) -> None:
    play = Play(database)
    await play.run(history)
    kept, upkeep = await play.kept(), UpkeepService(play.storage, batch=2)
    assert [fault for fault in await upkeep.check_boards() if fault.guild_id == play.guild_id] == []
    await upkeep.rebuild_boards()
    assert await play.kept() == kept


@given(history=histories)
@settings(quick, max_examples=15)
async def test_a_rank_is_one_more_than_those_with_more_points(database: Database, history: History) -> None:
    play = Play(database)
    await play.run(history)
    boards = recount(await play.ledger())
    async with play.storage.read() as tx:
        for board, members in boards.items():
            shown = {user: score[0] for user, score in members.items() if score[0] and user not in play.hidden}
            assert await tx.boards.members(board) == len(shown)
            top = await tx.boards.top(board, 10)
            in_order = sorted(shown, key=lambda user: (-shown[user], members[user][3], user))
            assert [standing.user_id for standing in top] == in_order
            for user, score in members.items():
                own = await tx.boards.own(board, user)
                if not score[0]:
                    assert own is None
                    continue
                assert own is not None
                assert own.rank == 1 + sum(more > score[0] for more in shown.values())
                assert (own in top) == (user not in play.hidden)


@given(history=histories, reach=st.integers(1, 3))
@settings(quick, max_examples=15)
async def test_neighbours_are_cut_out_of_the_whole_board(database: Database, history: History, reach: int) -> None:
    play = Play(database)
    await play.run(history)
    boards = recount(await play.ledger())
    async with play.storage.read() as tx:
        for board, members in boards.items():
            top = await tx.boards.top(board, 10)
            for user in members:
                own = await tx.boards.own(board, user)
                if own is None:
                    continue
                order = [*top, *([] if own in top else [own])]
                order.sort(key=lambda standing: (-standing.points, members[standing.user_id][3], standing.user_id))
                place = order.index(own)
                wanted = [*order[max(0, place - reach) : place], *order[place + 1 : place + 1 + reach]]
                assert await tx.boards.around(board, own, reach) == wanted


async def test_an_entry_of_a_known_key_is_counted_once(database: Database) -> None:
    play = Play(database)
    entry = entry_of(play.guild_id, 0, (1, 5, 0, "basics", 0, 1, None))
    for points in (5, 9):
        await record(play.storage, replace(entry, points=points))
    assert [found.points for found in await play.ledger()] == [5]
    await assert_boards_match_the_ledger(play)


async def test_writers_at_once_lose_nothing(open_database: Callable[[], Database]) -> None:
    """Two processes count for the same members at once: closing a delivery meets members at their quizzes."""
    databases = [open_database(), open_database()]
    plays = [Play(database) for database in databases]
    plays[1].guild_id = plays[0].guild_id
    guild_id = plays[0].guild_id

    async def close_delivery(storage: Storage, key: int) -> None:
        async with storage.write() as tx:
            for user in MEMBERS:
                entry = entry_of(guild_id, key, (user, 10, 0, "basics/overview", 0, 100 * key + user, 1 + key % 2))
                if await tx.ledger.append(entry):
                    await asyncio.sleep(0)
                    await tx.boards.add(entry)

    quizzes = [
        record(plays[n % 2].storage, entry_of(guild_id, n, (1 + n % 5, 1 + n % 4, 0, topic, 0, 10_000 + n, 1)))
        for n, topic in enumerate(["basics/overview", "basics/decoding", "diffusion"] * 7)
    ]
    closings = [close_delivery(plays[key % 2].storage, key) for key in range(4)]
    await asyncio.gather(*quizzes[:10], *closings, *quizzes[10:])
    assert len(await plays[0].ledger()) == len(quizzes) + 5 * len(closings)
    await assert_boards_match_the_ledger(plays[1])
    await assert_teams_match_the_ledger(plays[1])


async def test_servers_have_boards_of_their_own(database: Database) -> None:
    storage = Storage(database)
    await see(storage, 1, 7)
    await see(storage, 2, 7)
    await record(storage, entry_of(1, 0, (7, 5, 0, "basics", 0, 1, None)))
    await record(storage, entry_of(2, 0, (7, 3, 0, "basics", 0, 1, None)))
    async with storage.read() as tx:
        points = [(await tx.boards.top(Board(guild, *ALL_TIME), 10))[0].points for guild in (1, 2, 1)]
    assert points == [5, 3, 5]


async def crowd(database: Database, guild_id: int, size: int = 3_000) -> Board:
    """A board of many members, with 0 to 39 points each; returns it."""
    board, key = Board(guild_id, *ALL_TIME), {"guild_id": guild_id, "window": "all", "period": "", "topic": ""}
    members = [
        {**key, "user_id": user, "points": user % 40, "answers": 1, "right": 0, "reached_at": NOON}
        for user in range(size)
    ]
    heights = [{**key, "points": points, "members": size // 40} for points in range(1, 40)]
    async with database.write() as connection:
        await connection.execute(board_scores.insert(), members)
        await connection.execute(board_histogram.insert(), heights)
    return board


@pytest.mark.parametrize("dialect", [SQLITE], indirect=True)
async def test_a_rank_far_down_is_read_from_the_histogram(database: Database, dialect: str) -> None:
    """Three thousand members: the query for a rank counts scores, not members."""
    board = await crowd(database, 1)
    storage = Storage(database)
    await see(storage, 1, 2_001, 2_041, 2_081, 42)
    async with storage.read() as tx:
        own = await tx.boards.own(board, 2_041)
        assert own is not None
        assert (own.points, own.rank) == (1, 1 + 38 * 75)
        assert await tx.boards.members(board) == 39 * 75
        assert await tx.boards.around(board, own, 1) == [
            Standing(2_001, "member 2001", 1, 1, 0, own.rank),
            Standing(2_081, "member 2081", 1, 1, 0, own.rank),
        ]
        # The next one with more points stands before everybody with as many as one's own.
        above, *_ = await tx.boards.around(board, own, 2)
        assert above == Standing(42, "member 42", 2, 1, 0, 1 + 37 * 75)


async def test_a_board_that_went_astray_is_found_and_rebuilt(database: Database) -> None:
    play = Play(database)
    upkeep = UpkeepService(play.storage)
    await play.run([(1, 5, 0, "diffusion", 0, 1, 1), (2, 3, 0, "diffusion", 0, 2, 1)])
    assert await upkeep.check_boards() == []
    async with database.write() as connection:
        for table, values in (
            (board_scores.update().where(board_scores.c.user_id == 1), {"points": 99}),
            (update(board_histogram), {"members": 7}),
            (update(team_scores), {"members": 5}),
        ):
            await connection.execute(table.where(table.table.c.guild_id == play.guild_id).values(**values))
    (fault,) = await upkeep.check_boards()
    boards = len(list(boards_of(entry_of(play.guild_id, 0, (1, 5, 0, "diffusion", 0, 1, 1)))))
    # Where one stood at 99 there is nobody, and where two stood there are seven each.
    assert fault == BoardFault(play.guild_id, scores=boards, histogram=3 * boards, teams=boards)
    assert await upkeep.rebuild_boards() >= 2 * boards
    assert await upkeep.check_boards() == []
    await assert_boards_match_the_ledger(play)
    await assert_teams_match_the_ledger(play)


async def test_scores_of_members_without_an_entry_are_found(database: Database) -> None:
    play = Play(database)
    await play.run([(3, 5, 0, "diffusion", 0, 1, None)])
    astray = {"guild_id": play.guild_id, "window": "all", "period": "", "topic": "", "answers": 1, "right": 0}
    async with database.write() as connection:
        rows = [{**astray, "user_id": user, "points": 0, "reached_at": NOON} for user in (1, 9)]
        await connection.execute(board_scores.insert(), rows)
    assert await UpkeepService(play.storage).check_boards() == [BoardFault(play.guild_id, scores=2, histogram=0)]
