"""Rows put into tables behind the services' back, with something in every column that must not be empty."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, String, Table, insert, select

from bot.storage import Database
from bot.storage.columns import Instant, Json
from bot.storage.tables import metadata

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def filled(table: Table, /, **values: Any) -> dict[str, Any]:
    """Return the values of a row: those given, and what the table insists on."""
    unknown = values.keys() - table.columns.keys()
    assert not unknown, f"{table.name} has no {unknown}"
    needed = [
        column
        for column in table.columns
        if column.name not in values
        and not column.nullable
        and column.server_default is None
        and not ((column.primary_key and column.autoincrement is True) or column.name == "id")
    ]
    return {column.name: _some(column.type) for column in needed} | values


def _some(kind: Any) -> Any:
    if isinstance(kind, Instant):
        return NOON
    if isinstance(kind, type(Json)):
        return []
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Date):
        return date(2026, 3, 2)
    if isinstance(kind, Float):
        return 0.5
    if isinstance(kind, Integer | BigInteger):
        return 1
    assert isinstance(kind, String), kind
    return "x"


async def put(database: Database, name: str, /, **values: Any) -> int | None:
    """Insert a row; returns its id, if it has one."""
    table = metadata.tables[name]
    statement = insert(table).values(**filled(table, **values))
    async with database.write() as connection:
        if "id" not in table.c:
            await connection.execute(statement)
            return None
        return int((await connection.execute(statement.returning(table.c.id))).scalar_one())


async def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    async with database.read() as connection:
        return {
            name: sorted((tuple(row) for row in await connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }
