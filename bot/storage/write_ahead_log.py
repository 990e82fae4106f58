"""Folding SQLite's write-ahead log into the database beside the writers, not in one of their commits."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

_log = logging.getLogger(__name__)

# By itself SQLite folds 1,000 pages in the commit that fills them: every twelfth answer or so would wait for the disk
# several times as long as it takes. This many pages (64 MiB) are left to it, should nobody fold them before.
PAGES = 16_000
COMMITS = 100
_FOLD = "PRAGMA wal_checkpoint(PASSIVE)"


class WriteAheadLog:
    """Folds the log after every so many commits. One a database and process."""

    def __init__(self, engine: AsyncEngine, writer: asyncio.Lock, commits: int = COMMITS) -> None:
        self._engine = engine
        self._writer = writer
        self._commits = commits
        self._left = commits
        self._folding: asyncio.Task[None] | None = None

    def committed(self) -> None:
        """Count a commit."""
        self._left -= 1
        if self._left <= 0 and (self._folding is None or self._folding.done()):
            self._left = self._commits
            self._folding = asyncio.create_task(self._fold())

    async def close(self) -> None:
        """Wait until nothing is being folded."""
        if self._folding is not None:
            await self._folding

    async def _fold(self) -> None:
        try:
            async with self._engine.connect() as connection:
                # Most of it while others write; then what they wrote meanwhile.
                for _ in range(2):
                    await connection.exec_driver_sql(_FOLD)
                # With no writer in between nothing is left, and the next one begins the log anew.
                async with self._writer:
                    await connection.exec_driver_sql(_FOLD)
        except SQLAlchemyError:
            _log.exception("the write-ahead log could not be folded in; SQLite will do it in a commit")
