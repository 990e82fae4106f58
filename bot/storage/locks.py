"""Turns that several transactions take where rows alone would not make them."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Keys of locks that belong to no server; a server's own id is a key too, and far larger.
MIGRATIONS = 4_873_214_201
REVISIONS = 4_873_214_202


async def take_turn(connection: AsyncConnection, key: int) -> None:
    """Wait until no other transaction holds the key, then hold it until this one ends.

    Does nothing on SQLite, where a write waits for every other one as it is.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
