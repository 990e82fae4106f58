"""Boards of weeks, months and seasons that are over, and what readers type for them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.services.earning import earn
from tests.services.world import DAY, EIGHT, GUILD, NINE, OTHER_GUILD, MakeWorld, World, reader


async def top(world: World, window: str, now: datetime, period: str | None = None) -> list[tuple[int, int]]:
    """(member, points) of a board."""
    ranking = await world.leaderboard.ranking(reader(1), GUILD, window, None, now, period)
    return [(standing.user_id, standing.points) for standing in ranking.top]


async def test_a_period_that_is_over_keeps_its_board(world: World) -> None:
    """Monday 2026-03-02 is in W10; the Sunday before it in W09 and in March."""
    await earn(world, 7, 3, EIGHT - DAY)
    await earn(world, 8, 5, EIGHT)
    later = EIGHT + 60 * DAY
    assert await top(world, "week", later, "2026-W09") == [(7, 3)]
    assert await top(world, "week", later, "2026-03-02") == [(8, 5)]
    assert await top(world, "month", later, "2026-03") == [(8, 5), (7, 3)]
    assert await top(world, "month", later, "2026-02") == []
    assert await top(world, "week", later) == []
    ranking = await world.leaderboard.ranking(reader(7), GUILD, "week", None, later, "2026-W09")
    assert (ranking.board.period, ranking.own.points, ranking.members) == ("2026-W09", 3, 1)


@pytest.mark.parametrize(("zone", "week"), [("UTC", "2026-W53"), ("Asia/Shanghai", "2027-W01")])
async def test_weeks_at_new_year_are_iso_weeks_of_the_servers_calendar(world: World, zone: str, week: str) -> None:
    """Sunday 2027-01-03, 17:00 UTC, is Monday in Shanghai; both are in January, and 31 December is in W53."""
    await world.setup(timezone=zone)
    instant = datetime(2027, 1, 3, 17, tzinfo=UTC)
    await earn(world, 7, 3, instant)
    await earn(world, 8, 2, datetime(2026, 12, 31, 12, tzinfo=UTC))
    period = await world.leaderboard.period(GUILD, "week", None, instant)
    assert (period.name, period.current) == (week, True)
    assert (7, 3) in await top(world, "week", instant)
    assert await top(world, "week", instant + 14 * DAY, "2026-W53") == ([(7, 3), (8, 2)] if zone == "UTC" else [(8, 2)])
    assert await top(world, "month", instant) == [(7, 3)]
    assert await top(world, "month", instant, "2026-12") == [(8, 2)]
    assert period.previous == ("2026-W52" if zone == "UTC" else "2026-W53")


async def test_what_is_offered_begins_with_now_in_the_servers_zone(world: World) -> None:
    await world.setup(timezone="Asia/Shanghai")
    sunday_evening = datetime(2026, 3, 1, 17, tzinfo=UTC)
    weeks = await world.leaderboard.periods(GUILD, "week", sunday_evening)
    assert len(weeks) == 25
    assert (weeks[0].name, weeks[0].first, weeks[1].name) == ("2026-W10", date(2026, 3, 2), "2026-W09")
    months = await world.leaderboard.periods(GUILD, "month", sunday_evening)
    assert (months[0].name, months[-1].name) == ("2026-03", "2024-03")
    assert await world.leaderboard.periods(GUILD, "all", sunday_evening) == []
    assert await world.leaderboard.periods(GUILD, "season", sunday_evening) == []


@pytest.mark.parametrize(
    ("window", "typed", "key"),
    [
        ("week", "2026-W11", "leaderboard.bad_week"),
        ("week", "2026-03-09", "leaderboard.bad_week"),
        ("week", "nonsense", "leaderboard.bad_week"),
        ("week", "", "leaderboard.bad_week"),
        ("month", "2026-04", "leaderboard.bad_month"),
        ("season", "s1", "leaderboard.no_season"),
        ("season", None, "leaderboard.no_season"),
        ("all", "2026-03", "leaderboard.no_periods"),
    ],
)
async def test_what_is_no_period_is_refused_with_what_would_be_one(world: World, window, typed, key: str) -> None:
    for ask in (
        world.leaderboard.period(GUILD, window, typed, NINE),
        world.leaderboard.ranking(reader(1), GUILD, window, None, NINE, typed),
        world.leaderboard.team_ranking(reader(1), GUILD, window, None, NINE, typed),
    ):
        error = await world.failing(ask)
        assert error.key == key
        if key.startswith("leaderboard.bad"):
            assert error.message_args == {
                "text": typed,
                "example": "2026-W10" if window == "week" else "2026-03",
                "day": "2026-03-02",
            }


async def test_a_season_without_a_name_is_the_one_that_runs_or_ended_last(world: World) -> None:
    await world.setup()
    await world.seasons.start(GUILD, 1, "Spring", str, "en", EIGHT)
    await earn(world, 7, 5, EIGHT)
    running = await world.leaderboard.period(GUILD, "season", None, NINE)
    assert (running.name, running.title, running.current, running.last) == ("s1", "Spring", True, None)
    await world.seasons.end(GUILD, 1, 1, EIGHT + DAY)
    await earn(world, 8, 9, EIGHT + DAY)
    ended = await world.leaderboard.period(GUILD, "season", None, NINE + 2 * DAY)
    assert (ended.name, ended.current, ended.last) == ("s1", False, (EIGHT + DAY).date())
    assert await top(world, "season", NINE + 2 * DAY) == [(7, 5)], "points between seasons are in none"
    await world.seasons.start(GUILD, 1, "Summer", str, "en", NINE + 2 * DAY)
    now = NINE + 3 * DAY
    assert await top(world, "season", now) == []
    for typed in ("s1", "1", "spring", "2026-03-03"):
        assert await top(world, "season", now, typed) == [(7, 5)], typed
    error = await world.failing(world.leaderboard.period(GUILD, "season", "Winter", now))
    assert (error.key, error.message_args) == (
        "leaderboard.bad_season",
        {"text": "Winter", "example": "s2", "day": now.date().isoformat()},
    )
    assert [one.title for one in await world.leaderboard.periods(GUILD, "season", now)] == ["Summer", "Spring"]
    assert await world.leaderboard.periods(OTHER_GUILD, "season", now) == []


async def test_a_profile_has_a_season_while_one_runs(make_world: MakeWorld) -> None:
    world = make_world()
    await earn(world, 7, 5, EIGHT)
    assert "season" not in (await world.leaderboard.profile(reader(7), GUILD, 7, NINE)).standings
    await world.seasons.start(GUILD, 1, "Spring", str, "en", NINE)
    assert (await world.leaderboard.profile(reader(7), GUILD, 7, NINE)).standings["season"] is None
    await earn(world, 7, 3, NINE)
    theirs = await world.leaderboard.profile(reader(8), GUILD, 7, NINE + timedelta(hours=1))
    assert [(window, one.points) for window, one in theirs.standings.items()] == [
        ("week", 8),
        ("month", 8),
        ("season", 3),
        ("all", 8),
    ]
    await world.seasons.end(GUILD, 1, 1, NINE + DAY)
    assert "season" not in (await world.leaderboard.profile(reader(7), GUILD, 7, NINE + DAY)).standings
