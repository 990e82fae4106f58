"""What happens when Discord says no, says nothing, or the channel is gone."""

from datetime import timedelta

import discord
import pytest

from .test_daily_admin import run
from .test_daily_setup import NINE
from .world import by_prefix, everything, lost_answers


def slots(world):
    return world.sql("SELECT state, reason FROM slots ORDER BY id")


def direct_messages(world, user) -> list[str]:
    return [message.content for message in user.dm_channel.history()]


async def become_due(world, **options) -> None:
    await world.set_up(**options)
    world.go_to(NINE)


# ------------------------------------------------------------- a permission gone


async def test_a_refused_post_waits_and_its_admin_is_told_once(local_world):
    await become_due(local_world)
    local_world.forbid("send_messages")
    await local_world.tick()
    assert slots(local_world) == [("pending", "forbidden")]
    for _ in range(6):
        local_world.wait(minutes=15)
        await local_world.tick()
    assert len(local_world.requests("POST", f"/channels/{local_world.channel.id}/messages")) > 3
    (told,) = direct_messages(local_world, local_world.admin.user)
    assert told == local_world.t(
        "daily.trouble.message",
        channel=local_world.channel.mention,
        reason=local_world.t("daily.reason.forbidden"),
        hours="6",
    )
    # Never in public.
    assert not local_world.posts()


async def test_it_recovers_as_soon_as_the_permission_returns(world):
    await become_due(world)
    world.forbid("send_messages")
    await world.tick()
    world.forbid()
    await world.env.settle(idle=0.001)
    await world.tick()
    assert len(world.posts()) == 1
    assert slots(world) == [("posted", None)]
    assert world.sql("SELECT suspended_reason FROM schedules") == [(None,)]
    assert world.t("daily.status.trouble") not in everything(await run(world, "status"))


async def test_it_recovers_when_a_role_is_mended(world):
    await become_due(world)
    world.env.backend.edit_role(world.guild.id, world.guild.default_role.id, {"permissions": 0})
    world.env.backend.edit_role(world.guild.id, world.bot_role.id, {"permissions": 0})
    await world.tick()
    assert slots(world) == [("pending", "forbidden")]
    everything_granted = discord.Permissions.all_channel().value
    world.env.backend.edit_role(world.guild.id, world.bot_role.id, {"permissions": everything_granted})
    await world.env.settle(idle=0.001)
    await world.tick()
    assert len(world.posts()) == 1


async def test_it_recovers_when_the_bot_is_given_a_role(world):
    await become_due(world)
    world.env.backend.edit_role(world.guild.id, world.guild.default_role.id, {"permissions": 0})
    world.env.backend.edit_role(world.guild.id, world.bot_role.id, {"permissions": 0})
    await world.tick()
    helpers = world.guild.create_role("helpers", permissions=discord.Permissions.all_channel())
    await world.env.settle(idle=0.001)
    await world.tick()
    assert slots(world) == [("pending", "forbidden")]
    world.give_role(helpers)
    await world.env.settle(idle=0.001)
    await world.tick()
    assert len(world.posts()) == 1


async def test_after_the_window_it_is_given_up_and_tomorrow_is_another_day(world):
    await become_due(world)
    world.forbid("send_messages")
    await world.tick()
    world.wait(hours=6, seconds=1)
    await world.tick()
    assert slots(world) == [("skipped", "forbidden")]
    world.go_to(NINE + timedelta(days=1))
    await world.tick()
    assert slots(world)[1] == ("pending", "forbidden")
    # Another day, another word about it.
    assert len(direct_messages(world, world.admin.user)) == 2
    world.forbid()
    await world.env.settle(idle=0.001)
    await world.tick()
    assert slots(world)[1] == ("posted", None)
    assert world.sql("SELECT removed, paused FROM schedules") == [(0, 0)]


