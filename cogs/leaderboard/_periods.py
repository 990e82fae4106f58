"""Weeks, months and seasons in words."""

from collections.abc import Callable, Iterable
from datetime import date

from discord import app_commands

from bot.domain.localized import Language
from bot.domain.periods import Period
from bot.domain.texts import Texts
from cogs._shared.options import CHOICE_LIMIT, MAX_CHOICES
from cogs._shared.render import cut


def period_title(texts: Texts, language: Language, period: Period, shown: Callable[[str], str]) -> str:
    """Return which period it is: "This week", "Week 47 of 2026", a season's name, made harmless by `shown`."""
    if period.window == "season":
        current = texts.get("choices.window.season", language)
        return f"{current} · {shown(period.title)}" if period.current else shown(period.title)
    if period.current or period.first is None:
        return texts.get(f"choices.window.{period.window}", language)
    if period.window == "week":
        year, number, _ = period.first.isocalendar()
        return texts.get("leaderboard.week", language, year=year, number=number)
    return texts.get("leaderboard.month", language, year=period.first.year, month=_month(texts, language, period.first))


def period_days(texts: Texts, language: Language, period: Period) -> str:
    """Return the days of a period, as short as they stay clear; "" for all time."""
    first, last = period.first, period.last
    if first is None:
        return ""
    if last is None:
        return texts.get("leaderboard.since", language, first=_day(texts, language, first, with_year=True))
    if (first.year, first.month) == (last.year, last.month) and period.window != "season":
        month = _month(texts, language, first)
        return texts.get("leaderboard.days_of_month", language, first=first.day, last=last.day, month=month)
    if first == last:
        return _day(texts, language, first, with_year=True)
    start, end = (_day(texts, language, day, with_year=first.year != last.year) for day in (first, last))
    if first.year == last.year and period.window == "season":
        return texts.get("leaderboard.span_of_year", language, first=start, last=end, year=first.year)
    return texts.get("leaderboard.span", language, first=start, last=end)


def period_line(texts: Texts, language: Language, period: Period) -> str:
    """Return what stands under a board: the name of the week or month, its days, whether a season is over."""
    parts = [period.name if period.window in ("week", "month") else "", period_days(texts, language, period)]
    if period.window == "season" and not period.current:
        parts.append(texts.get("leaderboard.ended", language))
    return " · ".join(part for part in parts if part)


def period_choices(
    texts: Texts, language: Language, periods: Iterable[Period], typed: str
) -> list[app_commands.Choice[str]]:
    """Offer periods, newest first; what is typed may be anywhere in what they are called."""
    wanted, choices = typed.strip().casefold(), []
    for period in periods:
        label = _label(texts, language, period)
        if wanted in f"{period.name} {label}".casefold():
            choices.append(app_commands.Choice(name=cut(label, CHOICE_LIMIT), value=period.name))
    return choices[:MAX_CHOICES]


def _label(texts: Texts, language: Language, period: Period) -> str:
    """Return "This week 2026-W48 · 23–29 Nov", "2026-10 · Oct 2026", "Autumn · since 1 Sep 2026"."""
    if period.window == "month" and period.first is not None:
        month = _month(texts, language, period.first)
        days = texts.get("leaderboard.month", language, year=period.first.year, month=month)
    else:
        days = period_days(texts, language, period)
    name = period.title if period.window == "season" else period.name
    current = texts.get(f"choices.window.{period.window}", language) + " " if period.current else ""
    return f"{current}{name} · {days}"


def _day(texts: Texts, language: Language, day: date, *, with_year: bool) -> str:
    month = _month(texts, language, day)
    if with_year:
        return texts.get("leaderboard.day_of_year", language, year=day.year, month=month, day=day.day)
    return texts.get("leaderboard.day", language, month=month, day=day.day)


def _month(texts: Texts, language: Language, day: date) -> str:
    return texts.get("profile.months", language).split()[day.month - 1]
