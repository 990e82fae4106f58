"""The periods of a board's windows: which there are, which days they hold, and how readers write them."""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.boards import Window, parse_period, period
from bot.domain.seasons import Season

CalendarWindow = Literal["week", "month"]
# Discord's own first year: no board is older.
EARLIEST = date(2015, 1, 1)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d)")
# 2026/11/24, 2026.11.24 and 2026年11月24日 are written as often as 2026-11-24.
_SEPARATORS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": None})


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a board shows it.

    `name` is what boards call it: `2026-W48`, `2026-11`, `s3`, or "" for all time. `first` and `last` are days of the
    server's calendar, both included: None for all time, and `last` None while a season runs. `current`: points that
    are earned now count on it. `title` is a season's name. `previous` and `following` are the names of the periods
    beside it, None where there is none.
    """

    window: Window
    name: str
    first: date | None = None
    last: date | None = None
    current: bool = True
    title: str = ""
    previous: str | None = None
    following: str | None = None


def calendar_period(window: CalendarWindow, name: str, today: date) -> Period | None:
    """Return a week or a month; None when the name is not one, or names one to come, or one before EARLIEST."""
    if parse_period(window, name) != name:
        return None
    first = _first_day(window, name)
    if not EARLIEST <= first <= today:
        return None
    last = _last_day(window, first)
    before = first - timedelta(days=1)
    return Period(
        window,
        name,
        first,
        last,
        current=today <= last,
        previous=period(window, before, 0) if _first_of(window, before) >= EARLIEST else None,
        following=period(window, last + timedelta(days=1), 0) if last < today else None,
    )


def calendar_periods(window: CalendarWindow, today: date, past: int) -> list[Period]:
    """Return the week or month of today and so many before it, newest first."""
    found: list[Period] = []
    name: str | None = period(window, today, 0)
    while name is not None and len(found) <= past:
        one = calendar_period(window, name, today)
        if one is None:
            break
        found.append(one)
        name = one.previous
    return found


def read_calendar_period(window: CalendarWindow, typed: str, today: date) -> Period | None:
    """Return the week or month that a reader typed, by its name or a day in it; None as in `calendar_period`."""
    normal = _normal(typed)
    day = _read_day(normal)
    short = _MONTH.fullmatch(normal)
    name = period(window, day, 0) if day else parse_period(window, f"{short[1]}-0{short[2]}" if short else normal)
    return calendar_period(window, name, today) if name is not None else None


def season_periods(seasons: Sequence[Season], zone: ZoneInfo) -> list[Period]:
    """Return a server's seasons as periods, newest first, in the days of a time zone."""
    ordered = sorted(seasons, key=lambda season: season.number, reverse=True)
    names = [None, *(f"s{season.number}" for season in ordered), None]
    return [
        Period(
            "season",
            f"s{season.number}",
            season.started_at.astimezone(zone).date(),
            season.ended_at.astimezone(zone).date() if season.ended_at else None,
            current=season.running,
            title=season.name,
            previous=names[place + 1],
            following=names[place - 1],
        )
        for place, season in enumerate(ordered, start=1)
    ]


def read_season(typed: str, seasons: Sequence[Period], today: date) -> Period | None:
    """Return the season that a reader typed: by `s3`, its name, its number, or a day in it; else None.

    Args:
        typed: What was typed.
        seasons: As `season_periods` returns them: of several that fit, the newest is meant.
        today: A season that runs holds every day from its first to this one.
    """
    wanted = unicodedata.normalize("NFKC", typed).strip().casefold()
    day = _read_day(_normal(typed))
    for fits in (
        lambda season: season.name == wanted,
        lambda season: unicodedata.normalize("NFKC", season.title).strip().casefold() == wanted,
        lambda season: season.name == f"s{wanted}",
        lambda season: day is not None and season.first <= day <= (season.last or today),
    ):
        for season in seasons:
            if fits(season):
                return season
    return None


def _normal(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().translate(_SEPARATORS).rstrip("-")


def _read_day(normal: str) -> date | None:
    match = _DAY.fullmatch(normal)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _first_day(window: CalendarWindow, name: str) -> date:
    if window == "week":
        return date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    return date(int(name[:4]), int(name[5:]), 1)


def _first_of(window: CalendarWindow, day: date) -> date:
    return day - timedelta(days=day.weekday()) if window == "week" else day.replace(day=1)


def _last_day(window: CalendarWindow, first: date) -> date:
    if window == "week":
        return first + timedelta(days=6)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
