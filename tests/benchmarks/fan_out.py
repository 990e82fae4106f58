"""Fan-out: 2,000 channels due in the same minute, at Discord's own limits, with slash commands in between."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measured import Measured, percentile
from tests.crash.fleet import Fleet, tally
from tests.crash.ground import prepare
from tests.loopback import LoopbackDiscord
from tests.process.bot_process import BotProcess

CHANNELS = 2000
# Discord lets 50 calls a second pass.
AT_BEST = CHANNELS / 50
SEND = "/channels/{channel}/messages"


async def measure(channels: int = CHANNELS) -> Sequence[Measured]:
    """Measure one fan-out, from the first send that arrives to the last, and how late commands are answered in it."""
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        async with LoopbackDiscord() as discord:
            fleet = Fleet.make(discord, channels, prepare(Path(name)))
            async with fleet.books() as app:
                await fleet.make_due(app)
            bot = await BotProcess.start("run", folder=fleet.folder, environment=fleet.environment())
            try:
                await discord.gateway.wait_ready(timeout=60)
                began = time.monotonic()
                lateness: list[float] = []
                asking = asyncio.ensure_future(_ask(fleet, lateness))
                await discord.journal.until(
                    lambda: sum(map(bool, fleet.posts())) == channels, "all posts", timeout=5 * AT_BEST + 60
                )
                asking.cancel()
            finally:
                await bot.stop()
            sends = discord.journal.select("POST", SEND)
            span = (sends[-1].at - sends[0].at).total_seconds()
            missed, doubled = tally(fleet.posts())
    on = f"{channels} channels, {len(sends)} sends in {span:.1f} s, {time.monotonic() - began:.1f} s in all"
    return [
        Measured("fan-out, over the best that Discord allows", span / (channels / 50), "times", 1.05, on),
        Measured("429 answered during the fan-out", float(len(discord.limits.refused)), "", 0, on),
        Measured("channels missed or doubled", float(missed + doubled), "", 0, on),
        Measured(
            "answer to a slash command meanwhile, p99",
            1000 * percentile(lateness, 0.99),
            "ms",
            200,
            f"{len(lateness)} commands",
        ),
    ]


async def _ask(fleet: Fleet, lateness: list[float]) -> None:
    """Use a command again and again; note how long until it was acknowledged."""
    while True:
        began = time.monotonic()
        await fleet.discord.interactions.slash("leaderboard", fleet.guild.owner, fleet.channels[0])
        lateness.append(time.monotonic() - began)
        await asyncio.sleep(0.1)
