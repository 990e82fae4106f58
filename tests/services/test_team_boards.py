"""Boards of teams: who ranks, who waits, whose team is marked, and what stays of a team that is no more."""

from fractions import Fraction

from bot.domain.teams import TeamRanking, TeamRules
from tests.services.earning import earn, make_team
from tests.services.world import DAY, EIGHT, GUILD, NINE, OTHER_GUILD, World, reader

LATER = EIGHT + 40 * DAY


async def board(world: World, user: int = 99, window: str = "week", now=NINE, period=None, topic=None) -> TeamRanking:
    return await world.leaderboard.team_ranking(reader(user), GUILD, window, topic, now, period)


def told(ranking: TeamRanking) -> list[tuple[int | None, str, Fraction, int]]:
    return [(one.rank, one.name, one.mean, one.members) for one in ranking.standings]


async def test_the_mean_over_members_who_count_ranks_teams(world: World) -> None:
    await make_team(world, "Small", EIGHT, 1, 2, 3)
    await make_team(world, "Large", EIGHT, 11, 12, 13, 14, 15)
    for user in (1, 2, 3):
        await earn(world, user, 10, EIGHT, answers=3)
    for user in (11, 12, 13, 14):
        await earn(world, user, 9, EIGHT, answers=3)
    await earn(world, 15, 40, EIGHT, answers=2)
    assert told(await board(world)) == [(1, "Small", Fraction(10), 3), (2, "Large", Fraction(9), 4)]
    await earn(world, 15, 0, EIGHT)
    assert told(await board(world)) == [(1, "Large", Fraction(76, 5), 5), (2, "Small", Fraction(10), 3)]


async def test_teams_with_too_few_members_follow_without_a_rank(world: World) -> None:
    await make_team(world, "Two", EIGHT, 1, 2)
    await make_team(world, "One", EIGHT, 11, 12, 13)
    await make_team(world, "Three", EIGHT, 21, 22, 23)
    await earn(world, 11, 100, EIGHT, answers=5)
    for user in (1, 2, 21, 22, 23):
        await earn(world, user, 6, EIGHT, answers=3)
    ranking = await board(world)
    assert told(ranking) == [
        (1, "Three", Fraction(6), 3),
        (None, "Two", Fraction(6), 2),
        (None, "One", Fraction(100), 1),
    ]
    assert [one.name for one in ranking.ranked] == ["Three"]
    assert [one.name for one in ranking.unranked] == ["Two", "One"]
    assert ranking.rules == TeamRules()


async def test_equal_means_share_a_rank(world: World) -> None:
    for number, name in enumerate(("A team", "B team", "C team")):
        users = [10 * number + n for n in (1, 2, 3)]
        await make_team(world, name, EIGHT, *users)
        for user in users:
            await earn(world, user, 8 if number < 2 else 4, EIGHT, answers=3)
    assert [(rank, name) for rank, name, _, _ in told(await board(world))] == [
        (1, "A team"),
        (1, "B team"),
        (3, "C team"),
    ]


async def test_ones_own_team_is_on_the_current_board_from_the_start_and_on_no_past_one(world: World) -> None:
    team = await make_team(world, "Mine", EIGHT, 1, 2, 3)
    assert (await board(world, 99)).standings == ()
    mine = await board(world, 1)
    assert (told(mine), mine.own_team_id) == ([(None, "Mine", Fraction(0), 0)], team)
    assert mine.for_everybody().own_team_id is None
    assert (await board(world, 1, period="2026-W09")).standings == ()


async def test_a_disbanded_team_stays_where_it_was_and_is_nowhere_else(world: World) -> None:
    gone = await make_team(world, "Gone", EIGHT, 1, 2, 3)
    await make_team(world, "Still", EIGHT, 11, 12, 13)
    await world.seasons.start(GUILD, 1, "Spring", str, "en", EIGHT)
    for user in (1, 2, 3, 11, 12, 13):
        await earn(world, user, 8 if user < 10 else 4, EIGHT, answers=3)
    await world.seasons.end(GUILD, 1, 1, NINE)
    async with world.storage.write() as tx:
        await tx.teams.end(gone, NINE)
    for window in ("week", "month", "all"):
        assert told(await board(world, window=window)) == [(1, "Still", Fraction(4), 3)], window
    for window, period in (("week", "2026-W10"), ("month", "2026-03"), ("season", None)):
        past = await board(world, 1, window, LATER, period)
        assert told(past) == [(1, "Gone", Fraction(8), 3), (2, "Still", Fraction(4), 3)], window
        assert (past.disbanded, past.own_team_id) == ({gone}, None)


async def test_points_stay_with_the_team_that_they_were_earned_in(world: World) -> None:
    first = await make_team(world, "First", EIGHT, 1, 2, 3)
    await make_team(world, "Second", EIGHT, 11, 12)
    for user in (1, 2, 3):
        await earn(world, user, 6, EIGHT, answers=3)
    await world.teams.leave(reader(3), GUILD, None, NINE, last_too=False)
    ranking = await board(world, 3)
    assert told(ranking)[0] == (1, "First", Fraction(6), 3)
    assert (ranking.own_team_id, ranking.standings[0].team_id) == (None, first)


async def test_a_topic_has_a_board_of_teams_too(world: World) -> None:
    await make_team(world, "Mixed", EIGHT, 1, 2, 3)
    for user in (1, 2, 3):
        await earn(world, user, 6, EIGHT, answers=3, topic="basics/decoding")
        await earn(world, user, 90, EIGHT, answers=1, topic="basics/overview")
    assert told(await board(world, topic="basics/decoding")) == [(1, "Mixed", Fraction(6), 3)]
    assert told(await board(world, topic="basics/overview")) == [(None, "Mixed", Fraction(0), 0)]
    assert told(await board(world, topic="basics")) == [(1, "Mixed", Fraction(96), 3)]
    error = await world.failing(board(world, topic="cooking"))
    assert error.key == "topic.unknown"


async def test_a_server_has_its_own_teams(world: World) -> None:
    await make_team(world, "Here", EIGHT, 1, 2, 3)
    await earn(world, 1, 6, EIGHT, answers=3)
    there = await world.leaderboard.team_ranking(reader(1, OTHER_GUILD), OTHER_GUILD, "week", None, NINE)
    assert (there.standings, there.own_team_id) == ((), None)


async def test_a_profile_names_the_team_to_everybody(world: World) -> None:
    await make_team(world, "Night owls", EIGHT, 1, 2)
    for who in (1, 2, 99):
        assert (await world.leaderboard.profile(reader(who), GUILD, 2, NINE)).team == "Night owls"
    await world.teams.leave(reader(2), GUILD, None, NINE, last_too=False)
    assert (await world.leaderboard.profile(reader(1), GUILD, 2, NINE)).team is None
