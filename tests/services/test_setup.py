"""`/daily setup`: what it makes, what it keeps, what it refuses."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.schedules import Change
from bot.services.schedules import topics_of
from tests.services.world import ADMIN, CHANNEL, DAY, EIGHT, GUILD, HOUR, MINUTE, NINE, OTHER_GUILD, World


async def test_a_new_schedule_begins_with_the_next_nine_o_clock(world: World) -> None:
    result = await world.setup()
    assert result.created
    assert [slot.due_at for slot in result.upcoming] == [NINE, NINE + DAY, NINE + 2 * DAY]
    stored = await world.schedules.get(GUILD, CHANNEL)
    assert stored == result.schedule
    assert (stored.time, stored.timezone, stored.language, stored.created_by) == (time(9), "UTC", "zh", ADMIN)
    assert (stored.next_local_date, stored.next_due_at) == (date(2026, 3, 2), NINE)


@pytest.mark.parametrize("late", [timedelta(), MINUTE, 10 * HOUR])
async def test_set_up_at_or_after_todays_time_it_begins_tomorrow(world: World, late: timedelta) -> None:
    result = await world.setup(NINE + late)
    assert result.upcoming[0].due_at == NINE + DAY
    assert (await world.deliveries.claim_due(NINE + late)).posts == ()


async def test_a_new_schedule_gives_the_server_its_calendar_once(world: World) -> None:
    await world.setup(timezone="Asia/Shanghai")
    await world.setup(channel=111, timezone="Europe/Berlin", language="en")
    settings = await world.preferences.guild(GUILD)
    assert (settings.timezone, settings.language) == ("Asia/Shanghai", "zh")


async def test_what_is_not_named_keeps_its_value(world: World) -> None:
    full = {
        "time": time(9),
        "timezone": "UTC",
        "topics": ("basics/decoding",),
        "difficulty": 2,
        "days": "weekdays",
        "language": "en",
        "mention_role_id": 77,
        "reveal_after": timedelta(hours=3),
        "thread": True,
        "admin_channel_id": 88,
    }
    await world.setup(**full)
    result = await world.schedules.setup(GUILD, CHANNEL, 2, Change(days="all"), "zh", EIGHT + MINUTE)
    assert (result.created, result.changed) == (False, ("days",))
    for name, value in (full | {"days": "all"}).items():
        assert getattr(result.schedule, name) == value
    assert await world.schedules.get(GUILD, CHANNEL) == result.schedule
    assert result.schedule.created_by == 2, "whoever changed it last is told of trouble"


async def test_the_reply_names_what_differs_in_the_commands_order(world: World) -> None:
    await world.setup()
    result = await world.setup(topics=("basics",), time=time(9), thread=True, language="en")
    assert result.changed == ("topics", "language", "thread")
    assert (await world.setup(topics=("basics",))).changed == ()


async def test_a_change_keeps_the_order_of_questions(world: World) -> None:
    before = (await world.setup()).schedule
    await world.post(NINE)
    after = (await world.setup(NINE + MINUTE, thread=True)).schedule
    assert (after.seed, after.cycle) == (before.seed, before.cycle)


async def test_another_change_before_todays_time_leaves_today_due(world: World) -> None:
    await world.setup()
    result = await world.setup(EIGHT + 59 * MINUTE, difficulty=2)
    assert result.upcoming[0].due_at == NINE


async def test_a_moved_time_keeps_twelve_hours_from_the_previous_post(world: World) -> None:
    await world.setup()
    await world.post(NINE)
    # 20:00 today has been posted for already, and 08:00 tomorrow is far enough away.
    result = await world.setup(NINE + HOUR, time=time(20))
    assert result.upcoming[0].due_at == datetime(2026, 3, 3, 20, tzinfo=UTC)
    result = await world.setup(NINE + 2 * HOUR, time=time(8))
    assert result.upcoming[0].due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_a_move_right_after_a_late_post_waits_for_the_day_after(world: World) -> None:
    await world.setup(time=time(22))
    posted_at = datetime(2026, 3, 2, 23, tzinfo=UTC)
    await world.post(posted_at)
    # 06:00 tomorrow would be seven hours after the post.
    result = await world.setup(posted_at + HOUR / 2, time=time(6))
    assert result.upcoming[0].due_at == datetime(2026, 3, 4, 6, tzinfo=UTC)


async def test_a_moved_zone_never_posts_a_date_twice(world: World) -> None:
    await world.setup()
    await world.post(NINE)
    # In Honolulu it is still the evening of the 1st, so nine o'clock of the 2nd comes once more.
    result = await world.setup(NINE + MINUTE, timezone="Pacific/Honolulu")
    assert result.upcoming[0].local_date == date(2026, 3, 3)
    assert result.upcoming[0].due_at == datetime(2026, 3, 3, 19, tzinfo=UTC)
    for hour in range(24 * 4):
        for post in (await world.deliveries.claim_due(NINE + hour * HOUR)).posts:
            await world.send(post, NINE + hour * HOUR)
    posted = [row for row in await world.rows("slots") if row["state"] == "posted"]
    assert [row["local_date"].day for row in posted] == [2, 3, 4, 5]
    assert posted[1]["posted_at"] - posted[0]["posted_at"] > 12 * HOUR


async def test_a_move_away_from_a_slot_that_is_being_sent_does_not_double_the_day(world: World) -> None:
    await world.setup()
    claimed = await world.claim(NINE)
    await world.setup(NINE + MINUTE / 2, time=time(9, 5))
    assert (await world.deliveries.claim_due(NINE + 5 * MINUTE)).posts[0].slot.id == claimed.slot.id
    assert len(await world.rows("slots")) == 1


async def test_removed_and_set_up_again_the_channel_starts_from_defaults(world: World) -> None:
    before = (await world.setup(difficulty=2, thread=True, mention_role_id=5)).schedule
    await world.post(NINE)
    await world.schedules.remove(GUILD, CHANNEL, NINE + MINUTE)
    result = await world.setup(NINE + 2 * MINUTE, time=time(12))
    assert result.created
    after = result.schedule
    assert (after.difficulty, after.thread, after.mention_role_id) == (None, False, None)
    # What was asked is remembered, and today has had its question.
    assert (after.seed, after.removed) == (before.seed, False)
    assert result.upcoming[0].due_at == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert len(await world.rows("schedules")) == 1


async def test_setting_up_a_paused_channel_resumes_it(world: World) -> None:
    await world.setup()
    await world.schedules.pause(GUILD, CHANNEL, EIGHT)
    result = await world.setup(EIGHT + MINUTE)
    assert not result.created
    assert not result.schedule.paused
    assert result.upcoming[0].due_at == NINE


async def test_setting_up_forgets_what_was_wrong_and_retries_at_once(world: World) -> None:
    await world.setup()
    post = await world.deliveries.begin_send(await world.claim(NINE), NINE)
    assert post is not None
    await world.deliveries.release(post, "forbidden", NINE, suspend=True)
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason == "forbidden"
    assert (await world.deliveries.claim_due(NINE + MINUTE / 60)).posts == ()
    await world.setup(NINE + MINUTE / 60)
    assert (await world.schedules.get(GUILD, CHANNEL)).suspended_reason is None
    assert (await world.claim(NINE + MINUTE / 60)).slot.id == post.slot.id


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"topics": ("basics", "cooking")}, "topic.unknown"),
        ({"difficulty": 5}, "daily.no_questions"),
        ({"reveal_after": timedelta(hours=47, seconds=1)}, "daily.bad_reveal"),
        ({"reveal_after": timedelta(seconds=35)}, "daily.bad_reveal"),
        ({"reveal_after": timedelta(hours=-1)}, "daily.bad_reveal"),
    ],
)
async def test_a_wrong_option_is_named_and_nothing_changes(world: World, change: dict, key: str) -> None:
    assert (await world.failing(world.setup(**change))).key == key
    await world.setup(thread=True)
    error = await world.failing(world.setup(NINE + DAY, time=time(12), **change))
    assert error.key == key
    if key == "topic.unknown":
        assert error.message_args == {"topic": "cooking"}


async def test_the_shortest_and_the_longest_reveal_are_allowed(world: World) -> None:
    for span in (timedelta(hours=0.01), timedelta(hours=47)):
        await world.setup(reveal_after=span)
        assert (await world.schedules.get(GUILD, CHANNEL)).reveal_after == span


async def test_a_schedule_belongs_to_its_server(world: World) -> None:
    await world.setup()
    for call in (world.schedules.get, world.schedules.status):
        assert (await world.failing(call(OTHER_GUILD, CHANNEL))).key == "daily.not_set_up"
    for call in (world.schedules.pause, world.schedules.resume, world.schedules.remove):
        assert (await world.failing(call(OTHER_GUILD, CHANNEL, EIGHT))).key == "daily.not_set_up"
    assert await world.schedules.list_guild(OTHER_GUILD) == []


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("", ()),
        (" , ，", ()),
        ("basics", ("basics",)),
        ("Basics/Decoding, diffusion", ("basics/decoding", "diffusion")),
        ("basics，diffusion、basics", ("basics", "diffusion")),
    ],
)
def test_topics_of(text: str, topics: tuple[str, ...]) -> None:
    assert topics_of(text) == topics
