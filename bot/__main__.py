"""`python -m bot COMMAND`, also installed as `mianjing`."""

import argparse
import os
import sys
from collections.abc import Sequence

from bot.cli import bank, database, demo, run, schedule
from bot.content.faults import ContentError
from bot.errors import StartupError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 faults found, 2 cannot start."""
    parser = argparse.ArgumentParser(prog="mianjing", description="Mianjing 面经: LLM interview practice on Discord")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in (run, demo, bank, schedule, database):
        module.register(subparsers)
    arguments = parser.parse_args(argv)
    try:
        code = int(arguments.handler(arguments))
        # A reader that closes the pipe early (`| head`) is found out here, not in the interpreter's last breath.
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ContentError as error:
        sys.stderr.write("".join(f"{fault}\n" for fault in error.faults))
        return 1
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
