"""One's own standing far down, between those just above and just below."""

import pytest

from bot.domain.boards import Ranking
from tests.services.earning import earn
from tests.services.world import DAY, EIGHT, GUILD, MINUTE, World, reader


async def crowd(world: World, count: int) -> None:
    """Members 1, 2, … with ever fewer points: the last has one."""
    for user in range(1, count + 1):
        await earn(world, user, count + 1 - user, EIGHT)


async def seen_by(world: World, user: int, **options) -> Ranking:
    return await world.leaderboard.ranking(reader(user), GUILD, "week", None, EIGHT + MINUTE, **options)


def further(ranking: Ranking) -> list[int]:
    return [standing.user_id for standing in ranking.further]


@pytest.mark.parametrize(
    ("user", "below", "gap"),
    [
        (1, [], False),
        (10, [], False),
        (11, [11, 12, 13], False),
        (12, [11, 12, 13, 14], False),
        (13, [11, 12, 13, 14, 15], False),
        (14, [12, 13, 14, 15, 16], True),
        (17, [15, 16, 17, 18, 19], True),
        (19, [17, 18, 19, 20], True),
        (20, [18, 19, 20], True),
        (99, [], False),
    ],
)
async def test_two_above_and_two_below_and_nobody_twice(world: World, user: int, below: list[int], gap: bool) -> None:
    await crowd(world, 20)
    ranking = await seen_by(world, user)
    assert [standing.user_id for standing in ranking.top] == list(range(1, 11))
    assert (further(ranking), ranking.gap) == (below, gap)
    assert [standing.rank for standing in ranking.further] == below
    assert [standing.name for standing in ranking.further] == [f"member {one}" for one in below]


async def test_equal_points_share_a_rank_among_neighbours_too(world: World) -> None:
    """Ten with 9 points, six with 5, then 3 and 1: all of the six are eleventh."""
    for user in range(1, 11):
        await earn(world, user, 9, EIGHT)
    for user in range(11, 17):
        await earn(world, user, 5, EIGHT + user * MINUTE)
    await earn(world, 17, 3, EIGHT)
    await earn(world, 18, 1, EIGHT)
    middle = await seen_by(world, 14)
    assert [(one.rank, one.user_id) for one in middle.further] == [(11, n) for n in (12, 13, 14, 15, 16)]
    last_of_them = await seen_by(world, 16)
    assert [(one.rank, one.user_id) for one in last_of_them.further] == [
        (11, 14),
        (11, 15),
        (11, 16),
        (17, 17),
        (18, 18),
    ]


async def test_thirty_equals_are_all_first_and_still_have_a_place(world: World) -> None:
    for user in range(1, 31):
        await earn(world, user, 5, EIGHT)
    ranking = await seen_by(world, 25)
    assert [(one.rank, one.user_id) for one in ranking.further] == [(1, n) for n in (23, 24, 25, 26, 27)]
    assert ranking.gap


async def test_who_is_hidden_or_left_is_no_neighbour(world: World) -> None:
    await crowd(world, 20)
    await world.privacy.show_on_boards(reader(16), False, EIGHT)
    await world.leaderboard.checked(GUILD, {18: False}, EIGHT)
    ranking = await seen_by(world, 17)
    assert [(one.rank, one.user_id) for one in ranking.further] == [(14, 14), (15, 15), (16, 17), (17, 19), (18, 20)]
    assert ranking.members == 18


async def test_who_is_hidden_sees_the_own_place_between_the_others(world: World) -> None:
    await crowd(world, 20)
    await world.privacy.show_on_boards(reader(17), False, EIGHT)
    ranking = await seen_by(world, 17)
    assert (further(ranking), ranking.hidden, ranking.own.rank) == ([15, 16, 17, 18, 19], True, 17)
    await world.privacy.show_on_boards(reader(3), False, EIGHT)
    among_the_top = await seen_by(world, 3)
    assert [standing.user_id for standing in among_the_top.top] == [1, 2, *range(4, 12)]
    assert (further(among_the_top), among_the_top.own.rank) == ([3], 3)


async def test_points_that_were_taken_back_are_no_standing(world: World) -> None:
    await crowd(world, 12)
    await earn(world, 20, 0, EIGHT)
    assert further(await seen_by(world, 20)) == []
    assert further(await seen_by(world, 12)) == [11, 12], "nobody below has points"


async def test_neighbours_are_asked_about_as_well(world: World) -> None:
    await crowd(world, 20)
    ranking = await seen_by(world, 17)
    unchecked = await world.leaderboard.unchecked(ranking, EIGHT + 2 * DAY)
    assert unchecked == [*range(1, 11), 15, 16, 18, 19]
