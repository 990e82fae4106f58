"""The engine: how a database is opened, how transactions begin, how the schema is brought up to date."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StartupError
from bot.storage.sqlite_driver import OneTripConnection
from bot.storage.write_ahead_log import PAGES, WriteAheadLog

# The revision that the tables in tables.py belong to. A test compares it with the newest migration.
HEAD_REVISION = "0003"
BUSY_TIMEOUT_MS = 10_000
_WRITE = "mianjing_write"


class Database:
    """One database, SQLite or PostgreSQL.

    SQLite: write-ahead log, foreign keys, a busy timeout, and one writer at a time in this process. A write begins
    with BEGIN IMMEDIATE, so that what it reads cannot change before it writes (decision 31).
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self._writer = asyncio.Lock()
        self._log = WriteAheadLog(engine, self._writer)
        if self.dialect == "sqlite":
            _prepare_sqlite(engine)
        # The same connections, with what on_begin looks for.
        self._writing = engine.execution_options(**{_WRITE: True})

    @classmethod
    def from_url(cls, url: str) -> "Database":
        """Make the engine for a URL (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`); connects to nothing yet.

        Raises:
            StartupError: If the URL is of another kind, or its driver is not installed.
        """
        try:
            parsed = make_url(url)
            if parsed.drivername == "sqlite+aiosqlite" and parsed.database not in (None, "", ":memory:"):
                Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            elif parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
                raise StartupError(
                    f"MIANJING_DATABASE_URL begins with {parsed.drivername}://;"
                    " use sqlite+aiosqlite:/// or postgresql+asyncpg://"
                )
            # An error that is logged must not carry who answered what: statements are told without their values.
            if parsed.drivername == "sqlite+aiosqlite":
                path = parsed.database or ":memory:"
                # Last in, first out: a connection that wrote last still has the pages that the next one needs.
                return cls(
                    create_async_engine(
                        parsed,
                        hide_parameters=True,
                        async_creator=lambda: OneTripConnection(path),
                        pool_use_lifo=True,
                    )
                )
            return cls(create_async_engine(parsed, hide_parameters=True, pool_pre_ping=True))
        except ModuleNotFoundError as error:
            raise StartupError(f"{error.name} is not installed: pip install 'mianjing[postgres]'") from error
        except OSError as error:
            raise StartupError(f"the folder of the database cannot be made: {error}") from error
        except SQLAlchemyError as error:
            raise StartupError(f"MIANJING_DATABASE_URL cannot be read: {error}") from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction, rolled back at the end: one moment on SQLite, one a statement on PostgreSQL."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, brief: bool = False) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end, rolled back on any exception.

        Never await Discord or HTTP inside: SQLite has one writer. `brief`: its statements find a few rows by key, so
        that on SQLite they need no other thread; beginning and committing wait in one all the same.
        """
        if self.dialect != "sqlite":
            async with self.engine.begin() as connection:
                yield connection
            return
        # The lock keeps our own tasks from meeting at SQLite's busy handler, which sleeps in steps of up to 100 ms.
        async with self._writer, self._writing.connect() as connection, connection.begin():
            if brief:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                with driver.at_once():
                    yield connection
            else:
                yield connection
        self._log.committed()

    async def upgrade(self) -> None:
        """Bring the schema to HEAD_REVISION. Alembic is imported only when there is something to do.

        Raises:
            StartupError: If the database cannot be reached, or is newer than this program.
        """
        try:
            if await self.revision() == HEAD_REVISION:
                return
            from bot.storage.migrations.run import upgrade

            async with self.write() as connection:
                await connection.run_sync(upgrade)
        except (SQLAlchemyError, OSError) as error:
            raise StartupError(f"the database cannot be opened: {_first_line(error)}") from error

    async def revision(self) -> str | None:
        """Return the schema revision of the database, None when it is empty."""
        async with self.read() as connection:
            return await connection.run_sync(_current_revision)

    async def close(self) -> None:
        """Close all connections."""
        await self._log.close()
        await self.engine.dispose()


def _current_revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(dbapi_connection: Any, _record: Any) -> None:
        # Without this the driver opens no transaction until the first write, and a read-modify-write loses updates.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        _use_write_ahead_log(cursor)
        # FULL: a claim that a power cut takes back would be a second post.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {PAGES}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _use_write_ahead_log(cursor: Any) -> None:
    # Two processes that make a new file together: this one statement does not wait for its lock, busy timeout or not.
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
