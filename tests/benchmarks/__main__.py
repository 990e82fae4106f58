"""Runs every benchmark; exit code 1 when a budget is exceeded."""

import argparse
import asyncio
import sys

from tests.benchmarks import start


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5, help="how often each bot is started (default 5)")
    arguments = parser.parse_args()
    results = asyncio.run(start.measure(arguments.repetitions))
    for result in results:
        print(result)
    return 0 if all(result.kept for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
