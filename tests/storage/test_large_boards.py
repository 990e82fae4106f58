"""Boards read and write what they must and no more: the plans of their queries, on a server that is no toy."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.boards import Board
from bot.services.upkeep import UpkeepService
from bot.storage import Storage
from tests.benchmarks.boards import Asked, plan, reads_too_much
from tests.benchmarks.full_server import GUILD, astray, user_id, write_full_server

MEMBERS = 3_000


@pytest.fixture(params=["as the schema describes it", "analyzed"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Asked]:
    """A server as the benchmark has it; what an operator's ANALYZE finds must not spoil a plan."""
    file = tmp_path / "boards.sqlite3"
    await write_full_server(file, MEMBERS, 10 * MEMBERS)
    if request.param == "analyzed":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("ANALYZE")
            connection.commit()
    server = Asked.open(file, MEMBERS)
    yield server
    await server.database.close()


async def test_a_ranking_is_read_from_its_index(server: Asked) -> None:
    steps = await plan(server.database, server.ask(user_id(MEMBERS // 2)))
    # The top, and four ways to the neighbours.
    assert sum("COVERING INDEX ix_board_scores_ranking" in step for step in steps) == 5, steps
    assert not [step for step in steps if reads_too_much(step)]


async def test_hiding_a_member_looks_at_no_other_members(server: Asked) -> None:
    async def hide_and_forget() -> None:
        async with Storage(server.database).write() as tx:
            await tx.boards.show(GUILD, user_id(5), False)
            await tx.boards.forget(GUILD, user_id(6), -7)

    steps = await plan(server.database, hide_and_forget())
    assert len(steps) == 3
    assert all("_guild_id_user_id (guild_id=? AND user_id=?)" in step for step in steps), steps


async def test_the_benchmarks_server_is_one_that_the_bot_might_have_written(server: Asked) -> None:
    assert await astray(server.database, [user_id(number) for number in range(0, MEMBERS, 100)]) == 0
    assert await UpkeepService(Storage(server.database)).check_boards() == []
    async with Storage(server.database).read() as tx:
        board = Board(GUILD, "all", "", "")
        (best,) = await tx.boards.top(board, 1)
        assert best.rank == 1
        assert 0 < await tx.boards.members(board) < MEMBERS
