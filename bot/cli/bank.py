"""`bank check`: what authors run."""

import argparse
from pathlib import Path

import bot
from bot.content.lint import lint
from bot.content.questions import read_questions

DEFAULT_CONTENT_DIR = Path(bot.__file__).resolve().parent.parent / "content"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `bank` and its sub-commands to the command line."""
    bank = subparsers.add_parser("bank", help="check and export the question bank")
    commands = bank.add_subparsers(dest="bank_command", required=True)
    check_parser = commands.add_parser("check", help="lint the content folder")
    check_parser.add_argument("path", nargs="?", type=Path, default=DEFAULT_CONTENT_DIR, metavar="PATH")
    check_parser.set_defaults(handler=lambda arguments: check(arguments.path))


def check(path: Path) -> int:
    """Lint a content folder and print every fault. Returns 1 if any is an error."""
    loading = read_questions(path)
    faults = lint(loading)
    for fault in faults:
        print(fault)
    errors = sum(not fault.warning for fault in faults)
    print(f"{len(loading.questions)} questions: {errors} errors, {len(faults) - errors} warnings")
    return 1 if errors else 0
