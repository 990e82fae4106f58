"""Languages of members, posts and servers; servers' calendars."""

import asyncio

import pytest

from tests.services.world import CHANNEL, DAY, EIGHT, GUILD, HOUR, OTHER_CHANNEL, OTHER_GUILD, World, reader


async def language(
    world: World, *, user: int = 7, channel: int | None = OTHER_CHANNEL, locale="en-US", post=None
) -> str:
    guild = GUILD if channel else None
    return await world.preferences.language_for(user, guild, channel, locale, post=post)


async def test_own_setting_then_post_then_channel_then_client_then_server(world: World) -> None:
    assert await language(world, locale=None) == "en"
    await world.preferences.set_guild(GUILD, None, "zh", EIGHT)
    assert await language(world, locale=None) == "zh", "the server's"
    assert await language(world, locale="en-GB") == "en", "the client's"
    assert await language(world, locale="zh-TW") == "zh"
    await world.setup(channel=OTHER_CHANNEL, language="zh")
    assert await language(world, locale="en-US") == "zh", "the channel's"
    assert await language(world, locale="zh-CN", post="en") == "en", "the post's"
    await world.preferences.set_language(7, "zh", EIGHT)
    assert await language(world, post="en") == "zh", "the member's own"
    assert await language(world, user=8, post="en") == "en"


async def test_taking_ones_setting_back_follows_the_rest_again(world: World) -> None:
    for setting, expected in (("zh", "zh"), ("en", "en"), ("zh", "zh"), (None, "en")):
        await world.preferences.set_language(7, setting, EIGHT)
        assert await language(world, locale="fr") == expected


async def test_ones_setting_holds_in_direct_messages_and_in_every_server(world: World) -> None:
    await world.preferences.set_language(7, "zh", EIGHT)
    assert await language(world, channel=None) == "zh"
    assert await language(world, user=8, channel=None) == "en"


async def test_a_channel_without_its_daily_question_any_more_decides_nothing(world: World) -> None:
    await world.setup(language="zh")
    assert await language(world, channel=CHANNEL) == "zh"
    await world.schedules.remove(GUILD, CHANNEL, EIGHT)
    assert await language(world, channel=CHANNEL) == "en"


async def test_a_servers_settings_change_one_by_one(world: World) -> None:
    assert (await world.preferences.guild(GUILD)).timezone == "UTC"
    await world.preferences.set_guild(GUILD, "asia/shanghai", None, EIGHT)
    settings = await world.preferences.set_guild(GUILD, None, "zh", EIGHT)
    assert (settings.timezone, settings.language) == ("Asia/Shanghai", "zh")
    assert await world.preferences.guild(GUILD) == settings
    assert (await world.preferences.guild(OTHER_GUILD)).timezone == "UTC"


async def test_the_first_schedule_gives_a_server_its_zone_unless_somebody_has(world: World) -> None:
    """A server may have settings before its first schedule: a language, a season, rules for teams."""
    await world.preferences.set_guild(GUILD, None, "zh", EIGHT)
    await world.seasons.start(GUILD, 1, "Autumn", lambda *_: "", "zh", EIGHT)
    await world.setup(timezone="Asia/Tokyo", language="en")
    settings = await world.preferences.guild(GUILD)
    assert (settings.timezone, settings.language, settings.season) == ("Asia/Tokyo", "zh", 1)
    await world.setup(channel=CHANNEL + 1, timezone="Europe/Paris")
    assert (await world.preferences.guild(GUILD)).timezone == "Asia/Tokyo"
    await world.preferences.set_guild(OTHER_GUILD, "UTC", None, EIGHT)
    await world.setup(guild=OTHER_GUILD, channel=CHANNEL + 2, timezone="Europe/Paris")
    assert (await world.preferences.guild(OTHER_GUILD)).timezone == "UTC"


async def test_what_holds_for_teams_changes_alone(world: World) -> None:
    settings = await world.preferences.guild(GUILD)
    assert (settings.team_approval, settings.team_size) == (False, 50)
    await world.preferences.set_guild(GUILD, "asia/shanghai", None, EIGHT, team_approval=True)
    settings = await world.preferences.set_guild(GUILD, None, None, EIGHT, team_size=2)
    assert (settings.timezone, settings.team_approval, settings.team_size) == ("Asia/Shanghai", True, 2)
    settings = await world.preferences.set_guild(GUILD, None, None, EIGHT, team_approval=False)
    assert (settings.team_approval, settings.team_size) == (False, 2)


@pytest.mark.parametrize("size", [1, 501])
async def test_a_team_size_out_of_range_changes_nothing(world: World, size: int) -> None:
    error = await world.failing(world.preferences.set_guild(GUILD, None, "zh", EIGHT, team_size=size))
    assert error.key == "team.bad_size"


@pytest.mark.parametrize(
    ("text", "key"), [("Shanghai", "daily.unknown_timezone_near"), ("qqqqqq", "daily.unknown_timezone")]
)
async def test_an_unknown_zone_changes_nothing(world: World, text: str, key: str) -> None:
    assert (await world.failing(world.preferences.set_guild(GUILD, text, "zh", EIGHT))).key == key


async def test_two_admins_at_once_lose_neither_change(world: World, other_process: World) -> None:
    for guild in range(1, 6):
        # Both have a connection, so that neither has to open one first.
        assert await world.preferences.guild(guild) == await other_process.preferences.guild(guild)
        for zone, chosen in (("Asia/Tokyo", "zh"), ("Europe/Paris", "en")):
            await asyncio.gather(
                world.preferences.set_guild(guild, zone, None, EIGHT),
                other_process.preferences.set_guild(guild, None, chosen, EIGHT),
            )
            settings = await world.preferences.guild(guild)
            assert (settings.timezone, settings.language) == (zone, chosen)


async def test_members_are_remembered_where_they_act_once_a_day(world: World) -> None:
    await world.preferences.note_seen(reader(7), EIGHT)
    await world.preferences.note_seen(reader(7), EIGHT + HOUR)
    await world.preferences.note_seen(reader(7, None), EIGHT)
    row = await world.row("memberships")
    assert (row["guild_id"], row["user_id"], row["name"], row["last_seen_at"]) == (GUILD, 7, "member 7", EIGHT)
    await world.preferences.note_seen(reader(7, OTHER_GUILD), EIGHT)
    await world.preferences.note_seen(reader(7), EIGHT + DAY)
    assert [row["last_seen_at"] for row in await world.rows("memberships")] == [EIGHT + DAY, EIGHT]
