"""`python -m bot COMMAND`, also installed as `mianjing`."""

import argparse
import sys
from collections.abc import Sequence

from bot.cli import bank


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="mianjing")
    subparsers = parser.add_subparsers(dest="command", required=True)
    bank.register(subparsers)
    arguments = parser.parse_args(argv)
    return int(arguments.handler(arguments))


if __name__ == "__main__":
    sys.exit(main())