async def test_an_admin_who_takes_no_direct_messages_is_told_in_the_channel_they_chose(local_world):
    notes = local_world.guild.create_text_channel("notes")
    await become_due(local_world, admin_channel=notes)
    local_world.forbid("send_messages")
    private = local_world.admin.user.dm_channel
    local_world.env.inject_error("POST", f"/channels/{private.id}/messages", status=403, code=50007, times=None)
    await local_world.tick()
    (message,) = local_world.posts(notes)
    assert local_world.t("daily.reason.forbidden") in message.content
    assert not local_world.posts()


async def test_without_such_a_channel_nothing_is_said_in_public(world):
    await become_due(world)
    world.forbid("send_messages")
    private = world.admin.user.dm_channel
    world.env.inject_error("POST", f"/channels/{private.id}/messages", status=403, code=50007, times=None)
    await world.tick()
    assert not world.posts()
    assert slots(world) == [("pending", "forbidden")]


async def test_a_closed_admin_channel_breaks_nothing(world):
    notes = world.guild.create_text_channel("notes")
    await become_due(world, admin_channel=notes)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=3)
    await world.tick()
    assert slots(world) == [("pending", "forbidden")]


async def test_a_request_that_discord_finds_wrong_is_told_and_tried_again(world):
    await become_due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=400, code=50035)
    await world.tick()
    assert slots(world) == [("pending", "refused")]
    assert world.t("daily.reason.refused") in direct_messages(world, world.admin.user)[0]
    world.wait(seconds=15)
    await world.tick()
    assert len(world.posts()) == 1


async def test_a_rate_limit_is_nobodys_fault(world):
    await become_due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=429)
    await world.tick()
    assert slots(world) == [("pending", "rate_limited")]
    assert not direct_messages(world, world.admin.user)
    assert world.sql("SELECT suspended_reason FROM schedules") == [(None,)]
    world.wait(seconds=15)
    await world.tick()
    assert len(world.posts()) == 1


async def test_one_bad_channel_delays_no_other(world):
    other = world.guild.create_text_channel("other")
    await world.set_up(other)
    await become_due(world)
    world.forbid("send_messages")
    await world.tick()
    assert not world.posts()
    assert len(world.posts(other)) == 1


async def test_a_bug_in_one_channel_delays_no_other(world, monkeypatch, log_watch):
    other = world.guild.create_text_channel("other")
    await world.set_up(other)
    await become_due(world)
    begin = world.bot.services.deliveries.begin_send

    async def broken(post, now):
        if post.delivery.channel_id == world.channel.id:
            raise RuntimeError("boom")
        return await begin(post, now)

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.services.deliveries, "begin_send", broken)
        await world.tick()
    assert len(world.posts(other)) == 1
    assert "boom" in log_watch.take()[0]
    # Its lease runs out, and it is posted after all.
    world.wait(seconds=31)
    await world.tick()
    assert len(world.posts()) == 1


# ------------------------------------------------------------ a channel that is gone


async def test_a_deleted_channel_deletes_no_schedule(world):
    await become_due(world)
    world.env.backend.delete_channel(world.channel.id)
    await world.env.settle(idle=0.001)
    await world.tick()
    assert slots(world) == [("pending", "channel_gone")]
    (message,) = direct_messages(world, world.admin.user)
    assert world.t("daily.reason.channel_gone") in message
    world.wait(hours=7)
    await world.tick()
    assert slots(world) == [("skipped", "channel_gone")]
    assert world.sql("SELECT removed, paused FROM schedules") == [(0, 0)]


async def test_a_channel_deleted_before_the_reveal_still_scores(world):
    post = await world.post()
    await world.ann.click(post, custom_id=by_prefix(post, "d1")[0])
    closes_at = world.closes_at()
    world.env.backend.delete_channel(world.channel.id)
    world.go_to(closes_at)
    await world.tick(2)
    assert world.sql("SELECT COUNT(*) FROM ledger") == [(1,)]
    assert world.sql("SELECT reveal_state, reveal_reason FROM deliveries") == [("pending", "channel_gone")]
    world.wait(hours=25)
    await world.tick()
    assert world.sql("SELECT reveal_state FROM deliveries WHERE id = 1") == [("skipped",)]


