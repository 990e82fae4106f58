"""`/daily status|preview|pause|resume|remove|now`: what admins see, and what it does to the schedule."""

from datetime import timedelta

import discord

from .test_daily_post import item, shown_options
from .test_daily_setup import NINE, field, stamps
from .world import by_prefix, everything, told

COMMANDS = ("status", "preview", "pause", "resume", "remove", "now")


async def run(world, name: str, **options):
    return told(await world.slash(world.admin, f"daily {name}", **options))


def prompts(world) -> list[str]:
    return [question.prompt.get(language) for question in world.content.bank for language in ("zh", "en")]


# ------------------------------------------------------------------------ none


async def test_a_channel_without_a_daily_question_is_told_how_to_get_one(local_world):
    before = local_world.stored()
    other = local_world.guild.create_text_channel("other")
    for name in COMMANDS:
        said = (await run(local_world, name)).content
        assert said == local_world.t("errors.daily.not_set_up", channel_id=local_world.channel.id)
        said = (await run(local_world, name, channel=other)).content
        assert said == local_world.t("errors.daily.not_set_up", channel_id=other.id)
    assert local_world.stored() == before


async def test_a_removed_one_is_as_good_as_none(world):
    await world.set_up()
    await run(world, "remove")
    for name in COMMANDS:
        said = (await run(world, name)).content
        assert said == world.t("errors.daily.not_set_up", channel_id=world.channel.id)


async def test_another_servers_schedule_is_none(world):
    """Its id would have to be guessed; then the button of a status could be made up."""
    await world.set_up()
    elsewhere = world.env.create_guild("Elsewhere")
    managers = elsewhere.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True, mention_everyone=True)
    )
    stranger = elsewhere.add_member(world.env.create_user("stranger"), roles=[managers])
    elsewhere.create_text_channel("general")
    before = world.stored()
    for prefix in ("dn1", "de1"):
        said = told(await world.press(stranger, f"{prefix}:{world.channel.id}")).content
        assert said == world.t("errors.daily.not_set_up", channel_id=world.channel.id)
    assert world.stored() == before


# ---------------------------------------------------------------------- status


async def test_status_shows_settings_the_next_post_and_that_there_was_none(local_world):
    await local_world.set_up(topic="basics/decoding", difficulty=2)
    reply = await run(local_world, "status")
    said = everything(reply)
    assert reply.embeds[0].title == local_world.t("daily.status.title")
    assert field(local_world, "difficulty", "★★") in said
    assert stamps(said) == [NINE]
    assert local_world.t("daily.status.none_yet") in said
    # Admins play too: the question itself is behind a button.
    assert not [prompt for prompt in prompts(local_world) if prompt in said]
    (custom_id,) = by_prefix(reply, "dn1")
    preview = told(await local_world.admin.click(reply, custom_id=custom_id))
    assert [prompt for prompt in prompts(local_world) if prompt in everything(preview)]


async def test_status_shows_what_was_posted_late_missed_and_revealed(local_world):
    await local_world.set_up()
    local_world.go_to(NINE + timedelta(minutes=90))
    await local_world.tick()
    said = everything(await run(local_world, "status"))
    assert local_world.t("daily.state.posted") in said
    assert local_world.t("daily.status.late", minutes=90) in said
    (post,) = local_world.posts()
    assert f"/{local_world.guild.id}/{local_world.channel.id}/{post.id})" in said
    assert local_world.t("daily.status.revealed") not in said
    await local_world.reveal()
    assert local_world.t("daily.status.revealed") in everything(await run(local_world, "status"))
    local_world.wait(days=2, hours=3)
    await local_world.tick()
    said = everything(await run(local_world, "status"))
    assert local_world.t("daily.state.skipped") in said
    assert local_world.t("daily.reason.missed") in said


async def test_a_post_on_time_is_not_called_late(world):
    await world.post()
    assert "late" not in everything(await run(world, "status"))


