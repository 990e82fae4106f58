"""Closing writes points and boards exactly once; the reveal is sent exactly once; what it tells, and of whom."""

import asyncio
from collections import Counter
from datetime import timedelta
from unittest.mock import ANY

import pytest

from bot.domain.deliveries import DailyPost, RevealPost
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    MakeWorld,
    World,
    reader,
    without_question,
)

CLOSES = NINE + 23.5 * HOUR
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=30)


async def answered(world: World, *, right: int = 1, wrong: int = 0) -> DailyPost:
    """A post with so many answers: members 1, 2 … are right, 101, 102 … wrong."""
    await world.setup()
    post = await world.post(NINE)
    for user in range(1, right + 1):
        await world.answer(user, post, right=True, now=NINE + HOUR)
    for user in range(101, 101 + wrong):
        await world.answer(user, post, right=False, now=NINE + 2 * HOUR)
    return post


async def sending(world: World, now=CLOSES) -> RevealPost:
    await world.reveals.close_due(now)
    (claimed,) = await world.reveals.claim_due(now)
    reveal = await world.reveals.begin_send(claimed, now)
    assert reveal is not None
    return reveal


async def reveal_row(world: World) -> dict:
    row = await world.row("deliveries")
    return {name.removeprefix("reveal_"): row[name] for name in row if name.startswith("reveal_")}


async def test_nothing_closes_before_its_time(world: World) -> None:
    post = await answered(world)
    assert await world.reveals.close_due(CLOSES - SECOND) == 0
    assert await world.reveals.claim_due(CLOSES - SECOND) == []
    assert await world.reveals.close_due(CLOSES) == 1
    assert await world.reveals.close_due(CLOSES) == 0
    assert (await world.row("deliveries"))["closed_at"] == CLOSES
    assert not (await world.questions.show(reader(7), post.delivery.question_id)).sealed


async def test_right_earns_ten_answered_two_with_everything_frozen_in_the_row(world: World) -> None:
    post = await answered(world, wrong=1)
    await world.reveals.close_due(CLOSES)
    right, wrong = await world.rows("ledger")
    assert right == {
        "id": ANY,
        "key": f"daily:{post.delivery.id}:1",
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "user_id": 1,
        "team_id": None,
        "source": "daily",
        "attempt_id": ANY,
        "question_id": post.delivery.question_id,
        "item_id": post.delivery.item_id,
        "revision": post.delivery.revision,
        "topic": post.delivery.topic,
        "season": 0,
        "local_date": post.delivery.local_date,
        "points": 10,
        "answers": 1,
        "right": 1,
        "reason": "right",
        "amends_id": None,
        "occurred_at": CLOSES,
        "written_at": CLOSES,
    }
    assert (wrong["user_id"], wrong["points"], wrong["right"], wrong["reason"]) == (101, 2, 0, "answered")
    shares = [(row["share_numerator"], row["share_denominator"]) for row in await world.rows("attempts")]
    assert shares == [(1, 1), (0, 1)]
    # Answering first breaks no tie.
    assert right["occurred_at"] == wrong["occurred_at"]


async def test_the_points_belong_to_the_slots_date_however_late_it_closes(world: World) -> None:
    await answered(world)
    await world.reveals.close_due(CLOSES + 40 * DAY)
    assert (await world.row("ledger"))["local_date"].isoformat() == "2026-03-02"
    periods = {(row["window"], row["period"]) for row in await world.rows("board_scores")}
    assert periods == {("week", "2026-W10"), ("month", "2026-03"), ("all", "")}


