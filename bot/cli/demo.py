"""`demo`: the same bot in the browser, without a token."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.settings import read_settings

DEFAULT_PORT = 8765
DEFAULT_DUE_IN = 90
DEFAULT_OPEN_FOR = 120
# The shortest span that `/daily setup` takes (0.01 hours); an hour is longer than anybody watches.
_SHORTEST_OPEN = 36
_LONGEST = 3600


def register(subparsers: Any) -> None:
    """Add the command to the parser."""
    demo = subparsers.add_parser("demo", help="try the bot in the browser, without a token")
    demo.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}; 0 takes a free one")
    demo.add_argument("--data", type=Path, default=None, help="where the demo keeps its data (default: data/demo)")
    demo.add_argument("--locale", choices=("zh-CN", "en-US"), default=None, help="language of the server and the page")
    demo.add_argument(
        "--due-in",
        type=_seconds(1),
        default=DEFAULT_DUE_IN,
        metavar="SECONDS",
        help=f"until today's question (default {DEFAULT_DUE_IN})",
    )
    demo.add_argument(
        "--open-for",
        type=_seconds(_SHORTEST_OPEN),
        default=DEFAULT_OPEN_FOR,
        metavar="SECONDS",
        help=f"between the question and its reveal (default {DEFAULT_OPEN_FOR}, at least {_SHORTEST_OPEN})",
    )
    demo.set_defaults(handler=lambda arguments: asyncio.run(_demo(arguments)))


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use a number from 0 to 65535")
    return int(text)


def _seconds(least: int) -> Callable[[str], int]:
    def seconds(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= _LONGEST:
            raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from {least} to {_LONGEST}")
        return int(text)

    return seconds


async def _demo(arguments: argparse.Namespace) -> int:
    from bot.demo.run import check_extra, check_port, run_demo, stop_on_signals

    # Before anything heavier: a missing extra or a taken port is said at once.
    check_extra()
    check_port(arguments.port)
    from bot.demo.rehearsal import Rehearsal, default_locale

    settings = read_settings()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # simcord probes discord.py with a client that has no intents, which discord.py remarks upon.
    for name in ("discord.state", "discord.client"):
        logging.getLogger(name).setLevel(logging.ERROR)
    data_dir = arguments.data or settings.data_dir / "demo"
    rehearsal = Rehearsal(
        settings.model_copy(update={"data_dir": data_dir, "database_url": ""}),
        due_in=timedelta(seconds=arguments.due_in),
        open_for=timedelta(seconds=arguments.open_for),
    )
    stop = asyncio.Event()
    with stop_on_signals(stop):
        await run_demo(
            rehearsal.make_bot,
            port=arguments.port,
            locale=arguments.locale or default_locale(),
            stop=stop,
            announce=lambda url: print(url, flush=True),
            seed=rehearsal.seed,
        )
    return 0