async def test_a_week_of_late_and_revealed_posts_fits(local_world):
    await local_world.set_up()
    for day in range(8):
        local_world.go_to(NINE + timedelta(days=day, minutes=200))
        await local_world.tick()
    await local_world.reveal()
    said = everything(await run(local_world, "status"))
    assert said.count("https://discord.com/channels/") >= 5
    assert "2026-11-30" in said
    # Half a link is worse than none.
    assert said.count("](https://") == said.count("/" + str(local_world.channel.id) + "/")
    assert said.count(f"[{local_world.t('daily.status.link')}](") == said.count(
        f"{local_world.t('daily.status.link')}]"
    )


async def test_status_says_what_is_in_the_way(local_world):
    await local_world.set_up()
    local_world.forbid("send_messages")
    local_world.go_to(NINE)
    await local_world.tick()
    said = everything(await run(local_world, "status"))
    assert local_world.t("daily.status.trouble") in said
    # What is in the way, the slot it is in the way of, and the figures.
    assert said.count(local_world.t("daily.reason.forbidden")) == 3
    assert local_world.t("daily.state.pending") in said


async def test_status_of_a_paused_one_says_so(local_world):
    await local_world.set_up()
    await run(local_world, "pause")
    assert local_world.t("daily.status.paused") in everything(await run(local_world, "status"))


# --------------------------------------------------------------------- preview


async def test_preview_shows_the_very_next_question_and_spends_nothing(local_world):
    await local_world.set_up()
    before = local_world.stored()
    first = await run(local_world, "preview")
    second = await run(local_world, "preview")
    assert local_world.stored() == before
    assert first.content == local_world.t("daily.preview.note")
    assert first.embeds[0].to_dict() == second.embeds[0].to_dict()
    assert not by_prefix(first, "d1")
    post = await local_world.next_post()
    assert post.embeds[0].title == first.embeds[0].title
    assert sorted(shown_options(post)) == sorted(shown_options(first))
    assert shown_options(first) == [option.text.get(local_world.language) for option in item(local_world).options]


async def test_preview_is_in_the_language_of_the_posts(world):
    await world.set_up(language="zh")
    assert "每日一题" in (await run(world, "preview")).embeds[0].title


async def test_the_button_of_a_status_works_after_a_restart(world):
    await world.set_up()
    reply = await run(world, "status")
    await world.restart()
    assert told(await world.admin.click(reply, custom_id=by_prefix(reply, "dn1")[0])).embeds


async def test_the_next_question_is_shown_to_admins_only(local_world):
    await local_world.set_up()
    custom_id = by_prefix(await run(local_world, "status"), "dn1")[0]
    reply = told(await local_world.press(local_world.ann, custom_id))
    assert reply.content == local_world.t("errors.admin_only")


# ------------------------------------------------------- pause, resume, remove


async def test_a_paused_one_posts_nothing_until_it_is_resumed(local_world):
    await local_world.set_up()
    said = (await run(local_world, "pause")).content
    assert said == local_world.t("daily.pause.done", channel=local_world.channel.mention)
    local_world.go_to(NINE + timedelta(days=2, hours=1))
    await local_world.tick()
    assert not local_world.posts()
    said = (await run(local_world, "resume")).content
    when = f"<t:{int((NINE + timedelta(days=3)).timestamp())}:F>"
    assert said == local_world.t("daily.resume.done", channel=local_world.channel.mention, when=when)
    await local_world.tick()
    assert not local_world.posts()
    await local_world.next_post()
    assert len(local_world.posts()) == 1


async def test_pausing_or_resuming_twice_says_so(local_world):
    await local_world.set_up()
    assert (await run(local_world, "resume")).content == local_world.t("errors.daily.not_paused")
    await run(local_world, "pause")
    assert (await run(local_world, "pause")).content == local_world.t("errors.daily.already_paused")