async def test_two_processes_close_everything_exactly_once(world: World, other_process: World) -> None:
    for channel in range(1, 7):
        await world.setup(channel=channel)
    posts = [await world.send(post, NINE) for post in (await world.deliveries.claim_due(NINE)).posts]
    for post in posts:
        for user in range(1, 4):
            await world.answer(user, post, right=True, now=NINE + HOUR)
    processes = (world, other_process, world, other_process)
    closed = await asyncio.gather(*(process.reveals.close_due(CLOSES) for process in processes))
    assert sum(closed) == 6
    assert Counter(row["user_id"] for row in await world.rows("ledger")) == {1: 6, 2: 6, 3: 6}
    assert await world.points() == {1: 60, 2: 60, 3: 60}
    scores = await world.rows("board_scores", window="all", topic="")
    assert [(row["user_id"], row["points"], row["answers"], row["right"]) for row in scores] == [
        (user, 60, 6, 6) for user in (1, 2, 3)
    ]
    histogram = {row["points"]: row["members"] for row in await world.rows("board_histogram", window="all", topic="")}
    assert {points: members for points, members in histogram.items() if members} == {60: 3}


async def test_points_are_written_even_if_the_reveal_can_never_be_posted(world: World) -> None:
    await answered(world)
    reveal = await sending(world)
    for hour in range(0, 30, 2):
        now = CLOSES + hour * HOUR
        await world.reveals.release(reveal, "forbidden", now)
        claimed = await world.reveals.claim_due(now + HOUR)
        if not claimed:
            break
        begun = await world.reveals.begin_send(claimed[0], now + HOUR)
        assert begun is not None
        reveal = begun
    assert (await reveal_row(world))["state"] == "skipped"
    assert await world.points() == {1: 10}
    assert await world.reveals.claim_due(CLOSES + 100 * DAY) == []


