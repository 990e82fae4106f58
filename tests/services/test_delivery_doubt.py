"""When nobody knows whether a post is there: look first, then send again, hold, or give up."""

from datetime import timedelta

import pytest

from bot.domain.deliveries import DailyPost
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    World,
)

SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=30)


async def doubted(world: World, process: World | None = None) -> DailyPost:
    """A post whose answer was lost, claimed for a look a minute later."""
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE + SECOND)
    (post,) = await (process or world).deliveries.claim_doubtful(NINE + MINUTE)
    return post


async def test_a_lost_answer_is_looked_for_and_found(world: World) -> None:
    await world.setup()
    post = await doubted(world)
    assert (post.slot.state, post.slot.reason) == ("unknown", "no_answer")
    assert post.slot.claimed_at == NINE, "the look begins at the claim"
    await world.deliveries.confirm(post, 4711, NINE + SECOND, NINE + MINUTE)
    assert (await world.row("slots"))["posted_at"] == NINE + SECOND
    assert (await world.row("deliveries"))["message_id"] == 4711
    assert await world.deliveries.claim_doubtful(NINE + HOUR) == []


async def test_a_lost_answer_that_is_not_found_is_sent_again_with_the_announced_time(world: World) -> None:
    await world.setup()
    looked = await doubted(world)
    assert await world.deliveries.may_resend(looked, NINE + MINUTE)
    post = await world.deliveries.begin_send(looked, NINE + MINUTE)
    assert post is not None
    assert post.delivery.id == looked.delivery.id
    assert post.delivery.closes_at == NINE + 23.5 * HOUR, "the first attempt may stand there after all"
    await world.deliveries.confirm(post, 4711, NINE + MINUTE, NINE + MINUTE)
    assert await world.states() == {"03-02": "posted"}


async def test_looking_has_a_lease_too(world: World, other_process: World) -> None:
    await world.setup()
    looked = await doubted(world)
    assert await other_process.deliveries.claim_doubtful(NINE + MINUTE + LEASE - SECOND) == []
    (again,) = await other_process.deliveries.claim_doubtful(NINE + MINUTE + LEASE)
    assert await world.deliveries.begin_send(looked, NINE + MINUTE + LEASE) is None
    assert await other_process.deliveries.begin_send(again, NINE + MINUTE + LEASE) is not None


async def test_a_look_that_fails_is_repeated_with_a_pause(world: World) -> None:
    await world.setup()
    looked = await doubted(world)
    await world.deliveries.doubt(looked, "no_answer", NINE + MINUTE)
    assert await world.deliveries.claim_doubtful(NINE + MINUTE + 29 * SECOND) == []
    assert len(await world.deliveries.claim_doubtful(NINE + MINUTE + 30 * SECOND)) == 1


async def test_not_found_after_the_window_it_is_given_up(world: World) -> None:
    await world.setup()
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE)
    late = NINE + 6 * HOUR + SECOND
    (looked,) = await world.deliveries.claim_doubtful(late)
    assert await world.deliveries.may_resend(looked, late) is False
    assert await world.states() == {"03-02": "skipped no_answer"}
    assert not await world.is_sealed(looked)


async def test_found_after_the_window_it_is_posted_all_the_same(world: World) -> None:
    await world.setup()
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE)
    (looked,) = await world.deliveries.claim_doubtful(NINE + 7 * HOUR)
    await world.deliveries.confirm(looked, 4711, NINE, NINE + 7 * HOUR)
    assert await world.states() == {"03-02": "posted"}


async def test_a_channel_that_cannot_be_read_holds_the_slot_and_never_sends(world: World) -> None:
    await world.setup()
    looked = await doubted(world)
    trouble = await world.deliveries.hold(looked, "history", NINE + MINUTE)
    assert (trouble.reason, trouble.notify) == ("history", True)
    assert await world.states() == {"03-02": "unknown history"}
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason == "history"
    assert (await world.deliveries.claim_due(NINE + HOUR)).posts == ()
    (again,) = await world.deliveries.claim_doubtful(NINE + HOUR)
    assert (await world.deliveries.hold(again, "history", NINE + HOUR)).notify is False
    # The permission is back: it is looked for at once, found, and all is well.
    await world.deliveries.channel_changed([CHANNEL], NINE + HOUR + SECOND)
    (found,) = await world.deliveries.claim_doubtful(NINE + HOUR + SECOND)
    await world.deliveries.confirm(found, 4711, NINE, NINE + HOUR + SECOND)
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason is None


async def test_a_held_slot_is_given_up_after_the_window(world: World) -> None:
    await world.setup()
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE)
    late = NINE + 6 * HOUR + SECOND
    (looked,) = await world.deliveries.claim_doubtful(late)
    await world.deliveries.hold(looked, "history", late)
    assert await world.states() == {"03-02": "skipped history"}
    assert not await world.is_sealed(looked)


@pytest.mark.parametrize("outcome", ["hold", "may_resend"])
@pytest.mark.parametrize("late", [MINUTE, 7 * HOUR])
async def test_an_answer_proves_that_the_post_is_there(world: World, outcome: str, late: timedelta) -> None:
    """The look cannot find it (no permission, or a moderator deleted it), but a member has clicked."""
    await world.setup()
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE)
    (looked,) = await world.deliveries.claim_doubtful(NINE + late)
    await world.answer(7, looked, right=True, now=NINE + MINUTE)
    if outcome == "hold":
        assert (await world.deliveries.hold(looked, "history", NINE + late)).notify
    else:
        assert await world.deliveries.may_resend(looked, NINE + late) is False
    assert await world.states() == {"03-02": "posted"}
    assert await world.deliveries.claim_doubtful(NINE + DAY) == []
    await world.reveal(NINE + DAY)
    assert await world.points() == {7: 10}


@pytest.mark.parametrize("outcome", ["hold", "may_resend"])
async def test_giving_up_late_does_not_take_a_post_back(world: World, other_process: World, outcome: str) -> None:
    """The look took longer than its lease; meanwhile another process has found the message."""
    await world.setup()
    await world.deliveries.doubt(await world.sending(NINE), "no_answer", NINE)
    late = NINE + 6 * HOUR + SECOND
    (slow,) = await world.deliveries.claim_doubtful(late)
    (quick,) = await other_process.deliveries.claim_doubtful(late + LEASE)
    await other_process.deliveries.confirm(quick, 4711, NINE, late + LEASE)
    if outcome == "hold":
        await world.deliveries.hold(slow, "history", late + MINUTE)
    else:
        assert await world.deliveries.may_resend(slow, late + MINUTE) is False
    assert await world.states() == {"03-02": "posted"}
    assert (await world.row("deliveries"))["closed_at"] is None


@pytest.mark.parametrize("verb", ["remove", "pause"])
async def test_a_removed_or_paused_channel_is_not_posted_to_after_a_look(world: World, verb: str) -> None:
    await world.setup()
    looked = await doubted(world)
    await getattr(world.schedules, verb)(GUILD, CHANNEL, NINE + MINUTE)
    assert await world.deliveries.may_resend(looked, NINE + MINUTE) is False
    assert await world.states() == {"03-02": "skipped stopped"}
    assert not await world.is_sealed(looked)
