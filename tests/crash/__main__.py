"""The long suite: `python -m tests.crash [storms] [burst] [--kills 200] [--seed 1]`, both parts unless one is named.

Exit code 1 when anything was missed, lost or doubled.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.crash.burst import burst
from tests.crash.ground import blow
from tests.crash.storm import Weather

CHANNELS = 100
# Kills in a storm, half of them among the posts.
EACH = 20


PARTS = ("storms", "burst")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--kills", type=int, default=200, help="kills of a single process in each part (default 200)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    run = {"storms": _storms, "burst": _burst}
    sound = [run[part](arguments.kills, arguments.seed) for part in arguments.parts or PARTS]
    return 0 if all(sound) else 1


def _storms(kills: int, seed: int) -> bool:
    """Kill the bot during fan-outs of posts and reveals."""
    plan = [("killed", Weather(CHANNELS, EACH // 2))] * -(-kills // EACH)
    plan += [
        ("killed, responses lost", Weather(CHANNELS, EACH // 2, lost=0.15)),
        ("killed, bursts of 502", Weather(CHANNELS, EACH // 2, refused=0.3)),
        ("two processes, killed", Weather(CHANNELS, EACH // 2, processes=2)),
        ("two processes, killed, responses lost and 502", Weather(CHANNELS, EACH // 2, 2, lost=0.1, refused=0.1)),
    ]
    killed = faults = 0
    for number, (name, weather) in enumerate(plan):
        with tempfile.TemporaryDirectory(prefix="mianjing-crash-") as folder:
            began = time.monotonic()
            outcome = asyncio.run(blow(Path(folder), weather, seed * 1000 + number))
            print(f"{name}: {outcome} ({time.monotonic() - began:.0f} s)", flush=True)
            killed += outcome.kills
            faults += outcome.missed + outcome.doubled
    print(f"{killed} kills in {len(plan)} storms over {CHANNELS} channels: {faults} posts or reveals missed or doubled")
    return faults == 0


def _burst(kills: int, seed: int) -> bool:
    """Kill a process that records quiz answers."""
    with tempfile.TemporaryDirectory(prefix="mianjing-crash-") as folder:
        began = time.monotonic()
        outcome = asyncio.run(burst(Path(folder), kills, Random(seed)))
        print(f"burst of answers: {outcome} ({time.monotonic() - began:.0f} s)", flush=True)
    return outcome.sound


if __name__ == "__main__":
    sys.exit(main())
