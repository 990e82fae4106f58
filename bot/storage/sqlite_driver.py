"""aiosqlite with fewer changes of threads.

Every call on an aiosqlite cursor is a message to the connection's thread and one back. SQLAlchemy opens a cursor,
executes, fetches and closes, which makes four a statement, and an answer that is recorded takes some twenty statements.
Here it is one, and none at all within `at_once`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite

_CHUNK = 64


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors do all of a statement's work in one visit to its thread."""

    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path, check_same_thread=False), _CHUNK)
        # As SQLAlchemy does with connections that it opens itself: a forgotten one must not keep the process alive.
        self._thread.daemon = True
        self._at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Execute statements on the event loop's own thread.

        For those that find a few rows by key, with the lock that they need held already: sending one to the thread
        costs the loop more than such a statement takes.
        """
        self._at_once = True
        try:
            yield
        finally:
            self._at_once = False

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]
        """Return a cursor, without asking the thread for one."""
        return OneTripCursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with SQLite's own connection: in its thread, unless `at_once`."""
        if self._at_once:
            work(self._conn)
        else:
            await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]


class OneTripCursor:
    """What SQLAlchemy uses of an aiosqlite cursor. Rows are here when `execute` is done."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "OneTripCursor":
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> "OneTripCursor":
        """Execute a statement and fetch its rows."""
        await self._connection.run(lambda connection: self._take(connection.execute(sql, parameters)))  # type: ignore[arg-type]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "OneTripCursor":
        """Execute a statement that returns no rows once for each of the parameters."""
        await self._connection.run(lambda connection: self._take(connection.executemany(sql, parameters)))  # type: ignore[arg-type]
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: the cursor in the thread is closed already."""

    def _take(self, cursor: sqlite3.Cursor) -> None:
        """Keep everything that may be asked for, while the thread is the right one."""
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        # Known only once all rows are there, when a statement changes rows and returns them.
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()
