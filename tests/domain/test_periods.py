"""Weeks, months and seasons: their days, their neighbours, and what readers type for them."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.boards import period
from bot.domain.periods import (
    EARLIEST,
    calendar_period,
    calendar_periods,
    read_calendar_period,
    read_season,
    season_periods,
)
from bot.domain.seasons import Season

TODAY = date(2026, 11, 24)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def season(number: int, name: str, start: datetime, end: datetime | None) -> Season:
    return Season(1, number, name, start, 9, end, None if end is None else 9)


SEASONS = season_periods(
    [
        season(1, "Spring", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 31, 17, tzinfo=UTC)),
        season(2, "2026", datetime(2026, 6, 10, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)),
        season(3, "秋季赛", datetime(2026, 9, 1, tzinfo=UTC), None),
    ],
    SHANGHAI,
)


def test_a_week_is_monday_to_sunday():
    week = calendar_period("week", "2026-W48", TODAY)
    assert (week.first, week.last, week.current) == (date(2026, 11, 23), date(2026, 11, 29), True)
    assert (week.previous, week.following) == ("2026-W47", None)
    past = calendar_period("week", "2026-W47", TODAY)
    assert (past.last, past.current, past.following) == (date(2026, 11, 22), False, "2026-W48")


def test_a_month_is_as_long_as_it_is():
    month = calendar_period("month", "2024-02", TODAY)
    assert (month.first, month.last, month.current) == (date(2024, 2, 1), date(2024, 2, 29), False)
    assert (month.previous, month.following) == ("2024-01", "2024-03")
    assert calendar_period("month", "2026-01", TODAY).previous == "2025-12"


@pytest.mark.parametrize(
    ("name", "first", "previous", "following"),
    [
        ("2026-W53", date(2026, 12, 28), "2026-W52", "2027-W01"),
        ("2027-W01", date(2027, 1, 4), "2026-W53", "2027-W02"),
        ("2025-W01", date(2024, 12, 30), "2024-W52", "2025-W02"),
    ],
)
def test_weeks_at_new_year(name, first, previous, following):
    week = calendar_period("week", name, date(2027, 3, 1))
    assert (week.first, week.previous, week.following) == (first, previous, following)


@pytest.mark.parametrize("window", ["week", "month"])
def test_the_last_periods_follow_each_other_without_a_gap(window):
    found = calendar_periods(window, date(2027, 1, 2), 24)
    assert len(found) == 25
    assert found[0].current
    assert not any(one.current for one in found[1:])
    for newer, older in itertools.pairwise(found):
        assert older.last + timedelta(days=1) == newer.first
        assert (older.following, newer.previous) == (newer.name, older.name)
    for one in found:
        assert period(window, one.first, 0) == period(window, one.last, 0) == one.name


def test_there_is_nothing_before_discord():
    assert calendar_periods("month", date(2015, 3, 9), 24)[-1].name == "2015-01"
    assert calendar_periods("month", date(2015, 3, 9), 24)[-1].previous is None
    assert calendar_period("month", "2014-12", TODAY) is None
    first = calendar_periods("week", EARLIEST + timedelta(days=20), 24)[-1]
    assert (first.name, first.previous) == ("2015-W02", None)


@pytest.mark.parametrize(
    ("window", "typed", "name"),
    [
        ("week", "2026-W48", "2026-W48"),
        ("week", " 2026-w47 ", "2026-W47"),
        ("week", "2026-11-22", "2026-W47"),
        ("week", "２０２６/１１/２３", "2026-W48"),
        ("week", "2026年1月1日", "2026-W01"),
        ("week", "2024-12-31", "2025-W01"),
        ("month", "2026-11", "2026-11"),
        ("month", "2026-9", "2026-09"),
        ("month", "2026年9月", "2026-09"),
        ("month", "2026.2.3", "2026-02"),
        ("month", "2026-11-30", "2026-11"),
    ],
)
def test_a_period_is_typed_by_name_or_a_day_in_it(window, typed, name):
    assert read_calendar_period(window, typed, TODAY).name == name


@pytest.mark.parametrize(
    ("window", "typed"),
    [
        ("week", "2026-W49"),
        ("week", "2026-11-30"),
        ("week", "2026-W54"),
        ("week", "2026-W00"),
        ("week", "2025-W53"),
        ("week", "2026-11"),
        ("week", "2014-W10"),
        ("week", "0001-W01"),
        ("week", "9999-W52"),
        ("week", "last week"),
        ("week", ""),
        ("month", "2026-12"),
        ("month", "2026-13"),
        ("month", "2026-00"),
        ("month", "2026-02-30"),
        ("month", "2026-W48"),
        ("month", "0000-01"),
        ("month", "١"),
        ("month", "-"),
    ],
)
def test_what_is_no_period_up_to_now_is_none(window, typed):
    assert read_calendar_period(window, typed, TODAY) is None


@pytest.mark.parametrize("name", ["2026-w48", " 2026-W48", "2026-W48 ", "２０２６-W48", "2026-11-24"])
def test_a_button_names_a_period_exactly(name):
    assert calendar_period("week", name, TODAY) is None


def test_seasons_are_periods_in_the_servers_days_newest_first():
    assert [one.name for one in SEASONS] == ["s3", "s2", "s1"]
    running, _, first = SEASONS
    assert (running.current, running.last, running.previous, running.following) == (True, None, "s2", None)
    assert running.title == "秋季赛"
    # 17:00 UTC on 31 May is 1 June in Shanghai.
    assert (first.first, first.last, first.previous, first.following) == (
        date(2026, 3, 1),
        date(2026, 6, 1),
        None,
        "s2",
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("s1", "s1"),
        ("S3", "s3"),
        ("2", "s2"),
        (" spring ", "s1"),
        ("秋季赛", "s3"),
        ("2026", "s2"),
        ("2026-09-01", "s3"),
        ("2026-11-24", "s3"),
        ("2026/8/31", "s2"),
        ("2026-06-05", None),
        ("2026-11-25", None),
        ("s4", None),
        ("0", None),
        ("s", None),
        ("", None),
    ],
)
def test_a_season_is_typed_by_name_number_or_day(typed, name):
    found = read_season(typed, SEASONS, TODAY)
    assert (found.name if found else None) == name
