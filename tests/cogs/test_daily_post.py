"""The post, exactly once at its time, and the private answers to it."""

import json
import re
from datetime import timedelta

import discord
import pytest

from .test_daily_setup import NINE
from .world import by_prefix, custom_ids, everything, together, told

ANSWERS = "d1"


def attempts(world):
    return world.sql("SELECT user_id, options, guessed, changes FROM attempts ORDER BY id")


def order(world) -> list[str]:
    """The option ids of the newest delivery as displayed."""
    return json.loads(world.sql("SELECT option_order FROM deliveries ORDER BY id DESC LIMIT 1")[0][0])


def item(world):
    (item_id,) = world.sql("SELECT item_id FROM deliveries ORDER BY id DESC LIMIT 1")[0]
    return world.content.bank.find_item(item_id, None)


def key_position(world) -> int:
    return order(world).index(item(world).key.id)


def shown_options(message) -> list[str]:
    """The texts behind the letters, from A on."""
    return re.findall(r"^\*\*[A-H]\.\*\* (.*)$", message.embeds[0].description, re.MULTILINE)


async def click(world, actor, post, position: int):
    return await actor.click(post, custom_id=by_prefix(post, ANSWERS)[position])


# --------------------------------------------------------------- exactly once


async def test_the_post_comes_at_its_time_and_not_before(local_world):
    await local_world.set_up()
    local_world.go_to(NINE - timedelta(seconds=1))
    await local_world.tick()
    assert not local_world.posts()
    local_world.go_to(NINE)
    await local_world.tick()
    (post,) = local_world.posts()
    assert post.embeds[0].title.startswith(local_world.t("daily.post.title", date="2026-11-23", topic=""))
    assert post.embeds[0].footer.text == local_world.t("daily.post.footer")
    assert len(by_prefix(post, ANSWERS)) == 4
    assert not post.content
    assert not post.attachments


async def test_it_comes_once_over_many_ticks_and_restarts(world):
    await world.set_up()
    world.go_to(NINE)
    await world.tick(3)
    await world.restart()
    await world.tick(3)
    world.wait(minutes=5)
    await world.tick(2)
    assert len(world.posts()) == 1
    assert world.sql("SELECT state, tries FROM slots") == [("posted", 0)]


async def test_two_ticks_at_once_post_once(world):
    await world.set_up()
    world.go_to(NINE)
    await together(world.tick(), world.tick())
    assert len(world.posts()) == 1


async def test_after_a_short_outage_it_is_posted_late(world):
    await world.set_up()
    world.go_to(NINE + timedelta(hours=5, minutes=59))
    await world.restart()
    await world.tick()
    assert len(world.posts()) == 1


async def test_after_a_long_outage_it_is_skipped_and_the_next_one_comes(world):
    await world.set_up()
    world.go_to(NINE + timedelta(hours=6, seconds=1))
    await world.restart()
    await world.tick()
    assert not world.posts()
    assert world.sql("SELECT state, reason FROM slots") == [("skipped", "missed")]
    await world.next_post()
    assert len(world.posts()) == 1


async def test_each_channel_gets_its_own(world):
    other = world.guild.create_text_channel("other")
    await world.set_up()
    await world.set_up(other, time="9:00")
    world.go_to(NINE)
    await world.tick()
    assert len(world.posts()) == len(world.posts(other)) == 1
    # What is open in one channel is left out in the other.
    assert len(set(world.sql("SELECT question_id FROM deliveries"))) == 2


async def test_nothing_is_repeated_before_everything_was_asked(world):
    await world.set_up()
    for _ in range(4):
        await world.next_post()
    asked = [question_id for (question_id,) in world.sql("SELECT question_id FROM deliveries")]
    assert sorted(asked) == sorted(question.id for question in world.content.bank)


# -------------------------------------------------------------------- mentions


def pinged(world, post) -> tuple[bool, list[int], list[int]]:
    stored = world.env.backend.get_message(world.channel.id, post.id)
    return stored.mention_everyone, list(stored.ping_role_ids), list(stored.ping_user_ids)


