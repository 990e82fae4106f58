"""SQLite without needless changes of threads, and its log folded in beside the writers."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from bot.storage import Database
from bot.storage.write_ahead_log import WriteAheadLog


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.from_url(f"sqlite+aiosqlite:///{tmp_path / 'driver.sqlite3'}")
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield database
    await database.close()


@pytest.fixture
def threads(database: Database) -> Iterator[list[tuple[str, int]]]:
    """Notes the thread that each statement runs on, by its first word."""
    noted: list[tuple[str, int]] = []

    @event.listens_for(database.engine.sync_engine, "connect")
    def on_connect(dbapi_connection: object, _record: object) -> None:
        driver = dbapi_connection.driver_connection  # type: ignore[attr-defined]
        driver._conn.set_trace_callback(lambda sql: noted.append((sql.split()[0], threading.get_ident())))

    yield noted
    event.remove(database.engine.sync_engine, "connect", on_connect)


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM numbers"))).scalar_one())


async def test_what_a_statement_did_is_told_as_ever(database: Database) -> None:
    async with database.write() as connection:
        rows = [{"number": number, "word": f"w{number}"} for number in range(5)]
        inserted = await connection.execute(text("INSERT INTO numbers VALUES (:number, :word)"), rows)
        assert inserted.rowcount == 5
        changed = await connection.execute(text("UPDATE numbers SET word = word || '!' WHERE number > 2"))
        assert changed.rowcount == 2
        gone = await connection.execute(text("DELETE FROM numbers WHERE number < 2 RETURNING word"))
        assert sorted(gone.scalars()) == ["w0", "w1"]
        found = await connection.execute(text("SELECT number, word FROM numbers ORDER BY number"))
        assert list(found.keys()) == ["number", "word"]
        assert [tuple(row) for row in found] == [(2, "w2"), (3, "w3!"), (4, "w4!")]
        nothing = await connection.execute(text("SELECT number FROM numbers WHERE number = 77"))
        assert nothing.first() is None


@pytest.mark.parametrize("brief", [False, True])
async def test_a_brief_write_uses_another_thread_only_to_begin_and_to_commit(
    database: Database, threads: list[tuple[str, int]], brief: bool
) -> None:
    await database.engine.dispose()  # so that the connection is a new one, which is watched
    async with database.write(brief=brief) as connection:
        await connection.execute(text("INSERT INTO numbers VALUES (1, 'one')"))
        await connection.execute(text("SELECT * FROM numbers"))
    here = threading.get_ident()
    where = {word: thread == here for word, thread in threads}
    assert where["BEGIN"] is where["COMMIT"] is False
    assert where["INSERT"] is where["SELECT"] is brief
    assert await count(database) == 1


@pytest.mark.parametrize("brief", [False, True])
async def test_a_write_that_fails_leaves_nothing_and_the_next_one_goes_on(database: Database, brief: bool) -> None:
    async def write_twice() -> None:
        async with database.write(brief=brief) as connection:
            for number in (1, 2):
                await connection.execute(text("INSERT INTO numbers VALUES (:number, 'one')"), {"number": number})

    with pytest.raises(IntegrityError, match="UNIQUE constraint failed"):
        await write_twice()
    assert await count(database) == 0
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO numbers VALUES (1, 'one')"))
    assert await count(database) == 1


async def test_a_brief_write_waits_for_another_process_without_holding_up_the_loop(
    database: Database, tmp_path: Path
) -> None:
    """The lock is held elsewhere: other tasks go on meanwhile."""
    other = sqlite3.connect(tmp_path / "driver.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.write(brief=True) as connection:
            await connection.execute(text("INSERT INTO numbers VALUES (1, 'one')"))

    writing = asyncio.ensure_future(write())
    for _ in range(20):
        await asyncio.sleep(0.005)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    other.close()
    assert await count(database) == 1


async def test_the_log_is_folded_in_and_begun_anew(database: Database, tmp_path: Path) -> None:
    log, folded = WriteAheadLog(database.engine, asyncio.Lock(), commits=3), []
    for number in range(7):
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO numbers VALUES (:n, :n)"), {"n": number})
        before = log._folding
        log.committed()
        if log._folding is not before:
            folded.append(number)
            await log.close()
    assert folded == [2, 5]
    # Everything but the last commit is in the database itself: the log is left out of this copy.
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes((tmp_path / "driver.sqlite3").read_bytes())
    beside = sqlite3.connect(copy)
    assert beside.execute("SELECT count(*) FROM numbers").fetchone() == (6,)
    beside.close()


async def test_a_log_that_cannot_be_folded_does_not_stop_anybody(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "wal_checkpoint" in statement:
            raise IntegrityError(statement, None, Exception("disk I/O error"))

    log = WriteAheadLog(database.engine, asyncio.Lock(), commits=1)
    log.committed()
    await log.close()
    assert "could not be folded" in caplog.text
    event.remove(database.engine.sync_engine, "before_cursor_execute", refuse)
    assert await count(database) == 0