async def test_a_slot_that_nobody_knows_to_be_posted_does_not_close(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    post = await world.deliveries.begin_send(claimed, NINE)
    assert post is not None
    await world.deliveries.doubt(post, "no_answer", NINE)
    assert await world.reveals.close_due(CLOSES + DAY) == 0
    (found,) = await world.deliveries.claim_doubtful(CLOSES + DAY)
    await world.deliveries.confirm(found, 1, NINE, CLOSES + DAY)
    assert await world.reveals.close_due(CLOSES + DAY) == 1


async def test_a_reveal_goes_from_waiting_to_posted(world: World) -> None:
    post = await answered(world)
    assert (await reveal_row(world))["state"] == "waiting"
    await world.reveals.close_due(CLOSES)
    assert (await reveal_row(world))["state"] == "pending"
    (claimed,) = await world.reveals.claim_due(CLOSES + SECOND)
    assert (claimed.delivery.id, claimed.delivery.reveal_state) == (post.delivery.id, "claimed")
    assert claimed.delivery.message_id is not None
    assert await world.reveals.claim_due(CLOSES + SECOND) == []
    reveal = await world.reveals.begin_send(claimed, CLOSES + SECOND)
    assert reveal is not None
    assert (await reveal_row(world))["state"] == "sending"
    assert await world.reveals.begin_send(claimed, CLOSES + SECOND) is None
    await world.reveals.confirm(reveal, 4711, CLOSES + 2 * SECOND)
    row = await world.row("deliveries")
    assert (row["reveal_state"], row["reveal_message_id"], row["revealed_at"]) == ("posted", 4711, CLOSES + 2 * SECOND)
    assert await world.reveals.claim_due(CLOSES + DAY) == await world.reveals.claim_doubtful(CLOSES + DAY) == []


async def test_two_processes_never_both_reveal(world: World, other_process: World) -> None:
    channels = range(1, 9)
    for channel in channels:
        await world.setup(channel=channel)
    for post in (await world.deliveries.claim_due(NINE)).posts:
        await world.send(post, NINE)
    await world.reveals.close_due(CLOSES)
    claimed = []
    while len(claimed) < len(channels):
        found = await asyncio.gather(*(process.reveals.claim_due(CLOSES) for process in (world, other_process, world)))
        claimed += [reveal.delivery.channel_id for reveals in found for reveal in reveals]
    assert sorted(claimed) == list(channels)


async def test_a_reveal_claimed_by_a_process_that_died_passes_on(world: World, other_process: World) -> None:
    await answered(world)
    await world.reveals.close_due(CLOSES)
    (stale,) = await world.reveals.claim_due(CLOSES)
    assert await other_process.reveals.claim_due(CLOSES + LEASE - SECOND) == []
    (taken,) = await other_process.reveals.claim_due(CLOSES + LEASE)
    assert await world.reveals.begin_send(stale, CLOSES + LEASE) is None
    assert await other_process.reveals.begin_send(taken, CLOSES + LEASE) is not None


async def test_a_crash_while_revealing_is_looked_at(world: World, other_process: World) -> None:
    await answered(world)
    reveal = await sending(world)
    assert await other_process.reveals.claim_doubtful(CLOSES + LEASE - SECOND) == []
    assert await other_process.reveals.claim_due(CLOSES + LEASE) == []
    (doubtful,) = await other_process.reveals.claim_doubtful(CLOSES + LEASE)
    assert doubtful.delivery.reveal_state == "unknown"
    assert doubtful.delivery.reveal_claimed_at == CLOSES, "the look begins at the claim"
    await world.reveals.confirm(reveal, 1, CLOSES)
    assert (await reveal_row(world))["state"] == "unknown", "too late: another process is at it"
    await other_process.reveals.confirm(doubtful, 4711, CLOSES)
    assert (await reveal_row(world))["message_id"] == 4711


async def test_a_lost_reveal_that_is_not_found_is_sent_again(world: World) -> None:
    await answered(world)
    await world.reveals.doubt(await sending(world), "no_answer", CLOSES)
    assert await world.reveals.claim_doubtful(CLOSES + 14 * SECOND) == []
    (looked,) = await world.reveals.claim_doubtful(CLOSES + 15 * SECOND)
    assert await world.reveals.may_resend(looked, CLOSES + 15 * SECOND)
    again = await world.reveals.begin_send(looked, CLOSES + 15 * SECOND)
    assert again is not None
    await world.reveals.confirm(again, 4711, CLOSES + MINUTE)
    assert (await reveal_row(world))["state"] == "posted"


async def test_a_lost_reveal_is_given_up_after_a_day(world: World) -> None:
    await answered(world)
    await world.reveals.doubt(await sending(world), "no_answer", CLOSES)
    late = CLOSES + DAY + SECOND
    (looked,) = await world.reveals.claim_doubtful(late)
    assert await world.reveals.may_resend(looked, late) is False
    assert (await reveal_row(world))["state"] == "skipped"
    assert await world.reveals.claim_doubtful(late + DAY) == []


async def test_a_refused_reveal_is_retried_ever_more_seldom(world: World) -> None:
    await answered(world)
    reveal = await sending(world)
    pauses, now = [], CLOSES
    for _ in range(8):
        await world.reveals.release(reveal, "forbidden", now)
        retry_at = (await reveal_row(world))["next_try_at"]
        pauses.append((retry_at - now).total_seconds())
        assert await world.reveals.claim_due(retry_at - SECOND) == []
        now = retry_at
        reveal = await sending(world, now)
    assert pauses == [15, 30, 60, 120, 240, 480, 600, 600]


async def test_after_a_long_outage_points_are_written_and_the_old_reveal_is_skipped(world: World) -> None:
    await answered(world)
    later = CLOSES + DAY + SECOND
    assert await world.reveals.close_due(later) == 1
    assert await world.reveals.claim_due(later) == []
    assert (await reveal_row(world))["state"] == "skipped"
    assert await world.points() == {1: 10}


async def test_what_closed_on_a_day_can_be_read_again_without_claiming_it(world: World) -> None:
    post = await answered(world)
    assert await world.reveals.closed_on(GUILD, post.delivery.local_date) == []
    reveal = await world.reveal(CLOSES)
    before = await world.everything()
    (again,) = await world.reveals.closed_on(GUILD, post.delivery.local_date)
    assert (again.delivery.id, again.tally) == (post.delivery.id, reveal.tally)
    assert await world.everything() == before
    assert await world.reveals.closed_on(GUILD + 1, post.delivery.local_date) == []


async def test_the_tally_counts_by_option_and_names_nobody_under_five_answers(world: World) -> None:
    post = await answered(world, right=3, wrong=1)
    reveal = await world.reveal(CLOSES)
    tally = reveal.tally
    wrong = post.delivery.option_order[(post.delivery.option_order.index(post.item.key.id) + 1) % 4]
    assert tally.by_option == dict.fromkeys(post.delivery.option_order, 0) | {post.item.key.id: 3, wrong: 1}
    assert (tally.total, tally.right, tally.public, tally.names, tally.more_names) == (4, 3, False, (), 0)


async def test_from_five_answers_on_those_who_were_right_are_named(world: World) -> None:
    await answered(world, right=4, wrong=1)
    tally = (await world.reveal(CLOSES)).tally
    assert (tally.public, tally.names) == (True, ("member 1", "member 2", "member 3", "member 4"))


async def test_ten_names_and_how_many_more(world: World) -> None:
    await answered(world, right=13)
    tally = (await world.reveal(CLOSES)).tally
    assert (len(tally.names), tally.more_names, tally.right) == (10, 3, 13)


async def test_names_stand_in_no_order_of_speed(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    for minute, user in enumerate((5, 3, 4, 1, 2)):
        await world.answer(user, post, right=True, now=NINE + minute * MINUTE)
    assert (await world.reveal(CLOSES)).tally.names == tuple(f"member {n}" for n in range(1, 6))


@pytest.mark.parametrize("columns", [{"hidden": True}, {"left_at": NINE + 3 * HOUR}])
async def test_who_opted_out_or_left_is_counted_and_not_named(world: World, columns: dict) -> None:
    await answered(world, right=5)
    await world.set_member(3, **columns)
    tally = (await world.reveal(CLOSES)).tally
    assert (tally.right, tally.names) == (5, ("member 1", "member 2", "member 4", "member 5"))


async def test_nobody_answered(world: World) -> None:
    await answered(world, right=0)
    tally = (await world.reveal(CLOSES)).tally
    assert (tally.total, tally.right, tally.public) == (0, 0, False)
    assert await world.rows("ledger") == []


async def test_the_reveal_of_a_question_that_left_the_bank_still_has_its_item(
    world: World, make_world: MakeWorld
) -> None:
    post = await answered(world)
    later = make_world("later", without_question(world.bank, post.delivery.question_id))
    reveal = await later.reveal(CLOSES)
    assert (reveal.question, reveal.item) == (None, post.item)


async def test_two_days_open_at_once_close_each_at_its_own_time(world: World) -> None:
    """A reveal after 47 hours: the next day's post is out long before."""
    await world.setup(reveal_after=47 * HOUR)
    first = await world.post(NINE)
    second = await world.post(NINE + DAY)
    await world.answer(7, first, right=True, now=NINE + DAY + HOUR)
    await world.answer(7, second, right=True, now=NINE + DAY + HOUR)
    assert await world.reveals.close_due(NINE + 47 * HOUR) == 1
    assert [row["key"] for row in await world.rows("ledger")] == [f"daily:{first.delivery.id}:7"]
    assert await world.reveals.close_due(NINE + DAY + 47 * HOUR) == 1
    assert await world.points() == {7: 20}


async def test_an_outage_over_several_closings_closes_them_all_oldest_first(world: World) -> None:
    for channel in range(1, 5):
        await world.setup(channel=channel, reveal_after=(5 - channel) * HOUR)
    for post in (await world.deliveries.claim_due(NINE)).posts:
        await world.send(post, NINE)
        await world.answer(7, post, right=True, now=NINE)
    assert await world.reveals.close_due(CLOSES) == 4
    assert [row["channel_id"] for row in await world.rows("ledger")] == [4, 3, 2, 1]
