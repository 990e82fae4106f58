"""INSERT … ON CONFLICT, which SQLAlchemy spells once per dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_for(connection: AsyncConnection, table: Table) -> Any:
    """Return the dialect's INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_in(connection.dialect.name, table)


def insert_in(dialect: str, table: Table) -> Any:
    """Return the INSERT of a dialect: for statements that are built once and executed often."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
