"""`db`: what an operator does with the database: upgrade, backup, restore, check, rebuild-boards."""

import argparse
import asyncio
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.cli.erasures import erase_again, read_erasures, replay_erasures, save, told
from bot.domain.privacy import ErasureBook
from bot.errors import StartupError
from bot.settings import read_settings

_SQLITE = "sqlite+aiosqlite:///"
# What SQLite keeps beside a database in use, by the end of its name.
_BESIDE = ("-wal", "-shm")


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
    saving = actions.add_parser("save-erasures", help="keep whose data was deleted, before a database is replaced")
    saving.add_argument("file", type=Path, metavar="F")
    saving.set_defaults(handler=save)
    again = actions.add_parser("erase-again", help="delete again what a backup brought back; `restore` does so itself")
    again.add_argument("file", type=Path, metavar="F")
    again.set_defaults(handler=erase_again)
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
                f"server {found.guild_id}: {found.scores} scores, {found.histogram} histogram and {found.teams} team"
                " rows differ from the ledger; mend with: python -m bot db rebuild-boards"
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
    """Put a backup into place; the database that was there stays beside it as `….before-restore`.

    Members whose data was deleted since the backup, as far as the old database knows, are deleted from the new one
    before it stands in its place.
    """
    url, source = read_settings().database, arguments.file
    if not url.startswith(_SQLITE):
        print("python -m bot db save-erasures erasures.json")
        print(f"pg_restore --clean --if-exists --dbname={shlex.quote(_libpq(url))} {shlex.quote(str(source))}")
        print("python -m bot db erase-again erasures.json")
        return 0
    if not source.is_file():
        raise StartupError(f"{source} does not exist")
    faults = _damage(source)
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
        raise StartupError(f"{source} is no sound backup; nothing was changed")
    target = _path(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".restoring")
    try:
        _refuse_if_used(target)
        _remove(unfinished)
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(unfinished)) as copy:
            backup.backup(copy)
        erased = asyncio.run(replay_erasures(f"{_SQLITE}{unfinished}", _erasures_of(target)))
        with closing(sqlite3.connect(unfinished)) as copy:
            # All of it is in the one file then, whatever the last connection left behind.
            copy.execute("PRAGMA journal_mode = DELETE")
        _set_aside(target)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StartupError(f"{target} cannot be replaced: {error}") from None
    finally:
        _remove(unfinished)
    print(f"{target}: restored from {source}")
    print(told(erased))
    return 0


def _erasures_of(path: Path) -> ErasureBook:
    """Return what the database that is replaced knows; a restore is there for damaged ones too, so it goes on."""
    if not path.exists():
        return ErasureBook()
    try:
        return asyncio.run(read_erasures(f"{_SQLITE}{path}"))
    except StartupError as error:
        print(f"{error}; what was deleted since the backup is there again", file=sys.stderr)
        return ErasureBook()


def _set_aside(path: Path) -> None:
    """Rename a database, with what lies beside it: a damaged one may have its last writes there."""
    aside = path.with_name(path.name + ".before-restore")
    if path.exists():
        _remove(aside)
    for rest in ("", *_BESIDE):
        part = path.with_name(path.name + rest)
        if part.exists():
            part.replace(aside.with_name(aside.name + rest))


def _remove(path: Path) -> None:
    for rest in ("", *_BESIDE):
        path.with_name(path.name + rest).unlink(missing_ok=True)


def _refuse_if_used(path: Path) -> None:
    """Raise when another process has the database open and writes, or its log could not be folded in.

    A damaged one is no reason to refuse: that is what a backup is for.
    """
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
        except sqlite3.DatabaseError as error:
            print(f"{path}: {error}", file=sys.stderr)


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
