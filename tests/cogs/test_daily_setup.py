"""`/daily setup`: what it says, what it stores, and that a refusal changes nothing."""

import re
from datetime import UTC, datetime, timedelta

import discord

from .world import START, buttons, by_prefix, everything, told

STAMP = re.compile(r"<t:(\d+):F>")
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def stamps(text: str) -> list[datetime]:
    return [datetime.fromtimestamp(int(found), UTC) for found in STAMP.findall(text)]


def field(world, name: str, value: str) -> str:
    return world.t("daily.fields.line", name=world.t(f"daily.fields.{name}"), value=value)


def schedule(world, columns: str = "*"):
    rows = world.sql(f"SELECT {columns} FROM schedules")
    return rows[0] if rows else None


async def refused(world, key: str, /, *, channel=None, args=None, **options) -> str:
    """Try to set up; check that it is refused with that sentence, privately, and that nothing is stored."""
    before = world.stored()
    reply = told(await world.set_up(channel, **options))
    if args is not None:
        assert reply.content == world.t(f"errors.{key}", **args)
    assert world.stored() == before
    assert not reply.embeds
    return reply.content


# --------------------------------------------------------------------- success


async def test_the_answer_names_the_channel_the_settings_and_the_next_three_due_times(local_world):
    reply = told(await local_world.set_up())
    lines = reply.content.splitlines()
    assert lines[0] == local_world.t("daily.setup.created", channel=local_world.channel.mention)
    assert "• " + field(local_world, "time", "09:00") in lines
    assert "• " + field(local_world, "timezone", "UTC") in lines
    assert lines[-1] == local_world.t("daily.setup.hint")
    assert stamps(reply.content) == [NINE, NINE + timedelta(days=1), NINE + timedelta(days=2)]
    assert schedule(local_world, "channel_id, language, created_by") == (
        local_world.channel.id,
        local_world.language,
        local_world.admin.id,
    )


async def test_after_todays_time_it_starts_tomorrow(world):
    world.wait(hours=3)
    assert stamps(told(await world.set_up()).content)[0] == NINE + timedelta(days=1)
    await world.tick()
    assert not world.posts()


async def test_every_option_is_stored_and_shown(world):
    role = world.guild.create_role("readers", mentionable=True)
    notes = world.guild.create_text_channel("notes")
    reply = told(
        await world.set_up(
            time="２１：３０",
            timezone="asia/shanghai",
            topic="basics/decoding, basics/overview",
            difficulty=2,
            days="weekdays",
            language="zh",
            mention=role,
            reveal_after_hours=12.5,
            thread=True,
            admin_channel=notes,
        )
    )
    for shown in ("21:30", "Asia/Shanghai", "Decoding, Concepts", "★★", "Weekdays", "中文", role.mention, "12.5"):
        assert shown in reply.content
    assert world.t("daily.fields.yes") in reply.content
    assert notes.mention in reply.content
    assert schedule(
        world, "time, timezone, difficulty, days, language, mention_role_id, reveal_after_seconds, thread"
    ) == ("21:30:00", "Asia/Shanghai", 2, "weekdays", "zh", role.id, 45_000, 1)


async def test_a_second_setup_says_what_changed_and_keeps_the_rest(local_world):
    await local_world.set_up(topic="basics/decoding", days="weekends", reveal_after_hours=7)
    reply = told(await local_world.set_up(difficulty=2))
    lines = reply.content.splitlines()
    assert lines[0] == local_world.t("daily.setup.changed", channel=local_world.channel.mention)
    assert lines[1] == "• " + field(local_world, "difficulty", "★★")
    assert lines[2] == local_world.t("daily.setup.next")
    assert schedule(local_world, "topics, days, reveal_after_seconds") == ('["basics/decoding"]', "weekends", 25_200)
    assert len(local_world.sql("SELECT * FROM schedules")) == 1


async def test_all_takes_a_restriction_to_topics_back(world):
    await world.set_up(topic="basics/decoding")
    reply = told(await world.set_up(topic="all"))
    assert field(world, "topics", world.t("daily.fields.all_topics")) in reply.content
    assert schedule(world, "topics") == ("[]",)


async def test_the_same_setup_again_changes_nothing_and_says_so(local_world):
    await local_world.set_up()
    reply = told(await local_world.set_up())
    assert reply.content.startswith(local_world.t("daily.setup.unchanged", channel=local_world.channel.mention))


