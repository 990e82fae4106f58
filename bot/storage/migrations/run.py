"""Runs Alembic on a connection that is already inside a write transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.errors import StartupError
from bot.storage.locks import MIGRATIONS


def make_config(connection: Connection | None = None) -> Config:
    """Make the Alembic configuration; there is no alembic.ini to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Run all missing migrations under one lock: two processes that start together take turns.

    SQLite holds the lock already (BEGIN IMMEDIATE); PostgreSQL takes an advisory lock until the commit.

    Raises:
        StartupError: If the database was made by a newer program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": MIGRATIONS})
    try:
        command.upgrade(make_config(connection), "head")
    except CommandError as error:
        raise StartupError(f"the database is newer than this program: {error}") from error
