"""Start and memory of the bot with a full bank, over a bare discord.py bot on the same loopback Discord.

Both are started in turn, so that what else the machine does meets both. The first start of each is not counted: it
migrates the database, checks the content and writes the cache.
"""

import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.full_bank import write_full_bank
from tests.loopback import LoopbackDiscord

ROOT = Path(__file__).resolve().parents[2]
# READY comes when the gateway says so. Two seconds later discord.py says it too; the bot has ticked by then.
SETTLED_SECONDS = 3.0


@dataclass(frozen=True)
class Sample:
    """One start: seconds from the exec to READY, MiB resident afterwards."""

    start: float
    memory: float


@dataclass(frozen=True)
class Result:
    """What was measured, as medians, and the median of the differences between neighbours."""

    name: str
    unit: str
    bare: float
    ours: float
    differences: tuple[float, ...]
    budget: float

    @property
    def difference(self) -> float:
        return statistics.median(self.differences)

    @property
    def kept(self) -> bool:
        return self.difference <= self.budget

    def __str__(self) -> str:
        verdict = "kept" if self.kept else "EXCEEDED"
        span = f"{min(self.differences):.2f} to {max(self.differences):.2f}"
        return (
            f"{self.name}: bare {self.bare:.2f} {self.unit}, ours {self.ours:.2f} {self.unit},"
            f" difference {self.difference:.2f} ({span}, n = {len(self.differences)}),"
            f" ratio {self.ours / self.bare:.2f}; budget {self.budget:g} {self.unit} over bare: {verdict}"
        )


async def measure(repetitions: int) -> Sequence[Result]:
    """Measure both bots."""
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        folder = Path(name)
        questions = write_full_bank(folder / "content")
        print(f"a bank of {questions} questions; {repetitions} starts of each bot", flush=True)
        async with LoopbackDiscord() as discord:
            guild = discord.world.add_guild()
            for number in range(10):
                discord.world.add_channel(guild, f"channel-{number}")
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("MIANJING_")},
                **discord.environment(),
                "MIANJING_CONTENT_DIR": str(folder / "content"),
                "MIANJING_DATA_DIR": str(folder / "data"),
                "PYTHONPATH": str(ROOT),
            }
            bare = [str(Path(__file__).with_name("bare_bot.py"))]
            ours = ["-m", "bot", "run"]
            pairs = [
                (await _sample(discord, bare, environment, folder), await _sample(discord, ours, environment, folder))
                for _ in range(repetitions + 1)
            ][1:]
    return [
        _result("start to READY", "s", [(bare.start, ours.start) for bare, ours in pairs], 1.5),
        _result("resident memory", "MiB", [(bare.memory, ours.memory) for bare, ours in pairs], 70),
    ]


def _result(name: str, unit: str, pairs: Sequence[tuple[float, float]], budget: float) -> Result:
    return Result(
        name,
        unit,
        statistics.median(bare for bare, _ in pairs),
        statistics.median(ours for _, ours in pairs),
        tuple(ours - bare for bare, ours in pairs),
        budget,
    )


async def _sample(
    discord: LoopbackDiscord, arguments: Sequence[str], environment: dict[str, str], folder: Path
) -> Sample:
    started_at = time.time()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        session = await discord.gateway.wait_ready(len(discord.gateway.sessions) + 1, timeout=60)
        await asyncio.sleep(SETTLED_SECONDS)
        return Sample(session.ready_at.timestamp() - started_at, _resident(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


def _resident(pid: int) -> float:
    """Return the resident set of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no VmRSS")
