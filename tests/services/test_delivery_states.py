"""From a claim to a message that is surely there, through every way in which that can go wrong."""

import asyncio
from datetime import time, timedelta

import pytest

from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    MakeWorld,
    World,
    make_questions,
    message_id_of,
)

SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=30)


async def test_a_post_goes_from_claimed_over_sending_to_posted(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    post = await world.deliveries.begin_send(claimed, NINE + SECOND)
    assert post is not None
    assert (post.slot.state, post.late) == ("sending", False)
    assert post.delivery.closes_at == NINE + SECOND + 23.5 * HOUR
    assert await world.states() == {"03-02": "sending"}
    await world.deliveries.confirm(post, 4711, NINE + SECOND, NINE + 2 * SECOND)
    slot, delivery = await world.row("slots"), await world.row("deliveries")
    assert (slot["state"], slot["posted_at"], slot["owner"]) == ("posted", NINE + SECOND, None)
    assert (delivery["message_id"], delivery["closes_at"]) == (4711, post.delivery.closes_at)


async def test_a_send_does_not_begin_after_the_lease(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    assert await world.deliveries.begin_send(claimed, NINE + LEASE) is None
    assert await world.deliveries.begin_send(claimed, NINE + LEASE - SECOND) is not None


async def test_a_send_does_not_begin_twice(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    assert await world.deliveries.begin_send(claimed, NINE) is not None
    assert await world.deliveries.begin_send(claimed, NINE) is None


async def test_a_claim_that_another_process_took_over_cannot_be_sent(world: World, other_process: World) -> None:
    """The first process was killed, or slept, between claim and send."""
    await world.setup()
    stale = await world.claim(NINE)
    taken = await other_process.claim(NINE + LEASE)
    assert taken.delivery == stale.delivery
    assert await world.deliveries.begin_send(stale, NINE + LEASE + SECOND) is None
    assert await world.deliveries.begin_send(stale, NINE + SECOND) is None, "not even by a slow clock"
    await other_process.send(taken, NINE + LEASE + SECOND)
    assert await world.states() == {"03-02": "posted"}


async def test_two_processes_never_both_begin_to_send(world: World, other_process: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    begun = await asyncio.gather(
        *(process.deliveries.begin_send(claimed, NINE) for process in (world, other_process, world))
    )
    assert sum(post is not None for post in begun) == 1


async def test_a_crash_during_a_send_is_looked_at_never_sent_blindly(world: World, other_process: World) -> None:
    await world.setup()
    await world.sending(NINE)
    later = NINE + LEASE
    assert await other_process.deliveries.claim_doubtful(later - SECOND) == []
    assert (await other_process.deliveries.claim_due(later)).posts == ()
    (post,) = await other_process.deliveries.claim_doubtful(later)
    assert post.slot.state == "unknown"
    assert await world.deliveries.claim_doubtful(later) == [], "one process looks at a time"
    await other_process.deliveries.confirm(post, 4711, NINE, later)
    slot = await world.row("slots")
    assert (slot["state"], slot["posted_at"]) == ("posted", NINE)


async def test_two_processes_never_both_look(world: World, other_process: World) -> None:
    channels = range(1, 9)
    for channel in channels:
        await world.setup(channel=channel)
    for post in (await world.deliveries.claim_due(NINE)).posts:
        await world.deliveries.begin_send(post, NINE)
    looks = []
    while len(looks) < len(channels):
        found = await asyncio.gather(
            *(process.deliveries.claim_doubtful(NINE + LEASE) for process in (world, other_process))
        )
        looks += [post.slot.channel_id for posts in found for post in posts]
    assert sorted(looks) == list(channels)


async def test_a_confirmation_that_comes_after_the_lease_still_counts(world: World) -> None:
    await world.setup()
    post = await world.sending(NINE)
    await world.deliveries.confirm(post, 4711, NINE + SECOND, NINE + 2 * LEASE)
    assert await world.states() == {"03-02": "posted"}
    assert await world.deliveries.claim_doubtful(NINE + HOUR) == []


async def test_a_late_confirmation_does_not_disturb_who_has_taken_over(world: World, other_process: World) -> None:
    await world.setup()
    slow = await world.sending(NINE)
    (looking,) = await other_process.deliveries.claim_doubtful(NINE + LEASE)
    await world.deliveries.confirm(slow, 1, NINE, NINE + LEASE + SECOND)
    await world.deliveries.release(slow, "forbidden", NINE + LEASE + SECOND, suspend=False)
    await world.deliveries.doubt(slow, "no_answer", NINE + LEASE + SECOND)
    assert await world.states() == {"03-02": "unknown"}
    await other_process.deliveries.confirm(looking, 2, NINE, NINE + LEASE + 2 * SECOND)
    assert (await world.row("deliveries"))["message_id"] == 2
    # And once it is posted nothing takes it back.
    await world.deliveries.release(slow, "forbidden", NINE + MINUTE, suspend=False)
    await other_process.deliveries.doubt(looking, "no_answer", NINE + MINUTE)
    assert await world.states() == {"03-02": "posted"}


async def test_a_refused_post_is_retried_ever_more_seldom(world: World) -> None:
    await world.setup()
    now, pauses = NINE, []
    for _ in range(9):
        post = await world.sending(now)
        await world.deliveries.release(post, "rate_limited", now, suspend=False)
        assert await world.states() == {"03-02": "pending rate_limited"}
        retry_at = (await world.row("slots"))["next_try_at"]
        assert (await world.deliveries.claim_due(retry_at - SECOND)).posts == ()
        pauses.append((retry_at - now).total_seconds())
        now = retry_at
    assert pauses == [15, 30, 60, 120, 240, 480, 600, 600, 600]
    await world.post(now)
    assert await world.states() == {"03-02": "posted"}
    assert (await world.row("schedules"))["suspended_reason"] is None


async def test_a_refusal_that_lies_with_the_server_is_told_once_a_day_and_forgotten_when_it_works(
    world: World,
) -> None:
    await world.setup()
    notified = []
    now = NINE
    for _ in range(3):
        trouble = await world.deliveries.release(await world.sending(now), "forbidden", now, suspend=True)
        assert (trouble.reason, trouble.schedule.channel_id) == ("forbidden", CHANNEL)
        notified.append(trouble.notify)
        now += 20 * MINUTE
    assert notified == [True, False, False]
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason == "forbidden"
    assert (await world.schedules.get(GUILD, CHANNEL)).active, "a schedule is never switched off by an error"
    other_cause = await world.deliveries.release(await world.sending(now), "channel_gone", now, suspend=True)
    assert other_cause.notify
    await world.post(now + 20 * MINUTE)
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason is None


async def test_a_refused_post_is_given_up_after_the_window_and_its_question_is_free_again(world: World) -> None:
    await world.setup()
    post = await world.sending(NINE)
    await world.deliveries.release(post, "forbidden", NINE, suspend=True)
    assert await world.is_sealed(post)
    over = NINE + 6 * HOUR + SECOND
    assert (await world.deliveries.claim_due(over)).posts == ()
    assert await world.states() == {"03-02": "skipped forbidden"}
    delivery = await world.row("deliveries")
    assert (delivery["closed_at"], delivery["reveal_state"]) == (over, "skipped")
    assert not await world.is_sealed(post)
    assert await world.reveals.close_due(NINE + 2 * DAY) == 0
    assert await world.reveals.claim_due(NINE + 2 * DAY) == []
    # It was never asked, so it may still come in this cycle.
    later = [(await world.post(NINE + day * DAY)).delivery for day in range(1, 7)]
    assert {delivery.cycle for delivery in later} == {0}
    assert post.delivery.question_id in {delivery.question_id for delivery in later}


async def test_at_the_end_of_the_window_it_is_tried_once_more(world: World) -> None:
    await world.setup()
    await world.deliveries.release(await world.sending(NINE), "forbidden", NINE, suspend=True)
    await world.post(NINE + 6 * HOUR)
    assert await world.states() == {"03-02": "posted"}


async def test_a_change_in_the_channel_makes_it_try_at_once(world: World) -> None:
    await world.setup()
    await world.setup(channel=111)
    for post in (await world.deliveries.claim_due(NINE)).posts:
        sent = await world.deliveries.begin_send(post, NINE)
        assert sent is not None
        await world.deliveries.release(sent, "forbidden", NINE, suspend=True)
    await world.deliveries.channel_changed([CHANNEL, 999], NINE + SECOND)
    assert [post.slot.channel_id for post in (await world.deliveries.claim_due(NINE + SECOND)).posts] == [CHANNEL]


async def test_a_new_attempt_after_a_refusal_announces_its_own_closing_time(world: World) -> None:
    await world.setup()
    await world.deliveries.release(await world.sending(NINE), "rate_limited", NINE, suspend=False)
    later = await world.sending(NINE + HOUR)
    assert later.delivery.closes_at == NINE + DAY - MINUTE


@pytest.mark.parametrize(
    ("options", "behind", "open_for"),
    [
        ({}, timedelta(), 23.5 * HOUR),
        ({"reveal_after": 2 * HOUR}, timedelta(), 2 * HOUR),
        ({"reveal_after": 47 * HOUR}, timedelta(), 47 * HOUR),
        ({}, 5 * HOUR, 19 * HOUR - MINUTE),
        ({"days": "weekends"}, timedelta(), 23.5 * HOUR),
    ],
)
async def test_when_a_post_closes(
    world: World, options: dict[str, object], behind: timedelta, open_for: timedelta
) -> None:
    await world.setup(**options)
    due_at = (await world.schedules.get(GUILD, CHANNEL)).next_due_at
    assert due_at is not None
    post = await world.sending(due_at + behind)
    assert post.delivery.closes_at is not None
    assert post.delivery.closes_at - (due_at + behind) == open_for


async def test_a_post_right_before_the_next_slot_is_open_for_six_hours(world: World) -> None:
    """Posted by hand at 23:00, and the next slot is at half past midnight."""
    await world.setup(NINE, time=time(0, 30))
    evening = NINE + 14 * HOUR
    claimed = (await world.deliveries.claim_now(GUILD, CHANNEL, evening)).post
    assert claimed is not None
    post = await world.deliveries.begin_send(claimed, evening)
    assert post is not None
    assert post.delivery.closes_at == evening + 6 * HOUR


async def test_a_paused_schedules_post_is_open_for_the_default_span(world: World) -> None:
    await world.setup()
    await world.schedules.pause(GUILD, CHANNEL, NINE - MINUTE)
    claimed = (await world.deliveries.claim_now(GUILD, CHANNEL, NINE)).post
    assert claimed is not None
    post = await world.deliveries.begin_send(claimed, NINE)
    assert post is not None
    assert post.delivery.closes_at == NINE + 23.5 * HOUR


async def test_one_bad_channel_does_not_stop_the_others(make_world: MakeWorld) -> None:
    world = make_world(bank=make_questions(6))
    for channel in (1, 2, 3):
        await world.setup(channel=channel)
    for day in range(3):
        now = NINE + day * DAY
        for post in (await world.deliveries.claim_due(now)).posts:
            sent = await world.deliveries.begin_send(post, now)
            assert sent is not None
            if post.slot.channel_id == 2:
                await world.deliveries.release(sent, "forbidden", now, suspend=True)
            else:
                await world.deliveries.confirm(sent, message_id_of(sent), now, now)
    assert list((await world.states(2)).values()) == ["skipped forbidden"] * 2 + ["pending forbidden"]
    for channel in (1, 3):
        assert list((await world.states(channel)).values()) == ["posted"] * 3