async def test_nobody_is_mentioned_unless_asked_for(world):
    assert pinged(world, await world.post()) == (False, [], [])


async def test_the_role_that_was_set_is_mentioned_and_nobody_else(world):
    role = world.guild.create_role("readers", mentionable=True)
    post = await world.post(mention=role)
    assert post.content == role.mention
    assert pinged(world, post) == (False, [role.id], [])
    (sent,) = [r for r in world.requests("POST", f"/channels/{world.channel.id}/messages") if r.json.get("content")]
    # discord.py writes an empty list as no key at all.
    allowed = sent.json["allowed_mentions"]
    assert allowed.get("parse", []) == []
    assert [int(role_id) for role_id in allowed["roles"]] == [role.id]


async def test_a_late_post_mentions_nobody(world):
    role = world.guild.create_role("readers", mentionable=True)
    await world.set_up(mention=role)
    world.go_to(NINE + timedelta(minutes=5, seconds=1))
    await world.tick()
    (post,) = world.posts()
    assert not post.content
    assert pinged(world, post) == (False, [], [])


async def test_everyone_is_mentioned_when_confirmed(world):
    everything_but_administrator = discord.Permissions.all().value & ~discord.Permissions.administrator.flag
    world.env.backend.edit_role(world.guild.id, world.bot_role.id, {"permissions": everything_but_administrator})
    managers = world.guild.roles["managers"]
    may = discord.Permissions(manage_guild=True, mention_everyone=True)
    world.env.backend.edit_role(world.guild.id, managers.id, {"permissions": may.value})
    reply = told(await world.set_up(mention=world.guild.default_role))
    await world.admin.click(reply, custom_id=by_prefix(reply, "de1")[0])
    post = await world.next_post()
    assert pinged(world, post)[0]
    assert post.content == "@everyone"


async def test_words_in_a_question_mention_nobody(make_world):
    from bot.domain.bank import QuestionBank
    from tests.factories import make_question, make_text

    from .banks import make_tree

    loud = make_question(prompt=make_text("@everyone <@&1> <@2> what is this?"))
    world = await make_world(bank=QuestionBank([loud], make_tree()))
    assert pinged(world, await world.post()) == (False, [], [])


# -------------------------------------------------------------------- answering


async def test_an_answer_is_recorded_and_confirmed_privately(local_world):
    post = await local_world.post()
    option = shown_options(post)[1]
    reply = told(await click(local_world, local_world.ann, post, 1))
    said = reply.embeds[0].description
    assert said.startswith(local_world.t("daily.answer.recorded", letter="B", option=option))
    when, relative = (discord.utils.format_dt(local_world.closes_at(), style) for style in "fR")
    assert said.endswith(local_world.t("daily.answer.until", when=when, relative=relative))
    assert attempts(local_world) == [(local_world.ann.id, json.dumps([order(local_world)[1]]), 0, 0)]


async def test_no_reply_tells_right_from_wrong(local_world):
    """Four members choose the four options: the replies differ in the letter and the option's own text only."""
    post = await local_world.post()
    options = shown_options(post)
    replies = []
    for position, member in enumerate(local_world.members[:4]):
        result = await click(local_world, member, post, position)
        reply = told(result)
        stored = local_world.env.backend.get_message(local_world.channel.id, reply.id)
        plain = json.dumps([stored.content, stored.embeds, stored.components, stored.attachments], ensure_ascii=False)
        assert options[position] in plain
        replies.append(plain.replace(options[position], "OPTION").replace(f"**{'ABCD'[position]}**", "**LETTER**"))
    assert len(set(replies)) == 1
    for option in item(local_world).options:
        assert option.why.get(local_world.language) not in replies[0]


async def test_nothing_in_the_post_tells_right_from_wrong(world):
    post = await world.post()
    stored = world.env.backend.get_message(world.channel.id, post.id)
    assert [button["style"] for row in stored.components for button in row["components"]][:4] == [1, 1, 1, 1]
    for position, custom_id in enumerate(by_prefix(post, ANSWERS)):
        assert custom_id == f"d1:1:{position}"
    raw = json.dumps([stored.embeds, stored.components], ensure_ascii=False)
    for option in item(world).options:
        assert option.id not in raw
        assert option.why.en not in raw


