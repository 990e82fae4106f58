"""`/daily skip|void|correct`: what the admin is told, what the channel sees, and that a second run repairs."""

import asyncio
from datetime import timedelta

import discord

from .test_daily_post import click, item, key_position, order
from .test_daily_reveal import answer_all, reveals
from .test_daily_setup import NINE, stamps
from .world import by_prefix, everything, together, told


async def run(world, name: str, **options):
    return told(await world.slash(world.admin, f"daily {name}", **options)).content


def wrong(world) -> int:
    """A displayed position that is wrong: the one that `answer_all` clicks first when nobody is right."""
    return (key_position(world) + 1) % 4


def letter(position: int) -> str:
    return "ABCD"[position]


def option_at(world, position: int):
    by_id = {option.id: option for option in item(world).options}
    return by_id[order(world)[position]]


def replies(world) -> list[discord.Message]:
    """The messages that tell of a correction."""
    return [message for message in world.posts() if by_prefix(message, "rw1") and not by_prefix(message, "ra1")]


def edits(world) -> int:
    return len(world.requests("PATCH", f"/channels/{world.channel.id}/messages"))


def points(world) -> dict[int, int]:
    return dict(world.sql("SELECT user_id, SUM(points) FROM ledger GROUP BY user_id"))


async def revealed(world, *, right: int = 1, wrong: int = 1) -> tuple[discord.Message, discord.Message]:
    post = await world.post()
    await answer_all(world, post, right=right, wrong=wrong)
    return post, await world.reveal()


# ------------------------------------------------------------------------- skip


async def test_skip_names_what_is_left_out_and_what_comes_next(local_world):
    await local_world.set_up()
    said = await run(local_world, "skip")
    assert stamps(said) == [NINE, NINE + timedelta(days=1)]
    assert f"<t:{int((NINE + timedelta(days=1)).timestamp())}:R>" in said
    assert local_world.channel.mention in said
    local_world.go_to(NINE + timedelta(hours=1))
    await local_world.tick()
    assert not local_world.posts()
    status = everything(told(await local_world.slash(local_world.admin, "daily status")))
    assert status.count(local_world.t("daily.reason.by_admin")) == 2
    await local_world.next_post()
    assert len(local_world.posts()) == 1


async def test_a_skipped_day_can_be_posted_by_hand(world):
    await world.set_up()
    await run(world, "skip")
    assert await run(world, "now") == world.t("daily.now.posted", channel=world.channel.mention)
    world.go_to(NINE)
    await world.tick()
    assert len(world.posts()) == 1


async def test_skip_without_a_next_post_says_so_and_changes_nothing(local_world):
    here = local_world.channel.id
    before = local_world.stored()
    assert await run(local_world, "skip") == local_world.t("errors.daily.not_set_up", channel_id=here)
    assert local_world.stored() == before
    await local_world.set_up()
    await run(local_world, "pause")
    before = local_world.stored()
    assert await run(local_world, "skip") == local_world.t("errors.daily.paused")
    assert local_world.stored() == before


# ------------------------------------------------------------------------- void


async def test_an_open_question_is_withdrawn_at_once(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=4, wrong=2)
    said = await run(local_world, "void")
    here = local_world.channel.mention
    assert said == "\n".join(
        [
            local_world.t("daily.void.open", date="2026-11-23", channel=here, count=6),
            local_world.t("daily.mended.to_come"),
        ]
    )
    assert set(points(local_world).values()) == {2}
    await local_world.tick()
    (reveal,) = reveals(local_world)
    assert reveal.reference.message_id == post.id
    shown = everything(reveal)
    assert local_world.t("daily.reveal.voided") in shown
    assert "```" not in shown
    assert "Ann" not in shown
    assert option_at(local_world, key_position(local_world)).text.get(local_world.language) not in shown
    # Nothing more comes of it, today or at its time.
    local_world.go_to(NINE + timedelta(hours=23.6))
    await local_world.tick(2)
    assert len(reveals(local_world)) == 1
    assert not replies(local_world)


async def test_a_click_on_it_afterwards_says_that_it_was_withdrawn(local_world):
    post = await local_world.post()
    await run(local_world, "void")
    said = everything(told(await click(local_world, local_world.ann, post, 0)))
    assert local_world.t("daily.mended.voided") in said
    assert local_world.t("daily.practice.note") in said