# ------------------------------------------------------------------------ in doubt


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_error_is_looked_into_before_anything_is_sent_again(world, status):
    await become_due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=status)
    await world.tick()
    assert slots(world) == [("unknown", "no_answer")]
    world.wait(seconds=15)
    await world.tick()
    assert world.requests("GET", f"/channels/{world.channel.id}/messages")
    assert len(world.posts()) == 1
    assert slots(world) == [("posted", None)]


async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(world, monkeypatch):
    await become_due(world)
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    assert slots(world) == [("unknown", "no_answer")]
    (post,) = world.posts()
    for _ in range(3):
        world.wait(seconds=30)
        await world.tick()
    assert [message.id for message in world.posts()] == [post.id]
    assert slots(world) == [("posted", None)]
    assert world.sql("SELECT message_id FROM deliveries") == [(post.id,)]
    # Not a word to anybody: it is there.
    assert not direct_messages(world, world.admin.user)


async def test_it_is_found_also_among_many_messages(world, monkeypatch):
    await become_due(world)
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    for number in range(90):
        world.env.backend.create_message(world.channel.id, world.ann.id, f"chatter {number}")
    world.wait(seconds=30)
    await world.tick()
    assert len(world.posts()) == 1
    assert slots(world) == [("posted", None)]


async def test_a_post_that_never_arrived_is_sent_once_more(world, monkeypatch):
    await become_due(world)
    with lost_answers(world.bot, monkeypatch, delivered=False):
        await world.tick()
    assert not world.posts()
    for _ in range(3):
        world.wait(seconds=30)
        await world.tick()
    assert len(world.posts()) == 1
    sent = [r.json["nonce"] for r in world.requests("POST", f"/channels/{world.channel.id}/messages")]
    assert set(sent) == {"d1"}


async def test_a_process_that_dies_while_sending_leaves_a_post_to_be_found(world, monkeypatch):
    await become_due(world)

    class Killed(BaseException):
        pass

    send = world.bot.http.send_message

    async def die(*args, **kwargs):
        await send(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(world.bot.http, "send_message", die)
    with pytest.raises(Killed):
        await world.tick()
    assert slots(world) == [("sending", None)]
    monkeypatch.undo()
    await world.restart()
    await world.tick()
    # The lease of the dead process still holds; afterwards it is looked for.
    assert slots(world) == [("sending", None)]
    world.wait(seconds=31)
    await world.tick(2)
    assert len(world.posts()) == 1
    assert slots(world) == [("posted", None)]


async def test_a_history_that_cannot_be_read_holds_the_post(local_world, monkeypatch):
    """Discord answers an empty list then: sending again might double the post."""
    await become_due(local_world)
    with lost_answers(local_world.bot, monkeypatch, delivered=True):
        await local_world.tick()
    local_world.forbid("read_message_history")
    await local_world.env.settle(idle=0.001)
    for _ in range(3):
        local_world.wait(minutes=5)
        await local_world.tick()
    assert slots(local_world) == [("unknown", "history")]
    assert len(local_world.posts()) == 1
    (message,) = direct_messages(local_world, local_world.admin.user)
    assert local_world.t("daily.reason.history") in message
    local_world.forbid()
    await local_world.env.settle(idle=0.001)
    await local_world.tick()
    assert slots(local_world) == [("posted", None)]
    assert len(local_world.posts()) == 1


async def test_looking_that_fails_is_tried_again(world, monkeypatch):
    await become_due(world)
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    world.env.inject_error("GET", f"/channels/{world.channel.id}/messages", status=500)
    world.wait(seconds=30)
    await world.tick()
    assert slots(world) == [("unknown", "no_answer")]
    world.wait(minutes=1)
    await world.tick()
    assert slots(world) == [("posted", None)]
    assert len(world.posts()) == 1


async def test_a_doubt_that_outlasts_the_window_is_given_up(world, monkeypatch):
    await become_due(world)
    with lost_answers(world.bot, monkeypatch, delivered=False):
        await world.tick()
    world.wait(hours=7)
    await world.tick(2)
    assert not world.posts()
    assert [state for state, _ in slots(world)] == ["skipped"]
