"""`db upgrade`: bring the schema up to date without starting the bot."""

import asyncio
from typing import Any

from bot.settings import read_settings


def register(subparsers: Any) -> None:
    """Add the command to the parser."""
    database = subparsers.add_parser("db", help="look after the database")
    actions = database.add_subparsers(dest="action", required=True)
    upgrade = actions.add_parser("upgrade", help="bring the schema up to date (`run` does so by itself)")
    upgrade.set_defaults(handler=lambda _arguments: asyncio.run(_upgrade()))


async def _upgrade() -> int:
    from bot.storage import Database

    database = Database.from_url(read_settings().database)
    try:
        await database.upgrade()
        print(f"schema {await database.revision()}")
    finally:
        await database.close()
    return 0
