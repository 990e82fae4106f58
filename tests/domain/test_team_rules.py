"""The cool-down between teams."""

from datetime import UTC, datetime, timedelta

from bot.domain.teams import Departure, TeamRules, cool_down_until, may_return

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULES = TeamRules(cool_down=timedelta(days=7), grace=timedelta(hours=1))
A, B, ROLE = 1, 2, 3


def left(team: int, ago: timedelta, *, removed: bool = False, linked: bool = False) -> Departure:
    return Departure(team, removed, NOW - ago, linked)


def test_who_left_no_team_waits_for_none():
    assert cool_down_until([], A, NOW, RULES) is None
    assert cool_down_until([], None, NOW, RULES) is None
    assert not may_return([], A, NOW, RULES)


def test_the_cool_down_runs_from_the_last_team_and_ends_to_the_second():
    departures = [left(A, timedelta(days=20)), left(B, timedelta(days=2))]
    assert cool_down_until(departures, None, NOW, RULES) == NOW + timedelta(days=5)
    assert cool_down_until(departures, A, NOW, RULES) == NOW + timedelta(days=5)
    assert cool_down_until([left(B, timedelta(days=7))], A, NOW, RULES) is None
    assert cool_down_until([left(B, timedelta(days=7, seconds=-1))], A, NOW, RULES) == NOW + timedelta(seconds=1)


def test_teams_of_roles_start_none():
    assert cool_down_until([left(ROLE, timedelta(0), linked=True)], A, NOW, RULES) is None
    both = [left(ROLE, timedelta(0), linked=True), left(A, timedelta(days=1))]
    assert cool_down_until(both, B, NOW, RULES) == NOW + timedelta(days=6)


def test_the_team_just_left_takes_back_within_the_hour_and_no_other():
    minutes = timedelta(minutes=59)
    assert may_return([left(A, minutes)], A, NOW, RULES)
    assert cool_down_until([left(A, minutes)], A, NOW, RULES) is None
    assert cool_down_until([left(A, minutes)], B, NOW, RULES) is not None
    assert cool_down_until([left(A, minutes)], None, NOW, RULES) is not None
    hour = timedelta(hours=1)
    assert not may_return([left(A, hour)], A, NOW, RULES)
    assert cool_down_until([left(A, hour)], A, NOW, RULES) is not None
    assert not may_return([left(A, minutes), left(B, timedelta(0))], A, NOW, RULES)


def test_who_was_taken_out_may_come_back_at_once_but_not_go_elsewhere():
    """That they need an invitation is looked at elsewhere."""
    departures = [left(A, timedelta(0), removed=True)]
    assert not may_return(departures, A, NOW, RULES)
    assert cool_down_until(departures, A, NOW, RULES) is None
    assert cool_down_until(departures, B, NOW, RULES) == NOW + timedelta(days=7)
