"""Seasons: one at a time, from zero, closed for good; and what the announcement says."""

import asyncio
from fractions import Fraction

import pytest

from bot.domain.boards import Board
from bot.domain.ledger import LedgerEntry
from bot.domain.seasons import Season
from bot.services.upkeep import UpkeepService
from bot.storage.ledger import LedgerRepository
from tests.services.quizzing import bank_worth, play
from tests.services.world import (
    ADMIN,
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


def default_name(language: str, number: int) -> str:
    return f"{language} {number}"


async def start(world: World, now, name: str | None = None, guild: int = GUILD) -> Season:
    return await world.seasons.start(guild, ADMIN, name, default_name, "zh", now)


async def end(world: World, number: int, now, guild: int = GUILD) -> Season:
    return await world.seasons.end(guild, number, ADMIN, now)


async def seasons_of_points(world: World) -> list[tuple[int, int]]:
    return [(row["season"], row["points"]) for row in await world.rows("ledger")]


async def board(world: World, season: int) -> dict[int, int]:
    async with world.storage.read() as tx:
        top = await tx.boards.top(Board(GUILD, "season", f"s{season}"), 100)
    return {standing.user_id: standing.points for standing in top}


# ---------------------------------------------------------------- start and end


async def test_a_season_is_named_and_numbered(world: World) -> None:
    first = await start(world, EIGHT)
    assert (first.number, first.name, first.running) == (1, "zh 1", True)
    ended = await end(world, 1, EIGHT + DAY)
    assert (ended.ended_at, ended.ended_by, ended.running) == (EIGHT + DAY, ADMIN, False)
    second = await start(world, EIGHT + 2 * DAY, "  春招  ")
    assert (second.number, second.name) == (2, "春招")
    assert list(await world.seasons.list(GUILD)) == [second, ended]
    assert await world.seasons.find(GUILD, 1) == ended


async def test_a_server_without_settings_gets_them_with_its_first_season(world: World) -> None:
    await start(world, EIGHT)
    settings = await world.preferences.guild(GUILD)
    assert (settings.season, settings.language, settings.timezone) == (1, "zh", "UTC")


async def test_settings_that_are_there_stay(world: World) -> None:
    await world.preferences.set_guild(GUILD, "Asia/Shanghai", "en", EIGHT)
    season = await start(world, EIGHT)
    assert season.name == "en 1", "named in the server's language"
    settings = await world.preferences.guild(GUILD)
    assert (settings.season, settings.language, settings.timezone) == (1, "en", "Asia/Shanghai")
    await end(world, 1, EIGHT + DAY)
    settings = await world.preferences.guild(GUILD)
    assert (settings.season, settings.language, settings.timezone) == (0, "en", "Asia/Shanghai")


async def test_only_one_runs(world: World) -> None:
    await start(world, EIGHT, "春招")
    error = await world.failing(start(world, EIGHT + DAY, "another"))
    assert (error.key, error.message_args) == ("season.running", {"name": "春招"})


async def test_a_bad_name_starts_nothing(world: World) -> None:
    assert (await world.failing(start(world, EIGHT, "\u200b"))).key == "season.bad_name"


async def test_none_to_end(world: World) -> None:
    for number in (0, 1):
        assert (await world.failing(end(world, number, EIGHT))).key == "season.none"
    assert (await world.failing(world.seasons.outlook(GUILD))).key == "season.none"
    await start(world, EIGHT)
    await end(world, 1, EIGHT + DAY)
    assert (await world.failing(end(world, 1, EIGHT + 2 * DAY))).key == "season.none"


async def test_a_button_of_an_earlier_season_does_not_end_a_later_one(world: World) -> None:
    await start(world, EIGHT)
    await end(world, 1, EIGHT + DAY)
    await start(world, EIGHT + DAY, "second")
    error = await world.failing(end(world, 1, EIGHT + 2 * DAY))
    assert (error.key, error.message_args) == ("season.ended", {"name": "second"})


async def test_servers_have_seasons_of_their_own(world: World) -> None:
    await start(world, EIGHT)
    await start(world, EIGHT, guild=OTHER_GUILD)
    await end(world, 1, EIGHT + DAY)
    assert [season.running for season in await world.seasons.list(OTHER_GUILD)] == [True]
    assert (await world.preferences.guild(OTHER_GUILD)).season == 1


async def test_two_processes_start_one_season(world: World, other_process: World) -> None:
    results = await asyncio.gather(
        *(start((world, other_process)[n % 2], EIGHT, f"try {n}") for n in range(8)), return_exceptions=True
    )
    started = [result for result in results if isinstance(result, Season)]
    assert len(started) == 1
    for refused in (result for result in results if not isinstance(result, Season)):
        assert (refused.key, refused.message_args) == ("season.running", {"name": started[0].name})
    assert list(await world.seasons.list(GUILD)) == started


async def test_two_processes_end_a_season_once(world: World, other_process: World) -> None:
    await start(world, EIGHT)
    results = await asyncio.gather(
        *(end((world, other_process)[n % 2], 1, EIGHT + n * MINUTE) for n in range(6)), return_exceptions=True
    )
    (ended,) = [result for result in results if isinstance(result, Season)]
    assert {getattr(result, "key", None) for result in results} == {None, "season.none"}
    assert list(await world.seasons.list(GUILD)) == [ended]


async def test_the_database_itself_refuses_a_second_one(world: World) -> None:
    """Whatever the code does: a program of another version may be running beside it."""
    await start(world, EIGHT)
    async with world.storage.write() as tx:
        assert not await tx.seasons.start(Season(GUILD, 2, "x", EIGHT, ADMIN), "zh")
    assert (await world.preferences.guild(GUILD)).season == 1


# ------------------------------------------------------------------ what counts


async def test_points_go_to_the_season_that_runs(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 1))
    await play(world, 7, EIGHT)
    await start(world, EIGHT + DAY)
    await play(world, 7, EIGHT + DAY)
    await end(world, 1, EIGHT + DAY + HOUR)
    await play(world, 7, EIGHT + 2 * DAY)
    await start(world, EIGHT + 3 * DAY)
    await play(world, 7, EIGHT + 3 * DAY)
    assert await seasons_of_points(world) == [(0, 3), (1, 3), (0, 3), (2, 3)]
    assert (await board(world, 1), await board(world, 2)) == ({7: 3}, {7: 3})
    ranking = await world.leaderboard.ranking(reader(7), GUILD, "all", None, EIGHT + 3 * DAY)
    assert [standing.points for standing in ranking.top] == [12], "all time goes on"


