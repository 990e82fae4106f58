"""What a ranking costs on a board of 1,000,000 members over 10,000,000 ledger rows, beside a board of 1,000 members.

Both are asked in turn in one run, by readers at random ranks, so that what else the machine does meets both. The same
answer straight from the ledger stands beside it.
"""

import tempfile
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event, text

from bot.domain.readers import Reader
from bot.services.leaderboard import LeaderboardService
from bot.storage import Database, Storage
from bot.storage.tables import metadata
from tests.benchmarks.full_server import GUILD, NOW, astray, bank, url, user_id, write_full_server
from tests.benchmarks.measured import Measured, percentile

MEMBERS = 1_000_000
SMALL = 1_000
ROWS_EACH = 10
CALLS = 1_000
WARM_UP = 200
SAMPLE = 50
GROUPED = 3

# The top, and one member's rank, from the ledger alone. Neighbours and names are not even in it.
_BY_GROUP = """
WITH totals AS (SELECT user_id, sum(points) AS points FROM ledger WHERE guild_id = :guild GROUP BY user_id)
SELECT user_id, points, (SELECT count(*) FROM totals AS more WHERE more.points > totals.points) + 1 AS rank
FROM totals WHERE user_id = :user OR user_id IN (SELECT user_id FROM totals ORDER BY points DESC LIMIT 10)
"""


@dataclass
class Asked:
    """One server, the service that is asked, and how many milliseconds each answer took."""

    database: Database
    service: LeaderboardService
    members: int
    took: list[float]

    @classmethod
    def open(cls, file: Path, members: int) -> "Asked":
        database = Database.from_url(url(file))
        return cls(database, LeaderboardService(Storage(database), bank()), members, [])

    async def ask(self, user: int) -> None:
        """Ask for the board of all time as `/leaderboard` does, on behalf of a member."""
        reader = Reader(user, "reader", GUILD, None)
        began = time.perf_counter()
        ranking = await self.service.ranking(reader, GUILD, "all", None, NOW)
        self.took.append(1000 * (time.perf_counter() - began))
        assert len(ranking.top) == 10
        assert ranking.members <= self.members


async def measure(members: int = MEMBERS) -> Sequence[Measured]:
    """Write both servers, check them on a sample, and measure."""
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        servers = []
        for size in (members, SMALL):
            file = Path(name) / f"{size}.sqlite3"
            began = time.perf_counter()
            await write_full_server(file, size, ROWS_EACH * size)
            written = f"{time.perf_counter() - began:.0f} s, {file.stat().st_size / 1e9:.2f} GB"
            print(f"{size:,} members with {ROWS_EACH * size:,} ledger rows: {written}", flush=True)
            servers.append(Asked.open(file, size))
            _read_through(file)
        try:
            return await compare(*servers)
        finally:
            for server in servers:
                await server.database.close()


def _read_through(file: Path) -> None:
    """Bring a file into the machine's cache: what is measured is the bot, not the disk."""
    with file.open("rb", buffering=0) as stream:
        while stream.read(1 << 20):
            pass


async def compare(large: Asked, small: Asked, seed: int = 1) -> Sequence[Measured]:
    """Measure two servers in turn."""
    rng = Random(seed)
    wrong = 0
    for server in (large, small):
        sample = [user_id(rng.randrange(server.members)) for _ in range(SAMPLE)]
        wrong += await astray(server.database, sample)
        for _ in range(WARM_UP):
            await server.ask(user_id(rng.randrange(server.members)))
        server.took.clear()
    for _ in range(CALLS):
        for server in (large, small):
            await server.ask(user_id(rng.randrange(server.members)))
    grouped = [await _by_group(large.database, user_id(rng.randrange(large.members))) for _ in range(GROUPED)]
    for step in filter(reads_too_much, await plan(large.database, large.ask(user_id(large.members // 2)))):
        print(f"reads more than it must: {step}", flush=True)
    middle, late = percentile(large.took, 0.5), percentile(large.took, 0.99)
    on = f"{large.members:,} members, {CALLS} calls, p50 {middle:.2f} ms"
    beside = percentile(small.took, 0.5), percentile(small.took, 0.99)
    than = f"{small.members:,} members: p50 {beside[0]:.2f} ms, p99 {beside[1]:.2f} ms"
    by_group = f"the same from the ledger: {min(grouped):.0f} ms"
    return [
        Measured("scores astray from the ledger", float(wrong), "", 0, f"{SAMPLE} members of each server recounted"),
        Measured("ranking, p99", late, "ms", 10, on),
        Measured("ranking, p50 over that of the small server", middle / beside[0], "times", 2, than),
        Measured("ranking, p99 over that of the small server", late / beside[1], "times", 2, than),
        Measured("ranking, p50 as a share of GROUP BY", 100 * middle / min(grouped), "%", 10, by_group),
    ]


async def _by_group(database: Database, user: int) -> float:
    began = time.perf_counter()
    async with database.read() as connection:
        rows = (await connection.execute(text(_BY_GROUP), {"guild": GUILD, "user": user})).all()
    assert len(rows) >= 10
    return 1000 * (time.perf_counter() - began)


async def plan(database: Database, work: Awaitable[object]) -> list[str]:
    """Do something, and return every step of the query plans that it took, in SQLite's words."""
    statements: list[tuple[str, Any]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            statements.append((statement, parameters))

    await work
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    found = []
    async with database.read() as connection:
        for statement, parameters in statements:
            steps = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [str(row[3]) for row in steps]
    return found


def reads_too_much(step: str) -> bool:
    """Whether a step goes through a whole table, or sorts what it found."""
    return "TEMP B-TREE" in step or any(step.startswith(f"SCAN {name}") for name in metadata.tables)
