"""A burst of answers, with the process that records them killed again and again; and what was left in the database."""

import asyncio
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from bot.domain.scoring import quiz_key
from bot.storage.tables import teams
from tests.crash.answering import GUILD, ROLE, START, open_world
from tests.process.bot_process import ROOT, BotProcess
from tests.services.world import World

# A process is killed after so many acknowledged answers, and then up to this many seconds later.
MOST_ANSWERS = 60
LATEST_DELAY = 0.02
# Far more than a process ever takes to acknowledge an answer.
PATIENCE = 60.0


@dataclass
class Burst:
    """What a burst left. `lost` and `doubled` count answers, `faults` what `db check` says."""

    kills: int = 0
    acknowledged: int = 0
    recorded: int = 0
    lost: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.faults)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} answers acknowledged, {self.recorded} recorded:"
            f" {self.lost} lost, {self.doubled} doubled, db check {self.faults or 'ok'}"
        )


async def burst(folder: Path, kills: int, rng: Random) -> Burst:
    """Run process after process on one file, each until it is killed, and count what is there."""
    file = folder / "data" / "mianjing.sqlite3"
    await _prepare(file)
    outcome = Burst()
    told: list[dict[str, Any]] = []
    for number in range(kills):
        told += await _until_killed(file, number, rng.randrange(MOST_ANSWERS), rng.uniform(0, LATEST_DELAY))
        outcome.kills += 1
    world = open_world(file)
    try:
        await _count(world, told, outcome)
    finally:
        await world.database.close()
    outcome.faults += await _check(folder)
    return outcome


async def _prepare(file: Path) -> None:
    file.parent.mkdir(parents=True)
    world = open_world(file)
    try:
        await world.database.upgrade()
        row = {"guild_id": GUILD, "name": "Team", "name_key": "team", "role_id": ROLE, "state": "active", "open": True}
        async with world.database.write() as connection:
            await connection.execute(insert(teams).values(**row, created_by=1, created_at=START))
    finally:
        await world.database.close()


async def _until_killed(file: Path, number: int, answers: int, delay: float) -> list[dict[str, Any]]:
    """Kill a process a moment after it has acknowledged so many answers; return all that it acknowledged."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash.answering", str(file), str(number)),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MIANJING_")},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = []
    try:
        async with asyncio.timeout(PATIENCE):
            while len(lines) <= answers:
                line = await process.stdout.readline()
                assert line, "the process ended by itself"
                lines.append(line)
            await asyncio.sleep(delay)
    finally:
        process.kill()
        # What it wrote before it was killed is still in the pipe.
        lines += (await process.stdout.read()).splitlines(keepends=True)
        await process.wait()
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


async def _count(world: World, told: list[dict[str, Any]], outcome: Burst) -> None:
    """Compare what was acknowledged with attempts and ledger, and both with the places of the sessions."""
    attempts = await world.rows("attempts")
    ledger = await world.rows("ledger")
    answered = Counter((row["context_id"], row["item_id"], row["user_id"]) for row in attempts)
    entries = Counter(row["attempt_id"] for row in ledger)
    ids = {(row["context_id"], row["item_id"], row["user_id"]): row["id"] for row in attempts}
    points = {row["attempt_id"]: row["points"] for row in ledger}
    keys = Counter(row["key"] for row in ledger)

    acknowledged = {(line["session"], line["item"], line["user"]): line for line in told}
    for key, line in acknowledged.items():
        scored = line["note"] in (None, "late")
        lost = key not in ids or (scored and points.get(ids[key]) != line["points"])
        outcome.lost += lost or (scored and not keys[quiz_key(GUILD, 0, line["item"], line["user"])])
    first = Counter((line["session"], line["item"], line["user"]) for line in told if not line["repeated"])
    for counts in (answered, entries, keys, first):
        outcome.doubled += sum(number > 1 for number in counts.values())

    # An answer that was never acknowledged is there as a whole or not at all.
    marked = {(row["session_id"], row["item_id"]) for row in await world.rows("quiz_items") if row["answered_at"]}
    outcome.lost += len(marked ^ {(session, item) for session, item, _ in answered})
    outcome.acknowledged, outcome.recorded = len(acknowledged), len(attempts)


async def _check(folder: Path) -> list[str]:
    """Return what `python -m bot db check` finds: damage of the file, and boards that are not what the ledger says."""
    environment = {"MIANJING_DATA_DIR": str(folder / "data")}
    process = await BotProcess.start("db", "check", folder=folder, environment=environment)
    finished = await process.wait(PATIENCE)
    return [] if finished.code == 0 else [finished.output.strip() or finished.errors[-2000:]]