async def test_a_revealed_question_is_withdrawn_in_place_with_one_reply(local_world):
    _, reveal = await revealed(local_world, right=4, wrong=2)
    before = points(local_world)
    said = await run(local_world, "void")
    here = local_world.channel.mention
    assert said == "\n".join(
        [
            local_world.t("daily.void.closed", date="2026-11-23", channel=here),
            local_world.t("daily.mended.replied"),
        ]
    )
    assert points(local_world) == before
    (edited,) = reveals(local_world)
    assert edited.id == reveal.id
    assert local_world.t("daily.reveal.voided") in everything(edited)
    assert "```" not in everything(edited)
    (reply,) = replies(local_world)
    assert reply.reference.message_id == reveal.id
    assert reply.embeds[0].title == local_world.t("daily.correction.title")
    assert reply.embeds[0].description == local_world.t("daily.correction.voided", date="2026-11-23")
    sent = local_world.requests("POST", f"/channels/{local_world.channel.id}/messages")[-1].json
    assert sent["message_reference"]["fail_if_not_exists"] is False
    assert sent["allowed_mentions"].get("parse", []) == []
    assert sent["allowed_mentions"].get("replied_user", False) is False
    status = everything(told(await local_world.slash(local_world.admin, "daily status")))
    assert local_world.t("daily.status.voided") in status


async def test_withdrawing_again_says_so_and_posts_nothing(local_world):
    await revealed(local_world)
    await run(local_world, "void")
    before = local_world.stored()
    said = await run(local_world, "void")
    assert said.startswith(local_world.t("daily.void.again", date="2026-11-23", channel=local_world.channel.mention))
    assert local_world.stored() == before
    assert len(replies(local_world)) == len(reveals(local_world)) == 1


async def test_without_a_post_there_is_nothing_to_withdraw_or_correct(local_world):
    here = local_world.channel.id
    assert await run(local_world, "void") == local_world.t("errors.daily.nothing_posted", channel_id=here)
    said = await run(local_world, "correct", option="A")
    assert said == local_world.t("errors.daily.nothing_posted", channel_id=here)


# ---------------------------------------------------------------------- correct


async def test_correcting_an_open_question_is_told_to_nobody_until_the_reveal(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=0, wrong=1)
    position = wrong(local_world)
    before, said = len(local_world.posts()), await run(local_world, "correct", option=letter(position))
    here = local_world.channel.mention
    assert said == local_world.t("daily.correct.open", letter=letter(position), date="2026-11-23", channel=here)
    assert (len(local_world.posts()), edits(local_world)) == (before, 0)
    again = everything(told(await click(local_world, local_world.ben, post, position)))
    assert local_world.t("daily.mended.key") not in again
    reveal = await local_world.reveal()
    shown = reveal.embeds[0].description
    right = option_at(local_world, position)
    assert shown.startswith(
        local_world.t("daily.reveal.answer", letter=letter(position), option=right.text.get(local_world.language))
    )
    assert local_world.t("daily.reveal.corrected") in shown
    # Its reason was written for a wrong option.
    assert right.why.get(local_world.language) not in shown
    assert set(points(local_world).values()) == {10}
    assert not replies(local_world)


async def test_correcting_a_revealed_question_edits_it_and_replies_once(local_world):
    post, reveal = await revealed(local_world, right=2, wrong=4)
    clicked = local_world.sql("SELECT options FROM attempts WHERE user_id = ?", local_world.members[2].id)
    position = (key_position(local_world) + 1 + 2 % 3) % 4
    gained = len(local_world.sql("SELECT 1 FROM attempts WHERE options = ?", *clicked[0]))
    said = await run(local_world, "correct", option=letter(position))
    here = local_world.channel.mention
    assert said == "\n".join(
        [
            local_world.t(
                "daily.correct.closed", letter=letter(position), date="2026-11-23", channel=here, count=gained
            ),
            local_world.t("daily.mended.replied"),
        ]
    )
    assert sorted(points(local_world).values()) == [2] * (4 - gained) + [10] * (2 + gained)
    (edited,) = reveals(local_world)
    assert edited.id == reveal.id
    assert by_prefix(edited, "ra1")
    shown = edited.embeds[0].description
    text = option_at(local_world, position).text.get(local_world.language)
    assert shown.startswith(local_world.t("daily.reveal.answer", letter=letter(position), option=text))
    percent = round(100 * gained / 6)
    assert local_world.t("daily.reveal.share", right=gained, total=6, percent=percent) in shown
    (numbers,) = [line for line in shown.splitlines() if line.count("%") == 4]
    assert [share.strip("*")[0] for share in numbers.split(" · ") if "✓" in share] == [letter(position)]
    (reply,) = replies(local_world)
    assert reply.reference.message_id == reveal.id
    assert reply.reference.message_id != post.id
    assert reply.embeds[0].title == local_world.t("daily.correction.title")
    told_so = local_world.t("daily.correction.key", date="2026-11-23", letter=letter(position), option=text)
    assert reply.embeds[0].description == told_so


