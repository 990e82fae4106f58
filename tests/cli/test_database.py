"""`python -m bot db`: backup while somebody writes, restore, check; what is refused changes nothing."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path
) -> Run:
    """Run `db …` in a folder with a migrated database under `data`."""
    monkeypatch.chdir(tmp_path)
    for name in ("MIANJING_DATABASE_URL", "MIANJING_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    Path("data").mkdir()
    shutil.copyfile(sqlite_template, DATABASE)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(["db", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


DATABASE = Path("data/mianjing.sqlite3")


def write(path: Path, guild_id: int) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        columns = {row[1]: row for row in database.execute("PRAGMA table_info(guilds)")}
        values = {"guild_id": guild_id}
        values |= {
            name: "2026-11-23 00:00:00.000000" if "_at" in name else "UTC" if name == "timezone" else "zh"
            for name, row in columns.items()
            if row[3] and row[4] is None and name != "guild_id"
        }
        marks = ", ".join("?" * len(values))
        database.execute(f"INSERT INTO guilds ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def guilds(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("SELECT guild_id FROM guilds ORDER BY guild_id")]


def test_a_backup_taken_while_the_database_is_open_is_restored(run: Run) -> None:
    write(DATABASE, 1)
    with closing(sqlite3.connect(DATABASE)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")  # somebody is in the middle of a write
        code, out, _ = run("backup", "copies/monday.sqlite3")
        other.execute("ROLLBACK")
    assert code == 0
    assert out.startswith("copies/monday.sqlite3: ")
    write(DATABASE, 2)
    assert run("restore", "copies/monday.sqlite3")[0] == 0
    assert guilds(DATABASE) == [1]
    assert guilds(Path("data/mianjing.sqlite3.before-restore")) == [1, 2]
    assert run("check") == (0, "ok\n", "")


def test_a_damaged_backup_is_refused_and_nothing_is_changed(run: Run) -> None:
    write(DATABASE, 1)
    run("backup", "copy.sqlite3")
    data = bytearray(Path("copy.sqlite3").read_bytes())
    data[4096:12288] = b"\x55" * 8192
    Path("copy.sqlite3").write_bytes(data)
    code, _, err = run("restore", "copy.sqlite3")
    assert code == 2
    assert "is no sound backup; nothing was changed" in err
    assert guilds(DATABASE) == [1]
    Path("text.sqlite3").write_text("not a database at all, but long enough to be read as one" * 20)
    assert run("restore", "text.sqlite3")[0] == 2
    assert run("restore", "nowhere.sqlite3")[2] == "nowhere.sqlite3 does not exist\n"


def test_a_database_in_use_is_not_replaced(run: Run) -> None:
    run("backup", "copy.sqlite3")
    with closing(sqlite3.connect(DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, _, err = run("restore", "copy.sqlite3")
        other.execute("ROLLBACK")
    assert code == 2
    assert "is in use: stop the bot first" in err


def test_nothing_to_back_up(run: Run) -> None:
    DATABASE.unlink()
    assert run("backup", "copy.sqlite3")[0] == 2
    assert not Path("copy.sqlite3").exists()


def test_check_tells_a_damaged_file(run: Run) -> None:
    assert run("check")[0] == 0
    data = bytearray(DATABASE.read_bytes())
    data[8192:16384] = b"\xaa" * 8192
    DATABASE.write_bytes(data)
    code, out, err = run("check")
    assert code != 0
    assert "data/mianjing.sqlite3" in out + err


def test_rebuilding_an_empty_ledger(run: Run) -> None:
    assert run("rebuild-boards") == (0, "0 scores\n", "")


def test_postgres_is_left_to_its_own_programs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIANJING_DATABASE_URL", "postgresql+asyncpg://me:secret@db.example/bot")
    code, out, _ = run("backup", "a b.dump")
    assert (code, out) == (0, "pg_dump --format=custom --file='a b.dump' postgresql://me@db.example/bot\n")
    assert "secret" not in run("restore", "a.dump")[1]