async def test_a_setup_takes_a_pause_back(world):
    await world.set_up()
    await run(world, "pause")
    await world.set_up()
    await world.next_post()
    assert len(world.posts()) == 1


async def test_a_removed_one_posts_nothing_and_keeps_its_history(local_world):
    post = await local_world.post()
    await local_world.ann.click(post, custom_id=by_prefix(post, "d1")[0])
    said = (await run(local_world, "remove")).content
    assert said == local_world.t("daily.remove.done", channel=local_world.channel.mention)
    local_world.go_to(NINE + timedelta(days=1))
    await local_world.tick()
    assert len([m for m in local_world.posts() if by_prefix(m, "d1")]) == 1
    assert local_world.sql("SELECT COUNT(*) FROM attempts") == [(1,)]
    assert local_world.sql("SELECT COUNT(*) FROM ledger") == [(1,)]
    # Back again, with a fresh start.
    said = told(await local_world.set_up()).content
    assert said.startswith(local_world.t("daily.setup.created", channel=local_world.channel.mention))


async def test_each_command_takes_another_channel(world):
    other = world.guild.create_text_channel("other")
    await world.set_up(other)
    await run(world, "pause", channel=other)
    await run(world, "resume", channel=other)
    assert everything(await run(world, "status", channel=other))
    await run(world, "now", channel=other)
    assert len(world.posts(other)) == 1
    assert not world.posts()
    await run(world, "remove", channel=other)
    assert world.sql("SELECT channel_id, removed FROM schedules") == [(other.id, 1)]


# ------------------------------------------------------------------------- now


async def test_now_posts_once_and_then_links(local_world):
    await local_world.set_up()
    said = (await run(local_world, "now")).content
    assert said == local_world.t("daily.now.posted", channel=local_world.channel.mention)
    (post,) = local_world.posts()
    said = (await run(local_world, "now")).content
    url = f"https://discord.com/channels/{local_world.guild.id}/{local_world.channel.id}/{post.id}"
    assert said == local_world.t("daily.now.already", url=url)
    # It was today's: nine o'clock brings no second one, tomorrow does.
    local_world.go_to(NINE)
    await local_world.tick()
    assert len(local_world.posts()) == 1
    await local_world.next_post()
    assert len([m for m in local_world.posts() if by_prefix(m, "d1")]) == 2


async def test_now_that_discord_refuses_is_tried_again_by_the_tick(local_world):
    await local_world.set_up()
    local_world.env.inject_error("POST", f"/channels/{local_world.channel.id}/messages", status=403, code=50013)
    said = (await run(local_world, "now")).content
    assert said == local_world.t("daily.now.trying", channel=local_world.channel.mention)
    assert not local_world.posts()
    local_world.wait(seconds=20)
    await local_world.tick()
    assert len(local_world.posts()) == 1


async def test_now_again_hurries_a_waiting_post(world):
    await world.set_up()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    await run(world, "now")
    assert (await run(world, "now")).content == world.t("daily.now.trying", channel=world.channel.mention)
    await world.tick()
    assert len(world.posts()) == 1


async def test_now_without_a_question_left_says_so(make_world):
    from bot.domain.bank import QuestionBank

    from .banks import make_small_bank, make_tree

    world = await make_world()
    await world.set_up(topic="basics/decoding")
    remaining = [question for question in make_small_bank() if question.topic != "basics/decoding"]
    world.content = type(world.content)(QuestionBank(remaining, make_tree()), world.content.postings, world.texts)
    await world.restart()
    before = world.stored()
    assert (await run(world, "now")).content == world.t("errors.daily.no_questions")
    assert world.stored() == before
    # At nine the admin is told, once, and the day is over.
    world.go_to(NINE)
    await world.tick(2)
    assert world.sql("SELECT state, reason FROM slots") == [("skipped", "no_questions")]
    (message,) = world.admin.user.dm_channel.history()
    assert world.t("daily.reason.no_questions") in message.content
