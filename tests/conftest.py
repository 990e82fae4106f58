"""Databases for every test that stores: the same test runs on an SQLite file and on a real PostgreSQL server.

    async def test_something(storage): …             runs twice
    async def test_two(storage, open_database): …    open_database() connects to the same data as another process would

Each test begins with a migrated database without a row. Without a PostgreSQL server on the machine its half is left
out, and one line at the end says so.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import event

from bot.storage import Database, Storage
from bot.storage.tables import metadata
from tests.postgres_server import OLDEST, ROLE, PostgresServer, find_binaries

SQLITE = "sqlite"
POSTGRES = "postgres"
ON_BOTH = (SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres))
_SHARED = "shared"
# Rows are deleted between tests: cloning a database or truncating tables makes hundreds of files each time.
_WIPE = "; ".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)),
        "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences",
    ]
)
_left_out = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a PostgreSQL server when the machine has none."""
    needy = [item for item in items if item.get_closest_marker(POSTGRES)]
    if needy and find_binaries() is None:
        config.stash[_left_out] = len(needy)
        items[:] = [item for item in items if item not in set(needy)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out."""
    left_out = config.stash.get(_left_out, 0)
    if left_out:
        terminalreporter.write_line(
            f"SKIPPED {left_out} tests on PostgreSQL: no server of version {OLDEST} or newer is installed", yellow=True
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole session."""
    binaries = find_binaries()
    assert binaries is not None, "a test that uses the server must carry the marker postgres"
    with PostgresServer(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a migrated database on the server, which tests use one after the other."""
    asyncio.run(administer(postgres_server, "postgres", f"CREATE DATABASE {_SHARED}"))
    url = postgres_server.url(_SHARED)
    asyncio.run(_migrate(url))
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(_migrate(_sqlite_url(file)))
    return file


@pytest.fixture(params=ON_BOTH)
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: "sqlite" or "postgres"."""
    return str(request.param)


# The fixtures of the other database are not even asked for, so that neither half needs the other.
@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database without any row."""
    if dialect == SQLITE:
        file = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return _sqlite_url(file)
    url: str = request.getfixturevalue("shared_postgres_url")
    asyncio.run(administer(request.getfixturevalue("postgres_server"), _SHARED, _WIPE))
    return url


@pytest.fixture
def empty_database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if dialect == SQLITE:
        yield _sqlite_url(tmp_path / "empty.sqlite3")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex}"
    asyncio.run(administer(server, "postgres", f"CREATE DATABASE {name}"))
    yield server.url(name)
    asyncio.run(administer(server, "postgres", f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def open_database(database_url: str) -> AsyncIterator[Callable[[], Database]]:
    """Open the test's database once more, as another process would; closed at the end of the test."""
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(open_quickly(database_url))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """The migrated database."""
    return open_database()


@pytest.fixture
def storage(database: Database) -> Storage:
    """What services are given."""
    return Storage(database)


def open_quickly(url: str) -> Database:
    """Open a database whose commits do not wait for the disk: no test pulls the plug."""
    database = Database.from_url(url)
    if database.dialect == SQLITE:

        @event.listens_for(database.engine.sync_engine, "connect")
        def on_connect(dbapi_connection: object, _record: object) -> None:
            cursor = dbapi_connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.close()

    return database


def _sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def _migrate(url: str) -> None:
    database = Database.from_url(url)
    await database.upgrade()
    await database.close()


async def administer(server: PostgresServer, database: str, statements: str) -> None:
    """Run statements on a database of the server, without any layer of ours in between."""
    connection = await asyncpg.connect(host=str(server.socket_dir), user=ROLE, database=database)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
