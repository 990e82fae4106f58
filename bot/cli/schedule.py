"""`schedule preview`: when a daily question would be due."""

import argparse
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.slots import due_instant
from bot.domain.wall_clock import parse_time, parse_timezone
from bot.errors import BotError


def register(subparsers: Any) -> None:
    """Add the command to the parser."""
    schedule = subparsers.add_parser("schedule", help="when daily questions are due")
    actions = schedule.add_subparsers(dest="action", required=True)
    preview = actions.add_parser("preview", help="one line a slot: local date, tab, due instant in UTC")
    preview.add_argument("--time", required=True, help="wall time, HH:MM")
    preview.add_argument("--timezone", required=True, help="IANA name or UTC")
    preview.add_argument("--from", dest="start", type=_date, default=None, help="first local date (default: today)")
    preview.add_argument("--days", type=_days, default=7, help="calendar days to look at (default 7)")
    preview.set_defaults(handler=_preview)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date: write it like 2026-03-08") from None


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 36_525:
        raise argparse.ArgumentTypeError(f"{text} is not a number of days from 1 to 36525")
    return int(text)


def _preview(arguments: argparse.Namespace) -> int:
    try:
        wall_time: time = parse_time(arguments.time)
        zone = ZoneInfo(parse_timezone(arguments.timezone))
    except BotError as error:
        # The same sentences as in Discord, from the shipped catalogue.
        from bot.content.locales import load_texts
        from bot.settings import shipped_content_dir

        texts = load_texts(shipped_content_dir())
        print(texts.get(f"errors.{error.key}", "en", **error.message_args).replace("`", ""), file=sys.stderr)
        return 2
    start = arguments.start or datetime.now(UTC).astimezone(zone).date()
    for offset in range(arguments.days):
        local_date = start + timedelta(days=offset)
        due_at = due_instant(local_date, wall_time, zone)
        if due_at is not None:
            print(f"{local_date.isoformat()}\t{due_at.isoformat().replace('+00:00', 'Z')}")
    return 0