async def test_a_changed_time_keeps_twelve_hours_from_the_last_post(world):
    await world.post()
    reply = told(await world.set_up(time="10:00"))
    assert stamps(reply.content)[0] == NINE + timedelta(days=1, hours=1)
    reply = told(await world.set_up(time="20:00"))
    assert stamps(reply.content)[0] >= NINE + timedelta(hours=12)


async def test_another_channel_can_be_set_up_from_here(world):
    other = world.guild.create_text_channel("other")
    reply = told(await world.set_up(other))
    assert other.mention in reply.content
    assert schedule(world, "channel_id") == (other.id,)


async def test_a_news_channel_is_a_text_channel(world):
    news = world.guild.create_news_channel("news")
    assert told(await world.set_up(news)).content.startswith(world.t("daily.setup.created", channel=news.mention))


# -------------------------------------------------------------------- refusals


async def test_an_unknown_zone_is_answered_with_near_ones(local_world):
    told_near = await refused(local_world, "daily.unknown_timezone_near", timezone="Asia/Shangai")
    assert "`Asia/Shangai`" in told_near
    assert "Asia/Shanghai" in told_near
    assert told_near.startswith(local_world.t("errors.daily.unknown_timezone_near", text="Asia/Shangai", near="")[:20])


async def test_a_zone_like_none_is_answered_with_an_example(local_world):
    await refused(local_world, "daily.unknown_timezone", timezone="xyzzy", args={"text": "xyzzy"})


async def test_an_impossible_time_is_answered_with_how_to_write_it(world):
    for time in ("25:00", "9:60", "9", "noon", "-1:00", "9:00 pm", "12:00:00", "٩:٠٠x", " "):
        await refused(world, "daily.bad_time", time=time, args={"text": time})


async def test_the_sentence_about_the_time_is_localised(local_world):
    await refused(local_world, "daily.bad_time", time="25:00", args={"text": "25:00"})


async def test_only_a_text_channel_will_do(local_world):
    for kind in ("category", "voice_channel", "forum_channel", "stage_channel"):
        channel = getattr(local_world.guild, f"create_{kind}")(f"my {kind}")
        await refused(local_world, "daily.not_text_channel", channel=channel, args={"channel": channel.mention})


async def test_each_missing_permission_is_named(local_world):
    local_world.forbid("send_messages")
    assert local_world.t("permissions.send_messages") in await refused(local_world, "daily.missing_permissions")
    for names in (("embed_links", "read_message_history"), ("attach_files",)):
        local_world.forbid(*names)
        permissions = local_world.t("list_separator").join(local_world.t(f"permissions.{name}") for name in names)
        args = {"channel": local_world.channel.mention, "permissions": permissions}
        await refused(local_world, "daily.missing_permissions", args=args)
    local_world.forbid()
    assert told(await local_world.set_up()).content.startswith(
        local_world.t("daily.setup.created", channel=local_world.channel.mention)
    )


async def test_a_thread_needs_its_own_permissions(world):
    world.forbid("create_public_threads", "send_messages_in_threads")
    said = await refused(world, "daily.missing_permissions", thread=True)
    assert "Create Public Threads, Send Messages in Threads" in said
    await world.set_up()
    assert schedule(world) is not None


async def test_a_role_that_nobody_may_mention_needs_a_permission(world):
    role = world.guild.create_role("quiet")
    world.forbid("mention_everyone")
    assert "Mention Everyone" in await refused(world, "daily.missing_permissions", mention=role)


async def test_an_unknown_topic_is_named(local_world):
    await refused(local_world, "topic.unknown", topic="astrology", args={"topic": "astrology"})
    await refused(local_world, "topic.unknown", topic="basics, Tarot", args={"topic": "tarot"})


async def test_a_wish_that_no_question_meets_is_refused(local_world):
    await refused(local_world, "daily.no_questions", difficulty=5, args={})


async def test_a_refusal_leaves_an_existing_schedule_as_it_was(world):
    await world.set_up()
    for options in ({"time": "25:00"}, {"timezone": "xyzzy"}, {"topic": "astrology"}, {"difficulty": 5}):
        await refused(world, "", **options)


async def test_pasting_a_book_into_an_option_is_answered_in_one_sentence(world):
    for option in ("time", "timezone", "topic"):
        said = await refused(world, "", **{option: "x`*_ @everyone " * 390})
        assert len(said) < 600


# ------------------------------------------------------------ who may, and where

