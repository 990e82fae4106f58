"""`/daily now` claims today's slot early; `/daily preview` shows the next one and spends nothing."""

import asyncio
from datetime import date

from tests.services.world import (
    CHANNEL,
    DAY,
    EIGHT,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    OTHER_GUILD,
    MakeWorld,
    World,
    without_question,
)


async def post_now(world: World, now) -> None:
    result = await world.deliveries.claim_now(GUILD, CHANNEL, now)
    assert result.post is not None
    await world.send(result.post, now)


async def test_todays_slot_is_claimed_early_and_not_due_again(world: World) -> None:
    await world.setup()
    await post_now(world, EIGHT)
    assert (await world.deliveries.claim_due(NINE)).posts == ()
    await world.post(NINE + DAY)
    assert await world.states() == {"03-02": "posted", "03-03": "posted"}


async def test_an_early_post_closes_before_tomorrows_slot_not_before_todays_time(world: World) -> None:
    await world.setup()
    claimed = (await world.deliveries.claim_now(GUILD, CHANNEL, EIGHT)).post
    assert claimed is not None
    post = await world.deliveries.begin_send(claimed, EIGHT)
    assert post is not None
    assert post.delivery.closes_at == EIGHT + 23.5 * HOUR
    assert not post.late


async def test_what_is_posted_already_is_pointed_at(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    result = await world.deliveries.claim_now(GUILD, CHANNEL, NINE + HOUR)
    assert result.post is None
    assert result.existing is not None
    assert result.existing.id == post.delivery.id
    assert result.existing.message_id is not None


async def test_what_is_being_sent_is_not_claimed_again(world: World, other_process: World) -> None:
    await world.setup()
    results = await asyncio.gather(
        *(process.deliveries.claim_now(GUILD, CHANNEL, NINE) for process in (world, other_process, world)),
        other_process.deliveries.claim_due(NINE),
    )
    posts = [result.post for result in results[:3] if result.post] + list(results[3].posts)
    assert len(posts) == 1
    assert len(await world.rows("slots")) == 1


async def test_after_todays_time_it_posts_today_although_the_schedule_begins_tomorrow(world: World) -> None:
    await world.setup(NINE + HOUR)
    await post_now(world, NINE + 2 * HOUR)
    assert await world.states() == {"03-02": "posted"}
    assert (await world.schedules.get(GUILD, CHANNEL)).next_due_at == NINE + DAY


async def test_it_works_on_a_day_without_a_slot(world: World) -> None:
    await world.setup(days="weekends")
    await post_now(world, NINE)
    assert (await world.schedules.get(GUILD, CHANNEL)).next_local_date == date(2026, 3, 7)


async def test_it_works_while_paused_and_leaves_the_pause(world: World) -> None:
    await world.setup()
    await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    await post_now(world, EIGHT)
    schedule = await world.schedules.get(GUILD, CHANNEL)
    assert (schedule.paused, schedule.next_due_at) == (True, None)
    assert (await world.deliveries.claim_due(NINE + DAY)).posts == ()


async def test_during_an_outages_aftermath_no_date_is_posted_twice(world: World) -> None:
    await world.setup()
    await post_now(world, NINE + 2 * DAY + HOUR)
    assert (await world.deliveries.claim_due(NINE + 2 * DAY + HOUR)).posts == ()
    assert await world.states() == {"03-02": "skipped missed", "03-03": "skipped missed", "03-04": "posted"}


async def test_a_day_that_was_missed_can_still_be_posted_by_hand(world: World) -> None:
    await world.setup()
    assert (await world.deliveries.claim_due(NINE + 7 * HOUR)).posts == ()
    assert await world.states() == {"03-02": "skipped missed"}
    await post_now(world, NINE + 8 * HOUR)
    assert await world.states() == {"03-02": "posted"}
    result = await world.deliveries.claim_now(GUILD, CHANNEL, NINE + 9 * HOUR)
    assert (result.post, result.existing is not None) == (None, True)


async def test_a_day_that_was_given_up_after_refusals_says_so(world: World) -> None:
    await world.setup()
    await world.deliveries.release(await world.sending(NINE), "forbidden", NINE, suspend=True)
    assert (await world.deliveries.claim_due(NINE + 7 * HOUR)).posts == ()
    assert await world.states() == {"03-02": "skipped forbidden"}
    error = await world.failing(world.deliveries.claim_now(GUILD, CHANNEL, NINE + 8 * HOUR))
    assert error.key == "daily.given_up"
    assert await world.states() == {"03-02": "skipped forbidden"}


async def test_without_a_schedule_or_a_question_it_says_so(world: World, make_world: MakeWorld) -> None:
    for call in (world.deliveries.claim_now(GUILD, CHANNEL, NINE), world.deliveries.preview(GUILD, CHANNEL)):
        error = await world.failing(call)
        assert (error.key, error.message_args) == ("daily.not_set_up", {"channel_id": CHANNEL})
    await world.setup()
    for call in (
        world.deliveries.claim_now(OTHER_GUILD, CHANNEL, NINE),
        world.deliveries.preview(OTHER_GUILD, CHANNEL),
    ):
        assert (await world.failing(call)).key == "daily.not_set_up"
    empty = make_world("empty", without_question(world.bank, *(question.id for question in world.bank)))
    for call in (empty.deliveries.claim_now(GUILD, CHANNEL, NINE), empty.deliveries.preview(GUILD, CHANNEL)):
        assert (await empty.failing(call)).key == "daily.no_questions"
    await world.schedules.remove(GUILD, CHANNEL, EIGHT)
    for call in (world.deliveries.claim_now(GUILD, CHANNEL, NINE), world.deliveries.preview(GUILD, CHANNEL)):
        assert (await world.failing(call)).key == "daily.not_set_up"


async def test_the_preview_is_what_is_then_posted(world: World) -> None:
    await world.setup(language="en")
    for day in range(14):
        preview = await world.deliveries.preview(GUILD, CHANNEL)
        due_at = (await world.schedules.get(GUILD, CHANNEL)).next_due_at
        assert due_at == NINE + day * DAY
        post = await world.post(due_at)
        assert preview.item == post.item
        assert preview.question == post.question
        for name in ("question_id", "topic", "revision", "local_date", "language", "cycle", "closes_at"):
            assert getattr(preview.delivery, name) == getattr(post.delivery, name), name


async def test_the_preview_spends_nothing(world: World) -> None:
    await world.setup()
    before = await world.everything()
    for _ in range(3):
        await world.deliveries.preview(GUILD, CHANNEL)
    assert await world.everything() == before


async def test_a_paused_schedule_can_be_previewed(world: World) -> None:
    await world.setup()
    await world.schedules.pause(GUILD, CHANNEL, EIGHT + MINUTE)
    preview = await world.deliveries.preview(GUILD, CHANNEL)
    assert preview.delivery.question_id == (await post_id(world))


async def post_id(world: World) -> str:
    claimed = (await world.deliveries.claim_now(GUILD, CHANNEL, EIGHT + 2 * MINUTE)).post
    assert claimed is not None
    return claimed.delivery.question_id
