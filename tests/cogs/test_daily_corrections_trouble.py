"""Mending a question when Discord refuses, forgets or is late: the same command repairs, and nothing comes twice."""

import pytest

from .test_daily_corrections import edits, letter, points, replies, revealed, run, wrong
from .test_daily_reveal import answer_all, reveals
from .world import custom_ids, everything, lost_answers, told


async def test_an_edit_that_is_refused_is_told_and_repaired_by_the_same_command(local_world):
    _, reveal = await revealed(local_world, right=0, wrong=1)
    position = wrong(local_world)
    path = f"/channels/{local_world.channel.id}/messages"
    local_world.env.inject_error("PATCH", f"{path}/*", status=403, code=50013)
    said = await run(local_world, "correct", option=letter(position))
    assert local_world.t("daily.mended.failed", reason=local_world.t("daily.reason.forbidden")) in said
    # The points are there all the same, and so is the reply.
    assert set(points(local_world).values()) == {10}
    assert not everything(reveals(local_world)[0]).count(local_world.t("daily.reveal.corrected"))
    said = await run(local_world, "correct", option=letter(position))
    assert said.endswith(local_world.t("daily.mended.replied"))
    (edited,) = reveals(local_world)
    assert edited.id == reveal.id
    assert local_world.t("daily.reveal.corrected") in everything(edited)
    assert len(replies(local_world)) == 1
    assert set(points(local_world).values()) == {10}


async def test_a_reply_that_is_refused_is_sent_by_the_same_command(world):
    await revealed(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
    said = await run(world, "void")
    assert world.t("daily.mended.failed", reason=world.t("daily.reason.forbidden")) in said
    assert not replies(world)
    await run(world, "void")
    assert len(replies(world)) == 1
    assert world.sql("SELECT correction_message_id FROM deliveries") == [(replies(world)[0].id,)]


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_reply_whose_answer_was_lost_is_looked_for_before_another_is_sent(world, monkeypatch, delivered):
    await revealed(world)
    position = letter(wrong(world))
    with lost_answers(world.bot, monkeypatch, delivered=delivered):
        said = await run(world, "correct", option=position)
    assert world.t("daily.mended.failed", reason=world.t("daily.reason.no_answer")) in said
    await world.restart()
    await run(world, "correct", option=position)
    assert len(replies(world)) == 1
    assert world.sql("SELECT correction_message_id FROM deliveries") == [(replies(world)[0].id,)]


async def test_a_reveal_that_a_moderator_deleted_needs_no_edit(world):
    _, reveal = await revealed(world)
    world.env.backend.delete_message(world.channel.id, reveal.id)
    said = await run(world, "correct", option=letter(wrong(world)))
    assert said.endswith(world.t("daily.mended.replied"))
    assert len(replies(world)) == 1


async def test_a_reply_that_a_moderator_deleted_is_made_again(world):
    await revealed(world)
    await run(world, "void")
    world.env.backend.delete_message(world.channel.id, replies(world)[0].id)
    assert not replies(world)
    await run(world, "void")
    assert len(replies(world)) == 1


async def test_a_reveal_that_never_came_leaves_no_message_to_mend(world):
    post = await world.post()
    await answer_all(world, post, right=0, wrong=1)
    world.forbid("send_messages")
    world.go_to(world.closes_at())
    await world.tick()
    position = letter(wrong(world))
    assert (await run(world, "correct", option=position)).endswith(world.t("daily.mended.to_come"))
    for _ in range(30):
        world.wait(hours=1)
        await world.tick()
    assert world.sql("SELECT reveal_state FROM deliveries WHERE id = 1") == [("skipped",)]
    # The day after could not be posted either, so this one is still the latest.
    assert (await run(world, "correct", option=position)).endswith(world.t("daily.mended.never_revealed"))
    assert not replies(world)
    assert points(world) == {world.ann.id: 10}


async def test_a_reveal_in_doubt_that_is_found_says_what_was_corrected_meanwhile(world, monkeypatch):
    post = await world.post()
    await answer_all(world, post, right=1, wrong=1)
    world.go_to(world.closes_at())
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    assert world.sql("SELECT reveal_state FROM deliveries") == [("unknown",)]
    assert (await run(world, "correct", option=letter(wrong(world)))).endswith(world.t("daily.mended.to_come"))
    assert edits(world) == 0
    world.wait(seconds=30)
    await world.tick()
    (reveal,) = reveals(world)
    assert world.t("daily.reveal.corrected") in everything(reveal)
    assert world.sql("SELECT reveal_state, reveal_message_id FROM deliveries") == [("posted", reveal.id)]


async def test_a_reveal_on_the_wire_is_edited_when_it_is_confirmed(world, monkeypatch):
    post = await world.post()
    await answer_all(world, post, right=1, wrong=1)
    send, position = world.bot.http.send_message, wrong(world)

    async def corrected_meanwhile(*args, **kwargs):
        monkeypatch.setattr(world.bot.http, "send_message", send)
        sent = await send(*args, **kwargs)
        await world.bot.services.corrections.correct(world.guild.id, world.channel.id, position, world.bot.clock())
        return sent

    monkeypatch.setattr(world.bot.http, "send_message", corrected_meanwhile)
    reveal = await world.reveal()
    assert reveal.embeds[0].description.startswith(f"**{letter(position)}. ")
    assert not replies(world)


async def test_the_next_question_is_mended_and_not_the_last_one(world):
    await revealed(world)
    await world.next_post()
    await run(world, "void")
    assert world.sql("SELECT id FROM deliveries WHERE voided_at IS NOT NULL") == [(2,)]
    assert edits(world) == 0
    assert not replies(world)


async def test_no_button_of_a_mended_question_is_dead(world):
    post, reveal = await revealed(world)
    await run(world, "void")
    await world.restart()
    for message in (post, reveals(world)[0], replies(world)[0]):
        for custom_id in custom_ids(message):
            reply = told(await world.ann.click(message, custom_id=custom_id))
            assert reply.embeds
    assert reveal.id == reveals(world)[0].id
