"""What a tick costs with 100,000 schedules in the database of which 100 are due, and with none due."""

import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler
from bot.domain.deliveries import DeliveryRules
from bot.domain.scoring import Scoring
from bot.services.deliveries import DeliveryService
from bot.services.reveals import RevealService
from bot.storage import Database, Storage
from bot.storage.tables import schedules as table
from tests.benchmarks.measured import Measured, percentile
from tests.factories import make_bank, make_question

SCHEDULES = 100_000
DUE = 100
NOW = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
ROUNDS = 30


async def measure() -> Sequence[Measured]:
    """Measure the looks that every tick takes, then the claim of one second's worth of the due ones."""
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        database = Database.from_url(f"sqlite+aiosqlite:///{Path(name) / 'tick.sqlite3'}")
        try:
            await database.upgrade()
            storage = Storage(database)
            await _fill(database)
            return await _measure(storage, make_bank(make_question()))
        finally:
            await database.close()


async def _measure(storage: Storage, bank: QuestionBank) -> Sequence[Measured]:
    rules = DeliveryRules()
    deliveries = DeliveryService(storage, bank, rules, "bench", Random(1))
    reveals = RevealService(storage, bank, rules, Scoring(), Scheduler(), "bench")
    quiet = NOW - timedelta(minutes=5)

    async def look() -> None:
        async with storage.read() as tx:
            found = await tx.schedules.list_due(NOW, DUE + 1)
        assert len(found) == DUE

    async def idle() -> None:
        await deliveries.claim_doubtful(quiet)
        assert not (await deliveries.claim_due(quiet)).posts
        await reveals.close_due(quiet)
        await reveals.claim_doubtful(quiet)
        await reveals.claim_due(quiet)

    idles, looks = await _samples(idle), await _samples(look)
    began = time.perf_counter()
    claimed = len((await deliveries.claim_due(NOW)).posts)
    claim = 1000 * (time.perf_counter() - began)
    on = f"{SCHEDULES:,} schedules"
    return [
        Measured("tick with nothing due, p95", percentile(idles, 0.95), "ms", 20, on),
        Measured(f"tick finding {DUE} due, p95", percentile(looks, 0.95), "ms", 20, on),
        Measured("claim of one second's worth", claim, "ms", 500, f"{on}, {claimed} claimed"),
    ]


async def _samples(work: Callable[[], Awaitable[None]]) -> list[float]:
    await work()  # compiles the statements
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await work()
        found.append(1000 * (time.perf_counter() - began))
    return found


async def _fill(database: Database) -> None:
    rows = [_row(number) for number in range(SCHEDULES)]
    async with database.write() as connection:
        for start in range(0, SCHEDULES, 5000):
            await connection.execute(insert(table), rows[start : start + 5000])


def _row(number: int) -> dict[str, object]:
    due_at = NOW - timedelta(seconds=30) if number < DUE else NOW + timedelta(minutes=1 + number % 1400)
    return {
        "channel_id": 10**18 + number,
        "guild_id": 10**17 + number // 3,
        "time": f"{due_at:%H:%M:%S}",
        "timezone": "UTC",
        "topics": [],
        "difficulty": None,
        "days": "all",
        "language": "zh",
        "mention_role_id": None,
        "reveal_after_seconds": None,
        "thread": False,
        "admin_channel_id": None,
        "paused": False,
        "removed": False,
        "suspended_reason": None,
        "effective_from": NOW - timedelta(days=1),
        "next_local_date": due_at.date(),
        "next_due_at": due_at,
        "seed": f"{number:016x}",
        "cycle": 0,
        "created_by": 1,
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW - timedelta(days=1),
    }