ADMIN_COMMANDS = (
    *(f"daily {name}" for name in ("status", "preview", "pause", "resume", "remove", "now")),
    "settings server",
    "doctor",
)


async def test_members_are_refused_in_code_too(local_world):
    before = local_world.stored()
    for name in ADMIN_COMMANDS:
        reply = told(await local_world.command(local_world.ann, name))
        assert reply.content == local_world.t("errors.admin_only"), name
    options = {"channel": local_world.channel, "time": "9:00", "timezone": "UTC"}
    reply = told(await local_world.command(local_world.ann, "daily setup", **options))
    assert reply.content == local_world.t("errors.admin_only")
    assert local_world.stored() == before


async def test_direct_messages_have_no_server_to_set_up(local_world):
    before = local_world.stored()
    for name in (*ADMIN_COMMANDS, "leaderboard", "profile"):
        reply = told(await local_world.command(local_world.admin.user, name))
        assert reply.content == local_world.t("errors.guild_only"), name
    assert local_world.stored() == before


# ------------------------------------------------------------------- @everyone


async def test_everyone_is_refused_to_an_admin_who_may_not_mention_everyone(local_world):
    allow(local_world, mention_everyone=False)
    await refused(local_world, "daily.everyone", mention=local_world.guild.default_role, args={})


async def test_everyone_is_switched_on_by_a_second_click_only(local_world):
    local_world.env.backend.edit_role(local_world.guild.id, local_world.bot_role.id, {"permissions": 2**40 - 1 & ~8})
    allow(local_world, mention_everyone=True)
    reply = told(await local_world.set_up(mention=local_world.guild.default_role))
    assert local_world.t("daily.setup.everyone") in reply.content
    assert schedule(local_world, "mention_role_id") == (None,)
    (confirm,) = by_prefix(reply, "de1")
    assert everything(reply).endswith(local_world.t("daily.setup.everyone_yes"))
    # Somebody else cannot press it, whatever their client shows.
    assert told(await local_world.press(local_world.ann, confirm)).content == local_world.t("errors.admin_only")
    assert schedule(local_world, "mention_role_id") == (None,)
    result = await local_world.admin.click(reply, custom_id=confirm)
    assert schedule(local_world, "mention_role_id") == (local_world.guild.id,)
    assert "@everyone" in told(result).content
    assert not buttons(told(result))


def allow(world, *, mention_everyone: bool) -> None:
    permissions = discord.Permissions(manage_guild=True, mention_everyone=mention_everyone)
    managers = world.guild.roles["managers"]
    world.env.backend.edit_role(world.guild.id, managers.id, {"permissions": permissions.value})
    everyone = world.guild.default_role._role
    cleared = everyone.permissions & ~discord.Permissions.mention_everyone.flag
    world.env.backend.edit_role(world.guild.id, everyone.id, {"permissions": cleared})


# ---------------------------------------------------------------- autocompletion


async def complete(world, actor, option: str, value: str) -> list[dict]:
    return await actor.autocomplete(world.channel, "daily setup", option, value)


async def test_zones_are_offered_by_city_also_when_misspelt(world):
    offered = await complete(world, world.admin, "timezone", "shang")
    assert {"name": "Asia/Shanghai", "value": "Asia/Shanghai"} in offered
    assert "Asia/Shanghai" in [c["value"] for c in await complete(world, world.admin, "timezone", "shangai")]
    assert len(await complete(world, world.admin, "timezone", "a")) == 25
    assert await complete(world, world.admin, "timezone", "") != []
    assert await complete(world, world.admin, "timezone", "9" * 100) == []


async def test_topics_are_offered_in_the_clients_language(local_world):
    offered = {c["value"]: c["name"] for c in await complete(local_world, local_world.admin, "topic", "")}
    name = local_world.content.bank.topics.name("basics/decoding").get(local_world.language)
    assert offered["basics/decoding"].startswith(name)
    assert offered["all"] == local_world.t("daily.fields.all_topics")
    # Either language finds a topic, whichever the client speaks.
    for typed in ("解码", "decod", "DECODING"):
        assert [c["value"] for c in await complete(local_world, local_world.admin, "topic", typed)] == [
            "basics/decoding"
        ]


async def test_the_last_of_several_topics_is_completed(world):
    for comma in (",", "，"):
        (choice,) = await complete(world, world.admin, "topic", f"basics/overview{comma} deco")
        assert choice["value"] == "basics/overview,basics/decoding"


def test_the_world_begins_before_nine():
    assert START < NINE
