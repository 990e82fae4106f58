"""Claiming what is due: once, by one process, the newest missed day at most, no question twice in a cycle."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.deliveries import DeliveryRules
from tests.factories import make_options, make_single
from tests.services.world import (
    CHANNEL,
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    MakeWorld,
    World,
    make_questions,
    with_prompt,
    without_question,
)


async def test_nothing_is_claimed_before_its_time_and_then_once(world: World) -> None:
    await world.setup()
    assert (await world.deliveries.claim_due(NINE - timedelta(microseconds=1))).posts == ()
    post = await world.claim(NINE)
    assert (post.slot.local_date.day, post.slot.due_at, post.slot.state) == (2, NINE, "claimed")
    assert (await world.deliveries.claim_due(NINE)).posts == ()
    assert (await world.deliveries.claim_due(NINE + 20 * MINUTE / 60)).posts == ()
    assert (await world.schedules.get(GUILD, CHANNEL)).next_due_at == NINE + DAY


async def test_a_claim_holds_everything_that_a_post_needs(world: World) -> None:
    await world.setup(language="en")
    post = await world.claim(NINE)
    assert post.question is not None
    assert post.item in post.question.singles
    assert sorted(post.delivery.option_order) == sorted(option.id for option in post.item.options)
    assert (post.delivery.language, post.delivery.topic) == ("en", post.question.topic)
    row = await world.row("deliveries")
    assert (row["question_id"], row["revision"]) == (post.question.id, post.item.revision)
    assert row["reveal_state"] == "waiting"
    stored = await world.row("item_revisions")
    assert stored["json"]["stem"]["zh"] == post.item.stem.zh


async def test_options_are_shuffled_from_post_to_post(world: World) -> None:
    await world.setup()
    orders = [(await world.post(NINE + day * DAY)).delivery.option_order for day in range(12)]
    assert len(set(orders)) > 4


async def test_two_processes_never_both_claim(world: World, other_process: World) -> None:
    channels = range(1, 13)
    await asyncio.gather(*(world.setup(channel=channel) for channel in channels))
    won: Counter[int] = Counter()
    for day in range(3):
        now = NINE + day * DAY
        while len(won) < len(channels):
            claims = await asyncio.gather(
                *(process.deliveries.claim_due(now) for process in (world, other_process, world, other_process))
            )
            won.update(post.slot.channel_id for claim in claims for post in claim.posts)
        assert won == dict.fromkeys(channels, 1)
        won.clear()
        # None of them was sent; the leases run out, and everything is claimed once more, again once each.
        now += world.rules.lease
        while len(won) < len(channels):
            claims = await asyncio.gather(*(process.deliveries.claim_due(now) for process in (world, other_process)))
            for process, claim in zip((world, other_process), claims, strict=True):
                for post in claim.posts:
                    won[post.slot.channel_id] += 1
                    await process.send(post, now)
        assert won == dict.fromkeys(channels, 1)
        won.clear()
    assert {row["state"] for row in await world.rows("slots")} == {"posted"}
    assert len(await world.rows("deliveries")) == 3 * len(channels)


async def test_one_claim_takes_one_seconds_worth_oldest_first(make_world: MakeWorld) -> None:
    world = make_world(rules=DeliveryRules(batch=3))
    for minute in range(5):
        await world.setup(channel=minute + 1, time=time(9, 4 - minute))
    now = NINE + HOUR
    first = [post.slot.channel_id for post in (await world.deliveries.claim_due(now)).posts]
    second = [post.slot.channel_id for post in (await world.deliveries.claim_due(now)).posts]
    assert (first, second) == ([5, 4, 3], [2, 1])


async def test_old_claims_come_before_new_ones_within_one_batch(make_world: MakeWorld) -> None:
    world = make_world(rules=DeliveryRules(batch=2))
    for channel in (1, 2, 3):
        await world.setup(channel=channel, time=time(9, channel))
    await world.claim(NINE + MINUTE)
    later = NINE + 3 * MINUTE
    assert [post.slot.channel_id for post in (await world.deliveries.claim_due(later)).posts] == [1, 2]
    assert [post.slot.channel_id for post in (await world.deliveries.claim_due(later)).posts] == [3]


async def test_down_for_an_hour_todays_question_is_posted_late(world: World) -> None:
    await world.setup()
    post = await world.deliveries.begin_send(await world.claim(NINE + HOUR), NINE + HOUR)
    assert post is not None
    assert post.late
    assert await world.states() == {"03-02": "sending"}


@pytest.mark.parametrize(("behind", "late"), [(5 * MINUTE, False), (5 * MINUTE + timedelta(seconds=1), True)])
async def test_a_post_counts_as_late_after_five_minutes(world: World, behind: timedelta, late: bool) -> None:
    await world.setup()
    post = await world.deliveries.begin_send(await world.claim(NINE + behind), NINE + behind)
    assert post is not None
    assert post.late is late


async def test_after_the_catch_up_window_the_day_is_recorded_as_skipped(world: World) -> None:
    await world.setup()
    assert (await world.deliveries.claim_due(NINE + 6 * HOUR + timedelta(seconds=1))).posts == ()
    assert await world.states() == {"03-02": "skipped missed"}
    assert await world.rows("deliveries") == []
    await world.post(NINE + DAY)
    assert await world.states() == {"03-02": "skipped missed", "03-03": "posted"}


async def test_at_the_end_of_the_catch_up_window_it_is_still_posted(world: World) -> None:
    await world.setup()
    await world.post(NINE + 6 * HOUR)
    assert await world.states() == {"03-02": "posted"}


async def test_after_days_of_outage_only_the_newest_day_is_posted(world: World) -> None:
    await world.setup()
    await world.post(NINE)
    await world.post(NINE + 4 * DAY + HOUR)
    assert await world.states() == {
        "03-02": "posted",
        "03-03": "skipped missed",
        "03-04": "skipped missed",
        "03-05": "skipped missed",
        "03-06": "posted",
    }
    assert (await world.deliveries.claim_due(NINE + 4 * DAY + HOUR)).posts == ()


async def test_skipped_days_of_an_outage_are_those_of_the_schedule(world: World) -> None:
    await world.setup(days="weekends")
    await world.deliveries.claim_due(NINE + 14 * DAY)
    assert list(await world.states()) == ["03-07", "03-08", "03-14", "03-15"]


async def test_a_year_of_outage_is_caught_up_in_one_go(world: World) -> None:
    await world.setup()
    await world.post(NINE + 365 * DAY)
    states = Counter(row["state"] for row in await world.rows("slots"))
    assert states == {"skipped": 365, "posted": 1}


@given(
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "Pacific/Apia", "America/Nuuk"]),
    hour=st.integers(0, 23),
    steps=st.lists(st.integers(1, 60 * 60), min_size=5, max_size=25),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_whenever_the_bot_is_up_no_local_date_is_posted_twice_or_left_out(
    make_world: MakeWorld, zone: str, hour: int, steps: list[int]
) -> None:
    """Ticks come at random minutes of a month that has a change of the clock in it."""
    world = make_world(rules=DeliveryRules(batch=1_000))
    channel = 1 + len(await world.rows("schedules"))
    now = datetime(2026, 3, 20, tzinfo=UTC)
    await world.setup(now, channel=channel, time=time(hour, 30), timezone=zone)
    for minutes in steps:
        now += minutes * MINUTE
        for post in (await world.deliveries.claim_due(now)).posts:
            if post.slot.channel_id == channel:
                assert timedelta() <= now - post.slot.due_at <= world.rules.catch_up
                await world.send(post, now)
    slots = await world.rows("slots", channel_id=channel)
    dates = [slot["local_date"] for slot in slots]
    assert dates == sorted(set(dates))
    if dates:
        assert len(dates) == (dates[-1] - dates[0]).days + 1
    posted = [slot["posted_at"] for slot in slots if slot["state"] == "posted"]
    assert len(posted) == len(set(posted)), "never two days at once"


async def test_a_cycle_repeats_nothing_and_the_next_uses_other_items(world: World) -> None:
    await world.setup()
    posts = [await world.post(NINE + day * DAY) for day in range(12)]
    first, second = posts[:6], posts[6:]
    everything = {f"q{n}" for n in range(1, 7)}
    assert {post.delivery.question_id for post in first} == everything
    assert {post.delivery.question_id for post in second} == everything
    assert first[-1].delivery.question_id != second[0].delivery.question_id
    assert {post.item.id.partition(".")[2] for post in first} == {"one"}
    assert {post.item.id.partition(".")[2] for post in second} == {"two"}
    assert [post.delivery.cycle for post in posts] == [0] * 6 + [1] * 6


async def test_two_channels_of_a_server_do_not_ask_the_same_on_one_day(world: World) -> None:
    for channel in range(1, 6):
        await world.setup(channel=channel)
    posts = (await world.deliveries.claim_due(NINE)).posts
    assert len({post.delivery.question_id for post in posts}) == 5


async def test_only_what_the_schedule_wants_is_asked(world: World) -> None:
    await world.setup(topics=("basics/decoding",))
    asked = [(await world.post(NINE + day * DAY)).delivery.question_id for day in range(4)]
    assert set(asked) == {"q2", "q4", "q6"}


async def test_edits_between_slots_harm_nothing(world: World, make_world: MakeWorld) -> None:
    """A question is edited, one is removed, one is added while the cycle goes on."""
    await world.setup()
    first = await world.post(NINE)
    asked = [first.delivery.question_id]
    others = [question.id for question in world.bank if question.id not in asked]
    edited_item = make_single(f"{asked[0]}.one", options=make_options("新甲", "新乙", "新丙", "新丁", key=2))
    bank = make_questions(7)
    bank = without_question(bank, others[0])
    bank = with_prompt(bank, asked[0], items=(edited_item, *bank.find(asked[0], GUILD).items[1:]))
    later = make_world("later", bank)
    # What is open keeps the text and order that were shown.
    again = await later.answer(7, first, right=True, now=NINE + HOUR)
    assert again.item == first.item
    for day in range(1, 6):
        post = await later.post(NINE + day * DAY)
        asked.append(post.delivery.question_id)
    assert sorted(asked) == sorted({question.id for question in bank})
    for day in range(6):
        await later.reveals.close_due(NINE + (day + 1) * DAY)
    assert (await later.row("ledger"))["points"] == 10


async def test_a_question_that_left_the_bank_is_still_posted_when_it_was_claimed(
    world: World, make_world: MakeWorld
) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    bank = without_question(world.bank, claimed.delivery.question_id)
    later = make_world("later", bank)
    again = await later.claim(NINE + MINUTE)
    assert (again.delivery, again.item, again.question) == (claimed.delivery, claimed.item, None)
    assert (await later.deliveries.begin_send(again, NINE + MINUTE)) is not None


async def test_when_nothing_matches_any_more_the_admin_is_told_once_a_day(world: World, make_world: MakeWorld) -> None:
    await world.setup(topics=("basics/decoding",))
    bank = without_question(world.bank, "q2", "q4", "q6")
    later = make_world("later", bank)
    claims = await later.deliveries.claim_due(NINE)
    assert claims.posts == ()
    assert [(trouble.reason, trouble.notify) for trouble in claims.troubles] == [("no_questions", True)]
    assert await later.states() == {"03-02": "skipped no_questions"}
    assert (await later.deliveries.claim_due(NINE + MINUTE)).troubles == ()
    assert (await later.deliveries.claim_due(NINE + DAY)).troubles[0].notify


@pytest.mark.parametrize("verb", ["remove", "pause"])
async def test_a_removed_or_paused_channels_waiting_slot_is_given_up(world: World, verb: str) -> None:
    await world.setup()
    await world.claim(NINE)
    await getattr(world.schedules, verb)(GUILD, CHANNEL, NINE)
    assert (await world.deliveries.claim_due(NINE + MINUTE)).posts == ()
    assert await world.states() == {"03-02": "skipped stopped"}
    assert (await world.row("deliveries"))["closed_at"] is not None


async def test_set_up_in_another_zone_the_local_date_is_that_zones(world: World) -> None:
    await world.setup(EIGHT, timezone="Pacific/Auckland", time=time(1))
    post = await world.claim(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert post.slot.local_date.day == 3
