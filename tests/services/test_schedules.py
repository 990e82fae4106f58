"""Pausing, resuming, removing, status, and deriving due times anew."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.domain.schedules import Change
from tests.services.world import ADMIN, CHANNEL, DAY, EIGHT, GUILD, HOUR, MINUTE, NINE, World


async def test_a_paused_schedule_posts_nothing_and_is_not_made_up_for(world: World) -> None:
    await world.setup()
    paused = await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    assert (paused.next_due_at, world.schedules.upcoming(paused, EIGHT, 3)) == (None, ())
    assert (await world.deliveries.claim_due(NINE + DAY)).posts == ()
    resumed = await world.schedules.resume(GUILD, CHANNEL, NINE + DAY + HOUR)
    assert resumed.next_due_at == NINE + 2 * DAY
    assert (await world.deliveries.claim_due(NINE + DAY + HOUR)).posts == ()
    assert await world.states() == {}


async def test_resumed_before_todays_time_today_is_due(world: World) -> None:
    await world.setup()
    await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    resumed = await world.schedules.resume(GUILD, CHANNEL, EIGHT + MINUTE)
    assert resumed == await world.schedules.get(GUILD, CHANNEL)
    assert resumed.next_due_at == NINE


async def test_resuming_on_a_day_that_was_posted_does_not_post_it_again(world: World) -> None:
    await world.setup()
    await world.deliveries.claim_now(GUILD, CHANNEL, EIGHT)
    await world.schedules.pause(GUILD, CHANNEL, EIGHT + MINUTE)
    resumed = await world.schedules.resume(GUILD, CHANNEL, EIGHT + 2 * MINUTE)
    assert resumed.next_due_at == NINE + DAY


async def test_a_pause_keeps_the_reveal_of_what_is_posted(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.schedules.pause(GUILD, CHANNEL, NINE + MINUTE)
    assert (await world.reveal(NINE + DAY)).delivery.id == post.delivery.id


async def test_pausing_and_resuming_twice_is_refused(world: World) -> None:
    assert (await world.failing(world.schedules.pause(GUILD, CHANNEL, EIGHT))).key == "daily.not_set_up"
    await world.setup()
    assert (await world.failing(world.schedules.resume(GUILD, CHANNEL, EIGHT))).key == "daily.not_paused"
    await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    assert (await world.failing(world.schedules.pause(GUILD, CHANNEL, EIGHT))).key == "daily.already_paused"


async def test_removing_keeps_history_and_the_row(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=True, now=NINE + HOUR)
    removed = await world.schedules.remove(GUILD, CHANNEL, NINE + 2 * HOUR)
    assert (removed.removed, removed.next_due_at) == (True, None)
    assert await world.schedules.list_guild(GUILD) == []
    assert (await world.deliveries.claim_due(NINE + 5 * DAY)).posts == ()
    await world.reveal(NINE + DAY)
    assert await world.points() == {7: 10}
    assert (await world.failing(world.schedules.get(GUILD, CHANNEL))).key == "daily.not_set_up"
    assert (await world.failing(world.schedules.remove(GUILD, CHANNEL, NINE))).key == "daily.not_set_up"
    assert len(await world.rows("schedules")) == 1


async def test_status_tells_the_latest_slots_newest_first(world: World) -> None:
    await world.setup()
    await world.post(NINE)
    await world.post(NINE + 3 * DAY)
    status = await world.schedules.status(GUILD, CHANNEL)
    assert [(slot.local_date.day, slot.state, slot.reason) for slot, _ in status.recent] == [
        (5, "posted", None),
        (4, "skipped", "missed"),
        (3, "skipped", "missed"),
        (2, "posted", None),
    ]
    assert [delivery is not None for _, delivery in status.recent] == [True, False, False, True]
    await world.deliveries.claim_due(NINE + 20 * DAY)
    assert len((await world.schedules.status(GUILD, CHANNEL)).recent) == 7


async def test_schedules_are_listed_by_channel(world: World) -> None:
    for channel in (113, 111, 112):
        await world.setup(channel=channel)
    await world.schedules.pause(GUILD, 111, EIGHT)
    await world.schedules.remove(GUILD, 112, EIGHT)
    assert [schedule.channel_id for schedule in await world.schedules.list_guild(GUILD)] == [111, 113]


async def test_due_times_follow_new_rules_of_a_zone_and_due_slots_are_left_alone(world: World) -> None:
    for channel in (111, 112, 113):
        await world.setup(channel=channel)
    await world.schedules.pause(GUILD, 113, EIGHT)
    await shift_stored_due_time(world, 111, HOUR)
    assert await world.schedules.recompute(EIGHT) == 1
    assert (await world.schedules.get(GUILD, 111)).next_due_at == NINE
    assert await world.schedules.recompute(EIGHT) == 0
    # 111 and 112 are due now: that is for the tick, and must not be skipped here.
    assert await world.schedules.recompute(NINE + HOUR) == 0
    assert len((await world.deliveries.claim_due(NINE + HOUR)).posts) == 2
    assert (await world.schedules.get(GUILD, 113)).next_due_at is None


async def test_a_date_that_was_posted_early_is_not_due_again_after_a_restart(world: World) -> None:
    await world.setup()
    await world.deliveries.claim_now(GUILD, CHANNEL, EIGHT)
    assert await world.schedules.recompute(EIGHT + MINUTE) == 0
    assert (await world.schedules.get(GUILD, CHANNEL)).next_due_at == NINE + DAY


async def test_a_time_with_seconds_is_kept(world: World) -> None:
    """The demo posts ninety seconds after its start."""
    result = await world.setup(time=time(9, 0, 30))
    assert result.upcoming[0].due_at == NINE + timedelta(seconds=30)
    assert (await world.schedules.get(GUILD, CHANNEL)).time == time(9, 0, 30)


async def test_two_admins_at_once_lose_neither_change(world: World, other_process: World) -> None:
    await world.setup()
    for n in range(5):
        await asyncio.gather(
            world.schedules.setup(GUILD, CHANNEL, ADMIN, Change(mention_role_id=n), "zh", EIGHT),
            other_process.schedules.setup(GUILD, CHANNEL, ADMIN, Change(admin_channel_id=n), "zh", EIGHT),
            world.schedules.setup(GUILD, CHANNEL, ADMIN, Change(difficulty=2, thread=n % 2 == 0), "zh", EIGHT),
        )
        schedule = await world.schedules.get(GUILD, CHANNEL)
        assert (schedule.mention_role_id, schedule.admin_channel_id, schedule.thread) == (n, n, n % 2 == 0)


async def test_a_change_during_a_claim_neither_doubles_nor_loses_the_day(world: World, other_process: World) -> None:
    await world.setup()
    for day in range(8):
        due_at = NINE + day * DAY
        claims, _ = await asyncio.gather(
            world.deliveries.claim_due(due_at),
            other_process.setup(due_at - MINUTE, thread=day % 2 == 0),
        )
        posts = claims.posts or (await world.deliveries.claim_due(due_at)).posts
        await world.send(posts[0], due_at)
    asked = [row["question_id"] for row in await world.rows("deliveries")]
    assert len(asked) == 8
    assert len(set(asked[:6])) == 6, "no repetition within a cycle of six questions"
    assert (await world.row("schedules"))["cycle"] == 1


async def shift_stored_due_time(world: World, channel: int, by: timedelta) -> None:
    """Leave behind what an older edition of the zone's rules would have."""
    schedule = await world.schedules.get(GUILD, channel)
    async with world.storage.write() as tx:
        await tx.schedules.save(replace(schedule, next_due_at=datetime(2026, 3, 2, 9, tzinfo=UTC) + by), EIGHT)
