"""`python -m bot COMMAND`, also installed as `mianjing`."""

import argparse
import os
import sys
from collections.abc import Sequence

from bot.cli import bank


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="mianjing")
    subparsers = parser.add_subparsers(dest="command", required=True)
    bank.register(subparsers)
    arguments = parser.parse_args(argv)
    try:
        code = int(arguments.handler(arguments))
        sys.stdout.flush()
    except BrokenPipeError:  # `… | head` has read enough; what is left in the buffer goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
