"""The rule of slots against the other way of computing it, for a few zones; `make slots` takes all."""

from datetime import date, time

import pytest

from tests.domain.every_slot import Oracle, check_zone, wall_times

# Clocks that change by half an hour, at midnight, in Ramadan; a lost day is in none of these six years.
ZONES = ("America/New_York", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca")


@pytest.mark.parametrize("zone", ZONES)
def test_exactly_one_slot_a_date_at_the_stated_instant(zone: str) -> None:
    compared, wrong = check_zone(zone, wall_times(10))
    assert wrong == []
    assert compared == 10 * 2191  # of six years, without the first day


def test_the_other_way_knows_a_gap_and_a_fold() -> None:
    oracle = Oracle("America/New_York")
    assert oracle.due(date(2026, 3, 8), time(2, 30)).isoformat() == "2026-03-08T07:00:00+00:00"
    assert oracle.due(date(2026, 11, 1), time(1, 30)).isoformat() == "2026-11-01T05:30:00+00:00"