async def test_private_answers_say_that_the_key_was_corrected(local_world):
    post, reveal = await revealed(local_world)
    position = wrong(local_world)
    await run(local_world, "correct", option=letter(position))
    (reply,) = replies(local_world)
    note = local_world.t("daily.mended.key")
    buttons = [(reveal, "rw1"), (reveal, "ra1"), (reply, "rw1")]
    for message, prefix in buttons:
        shown = told(await local_world.ann.click(message, custom_id=by_prefix(message, prefix)[0]))
        assert note in everything(shown)
        if prefix == "rw1":
            (line,) = [line for line in everything(shown).splitlines() if line.startswith("✅")]
            assert line.startswith(f"✅ **{letter(position)}.**")
        # In the other language as well, in the same message.
        other = "en" if local_world.language == "zh" else "zh"
        switched = told(await local_world.ann.click(shown, label=local_world.t("language.switch")))
        assert local_world.texts.get("daily.mended.key", other) in everything(switched)
        assert note not in everything(switched)
    practice = everything(told(await click(local_world, local_world.members[5], post, position)))
    assert local_world.t("daily.practice.right", letter=letter(position)) in practice
    assert note in practice


async def test_the_reveal_and_the_reply_are_in_the_posts_language(world):
    await revealed_in(world, "zh")
    position = wrong(world)
    await run(world, "correct", option=letter(position))
    (reply,) = replies(world)
    assert reply.embeds[0].title == "更正"
    assert "更正" in everything(reveals(world)[0])


async def revealed_in(world, language: str) -> None:
    post = await world.post(language=language)
    await answer_all(world, post, right=1, wrong=1)
    await world.reveal()


async def test_the_same_command_again_changes_nothing_and_says_so(local_world):
    await revealed(local_world)
    position = wrong(local_world)
    await run(local_world, "correct", option=letter(position))
    before = local_world.stored()
    said = await run(local_world, "correct", option=letter(position))
    here = local_world.channel.mention
    assert said.startswith(
        local_world.t("daily.correct.again", letter=letter(position), date="2026-11-23", channel=here)
    )
    assert local_world.stored() == before
    assert len(replies(local_world)) == 1


async def test_another_correction_edits_the_one_reply(world):
    await revealed(world)
    first, second = wrong(world), (wrong(world) + 1) % 4
    await run(world, "correct", option=letter(first))
    await run(world, "correct", option=letter(second))
    (reply,) = replies(world)
    assert f"**{letter(second)}. " in reply.embeds[0].description
    assert reveals(world)[0].embeds[0].description.startswith(f"**{letter(second)}. ")
    await run(world, "void")
    (reply,) = replies(world)
    assert reply.embeds[0].description == world.t("daily.correction.voided", date="2026-11-23")


async def test_what_cannot_be_corrected_is_refused_with_a_sentence(local_world):
    await revealed(local_world)
    key = letter(key_position(local_world))
    before = local_world.stored()
    assert await run(local_world, "correct", option=key) == local_world.t("errors.daily.key_holds", letter=key)
    assert await run(local_world, "correct", option="E") == local_world.t("errors.daily.no_such_option", last="D")
    assert local_world.stored() == before
    await run(local_world, "void")
    said = await run(local_world, "correct", option=letter(wrong(local_world)))
    assert said == local_world.t("errors.daily.voided")
    assert len(replies(local_world)) == 1


async def test_members_cannot_mend_anything(local_world):
    await revealed(local_world)
    before = local_world.stored()
    for name, options in (("skip", {}), ("void", {}), ("correct", {"option": letter(wrong(local_world))})):
        said = told(await local_world.command(local_world.ann, f"daily {name}", **options)).content
        assert said == local_world.t("errors.admin_only")
    assert local_world.stored() == before


async def test_two_admins_at_once_credit_once_and_reply_once(world):
    roles = [role for role in world.guild.roles.values() if role.name == "managers"]
    second = world.guild.add_member(world.env.create_user("second"), roles=roles)
    await revealed(world, right=0, wrong=1)
    sent = await world.all_command([world.admin, second], "daily correct", option=letter(wrong(world)))
    assert sorted("is right now" in told(result).content for result in sent) == [False, True]
    assert points(world) == {world.ann.id: 10}
    assert len(replies(world)) == 1
    sent = await world.all_command([world.admin, second], "daily void")
    assert all(told(result).content for result in sent)
    assert points(world) == {world.ann.id: 10}
    assert len(replies(world)) == 1


async def test_while_one_reply_is_on_the_wire_no_second_one_is_sent(world, monkeypatch):
    await revealed(world)
    position, clock = wrong(world), world.bot.clock
    await world.bot.services.corrections.correct(world.guild.id, world.channel.id, position, clock())
    send = world.bot.http.send_message

    async def slowly(*args, **kwargs):
        # In the simulation a message is there at once.
        await asyncio.sleep(0.1)
        return await send(*args, **kwargs)

    monkeypatch.setattr(world.bot.http, "send_message", slowly)
    corrector = world.bot.get_cog("daily")._corrector
    assert await together(corrector.bring_in_line(1), corrector.bring_in_line(1)) == [None, None]
    assert len(replies(world)) == 1
