"""Whoever acts is there: names, returns, and the team that an answer counts for."""

from datetime import timedelta
from typing import Any

from bot.domain.boards import Board
from bot.domain.readers import Reader
from bot.services.presence import SEEN_AGAIN, meet
from bot.services.quizzes import QuizWish
from bot.storage import Database
from tests.services.quizzing import reply, right_response
from tests.services.world import CHANNEL, DAY, EIGHT, GUILD, HOUR, NINE, OTHER_GUILD, World, reader
from tests.storage.rows import put

ALL_TIME = Board(GUILD, "all", "")


async def act(world: World, user: int, now: Any, *, name: str = "a", roles: tuple[int, ...] | None = ()) -> Any:
    async with world.storage.write() as tx:
        return await meet(tx, Reader(user, name, GUILD, CHANNEL, roles), now)


async def test_a_member_is_known_by_the_latest_name(world: World) -> None:
    first = await act(world, 7, EIGHT, name="old")
    assert (first.name, first.shown, first.team_id, first.last_seen_at) == ("old", True, None, EIGHT)
    await act(world, 7, NINE, name="new" * 50)
    async with world.storage.read() as tx:
        found = await tx.members.find(GUILD, 7)
    assert found is not None
    assert (found.name, found.last_seen_at) == (("new" * 50)[:100], NINE)


async def test_a_member_who_was_just_seen_costs_no_write(world: World) -> None:
    await act(world, 7, EIGHT)
    again = await act(world, 7, EIGHT + SEEN_AGAIN - timedelta(seconds=1))
    assert again.last_seen_at > EIGHT
    assert (await world.row("memberships"))["last_seen_at"] == EIGHT
    await act(world, 7, EIGHT + SEEN_AGAIN)
    assert (await world.row("memberships"))["last_seen_at"] == EIGHT + SEEN_AGAIN


async def test_who_had_left_is_back_on_the_boards_with_the_next_click(world: World) -> None:
    await score(world, 7)
    async with world.storage.write() as tx:
        await tx.members.set_checked(GUILD, 7, NINE, left=True)
        await tx.boards.show(GUILD, 7, False)
        assert await tx.boards.top(ALL_TIME, 10) == []
    await act(world, 7, NINE + DAY)
    async with world.storage.read() as tx:
        assert [standing.user_id for standing in await tx.boards.top(ALL_TIME, 10)] == [7]
        assert await tx.boards.members(ALL_TIME) == 1


async def test_who_opted_out_and_comes_back_stays_off_the_boards(world: World) -> None:
    await score(world, 7)
    async with world.storage.write() as tx:
        await tx.members.set_hidden(GUILD, 7, True)
        await tx.members.set_checked(GUILD, 7, NINE, left=True)
        await tx.boards.show(GUILD, 7, False)
    back = await act(world, 7, NINE + DAY)
    assert (back.left, back.hidden, back.shown) == (False, True, False)
    async with world.storage.read() as tx:
        assert await tx.boards.top(ALL_TIME, 10) == []
        assert await tx.boards.own(ALL_TIME, 7) is not None


async def test_a_daily_answer_counts_for_the_team_of_the_click(world: World) -> None:
    """Who changes the team before the reveal leaves the points where they answered."""
    await found_teams(world.database, {501: 11, 502: 12})
    await world.setup()
    post = await world.post(NINE)
    position = post.delivery.option_order.index(post.item.key.id)
    await world.answers.answer(Reader(7, "a", GUILD, CHANNEL, (12, 11)), post.delivery.id, position, NINE + HOUR)
    await act(world, 7, NINE + 2 * HOUR, roles=(11,))
    await world.reveals.close_due(NINE + 2 * DAY)
    assert (await world.row("ledger"))["team_id"] == 502
    async with world.storage.read() as tx:
        assert set(await tx.boards.team_scores(ALL_TIME)) == {502}
        now = await tx.members.find(GUILD, 7)
    assert now is not None
    assert now.team_id == 501


async def test_a_quiz_answer_counts_for_the_team_of_the_server_it_was_started_in(world: World) -> None:
    await found_teams(world.database, {501: 11})
    await act(world, 7, EIGHT, roles=(11,))
    step = await world.quizzes.start(reader(7), QuizWish(), EIGHT)
    # Answered from another server, whose roles say nothing of this one's teams.
    elsewhere = Reader(7, "a", OTHER_GUILD, CHANNEL, ())
    await world.quizzes.answer(elsewhere, step.session.id, 0, right_response(step.item), EIGHT)
    row = await world.row("ledger")
    assert (row["guild_id"], row["team_id"]) == (GUILD, 501)
    assert (await world.row("attempts"))["team_id"] == 501


async def score(world: World, user: int) -> None:
    await act(world, user, EIGHT)
    await reply(world, await world.quizzes.start(reader(user), QuizWish(), EIGHT), EIGHT)


async def found_teams(database: Database, roles: dict[int, int]) -> None:
    """Teams linked to roles, by id."""
    for team, role in roles.items():
        await put(database, "teams", id=team, guild_id=GUILD, name_key=f"t{team}", role_id=role, state="active")


async def test_roles_that_are_not_known_change_no_team(world: World) -> None:
    async with world.storage.write() as tx:
        team = await tx.teams.add(GUILD, "Blue", "blue", 1, EIGHT, role_id=70, open=False)
    assert (await act(world, 7, EIGHT, roles=(70,))).team_id == team.id
    assert (await act(world, 7, NINE, roles=None)).team_id == team.id
    assert (await act(world, 8, NINE, roles=None)).team_id is None
    assert await world.rows("team_departures") == []
    assert (await act(world, 7, NINE)).team_id is None