async def test_a_new_season_starts_at_zero_and_its_quiz_items_score_again(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(3, 1))
    await start(world, EIGHT)
    for day in range(3):
        await play(world, 7, EIGHT + day * DAY)
    (used_up,), _ = await play(world, 7, EIGHT + 3 * DAY)
    assert used_up.place.points == 0
    await end(world, 1, EIGHT + 3 * DAY)
    await start(world, EIGHT + 3 * DAY)
    assert await board(world, 2) == {}
    (scored,), _ = await play(world, 7, EIGHT + 4 * DAY)
    assert scored.place.points == 3
    assert (await board(world, 1), await board(world, 2)) == ({7: 9}, {7: 3})


async def test_a_daily_question_counts_for_the_season_in_which_it_closes(world: World) -> None:
    await world.setup(reveal_after=2 * HOUR)
    await start(world, EIGHT)
    post = await world.post(NINE)
    await world.answer(7, post, right=True, now=NINE)
    await world.reveals.close_due(NINE + 2 * HOUR)
    post = await world.post(NINE + DAY)
    await world.answer(7, post, right=True, now=NINE + DAY)
    outlook = await world.seasons.outlook(GUILD)
    assert (outlook.season.number, outlook.members, outlook.open_questions) == (1, 1, 1)
    await end(world, 1, NINE + DAY + HOUR)
    await world.reveals.close_due(NINE + DAY + 2 * HOUR)
    assert await seasons_of_points(world) == [(1, 10), (0, 10)]
    assert await board(world, 1) == {7: 10}


