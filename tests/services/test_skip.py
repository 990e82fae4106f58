"""`/daily skip` leaves out the next slot, and only that one."""

import asyncio
from datetime import date

import pytest

from tests.services.world import (
    CHANNEL,
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    NINE,
    OTHER_GUILD,
    World,
    reader,
)


async def test_the_next_slot_is_left_out_and_the_one_after_it_comes(world: World) -> None:
    await world.setup()
    skipped = await world.schedules.skip(GUILD, CHANNEL, EIGHT)
    assert (skipped.slot.local_date, skipped.slot.due_at) == (date(2026, 3, 2), NINE)
    assert skipped.schedule.next_due_at == NINE + DAY
    assert await world.schedules.get(GUILD, CHANNEL) == skipped.schedule
    assert (await world.deliveries.claim_due(NINE + HOUR)).posts == ()
    await world.post(NINE + DAY)
    assert await world.states() == {"03-02": "skipped by_admin", "03-03": "posted"}


async def test_twice_leaves_two_out(world: World) -> None:
    await world.setup(days="weekdays")
    for day in range(5):
        skipped = await world.schedules.skip(GUILD, CHANNEL, EIGHT)
        assert skipped.slot.local_date == date(2026, 3, 2 + day)
    # Friday was the fifth: Monday is next.
    assert skipped.schedule.next_local_date == date(2026, 3, 9)


async def test_after_todays_post_it_is_tomorrows(world: World) -> None:
    await world.setup()
    await world.post(NINE)
    await world.schedules.skip(GUILD, CHANNEL, NINE + HOUR)
    assert (await world.deliveries.claim_due(NINE + DAY)).posts == ()
    assert await world.states() == {"03-02": "posted", "03-03": "skipped by_admin"}


async def test_a_setup_and_a_resume_bring_the_skipped_date_not_back(world: World) -> None:
    await world.setup()
    await world.schedules.skip(GUILD, CHANNEL, EIGHT)
    assert (await world.setup(difficulty=2)).schedule.next_due_at == NINE + DAY
    await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    assert (await world.schedules.resume(GUILD, CHANNEL, EIGHT)).next_due_at == NINE + DAY
    assert await world.schedules.recompute(EIGHT) == 0


async def test_what_was_left_out_can_still_be_posted_by_hand(world: World) -> None:
    await world.setup()
    await world.schedules.skip(GUILD, CHANNEL, EIGHT)
    result = await world.deliveries.claim_now(GUILD, CHANNEL, NINE + HOUR)
    assert result.post is not None
    await world.send(result.post, NINE + HOUR)
    assert await world.states() == {"03-02": "posted"}
    assert (await world.schedules.get(GUILD, CHANNEL)).next_due_at == NINE + DAY


@pytest.mark.parametrize("how", ["never set up", "removed", "paused", "another server's"])
async def test_without_a_next_slot_nothing_changes(world: World, how: str) -> None:
    guild = OTHER_GUILD if how == "another server's" else GUILD
    if how != "never set up":
        await world.setup()
    if how == "paused":
        await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    if how == "removed":
        await world.schedules.remove(GUILD, CHANNEL, EIGHT)
    error = await world.failing(world.schedules.skip(guild, CHANNEL, EIGHT))
    assert error.key == ("daily.paused" if how == "paused" else "daily.not_set_up")


async def test_two_admins_at_once_skip_two_different_days(world: World, other_process: World) -> None:
    await world.setup()
    both = await asyncio.gather(*(one.schedules.skip(GUILD, CHANNEL, EIGHT) for one in (world, other_process)))
    assert {skipped.slot.local_date.day for skipped in both} == {2, 3}
    assert (await world.schedules.get(GUILD, CHANNEL)).next_due_at == NINE + 2 * DAY


async def test_a_skip_and_the_tick_at_once_never_make_two_of_a_day(world: World, other_process: World) -> None:
    await world.setup()
    claims, skipped = await asyncio.gather(
        other_process.deliveries.claim_due(NINE), world.schedules.skip(GUILD, CHANNEL, NINE)
    )
    posted = [post.slot.local_date.day for post in claims.posts]
    assert sorted([*posted, skipped.slot.local_date.day]) in ([2], [2, 3])
    assert len(await world.rows("slots")) == len(posted) + 1


async def test_a_skipped_day_breaks_no_streak(world: World) -> None:
    await world.setup()
    for day in range(3):
        if day == 1:
            await world.schedules.skip(GUILD, CHANNEL, NINE + day * DAY - HOUR)
            continue
        post = await world.post(NINE + day * DAY)
        await world.answer(7, post, right=False, now=NINE + day * DAY + HOUR)
        await world.reveals.close_due(NINE + day * DAY + 23.5 * HOUR)
    # A second missing day in the same week, were it one, could not be forgiven.
    await world.schedules.skip(GUILD, CHANNEL, NINE + 2 * DAY + HOUR)
    post = await world.post(NINE + 4 * DAY)
    await world.answer(7, post, right=True, now=NINE + 4 * DAY)
    profile = await world.leaderboard.profile(reader(7), GUILD, 7, NINE + 4 * DAY + HOUR)
    assert profile.streak == 3


async def test_figures_count_thirty_and_the_list_shows_seven(world: World) -> None:
    await world.setup()
    for day in range(35):
        if day % 10 == 4:
            await world.schedules.skip(GUILD, CHANNEL, NINE + day * DAY - HOUR)
        else:
            await world.post(NINE + day * DAY)
    status = await world.schedules.status(GUILD, CHANNEL)
    assert len(status.recent) == 7
    assert (status.figures.due, status.figures.posted) == (30, 27)
    assert status.figures.skipped == {"by_admin": 3}
