"""Deletions of members' data outlive a restore: what a backup brings back of them goes again (decision 23)."""

import argparse
import asyncio
import json
import os
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from bot.domain.privacy import ErasureBook
from bot.errors import StartupError
from bot.settings import read_settings

# The schema that the marks came with.
_FIRST_REVISION = "0003"


async def read_erasures(url: str) -> ErasureBook:
    """Return the erasures that a database knows, none if its schema is older than they are. Nothing is changed.

    Raises:
        StartupError: If it cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot.services.privacy import PrivacyService
    from bot.storage import Database, Storage

    database = Database.from_url(url)
    try:
        revision = await database.revision()
        if revision is None or revision < _FIRST_REVISION:
            return ErasureBook()
        return await PrivacyService(Storage(database), token_bytes).erasures()
    except (SQLAlchemyError, OSError) as error:
        raise StartupError(f"the deletions of members' data cannot be read: {error}") from error
    finally:
        await database.close()


async def replay_erasures(url: str, book: ErasureBook) -> int:
    """Bring a database up to date, add these erasures to its own, and do them all again; returns how many members."""
    from bot.services.privacy import PrivacyService
    from bot.services.upkeep import UpkeepService
    from bot.storage import Database, Storage

    database = Database.from_url(url)
    try:
        await database.upgrade()
        storage = Storage(database)
        replay = await PrivacyService(storage, token_bytes).replay(book)
        if replay.mixed:
            await UpkeepService(storage).rebuild_boards()
        return replay.members
    finally:
        await database.close()


def save(arguments: argparse.Namespace) -> int:
    """Write the erasures into a file that only its owner reads: with its keys, ids could be tried one by one."""
    book, file = asyncio.run(read_erasures(read_settings().database)), arguments.file
    marks = {mark: erased_at.isoformat() for mark, erased_at in book.marks.items()}
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:
            json.dump({"keys": dict(book.keys), "marks": marks}, opened, indent=1)
    except OSError as error:
        raise StartupError(f"{file} cannot be written: {error}") from None
    print(f"{file}: {len(marks)} deletions")
    return 0


def erase_again(arguments: argparse.Namespace) -> int:
    """Do the erasures of a file again, and those that the database knows itself."""
    members = asyncio.run(replay_erasures(read_settings().database, _read(arguments.file)))
    print(told(members))
    return 0


def told(members: int) -> str:
    """Say how many members were erased again."""
    return f"members deleted again: {members}"


def _read(file: Path) -> ErasureBook:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        keys = {str(name): bytes.fromhex(key).hex() for name, key in content["keys"].items()}
        marks = {str(mark): datetime.fromisoformat(erased_at) for mark, erased_at in content["marks"].items()}
    except OSError as error:
        raise StartupError(f"{file} cannot be read: {error}") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise StartupError(f"{file} was not written by: python -m bot db save-erasures") from None
    if any(erased_at.tzinfo is None for erased_at in marks.values()):
        raise StartupError(f"{file} was not written by: python -m bot db save-erasures")
    return ErasureBook(keys, marks)
