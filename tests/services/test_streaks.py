"""Streaks as a profile shows them: answers in a row, outages, freezes, the best channel."""

from bot.domain.deliveries import DailyPost
from tests.services.world import CHANNEL, DAY, GUILD, HOUR, MINUTE, NINE, OTHER_CHANNEL, World, reader

CLOSES = NINE + 23.5 * HOUR
ME = 7


async def streak(world: World, now) -> int:
    return (await world.leaderboard.profile(reader(ME), GUILD, ME, now)).streak


async def run_days(world: World, pattern: str, first: int = 0) -> None:
    """Post and close a question a day; `x` is answered, `.` is not, `-` has no post (paused)."""
    for day, mark in enumerate(pattern, start=first):
        if mark == "-":
            await world.schedules.pause(GUILD, CHANNEL, NINE + day * DAY - HOUR)
            assert (await world.deliveries.claim_due(NINE + day * DAY)).posts == ()
            await world.schedules.resume(GUILD, CHANNEL, NINE + day * DAY + HOUR)
            continue
        post = await world.post(NINE + day * DAY)
        if mark == "x":
            await world.answer(ME, post, right=day % 2 == 0, now=NINE + day * DAY + HOUR)
        await world.reveals.close_due(CLOSES + day * DAY)


async def test_right_or_wrong_an_answer_a_day_counts(world: World) -> None:
    await world.setup()
    await run_days(world, "xxxx")
    assert await streak(world, CLOSES + 3 * DAY) == 4


async def test_one_miss_a_week_is_forgiven_the_second_is_not(world: World) -> None:
    await world.setup()
    await run_days(world, "xx.x")
    assert await streak(world, CLOSES + 3 * DAY) == 3
    await run_days(world, ".x", first=4)
    assert await streak(world, CLOSES + 5 * DAY) == 1


async def test_days_without_a_post_break_nothing(world: World) -> None:
    await world.setup()
    await run_days(world, "x--x")
    assert await streak(world, CLOSES + 3 * DAY) == 2
    # Down for a week: skipped days are nobody's fault.
    await run_days(world, "x", first=11)
    assert await streak(world, CLOSES + 11 * DAY) == 3


async def test_todays_open_question_breaks_nothing_yet(world: World) -> None:
    await world.setup()
    await run_days(world, "x..")
    assert await streak(world, CLOSES + 2 * DAY) == 0
    await run_days(world, "x", first=3)
    await world.post(NINE + 4 * DAY)
    assert await streak(world, NINE + 4 * DAY + HOUR) == 1


async def test_the_best_channel_counts(world: World) -> None:
    await world.setup()
    await world.setup(channel=OTHER_CHANNEL)
    for day in range(3):
        for post in (await world.deliveries.claim_due(NINE + day * DAY)).posts:
            await world.send(post, NINE + day * DAY)
            if post.slot.channel_id == OTHER_CHANNEL or day == 0:
                await world.answer(ME, post, right=True, now=NINE + day * DAY)
        await world.reveals.close_due(CLOSES + day * DAY)
    # In the first channel day 2 was forgiven and day 3 broke it.
    assert await streak(world, CLOSES + 2 * DAY) == 3


async def test_an_answer_after_closing_does_not_count(world: World) -> None:
    await world.setup()
    await run_days(world, "x..")
    posts = (await world.schedules.status(GUILD, CHANNEL)).recent
    delivery = posts[0][1]
    assert delivery is not None
    await world.answers.answer(reader(ME), delivery.id, 0, CLOSES + 3 * DAY)
    assert await streak(world, CLOSES + 3 * DAY) == 0


async def missed_day_with_beats(world: World, *beats) -> int:
    """Two answered days, two missed ones (the second would break the streak); the process beat at these times."""
    await world.setup()
    await run_days(world, "xx.")
    post: DailyPost = await world.post(NINE + 3 * DAY)
    await world.reveals.close_due(CLOSES + 3 * DAY)
    assert post.delivery.closes_at == CLOSES + 3 * DAY
    for owner, start, end in beats:
        async with world.storage.write() as tx:
            await tx.operations.beat(owner, start)
            await tx.operations.beat(owner, end)
    return await streak(world, CLOSES + 3 * DAY + MINUTE)


UP_TO_NOON = ("first", NINE - DAY, NINE + 3 * DAY + 3 * HOUR)


async def test_without_an_outage_the_second_miss_breaks_it(world: World) -> None:
    assert await missed_day_with_beats(world, ("first", NINE - DAY, CLOSES + 3 * DAY)) == 0


async def test_a_day_that_an_outage_overlapped_is_neutral(world: World) -> None:
    restarted = ("second", NINE + 3 * DAY + 4 * HOUR, CLOSES + 3 * DAY)
    assert await missed_day_with_beats(world, UP_TO_NOON, restarted) == 2


async def test_a_short_restart_is_no_outage(world: World) -> None:
    restarted = ("second", NINE + 3 * DAY + 4 * HOUR - MINUTE, CLOSES + 3 * DAY)
    assert await missed_day_with_beats(world, UP_TO_NOON, restarted) == 0


async def test_while_another_process_was_up_there_was_no_outage(world: World) -> None:
    other = ("other", NINE + 2 * DAY, CLOSES + 3 * DAY)
    restarted = ("second", NINE + 3 * DAY + 10 * HOUR, CLOSES + 3 * DAY)
    assert await missed_day_with_beats(world, UP_TO_NOON, other, restarted) == 0


async def test_an_outage_that_still_lasts_counts_too(world: World) -> None:
    """Seen through another process that has not beaten yet."""
    assert await missed_day_with_beats(world, UP_TO_NOON) == 2
