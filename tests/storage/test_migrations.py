"""The schema: from nothing to the newest revision, on both databases, however many processes ask for it."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from bot.domain.boards import Board
from bot.errors import StartupError
from bot.services.upkeep import UpkeepService
from bot.storage import Database, Storage
from bot.storage.database import HEAD_REVISION
from bot.storage.migrations.run import make_config, upgrade
from bot.storage.tables import metadata
from tests.conftest import POSTGRES

# A channel that was posted to, as the first revision stored it.
_ROWS_OF_0001 = (
    "INSERT INTO schedules VALUES (5, 4, '09:00:00', 'UTC', '[\"basics\"]', NULL, 'all', 'zh', NULL, NULL, false, NULL,"
    " false, false, NULL, NULL, '2026-03-01', '2026-03-03', '2026-03-03', 'seed', 0, 1, '2026-03-01', '2026-03-01')",
    "INSERT INTO item_revisions VALUES ('hash', 'q.a', '{}', '2026-03-01')",
    "INSERT INTO slots (id, channel_id, local_date, due_at, state, tries)"
    " VALUES (6, 5, '2026-03-02', '2026-03-02', 'posted', 0)",
    "INSERT INTO deliveries (id, slot_id, guild_id, channel_id, local_date, language, question_id, topic, item_id,"
    " revision, option_order, cycle, message_id, reveal_state, reveal_tries, created_at) VALUES (7, 6, 4, 5,"
    " '2026-03-02', 'zh', 'q', 'basics', 'q.a', 'hash', '[\"a\", \"b\", \"c\"]', 0, 8, 'waiting', 0, '2026-03-02')",
)
# Three members on a board, one of whom opted out, and what their entries in the ledger say, as the second one did.
_ROWS_OF_0002 = (
    "INSERT INTO memberships (guild_id, user_id, name, hidden, first_seen_at, last_seen_at) VALUES"
    " (4, 1, 'a', false, '2026-03-01', '2026-03-01'), (4, 2, 'b', true, '2026-03-01', '2026-03-01')",
    "INSERT INTO ledger (key, guild_id, user_id, source, question_id, item_id, revision, topic, season, local_date,"
    " points, reason, occurred_at) VALUES"
    + ",".join(
        f" ('k{user}{reason}', 4, {user}, 'daily', 'q', 'q.a', 'hash', 'basics', 0, '2026-03-02', {points}, '{reason}',"
        " '2026-03-02 12:00:00')"
        for user, points, reason in ((1, 2, "answered"), (1, 8, "corrected"), (2, 10, "right"), (3, 0, "wrong"))
    ),
    "INSERT INTO board_scores VALUES"
    + ",".join(
        f" (4, '{window}', '{period}', '{topic}', {user}, {points}, 1, {right}, '2026-03-02 12:00:00')"
        for window, period in (("week", "2026-W10"), ("month", "2026-03"), ("season", "s0"), ("all", ""))
        for topic in ("", "basics")
        for user, points, right in ((1, 10, 1), (2, 10, 1), (3, 0, 0))
    ),
    "INSERT INTO board_histogram VALUES (4, 'all', '', '', 10, 2), (4, 'all', '', '', 0, 1)",
)
_UPGRADE = """
import asyncio, sys
from bot.storage import Database

async def main():
    database = Database.from_url(sys.argv[1])
    await database.upgrade()
    print(await database.revision(), "alembic" in sys.modules)
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
async def empty(empty_database_url: str):
    database = Database.from_url(empty_database_url)
    yield database
    await database.close()


