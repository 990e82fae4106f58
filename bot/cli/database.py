"""`db`: what an operator does with the database: upgrade, backup, restore, check, rebuild-boards."""

import argparse
import asyncio
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.errors import StartupError
from bot.settings import read_settings

_SQLITE = "sqlite+aiosqlite:///"


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    database = subparsers.add_parser("db", help="look after the database")
    actions = database.add_subparsers(dest="action", required=True)
    upgrade = actions.add_parser("upgrade", help="bring the schema up to date (`run` does so by itself)")
    upgrade.set_defaults(handler=lambda _arguments: asyncio.run(_upgrade()))
    backup = actions.add_parser("backup", help="copy the database into a file, with the bot running or not")
    backup.add_argument("file", type=Path, metavar="F")
    backup.set_defaults(handler=_backup)
    restore = actions.add_parser("restore", help="put a backup in the place of the database; stop the bot first")
    restore.add_argument("file", type=Path, metavar="F")
    restore.set_defaults(handler=_restore)
    check = actions.add_parser("check", help="look for damage, and compare the boards with the ledger")
    check.set_defaults(handler=lambda _arguments: asyncio.run(_check()))
    rebuild = actions.add_parser("rebuild-boards", help="compute all boards anew from the ledger")
    rebuild.set_defaults(handler=lambda _arguments: asyncio.run(_rebuild()))


async def _upgrade() -> int:
    from bot.storage import Database

    database = Database.from_url(read_settings().database)
    try:
        await database.upgrade()
        print(f"schema {await database.revision()}")
    finally:
        await database.close()
    return 0


async def _rebuild() -> int:
    from bot.services.upkeep import UpkeepService
    from bot.storage import Database, Storage

    database = Database.from_url(read_settings().database)
    try:
        await database.upgrade()
        print(f"{await UpkeepService(Storage(database)).rebuild_boards()} scores")
    finally:
        await database.close()
    return 0


async def _check() -> int:
    """Print a line a fault; exit code 1 when there is one."""
    from bot.services.upkeep import UpkeepService
    from bot.storage import Database, Storage

    url = read_settings().database
    faults = _damage(_path(url)) if url.startswith(_SQLITE) else []
    database = Database.from_url(url)
    try:
        await database.upgrade()
        for found in await UpkeepService(Storage(database)).check_boards():
            faults.append(
                f"server {found.guild_id}: {found.scores} scores and {found.histogram} histogram rows differ from the"
                " ledger; mend with: python -m bot db rebuild-boards"
            )
    finally:
        await database.close()
    for fault in faults:
        print(fault)
    print("ok" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def _backup(arguments: argparse.Namespace) -> int:
    """Copy with SQLite's own backup, which sees one state whatever is written meanwhile."""
    url, target = read_settings().database, arguments.file
    if not url.startswith(_SQLITE):
        print(f"pg_dump --format=custom --file={shlex.quote(str(target))} {shlex.quote(_libpq(url))}")
        return 0
    source = _path(url)
    if not source.is_file():
        raise StartupError(f"{source} does not exist: there is nothing to back up")
    unfinished = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(unfinished)) as copy:
            database.backup(copy)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StartupError(f"{target} cannot be written: {error}") from None
    print(f"{target}: {target.stat().st_size} bytes")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    """Put a backup into place; the database that was there stays beside it as `….before-restore`."""
    url, source = read_settings().database, arguments.file
    if not url.startswith(_SQLITE):
        print(f"pg_restore --clean --if-exists --dbname={shlex.quote(_libpq(url))} {shlex.quote(str(source))}")
        return 0
    if not source.is_file():
        raise StartupError(f"{source} does not exist")
    faults = _damage(source)
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        raise StartupError(f"{source} is no sound backup; nothing was changed")
    target = _path(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _refuse_if_used(target)
        unfinished = target.with_name(target.name + ".restoring")
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(unfinished)) as copy:
            backup.backup(copy)
        if target.exists():
            target.replace(target.with_name(target.name + ".before-restore"))
        for rest in ("-wal", "-shm"):
            target.with_name(target.name + rest).unlink(missing_ok=True)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StartupError(f"{target} cannot be replaced: {error}") from None
    print(f"{target}: restored from {source}")
    return 0


def _refuse_if_used(path: Path) -> None:
    """Raise when another process has the database open and writes, or its log could not be folded in."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError:
            raise StartupError(f"{path} is in use: stop the bot first") from None


def _damage(path: Path) -> list[str]:
    """Return what SQLite finds wrong with a file, in its own words."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
            orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [f"{path}: {error}"]
    return [f"{path}: {line}" for line in found] + [
        f"{path}: row {row[1]} of {row[0]} points to nothing in {row[2]}" for row in orphans
    ]


def _path(url: str) -> Path:
    return Path(url.removeprefix(_SQLITE))


def _libpq(url: str) -> str:
    """The URL as PostgreSQL's own programs take it; the password stays out of what is printed."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    return parsed._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)
