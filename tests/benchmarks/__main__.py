"""Runs benchmarks, all or those named; exit code 1 when a budget is exceeded."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

from tests.benchmarks import boards, cards, content, fan_out, recording, search, start, tick

REPETITIONS = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    benchmarks: dict[str, Callable[[], Sequence[content.Measured | start.Result]]] = {
        "content": content.measure,
        "search": search.measure,
        "cards": cards.measure,
        "tick": lambda: asyncio.run(tick.measure()),
        "boards": lambda: asyncio.run(boards.measure(arguments.members)),
        "recording": lambda: asyncio.run(recording.measure()),
        "fan-out": lambda: asyncio.run(fan_out.measure()),
        "start": lambda: asyncio.run(start.measure(arguments.repetitions)),
    }
    parser.add_argument("names", nargs="*", choices=[[], *benchmarks], metavar="NAME", help=", ".join(benchmarks))
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="how often each bot is started")
    parser.add_argument("--members", type=int, default=boards.MEMBERS, help="on the large board of the boards' one")
    arguments = parser.parse_args()
    kept = True
    for name in arguments.names or benchmarks:
        for result in benchmarks[name]():
            print(result, flush=True)
            kept = kept and result.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