@pytest.mark.parametrize("source", ["quiz", "daily"])
async def test_nothing_counts_for_a_season_once_it_has_ended(
    world: World, other_process: World, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Who scores at that moment comes before the end, or after it: what was announced holds."""
    await start(world, EIGHT)
    if source == "daily":
        await world.setup()
        await world.answer(7, await world.post(NINE), right=True, now=NINE)
    append, written = LedgerRepository.append, []

    async def meet_the_end(self: LedgerRepository, entry: LedgerEntry) -> int | None:
        ending = asyncio.create_task(end(other_process, 1, NINE + DAY))
        await asyncio.wait([ending], timeout=0.2)
        written.append((entry.season, ending.done(), ending))
        return await append(self, entry)

    monkeypatch.setattr(LedgerRepository, "append", meet_the_end)
    if source == "daily":
        await world.reveals.close_due(NINE + DAY)
    else:
        await play(world, 7, NINE + DAY, questions=1)
    ((season, over, ending),) = written
    assert (season, over) == (1, False)
    assert not (await ending).running


async def test_a_correction_after_the_end_goes_to_the_season_of_the_question(world: World) -> None:
    await world.setup(reveal_after=2 * HOUR)
    await start(world, EIGHT)
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=NINE)
    await world.reveals.close_due(NINE + 2 * HOUR)
    await end(world, 1, NINE + 3 * HOUR)
    position = (post.delivery.option_order.index(post.item.key.id) + 1) % len(post.delivery.option_order)
    await world.corrections.correct(GUILD, post.delivery.channel_id, position, NINE + 4 * HOUR)
    assert await board(world, 1) == {7: 10}


# ------------------------------------------------------------------ the results


async def results_in(world: World, earned: dict[int, int], now=EIGHT) -> None:
    """Let members play so many one-point questions at once."""
    for user, points in earned.items():
        await play(world, user, now, questions=points)


@pytest.fixture
def easy(make_world: MakeWorld) -> World:
    """A process whose questions are worth one point each."""
    return make_world(bank=bank_worth(1, 12))


async def test_the_winners_are_those_with_a_medal(easy: World) -> None:
    await start(easy, EIGHT)
    await results_in(easy, {1: 5, 2: 4, 3: 4, 4: 3, 5: 1})
    ended = await end(easy, 1, EIGHT + HOUR)
    result = await easy.seasons.result(GUILD, None, EIGHT + HOUR)
    assert result.season == ended
    assert [(one.rank, one.user_id, one.points) for one in result.winners] == [(1, 1, 5), (2, 2, 4), (2, 3, 4)]
    assert (result.members, result.more_members, result.teams, result.more_teams) == (5, False, (), False)


async def test_who_is_hidden_or_has_left_is_not_announced(easy: World) -> None:
    await start(easy, EIGHT)
    await results_in(easy, {1: 5, 2: 4, 3: 3, 4: 2})
    await end(easy, 1, EIGHT + HOUR)
    await easy.leaderboard.checked(GUILD, {1: False}, EIGHT + HOUR)
    async with easy.storage.write() as tx:
        await tx.members.set_hidden(GUILD, 2, True)
        await tx.boards.show(GUILD, 2, False)
    result = await easy.seasons.result(GUILD, None, EIGHT + HOUR)
    assert [(one.rank, one.user_id) for one in result.winners] == [(1, 3), (2, 4)]
    assert result.members == 2


async def test_a_season_with_nobody_on_it_has_no_winners(easy: World) -> None:
    await start(easy, EIGHT)
    await play(easy, 7, EIGHT, right=False, questions=1)
    await end(easy, 1, EIGHT + HOUR)
    result = await easy.seasons.result(GUILD, None, EIGHT + HOUR)
    assert (result.winners, result.members, result.teams) == ((), 0, ())


async def make_teams(world: World, sizes: dict[str, range]) -> dict[str, int]:
    """Teams as their captains would make them, with these members."""
    ids = {}
    for name, members in sizes.items():
        async with world.database.write() as connection:
            (team_id,) = (
                await connection.exec_driver_sql(
                    "INSERT INTO teams (guild_id, name, name_key, captain_id, state, open, created_by, created_at)"
                    f" VALUES ({GUILD}, '{name}', '{name}', {members[0]}, 'active', true, {members[0]}, '2026-03-01')"
                    " RETURNING id"
                )
            ).one()
            for user in members:
                await connection.exec_driver_sql(
                    "INSERT INTO team_members (guild_id, user_id, team_id, via, joined_at)"
                    f" VALUES ({GUILD}, {user}, {team_id}, 'joined', '2026-03-01')"
                )
        ids[name] = team_id
    return ids


async def test_teams_with_enough_members_are_ranked_by_their_mean(easy: World) -> None:
    members = {"keen": range(1, 4), "large": range(11, 16), "level": range(21, 24), "fourth": range(31, 34)}
    members["two"] = range(41, 43)
    points = {"keen": 6, "large": 5, "level": 5, "fourth": 4, "two": 9}
    teams = await make_teams(easy, members)
    await start(easy, EIGHT)
    await results_in(easy, {user: points[name] for name, users in members.items() for user in users})
    await end(easy, 1, EIGHT + HOUR)
    result = await easy.seasons.result(GUILD, None, EIGHT + HOUR)
    assert [(team.rank, team.team_id, team.mean, team.members) for team in result.teams] == [
        (1, teams["keen"], Fraction(6), 3),
        (2, teams["large"], Fraction(5), 5),
        (2, teams["level"], Fraction(5), 3),
    ]
    assert [team.name for team in result.teams] == ["keen", "large", "level"]


@pytest.mark.parametrize("typed", ["s1", "S1", "1", "春招", "2026-03-02"])
async def test_a_season_is_found_by_what_an_admin_types(world: World, typed: str) -> None:
    await start(world, EIGHT, "春招")
    error = await world.failing(world.seasons.result(GUILD, typed, EIGHT))
    assert (error.key, error.message_args) == ("season.not_over", {"name": "春招"})
    await end(world, 1, EIGHT + HOUR)
    await start(world, EIGHT + 2 * DAY)
    assert (await world.seasons.result(GUILD, typed, EIGHT + 3 * DAY)).season.number == 1


async def test_a_season_that_is_none_is_named(world: World) -> None:
    assert (await world.failing(world.seasons.result(GUILD, None, EIGHT))).key == "season.none_ended"
    await start(world, EIGHT)
    assert (await world.failing(world.seasons.result(GUILD, None, EIGHT))).key == "season.none_ended"
    error = await world.failing(world.seasons.result(GUILD, "s9", EIGHT))
    assert (error.key, error.message_args) == ("season.unknown", {"season": "s9"})
    assert (await world.failing(world.seasons.find(GUILD, 9))).key == "season.unknown"
    assert (await world.failing(world.seasons.find(OTHER_GUILD, 1))).key == "season.unknown"


async def test_the_history_has_every_season_with_its_winners(easy: World) -> None:
    await start(easy, EIGHT)
    await results_in(easy, {1: 2, 2: 1})
    await end(easy, 1, EIGHT + HOUR)
    await start(easy, EIGHT + DAY)
    await results_in(easy, {2: 1}, EIGHT + DAY)
    history = await easy.seasons.history(GUILD, 25)
    assert [(one.season.number, [winner.user_id for winner in one.winners]) for one in history] == [
        (2, [2]),
        (1, [1, 2]),
    ]
    assert [one.season.number for one in await easy.seasons.history(GUILD, 1)] == [2]


async def test_boards_rebuilt_from_the_ledger_keep_the_seasons_apart(easy: World) -> None:
    await start(easy, EIGHT)
    await results_in(easy, {1: 2})
    await end(easy, 1, EIGHT + HOUR)
    await start(easy, EIGHT + DAY)
    await results_in(easy, {1: 3}, EIGHT + DAY)
    await UpkeepService(easy.storage).rebuild_boards()
    assert (await board(easy, 1), await board(easy, 2)) == ({1: 2}, {1: 3})