async def test_the_right_option_stands_at_every_letter_over_time(world):
    await world.set_up()
    positions = set()
    for _ in range(16):
        await world.next_post()
        positions.add(key_position(world))
    assert positions == {0, 1, 2, 3}


async def test_a_choice_may_be_changed_and_the_last_one_counts(local_world):
    post = await local_world.post()
    first = told(await click(local_world, local_world.ann, post, 0))
    (change,) = by_prefix(first, "dc1")
    chooser = told(await local_world.ann.click(first, custom_id=change))
    assert chooser.id == first.id
    assert local_world.t("daily.answer.now", letter="A") in everything(chooser)
    assert shown_options(chooser) == shown_options(post)
    again = told(await local_world.ann.click(chooser, custom_id=by_prefix(chooser, "dp1")[2]))
    assert again.embeds[0].description.startswith(
        local_world.t("daily.answer.changed", letter="C", option=shown_options(post)[2])
    )
    assert attempts(local_world) == [(local_world.ann.id, json.dumps([order(local_world)[2]]), 0, 1)]


async def test_clicking_the_post_again_changes_the_choice_too(world):
    post = await world.post()
    await click(world, world.ann, post, 0)
    await click(world, world.ann, post, 0)
    assert attempts(world)[0][3] == 0
    await click(world, world.ann, post, 3)
    assert attempts(world) == [(world.ann.id, json.dumps([order(world)[3]]), 0, 1)]


async def test_a_guess_can_be_noted_and_taken_back(local_world):
    post = await local_world.post()
    reply = told(await click(local_world, local_world.ann, post, 0))
    reply = told(await local_world.ann.click(reply, label=local_world.t("daily.answer.guess")))
    assert local_world.t("daily.answer.guessed") in everything(reply)
    assert attempts(local_world)[0][2] == 1
    reply = told(await local_world.ann.click(reply, label=local_world.t("daily.answer.unguess")))
    assert local_world.t("daily.answer.guessed") not in everything(reply)
    assert attempts(local_world)[0][2] == 0


async def test_a_new_choice_is_no_longer_a_guess(world):
    post = await world.post()
    reply = told(await click(world, world.ann, post, 0))
    await world.ann.click(reply, label=world.t("daily.answer.guess"))
    await click(world, world.ann, post, 1)
    assert attempts(world)[0][2] == 0


async def test_the_other_language_has_the_same_order(local_world):
    post = await local_world.post()
    other = "en" if local_world.language == "zh" else "zh"
    texts = {option.id: option.text for option in item(local_world).options}
    private = told(await local_world.ann.click(post, label=local_world.t("language.switch")))
    assert shown_options(private) == [texts[option_id].get(other) for option_id in order(local_world)]
    # Back again, in the same message.
    back = told(await local_world.ann.click(private, label=local_world.texts.get("language.switch", other)))
    assert back.id == private.id
    assert shown_options(back) == shown_options(post)
    # An answer from there counts for the same option, and is confirmed in the language that was being read.
    reply = told(await local_world.ann.click(back, custom_id=by_prefix(back, "dp1")[3]))
    assert reply.embeds[0].description.startswith(
        local_world.t("daily.answer.recorded", letter="D", option=shown_options(post)[3])
    )
    assert json.loads(attempts(local_world)[0][1]) == [order(local_world)[3]]
    assert not [m for m in local_world.posts() if m.id != post.id]


async def test_a_member_who_chose_a_language_gets_it(world):
    post = await world.post()
    await world.slash(world.ann, "settings language", language="zh")
    said = everything(told(await click(world, world.ann, post, 0)))
    assert said.startswith("已记录")
    assert everything(told(await click(world, world.ben, post, 0))).startswith("Recorded")


