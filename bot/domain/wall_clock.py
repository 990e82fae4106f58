"""Reading times and time zones as people type them."""

import difflib
import re
import unicodedata
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from bot.errors import BotError

_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def parse_time(text: str) -> time:
    """Read `9:00`, `09:00` or `２１：３０` as a wall time.

    Raises:
        BotError: `daily.bad_time` for anything else.
    """
    folded = unicodedata.normalize("NFKC", text).strip().replace("：", ":")
    match = _TIME.fullmatch(folded)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise BotError("daily.bad_time", text=text)
    return time(int(match[1]), int(match[2]))


@cache
def timezones() -> tuple[str, ...]:
    """Return the names of all time zones, `Area/City` and UTC, sorted. Old aliases and POSIX files are left out."""
    areas = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in areas))


@cache
def _aliases() -> tuple[str, ...]:
    # "localtime" would follow whatever machine the bot runs on; "Factory" says that nobody has set a zone.
    return tuple(sorted(available_timezones() - {"localtime", "Factory"}))


def parse_timezone(text: str) -> str:
    """Read an IANA name in any case, or UTC.

    Raises:
        BotError: `daily.unknown_timezone`, with the nearest names as `near` (may be empty).
    """
    wanted = text.strip().replace(" ", "_").casefold()
    # Old aliases are understood (a server's own zone may be one), but never offered.
    for name in (*timezones(), *_aliases()):
        if name.casefold() == wanted:
            return name
    near = suggest_timezones(text, 3)
    if near:
        raise BotError("daily.unknown_timezone_near", text=text, near=", ".join(near))
    raise BotError("daily.unknown_timezone", text=text)


def suggest_timezones(text: str, limit: int) -> list[str]:
    """Return names that hold the text, those whose city begins with it first; else the nearest by spelling."""
    wanted = text.strip().replace(" ", "_").casefold()
    if not wanted:
        return [*_COMMON][:limit]
    held = [name for name in timezones() if wanted in name.casefold()]
    held.sort(key=lambda name: (not name.casefold().rpartition("/")[2].startswith(wanted), name))
    if held:
        return held[:limit]
    by_city = {name.casefold().rpartition("/")[2]: name for name in timezones()}
    by_city |= {name.casefold(): name for name in timezones()}
    found = difflib.get_close_matches(wanted, by_city, n=limit * 2, cutoff=0.7)
    return list(dict.fromkeys(by_city[match] for match in found))[:limit]


_COMMON = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Taipei",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