async def tables(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def run_upgrade(url: str) -> str:
    """Upgrade in a process of its own; returns the revision and whether Alembic was imported."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _UPGRADE, url),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode().strip()


def test_head_revision_names_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(make_config()).get_heads() == [HEAD_REVISION]


async def test_upgrade_makes_every_table_from_nothing(empty: Database) -> None:
    assert await empty.revision() is None
    await empty.upgrade()
    assert await empty.revision() == HEAD_REVISION
    assert await tables(empty) == {*metadata.tables, "alembic_version"}


async def test_the_migrated_schema_is_the_one_in_the_code(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    async with database.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), metadata)
        )
    assert difference == []


async def test_upgrading_again_changes_nothing(database: Database, database_url: str) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO notices VALUES (1, 'forbidden', '2026-03-02', '2026-03-02')"))
    before = await tables(database)
    await database.upgrade()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notices"))).scalar_one() == 1
    assert await tables(database) == before
    assert await run_upgrade(database_url) == f"{HEAD_REVISION} False", "Alembic is slow to import, and was not needed"


async def test_two_processes_that_start_together_take_turns(empty_database_url: str) -> None:
    revisions = await asyncio.gather(run_upgrade(empty_database_url), run_upgrade(empty_database_url))
    assert {revision.split()[0] for revision in revisions} == {HEAD_REVISION}


async def test_many_connections_to_a_new_database_take_turns(empty_database_url: str) -> None:
    databases = [Database.from_url(empty_database_url) for _ in range(3)]
    await asyncio.gather(*(database.upgrade() for database in databases))
    assert {await database.revision() for database in databases} == {HEAD_REVISION}
    for database in databases:
        await database.close()


async def test_a_database_with_rows_of_the_first_revision_is_upgraded(empty: Database) -> None:
    """What is there stays as it was; what is new says what held before."""
    async with empty.write() as connection:
        await connection.run_sync(lambda sync: command.upgrade(make_config(sync), "0001"))
        assert {"feedback", "corrected_key"}.isdisjoint(
            await connection.run_sync(lambda sync: {c["name"] for c in inspect(sync).get_columns("deliveries")})
        )
        for statement in _ROWS_OF_0001:
            await connection.execute(text(statement))
    await empty.upgrade()
    assert await empty.revision() == HEAD_REVISION
    storage = Storage(empty)
    async with storage.read() as tx:
        schedule, delivery = await tx.schedules.find(5), await tx.deliveries.find(7)
    assert schedule is not None
    assert (schedule.guild_id, schedule.topics, schedule.feedback) == (4, ("basics",), "delayed")
    assert delivery is not None
    assert (delivery.message_id, delivery.option_order, delivery.feedback) == (8, ("a", "b", "c"), "delayed")
    assert delivery.mended == (None, None)
    assert (delivery.correction_needed, delivery.correction_message_id) == (False, None)
    # The new columns can be written, and rows of before are as good as others.
    async with storage.write() as tx:
        await tx.deliveries.set_key(7, "b", tell=True)
        assert (await tx.deliveries.take(7)).corrected_key == "b"


async def test_boards_of_the_second_revision_go_on_without_those_who_opted_out(empty: Database) -> None:
    async with empty.write() as connection:
        await connection.run_sync(lambda sync: command.upgrade(make_config(sync), "0002"))
        for statement in _ROWS_OF_0002:
            await connection.execute(text(statement))
    await empty.upgrade()
    storage = Storage(empty)
    assert await UpkeepService(storage).check_boards() == []
    board = Board(4, "all", "")
    async with storage.read() as tx:
        entries = {entry.key: (entry.answers, entry.right) for entry in await tx.ledger.list_guild(4)}
        shown, hidden = await tx.boards.top(board, 10), await tx.boards.own(board, 2)
        assert await tx.boards.members(board) == 1
    assert entries == {"k1answered": (1, 0), "k1corrected": (0, 1), "k2right": (1, 1), "k3wrong": (1, 0)}
    assert [(standing.user_id, standing.points, standing.rank) for standing in shown] == [(1, 10, 1)]
    assert hidden is not None
    assert (hidden.points, hidden.rank) == (10, 1)


async def test_a_migration_that_breaks_off_leaves_nothing_behind(empty: Database) -> None:
    async def break_off() -> None:
        async with empty.write() as connection:
            await connection.run_sync(upgrade)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert await tables(empty) == set()
    await empty.upgrade()
    assert await empty.revision() == HEAD_REVISION


async def test_a_database_of_a_newer_program_is_left_alone(empty: Database) -> None:
    await empty.upgrade()
    async with empty.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartupError, match="newer"):
        await empty.upgrade()
    assert await empty.revision() == "9999"


# Alembic does not compare CHECK constraints, nor what AUTOINCREMENT means, so these are tried.
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO quiz_sessions (user_id, mode, topics, seconds, state, created_at)"
        " VALUES (1, 'solo', '[]', 0, 'lost', '2026-03-02')",
        "INSERT INTO slots (channel_id, local_date, due_at, state, tries)"
        " VALUES (1, '2026-03-02', '2026-03-02', 'posted', 0)",
        "INSERT INTO notices VALUES (1, 'forbidden', '2026-03-02', '2026-03-02'),"
        " (1, 'forbidden', '2026-03-02', '2026-03-03')",
    ],
    ids=["a state that does not exist", "a slot without a schedule", "a key twice"],
)
async def test_constraints_hold(database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(text(statement))


async def test_an_id_is_never_used_again(database: Database) -> None:
    insert = text(
        "INSERT INTO quiz_sessions (user_id, mode, topics, seconds, state, created_at)"
        " VALUES (1, 'solo', '[]', 0, 'stopped', '2026-03-02') RETURNING id"
    )
    used = []
    for _ in range(3):
        async with database.write() as connection:
            used.append((await connection.execute(insert)).scalar_one())
            await connection.execute(text("DELETE FROM quiz_sessions"))
    assert used == sorted(set(used))


async def test_every_numbered_table_numbers_that_way_on_sqlite(database: Database, dialect: str) -> None:
    numbered = {table.name for table in metadata.tables.values() if table.columns.keys()[0] == "id"}
    assert {"slots", "deliveries", "attempts", "ledger", "quiz_sessions"} <= numbered
    if dialect == POSTGRES:
        return
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        definitions = {row.name: row.sql for row in rows}
    assert {name for name in numbered if "AUTOINCREMENT" in definitions[name]} == numbered