async def test_two_members_at_once_are_both_recorded(world):
    post = await world.post()
    ids = by_prefix(post, ANSWERS)
    await world.at_once((world.ann, ids[0], post), (world.ben, ids[1], post))
    assert sorted(attempts(world)) == sorted(
        [(world.ann.id, json.dumps([order(world)[0]]), 0, 0), (world.ben.id, json.dumps([order(world)[1]]), 0, 0)]
    )


async def test_one_member_twice_at_once_is_recorded_once(world):
    post = await world.post()
    ids = by_prefix(post, ANSWERS)
    first, second = await world.at_once((world.ann, ids[0], post), (world.ann, ids[1], post))
    assert len(attempts(world)) == 1
    assert everything(told(first)) != everything(told(second))


# --------------------------------------------------------------------- restarts


async def test_buttons_work_after_a_restart(local_world):
    post = await local_world.post()
    reply = told(await click(local_world, local_world.ann, post, 0))
    await local_world.restart()
    assert told(await click(local_world, local_world.ben, post, 1))
    chooser = told(await local_world.ann.click(reply, custom_id=by_prefix(reply, "dc1")[0]))
    await local_world.restart()
    await local_world.ann.click(chooser, custom_id=by_prefix(chooser, "dp1")[1])
    second = order(local_world)[1]
    assert {options for _, options, _, _ in attempts(local_world)} == {json.dumps([second])}
    assert len(attempts(local_world)) == 2


async def test_yesterdays_buttons_work_after_a_restart(world):
    first = await world.post(reveal_after_hours=47)
    second = await world.next_post()
    await world.restart()
    assert first.id != second.id
    assert everything(told(await click(world, world.ann, first, 2))).startswith("Recorded: **C**")
    (recorded,) = world.sql("SELECT context_id FROM attempts")[0]
    assert recorded == int(by_prefix(first, ANSWERS)[0].split(":")[1])


async def test_last_weeks_buttons_are_practice(local_world):
    post = await local_world.post()
    right = key_position(local_world)
    await local_world.reveal()
    before = local_world.stored()
    local_world.wait(days=7)
    await local_world.restart()
    reply = told(await click(local_world, local_world.ann, post, right))
    assert local_world.t("daily.practice.right", letter="ABCD"[right]) in everything(reply)
    assert local_world.t("daily.practice.note") in everything(reply)
    wrong = (right + 1) % 4
    reply = told(await click(local_world, local_world.ann, post, wrong))
    assert local_world.t("daily.practice.wrong", letter="ABCD"[wrong]) in everything(reply)
    assert local_world.stored() == before


async def test_the_time_between_closing_and_the_reveal_records_nothing(world):
    post = await world.post(reveal_after_hours=1)
    reply = told(await click(world, world.ann, post, 0))
    world.wait(hours=1)
    assert world.t("daily.practice.note") in everything(told(await click(world, world.ben, post, 0)))
    assert len(attempts(world)) == 1
    for prefix in ("dc1", "dg1"):
        said = told(await world.press(world.ann, by_prefix(reply, prefix)[0], reply)).content
        assert said == world.t("errors.answer.closed")


async def test_a_guess_without_an_answer_is_told_so(local_world):
    await local_world.post()
    said = told(await local_world.press(local_world.ann, f"dg1:1:1:{local_world.language}")).content
    assert said == local_world.t("errors.answer.none")


async def test_no_view_is_kept_for_a_post(world):
    """Thousands of posts would otherwise stay in memory for ever."""
    post = await world.post()
    await click(world, world.ann, post, 0)
    assert not world.bot.persistent_views
    assert not world.bot._connection._view_store._views


@pytest.mark.parametrize("prefix", ["d1"])
async def test_only_posts_carry_the_marker_by_which_they_are_found_again(world, prefix):
    post = await world.post()
    reply = told(await click(world, world.ann, post, 0))
    chooser = told(await world.ann.click(reply, custom_id=by_prefix(reply, "dc1")[0]))
    reveal = await world.reveal()
    for message in (reply, chooser, reveal):
        assert not by_prefix(message, prefix)
    assert by_prefix(post, prefix) == custom_ids(post)[:4]
