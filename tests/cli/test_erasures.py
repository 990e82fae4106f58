"""`python -m bot db restore`: whoever had their data deleted stays deleted, whatever the backup still holds."""

import asyncio
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.__main__ import main
from bot.domain.readers import Reader
from bot.services.privacy import PrivacyService
from bot.storage import Database, Storage
from tests.services.personal import ANN, BEN, CLEO, fill
from tests.storage.rows import NOON

Run = Callable[..., tuple[int, str, str]]
DATABASE = Path("data/mianjing.sqlite3")
HOUR = timedelta(hours=1)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path
) -> Run:
    """Run `db …` in a folder with a migrated database under `data` in which ANN, BEN and CLEO have been active."""
    monkeypatch.chdir(tmp_path)
    for name in ("MIANJING_DATABASE_URL", "MIANJING_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    Path("data").mkdir()
    shutil.copyfile(sqlite_template, DATABASE)
    on_database(fill_all)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(["db", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    run_command("rebuild-boards")
    return run_command


def on_database(work, file: Path = DATABASE) -> None:
    async def open_and_work() -> None:
        database = Database.from_url(f"sqlite+aiosqlite:///{file}")
        try:
            await database.upgrade()
            await work(database)
        finally:
            await database.close()

    asyncio.run(open_and_work())


async def fill_all(database: Database) -> None:
    for user, name in ((ANN, "a"), (BEN, "b"), (CLEO, "c")):
        await fill(database, user, other=BEN if user == ANN else ANN, name=name)


def erase(user: int, at=NOON + HOUR) -> None:
    async def work(database: Database) -> None:
        await PrivacyService(Storage(database), Random(f"{user} {at}").randbytes).erase(
            Reader(user, "x", None, None), at
        )

    on_database(work)


def dump(file: Path = DATABASE) -> str:
    with closing(sqlite3.connect(file)) as database:
        return "\n".join(database.iterdump())


def holds(user: int, file: Path = DATABASE) -> bool:
    return str(user) in dump(file)


def test_who_was_deleted_since_the_backup_is_deleted_again(run: Run) -> None:
    run("backup", "copy.sqlite3")
    erase(ANN)
    assert holds(ANN, Path("copy.sqlite3"))
    code, out, err = run("restore", "copy.sqlite3")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "members deleted again: 1"
    assert not holds(ANN)
    assert holds(BEN)
    assert holds(CLEO)
    assert run("check") == (0, "ok\n", "")
    # The mark is in the restored database, so that the next restore knows of it too.
    assert run("restore", "copy.sqlite3")[1].splitlines()[-1] == "members deleted again: 1"
    assert not holds(ANN)
    assert sorted(path.name for path in Path("data").iterdir()) == [
        "mianjing.sqlite3",
        "mianjing.sqlite3.before-restore",
    ]


def test_without_deletions_a_backup_comes_back_as_it_was(run: Run) -> None:
    before = dump()
    run("backup", "copy.sqlite3")
    assert run("restore", "copy.sqlite3")[1].splitlines()[-1] == "members deleted again: 0"
    assert dump() == before


def test_what_was_done_after_a_deletion_stays(run: Run) -> None:
    erase(ANN)

    async def come_back(database: Database) -> None:
        await fill(database, ANN, other=BEN, at=NOON + 2 * HOUR, name="anew")

    on_database(come_back)
    run("rebuild-boards")
    before = dump()
    run("backup", "copy.sqlite3")
    assert run("restore", "copy.sqlite3")[1].splitlines()[-1] == "members deleted again: 0"
    assert dump() == before
    erase(ANN, NOON + 3 * HOUR)
    assert run("restore", "copy.sqlite3")[1].splitlines()[-1] == "members deleted again: 1"
    assert not holds(ANN)


def test_the_latest_deletion_counts(run: Run) -> None:
    erase(BEN)
    run("backup", "copy.sqlite3")
    erase(BEN, NOON + 5 * HOUR)
    run("restore", "copy.sqlite3")
    with closing(sqlite3.connect(DATABASE)) as database:
        assert database.execute("SELECT erased_at FROM erasures").fetchall() == [("2026-03-02 17:00:00.000000",)]


def test_deletions_under_two_keys_are_all_done_again(run: Run) -> None:
    """The database was lost and begun anew; its backup has marks under the old key, the new one under its own."""
    erase(CLEO)
    shutil.copyfile(DATABASE, "old.sqlite3")
    DATABASE.unlink()
    on_database(fill_all)
    erase(ANN)
    with closing(sqlite3.connect(DATABASE)) as database, database:
        new_key = database.execute("SELECT value FROM secrets").fetchone()[0]
    assert holds(ANN, Path("old.sqlite3"))
    assert run("restore", "old.sqlite3")[1].splitlines()[-1] == "members deleted again: 1"
    assert not holds(ANN)
    assert not holds(CLEO)
    with closing(sqlite3.connect(DATABASE)) as database:
        keys = dict(database.execute("SELECT name, value FROM secrets").fetchall())
        assert len(keys) == 2
        assert new_key in set(keys.values()) - {keys["erasures"]}, "the restored database's own key stays in use"
        assert database.execute("SELECT count(*) FROM erasures").fetchone() == (2,)
    assert run("check") == (0, "ok\n", "")
    # And once more, with both keys on the way.
    assert run("restore", "old.sqlite3")[1].splitlines()[-1] == "members deleted again: 1"
    assert not holds(ANN)


def test_a_backup_of_before_the_marks_gets_them(run: Run, tmp_path: Path) -> None:
    run("backup", "copy.sqlite3")
    with closing(sqlite3.connect("copy.sqlite3")) as database, database:
        assert database.execute("SELECT count(*) FROM secrets").fetchone() == (0,)
    erase(ANN)
    erase(BEN)
    assert run("restore", "copy.sqlite3")[1].splitlines()[-1] == "members deleted again: 2"
    assert not holds(ANN)
    assert not holds(BEN)


@pytest.mark.parametrize("damage", ["no database at all", "half of it overwritten"])
def test_a_damaged_database_can_be_replaced_and_says_what_is_lost(run: Run, damage: str) -> None:
    run("backup", "copy.sqlite3")
    erase(ANN)
    data = bytearray(DATABASE.read_bytes())
    if damage.startswith("no"):
        data[:100] = b"\x55" * 100
    data[8192:] = b"\x55" * (len(data) - 8192)
    DATABASE.write_bytes(data)
    code, out, err = run("restore", "copy.sqlite3")
    assert code == 0, err
    assert "deleted since the backup is there again" in err
    assert out.splitlines()[-1] == "members deleted again: 0"
    assert holds(ANN)
    assert run("check") == (0, "ok\n", "")


def test_nothing_is_replaced_by_a_backup_of_a_newer_program(run: Run) -> None:
    run("backup", "copy.sqlite3")
    with closing(sqlite3.connect("copy.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = dump()
    code, _, err = run("restore", "copy.sqlite3")
    assert code == 2
    assert "newer" in err
    assert dump() == before
    assert [path.name for path in Path("data").iterdir()] == ["mianjing.sqlite3"]


# What a restore on PostgreSQL takes by hand; the files are the same on both.
def test_deletions_kept_in_a_file_are_done_again(run: Run) -> None:
    shutil.copyfile(DATABASE, "old.sqlite3")
    erase(ANN)
    assert run("save-erasures", "kept.json")[1] == "kept.json: 1 deletions\n"
    assert stat.S_IMODE(Path("kept.json").stat().st_mode) == 0o600
    assert str(ANN) not in Path("kept.json").read_text()
    shutil.copyfile("old.sqlite3", DATABASE)
    assert run("erase-again", "kept.json") == (0, "members deleted again: 1\n", "")
    assert not holds(ANN)
    assert run("erase-again", "kept.json")[1] == "members deleted again: 0\n"
    assert run("check") == (0, "ok\n", "")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"keys": {}}',
        '{"keys": {"erasures": "x"}, "marks": {}}',
        '{"keys": {}, "marks": {"a": "2026-03-02"}}',
    ],
)
def test_a_file_of_another_kind_changes_nothing(run: Run, content: str) -> None:
    Path("kept.json").write_text(content)
    before = dump()
    code, _, err = run("erase-again", "kept.json")
    assert (code, err) == (2, "kept.json was not written by: python -m bot db save-erasures\n")
    assert dump() == before
    assert run("erase-again", "nowhere.json")[0] == 2
    assert run("save-erasures", "nowhere/kept.json")[0] == 2


def test_postgres_is_told_all_three_steps(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIANJING_DATABASE_URL", "postgresql+asyncpg://me@db.example/bot")
    assert run("restore", "a.dump")[1].splitlines() == [
        "python -m bot db save-erasures erasures.json",
        "pg_restore --clean --if-exists --dbname=postgresql://me@db.example/bot a.dump",
        "python -m bot db erase-again erasures.json",
    ]


def test_an_empty_file_of_deletions(run: Run) -> None:
    assert run("save-erasures", "kept.json")[1] == "kept.json: 0 deletions\n"
    assert json.loads(Path("kept.json").read_text()) == {"keys": {}, "marks": {}}
    assert run("erase-again", "kept.json")[1] == "members deleted again: 0\n"
