"""Databases for every test that stores: the same test runs on an SQLite file and on a real PostgreSQL server.

    async def test_something(storage): …             runs twice
    async def test_two(storage, open_database): …    open_database() connects to the same data as another process would

Each test gets a fresh copy of a database that was migrated once.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import event

from bot.storage import Database, Storage
from tests.postgres_server import ROLE, PostgresServer, find_binaries

SQLITE = "sqlite"
POSTGRES = "postgres"
ON_BOTH = (SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres))
_TEMPLATE = "template_mianjing"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole session."""
    binaries = find_binaries()
    if binaries is None:
        # Raised in one place for all tests, so that pytest folds it into one line.
        pytest.skip("no PostgreSQL server is installed: these tests ran on SQLite only")
    with PostgresServer(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(_migrate(_sqlite_url(file)))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database on the server, to be cloned."""
    asyncio.run(_administer(postgres_server, f"CREATE DATABASE {_TEMPLATE}"))
    asyncio.run(_migrate(postgres_server.url(_TEMPLATE)))
    return _TEMPLATE


@pytest.fixture(scope="session")
def _database_numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture(params=ON_BOTH)
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: "sqlite" or "postgres"."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, _database_numbers: Iterator[int]
) -> Iterator[str]:
    """The address of a database without any table."""
    yield from _provide(dialect, request, tmp_path, f"empty_{next(_database_numbers)}", migrated=False)


@pytest.fixture
def database_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, _database_numbers: Iterator[int]
) -> Iterator[str]:
    """The address of a migrated database without any row."""
    yield from _provide(dialect, request, tmp_path, f"test_{next(_database_numbers)}", migrated=True)


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


def _provide(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, name: str, *, migrated: bool
) -> Iterator[str]:
    # The fixtures of the other database are not asked for, so that neither needs the other.
    if dialect == SQLITE:
        file = tmp_path / f"{name}.sqlite3"
        if migrated:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield _sqlite_url(file)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template") if migrated else "template1"
    asyncio.run(_administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    yield server.url(name)
    asyncio.run(_administer(server, f"DROP DATABASE {name} WITH (FORCE)"))


def _sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def _migrate(url: str) -> None:
    database = Database.from_url(url)
    await database.upgrade()
    await database.close()


async def _administer(server: PostgresServer, statement: str) -> None:
    connection = await asyncpg.connect(host=str(server.socket_dir), user=ROLE, database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
