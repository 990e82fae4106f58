"""The long suite: `python -m tests.crash [--kills 200] [--seed 1]`. Exit code 1 when anything was missed or doubled."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.ground import blow
from tests.crash.storm import Weather

CHANNELS = 100
# Kills in a storm, half of them among the posts.
EACH = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kills of a single process (default 200)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    plan = [("killed", Weather(CHANNELS, EACH // 2))] * -(-arguments.kills // EACH)
    plan += [
        ("killed, responses lost", Weather(CHANNELS, EACH // 2, lost=0.15)),
        ("killed, bursts of 502", Weather(CHANNELS, EACH // 2, refused=0.3)),
        ("two processes, killed", Weather(CHANNELS, EACH // 2, processes=2)),
        ("two processes, killed, responses lost and 502", Weather(CHANNELS, EACH // 2, 2, lost=0.1, refused=0.1)),
    ]
    kills = faults = 0
    for number, (name, weather) in enumerate(plan):
        with tempfile.TemporaryDirectory(prefix="mianjing-crash-") as folder:
            began = time.monotonic()
            outcome = asyncio.run(blow(Path(folder), weather, arguments.seed * 1000 + number))
            print(f"{name}: {outcome} ({time.monotonic() - began:.0f} s)", flush=True)
            kills += outcome.kills
            faults += outcome.missed + outcome.doubled
    print(f"{kills} kills in {len(plan)} storms over {CHANNELS} channels: {faults} posts or reveals missed or doubled")
    return 0 if faults == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
