"""Transactions: what is read cannot change before it is written, and what fails leaves nothing."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from bot.errors import StartupError
from bot.storage import Database, Storage
from tests.conftest import POSTGRES
from tests.postgres_server import PostgresServer

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OpenDatabase = Callable[[], Database]


async def test_two_connections_lose_no_update(open_database: OpenDatabase, dialect: str) -> None:
    """Twice twenty writers read a number and write it back plus one; a lost update would be missing at the end."""
    one, two = open_database(), open_database()
    # PostgreSQL locks rows, so whoever reads in order to write says so; SQLite locks the file when a write begins.
    lock = " FOR UPDATE" if dialect == POSTGRES else ""
    async with one.write() as connection:
        await connection.execute(
            text(
                "INSERT INTO guilds (guild_id, timezone, language, created_at, updated_at)"
                " VALUES (1, 'UTC', 'en', '2026-03-02', '2026-03-02')"
            )
        )

    async def add_one(database: Database) -> None:
        async with database.write() as connection:
            query = text(f"SELECT season FROM guilds WHERE guild_id = 1{lock}")
            number = (await connection.execute(query)).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(text("UPDATE guilds SET season = :number"), {"number": number + 1})

    await asyncio.gather(*(add_one(database) for database in (one, two) * 20))
    async with two.read() as connection:
        assert (await connection.execute(text("SELECT season FROM guilds"))).scalar_one() == 40


async def test_a_write_that_raises_leaves_nothing(storage: Storage) -> None:
    async def write_and_raise() -> None:
        async with storage.write() as tx:
            await tx.operations.beat("process", NOW)
            await tx.guilds.seed(1, "UTC", "en", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_raise()
    async with storage.read() as tx:
        assert await tx.operations.uptimes(NOW - timedelta(days=1)) == []
        assert await tx.guilds.find(1) is None


async def test_a_cancelled_write_leaves_nothing_and_blocks_nobody(storage: Storage) -> None:
    started = asyncio.Event()

    async def write_for_ever() -> None:
        async with storage.write() as tx:
            await tx.operations.beat("process", NOW)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with storage.write() as tx:
        await tx.operations.beat("other", NOW)
    async with storage.read() as tx:
        assert len(await tx.operations.uptimes(NOW - timedelta(days=1))) == 1


async def test_a_reader_neither_waits_for_a_writer_nor_sees_its_half_done_work(open_database: OpenDatabase) -> None:
    writer, reader = Storage(open_database()), Storage(open_database())
    async with writer.write() as tx:
        await tx.guilds.seed(1, "UTC", "en", NOW)
        async with reader.read() as other:
            assert await other.guilds.find(1) is None
    async with reader.read() as other:
        assert await other.guilds.find(1) is not None


async def test_what_a_read_writes_is_taken_back(storage: Storage) -> None:
    async with storage.read() as tx:
        await tx.guilds.seed(1, "UTC", "en", NOW)
    async with storage.read() as tx:
        assert await tx.guilds.find(1) is None


async def test_an_instant_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StatementError, match="no zone"):
        async with storage.write() as tx:
            await tx.operations.beat("process", NOW.replace(tzinfo=None))
    with pytest.raises(StatementError, match="no zone"):
        async with storage.read() as tx:
            await tx.operations.uptimes(NOW.replace(tzinfo=None))


async def test_instants_come_back_as_the_same_utc_instant(storage: Storage) -> None:
    shanghai = timezone(timedelta(hours=8))
    started_at = datetime(2026, 3, 2, 1, 30, 0, 123456, tzinfo=shanghai)
    async with storage.write() as tx:
        await tx.operations.beat("process", started_at)
    async with storage.read() as tx:
        ((stored, _),) = await tx.operations.uptimes(started_at)
        assert await tx.operations.uptimes(started_at + timedelta(microseconds=1)) == []
    assert (stored, stored.tzinfo) == (started_at, UTC)


async def test_snowflakes_keep_all_their_digits(storage: Storage) -> None:
    largest = 2**63 - 1
    async with storage.write() as tx:
        await tx.members.see(largest, largest - 1, "somebody", NOW)
        assert await tx.operations.claim_notice(largest, "forbidden", date(2026, 3, 2), NOW)
    async with storage.read() as tx:
        assert await tx.members.guild_ids(largest - 1) == [largest]


async def test_sqlite_keeps_a_log_waits_checks_keys_and_flushes(tmp_path: Path) -> None:
    database = Database.from_url(f"sqlite+aiosqlite:///{tmp_path}/below/new/folders.sqlite3")
    async with database.read() as connection:
        values = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    await database.close()
    full = 2
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": full, "busy_timeout": 10_000}


async def test_opening_a_new_file_waits_for_another_process_that_does_the_same(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN IMMEDIATE")
    database = Database.from_url(f"sqlite+aiosqlite:///{file}")
    release = threading.Timer(0.1, lambda: other.execute("ROLLBACK"))
    release.start()
    assert await database.revision() is None
    release.join()
    other.close()
    await database.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql+aiomysql://host/db", "mysql"),
        ("sqlite:///file", "sqlite://"),
        ("postgresql://host/db", "postgresql"),
        ("no address at all", "cannot be read"),
    ],
)
def test_another_kind_of_address_is_refused_in_words(url: str, says: str) -> None:
    with pytest.raises(StartupError, match=says):
        Database.from_url(url)


async def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are notes, not a database\n" * 100)
    database = Database.from_url(f"sqlite+aiosqlite:///{file}")
    with pytest.raises(StartupError, match="not a database"):
        await database.upgrade()
    await database.close()


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match="folder"):
        Database.from_url(f"sqlite+aiosqlite:///{tmp_path}/file/below/x.sqlite3")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql+asyncpg://mianjing@/missing?host={socket}", "missing"),
        ("postgresql+asyncpg://nobody_here@/postgres?host={socket}", "nobody_here"),
        ("postgresql+asyncpg://mianjing@/postgres?host={socket}/elsewhere", "No such file"),
        ("postgresql+asyncpg://mianjing@127.0.0.1:1/postgres", "127.0.0.1"),
    ],
    ids=["database", "role", "socket", "port"],
)
async def test_a_server_that_cannot_be_used_is_refused_in_words(
    postgres_server: PostgresServer, address: str, says: str
) -> None:
    database = Database.from_url(address.format(socket=postgres_server.socket_dir))
    with pytest.raises(StartupError, match=says):
        await database.upgrade()
    await database.close()


async def test_an_error_tells_nothing_of_the_values(storage: Storage, dialect: str) -> None:
    """It is logged with its incident id; whose answer it was about is nobody's business."""
    with pytest.raises(DBAPIError) as caught:
        async with storage.write() as tx:
            await tx._connection.execute(text("INSERT INTO notices (cause) VALUES (:who)"), {"who": "林晓 4815162342"})
    assert "4815162342" not in str(caught.value)
