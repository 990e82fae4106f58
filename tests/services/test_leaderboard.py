"""Rankings and profiles: windows, ties, one's own place, who is shown and to whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.services.quizzing import bank_worth, play
from tests.services.world import (
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    OTHER_GUILD,
    MakeWorld,
    World,
    reader,
)

CLOSES = NINE + 23.5 * HOUR


async def daily(world: World, day: int, *, right: tuple[int, ...] = (), wrong: tuple[int, ...] = ()) -> None:
    """One daily question from post to points."""
    post = await world.post(NINE + day * DAY)
    for user in right:
        await world.answer(user, post, right=True, now=NINE + day * DAY)
    for user in wrong:
        await world.answer(user, post, right=False, now=NINE + day * DAY)
    await world.reveals.close_due(CLOSES + day * DAY)


async def top(world: World, now=CLOSES, window: str = "all", topic: str | None = None) -> list[tuple[int, int, int]]:
    """(rank, member, points) of a board."""
    ranking = await world.leaderboard.ranking(reader(1), GUILD, window, topic, now)
    return [(standing.rank, standing.user_id, standing.points) for standing in ranking.top]


async def own(world: World, user: int, now=CLOSES, window: str = "all") -> tuple[int, int] | None:
    ranking = await world.leaderboard.ranking(reader(user), GUILD, window, None, now)
    return (ranking.own.rank, ranking.own.points) if ranking.own else None


async def test_most_points_first_equal_points_share_a_rank(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(5, 3, 4), wrong=(1, 2))
    assert await top(world) == [(1, 3, 10), (1, 4, 10), (1, 5, 10), (4, 1, 2), (4, 2, 2)]
    await daily(world, 1, right=(4,))
    assert await top(world, CLOSES + DAY) == [(1, 4, 20), (2, 3, 10), (2, 5, 10), (4, 1, 2), (4, 2, 2)]
    ranking = await world.leaderboard.ranking(reader(1), GUILD, "all", None, CLOSES + DAY)
    assert ranking.members == 5
    first = ranking.top[0]
    assert (first.name, first.answers, first.right) == ("member 4", 2, 2)


async def test_who_reached_the_same_points_first_stands_first(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(2, 6))
    for minute, user in enumerate((9, 8, 7)):
        await play(world, user, EIGHT + minute * MINUTE, questions=1)
    assert await top(world) == [(1, 9, 2), (1, 8, 2), (1, 7, 2)]


async def test_windows_begin_anew(world: World) -> None:
    """Points of Sunday 2026-03-01 (local), of the Monday in which a season began, and of the next season."""
    await world.setup(datetime(2026, 3, 1, 8, tzinfo=UTC))
    await daily(world, -1, right=(7,))
    await world.seasons.start(GUILD, 1, "Spring", str, "en", EIGHT)
    await daily(world, 0, right=(7,), wrong=(8,))
    assert await top(world, window="week") == [(1, 7, 10), (2, 8, 2)]
    assert await top(world, window="month") == [(1, 7, 20), (2, 8, 2)]
    assert await top(world, window="season") == [(1, 7, 10), (2, 8, 2)]
    assert await top(world, window="all") == [(1, 7, 20), (2, 8, 2)]
    next_monday, april = NINE + 7 * DAY, datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert await top(world, next_monday, "week") == []
    assert await top(world, next_monday, "month") == [(1, 7, 20), (2, 8, 2)]
    assert await top(world, april, "month") == []
    assert await top(world, april, "all") == [(1, 7, 20), (2, 8, 2)]
    await world.seasons.end(GUILD, 1, 1, CLOSES)
    await world.seasons.start(GUILD, 1, "Summer", str, "en", CLOSES)
    assert await top(world, window="season") == []
    assert await top(world, window="month") == [(1, 7, 20), (2, 8, 2)]


async def test_the_week_is_that_of_the_servers_calendar(world: World) -> None:
    """Sunday 17:00 UTC is Monday in Shanghai."""
    await world.setup(timezone="Asia/Shanghai", reveal_after=HOUR)
    sunday = datetime(2026, 3, 8, 15, tzinfo=UTC)
    await play(world, 7, sunday, questions=1)
    assert len(await top(world, sunday, "week")) == 1
    assert await top(world, sunday + 2 * HOUR, "week") == []


async def test_a_topic_has_a_board_at_every_level(world: World) -> None:
    await world.setup()
    for day in range(2):
        await play(world, 7, EIGHT + day * DAY, topics=("basics/decoding",), questions=1)
    await play(world, 8, EIGHT, topics=("basics/overview",), questions=1)
    both = await top(world, topic="basics")
    assert {user for _, user, _ in both} == {7, 8}
    assert both == await top(world)
    assert [user for _, user, _ in await top(world, topic="basics/decoding")] == [7]
    assert [user for _, user, _ in await top(world, topic="basics/overview")] == [8]
    error = await world.failing(world.leaderboard.ranking(reader(7), GUILD, "all", "cooking", EIGHT))
    assert (error.key, error.message_args) == ("topic.unknown", {"topic": "cooking"})


async def test_ones_own_place_is_told_however_far_down(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=tuple(range(1, 16)), wrong=(20, 21))
    ranking = await world.leaderboard.ranking(reader(21), GUILD, "all", None, CLOSES)
    assert len(ranking.top) == 10
    assert {standing.rank for standing in ranking.top} == {1}
    assert 21 not in {standing.user_id for standing in ranking.top}
    assert await own(world, 21) == await own(world, 20) == (16, 2)
    assert ranking.members == 17
    assert await own(world, 99) is None


@pytest.mark.parametrize("how", ["opted out", "left"])
async def test_who_opted_out_or_left_is_not_shown_and_still_sees_the_own_place(world: World, how: str) -> None:
    await world.setup()
    await daily(world, 0, right=(1, 2), wrong=(3,))
    if how == "left":
        await world.leaderboard.checked(GUILD, {2: False, 1: True, 99: False}, CLOSES)
    else:
        await world.privacy.show_on_boards(reader(2), False, CLOSES)
    assert await top(world) == [(1, 1, 10), (2, 3, 2)]
    assert await own(world, 2) == (1, 10)
    assert await own(world, 3) == (2, 2)
    ranking = await world.leaderboard.ranking(reader(2), GUILD, "all", None, CLOSES)
    assert (ranking.members, ranking.hidden) == (2, how == "opted out")
    assert ([standing.user_id for standing in ranking.further], ranking.gap) == ([2], True)
    assert ranking.for_everybody().further == ()
    assert 2 not in {standing.user_id for standing in ranking.for_everybody().top}


async def test_who_left_is_back_with_the_next_click(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(1,))
    await world.leaderboard.checked(GUILD, {1: False}, CLOSES)
    assert await top(world) == []
    post = await world.post(NINE + DAY)
    await world.answer(1, post, right=False, now=NINE + DAY)
    assert await top(world) == [(1, 1, 10)]
    # Discord was asked before the click, and said so after it.
    await world.leaderboard.checked(GUILD, {1: False}, NINE + DAY - MINUTE)
    assert await top(world) == [(1, 1, 10)]


async def test_who_left_and_opted_out_stays_hidden_when_back(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(1, 2))
    await world.privacy.show_on_boards(reader(1), False, CLOSES)
    await world.leaderboard.checked(GUILD, {1: False}, CLOSES + DAY)
    await world.leaderboard.checked(GUILD, {1: True}, CLOSES + 2 * DAY)
    assert [user for _, user, _ in await top(world)] == [2]


async def test_who_is_shown_is_checked_once_a_day_unless_seen_since(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(1, 2, 3))
    now = NINE + DAY + HOUR
    ranking = await world.leaderboard.ranking(reader(1), GUILD, "all", None, now)
    assert await world.leaderboard.unchecked(ranking, NINE + 23 * HOUR) == []
    assert await world.leaderboard.unchecked(ranking, now) == [1, 2, 3]
    await world.leaderboard.checked(GUILD, {1: True, 2: True}, now)
    await world.preferences.note_seen(reader(3), now)
    assert await world.leaderboard.unchecked(ranking, now + HOUR) == []
    assert await world.leaderboard.unchecked(ranking, now + DAY + HOUR) == [1, 2, 3]
    assert len(await top(world)) == 3


async def test_ones_own_profile_tells_everything_another_members_little(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(7,), wrong=(8,))
    await daily(world, 1, wrong=(7,))
    now = CLOSES + DAY
    mine = await world.leaderboard.profile(reader(7), GUILD, 7, now)
    assert (mine.name, mine.streak, mine.answers, mine.right) == ("member 7", 2, 2, 1)
    assert list(mine.standings) == ["week", "month", "all"], "no season runs"
    assert all(
        standing is not None and (standing.points, standing.rank) == (12, 1) for standing in mine.standings.values()
    )
    theirs = await world.leaderboard.profile(reader(8), GUILD, 7, now)
    assert (theirs.answers, theirs.right) == (None, None)
    assert (theirs.name, theirs.streak, theirs.standings) == ("member 7", 2, mine.standings)


async def test_a_hidden_profile_is_for_its_owner_only(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(7,))
    await world.set_member(7, hidden=True)
    assert (await world.failing(world.leaderboard.profile(reader(8), GUILD, 7, CLOSES))).key == "profile.hidden"
    assert (await world.leaderboard.profile(reader(7), GUILD, 7, CLOSES)).answers == 1


async def test_a_stranger_has_an_empty_profile(world: World) -> None:
    profile = await world.leaderboard.profile(reader(8), GUILD, 7, EIGHT)
    assert (profile.name, profile.streak) == (None, 0)
    assert set(profile.standings.values()) == {None}


async def test_a_server_knows_nothing_of_another(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(7,))
    ranking = await world.leaderboard.ranking(reader(7, OTHER_GUILD), OTHER_GUILD, "all", None, CLOSES)
    assert (ranking.top, ranking.own, ranking.members) == ((), None, 0)
    profile = await world.leaderboard.profile(reader(7, OTHER_GUILD), OTHER_GUILD, 7, CLOSES)
    assert (profile.streak, profile.answers, profile.name) == (0, 0, None)


async def test_an_open_question_changes_neither_counts_nor_points(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(7,))
    before = await world.leaderboard.profile(reader(7), GUILD, 7, NINE + DAY)
    post = await world.post(NINE + DAY)
    await world.answer(7, post, right=True, now=NINE + DAY)
    after = await world.leaderboard.profile(reader(7), GUILD, 7, NINE + DAY)
    assert (after.standings, after.answers, after.right) == (before.standings, before.answers, before.right)
    # A streak counts answers, right or wrong, and so gives nothing away.
    assert (before.streak, after.streak) == (1, 2)


async def test_equal_members_of_a_large_board_are_listed_in_a_steady_order(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=tuple(range(1, 31)))
    first = await top(world)
    assert [user for _, user, _ in first] == list(range(1, 11))
    assert await top(world, CLOSES + timedelta(seconds=1)) == first


async def test_progress_counts_scored_answers_by_root_topic_and_every_answer_by_day(world: World) -> None:
    await world.setup()
    await daily(world, 0, right=(7,), wrong=(8,))
    await daily(world, 1, wrong=(7,))
    post = await world.post(NINE + 2 * DAY)
    await world.answer(7, post, right=True, now=NINE + 2 * DAY)
    now = NINE + 2 * DAY + HOUR
    progress = await world.leaderboard.progress(reader(7), GUILD, now, 53)
    roots = [topic.path for topic in world.bank.topics if "/" not in topic.path]
    assert list(progress.topics) == roots
    assert [counts for counts in progress.topics.values() if counts != (0, 0)] == [(2, 1)], "the open one is not in it"
    first = NINE.date()
    assert progress.days == {first: 1, first + timedelta(days=1): 1, first + timedelta(days=2): 1}
    assert progress.today == now.date()
    theirs = await world.leaderboard.progress(reader(8), GUILD, now, 53)
    assert sum(theirs.days.values()) == 1
    nobody = await world.leaderboard.progress(reader(7, OTHER_GUILD), OTHER_GUILD, now, 53)
    assert (set(nobody.topics.values()), nobody.days) == ({(0, 0)}, {})


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", 1), ("Asia/Shanghai", 2), ("Asia/Kathmandu", 1), ("America/New_York", 1)]
)
async def test_an_answer_is_on_the_day_of_the_servers_calendar(make_world: MakeWorld, zone: str, day: int) -> None:
    """18:14:59 UTC is 23:59:59 in Kathmandu, and tomorrow in Shanghai."""
    world = make_world(bank=bank_worth(2, 6))
    await world.setup(timezone=zone)
    instant = datetime(2026, 3, 1, 18, 14, 59, 999_000, tzinfo=UTC)
    await play(world, 7, instant, questions=3)
    progress = await world.leaderboard.progress(reader(7), GUILD, instant, 53)
    assert progress.days == {date(2026, 3, day): 3}
    assert progress.today == date(2026, 3, day)


async def test_a_year_begins_with_a_monday_and_forgets_what_was_before(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(2, 6))
    sunday = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    await play(world, 7, sunday, questions=1)
    await play(world, 7, sunday + MINUTE, questions=2)
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert (await world.leaderboard.progress(reader(7), GUILD, now, 3)).days == {date(2026, 3, 2): 2}
    assert len((await world.leaderboard.progress(reader(7), GUILD, now, 4)).days) == 2
