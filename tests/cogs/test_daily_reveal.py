"""The reveal: once, as a reply, short; everything longer privately; names and numbers only when there are enough."""

import pytest

from bot.domain.bank import QuestionBank
from tests.factories import make_question, make_text

from .banks import make_tree
from .test_daily_post import click, item, key_position
from .world import by_prefix, everything, lost_answers, told


async def answer_all(world, post, *, right: int, wrong: int) -> None:
    """Let the first members answer right, and the next ones wrong."""
    key = key_position(world)
    for number, member in enumerate(world.members[: right + wrong]):
        await click(world, member, post, key if number < right else (key + 1 + number % 3) % 4)


def reveals(world):
    return [message for message in world.posts() if by_prefix(message, "ra1")]


# ------------------------------------------------------------------ the message


async def test_it_comes_once_at_its_time_as_a_reply_to_the_post(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=1, wrong=1)
    local_world.go_to(local_world.closes_at())
    local_world.clock.elapsed -= 1
    await local_world.tick()
    assert not reveals(local_world)
    reveal = await local_world.reveal()
    await local_world.tick(2)
    await local_world.restart()
    await local_world.tick(2)
    assert [message.id for message in reveals(local_world)] == [reveal.id]
    assert reveal.reference.message_id == post.id
    assert reveal.embeds[0].title == local_world.t("daily.reveal.title", date="2026-11-23")
    key = item(local_world).key
    assert key.text.get(local_world.language) in reveal.embeds[0].description
    assert key.why.get(local_world.language) in reveal.embeds[0].description
    assert f"{'ABCD'[key_position(local_world)]}." in reveal.embeds[0].description


async def test_under_five_answers_there_are_no_names_and_no_chart(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=3, wrong=1)
    said = everything(await local_world.reveal())
    assert local_world.t("daily.reveal.few", count=4) in said
    assert "```" not in said
    assert "%" not in said
    for member in local_world.members:
        assert member.user.global_name not in said


async def test_one_answer_is_not_called_answers(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=0, wrong=1)
    assert local_world.t("daily.reveal.few", count=1) in everything(await local_world.reveal())


async def test_from_five_answers_on_there_are_both(local_world):
    post = await local_world.post()
    await answer_all(local_world, post, right=4, wrong=1)
    said = everything(await local_world.reveal())
    assert local_world.t("daily.reveal.share", right=4, total=5, percent=80) in said
    names = local_world.t("list_separator").join(sorted(("Ann", "Ben", "Cleo", "Dan")))
    assert local_world.t("daily.reveal.names", names=names) in said
    (numbers,) = [line for line in said.splitlines() if line.count("%") == 4]
    shares = numbers.split(" · ")
    assert [share.strip("*")[0] for share in shares] == list("ABCD")
    assert shares[key_position(local_world)] == f"**{'ABCD'[key_position(local_world)]} 80% (4) ✓**"
    assert said.count("✓") == 1


async def test_from_five_wrong_answers_nobody_is_named(world):
    post = await world.post()
    await answer_all(world, post, right=0, wrong=5)
    said = everything(await world.reveal())
    assert world.t("daily.reveal.share", right=0, total=5, percent=0) in said
    assert "Right:" not in said


async def test_without_an_answer_it_says_so(local_world):
    await local_world.post()
    assert local_world.t("daily.reveal.nobody") in everything(await local_world.reveal())


async def test_it_mentions_nobody(world):
    role = world.guild.create_role("readers", mentionable=True)
    post = await world.post(mention=role)
    await answer_all(world, post, right=5, wrong=1)
    reveal = await world.reveal()
    stored = world.env.backend.get_message(world.channel.id, reveal.id)
    assert not stored.ping_user_ids
    assert not stored.ping_role_ids
    assert not stored.mention_everyone
    sent = world.requests("POST", f"/channels/{world.channel.id}/messages")
    (request,) = [request for request in sent if "message_reference" in request.json]
    assert request.json["allowed_mentions"].get("replied_user", False) is False
    assert request.json["allowed_mentions"].get("parse", []) == []


async def test_points_are_written_at_the_reveal_and_not_before(world):
    post = await world.post()
    await answer_all(world, post, right=1, wrong=1)
    assert not world.sql("SELECT * FROM ledger")
    assert not world.sql("SELECT * FROM board_scores")
    assert set(world.sql("SELECT share_numerator FROM attempts")) == {(None,)}
    await world.reveal()
    await world.tick(2)
    assert world.sql("SELECT user_id, points FROM ledger ORDER BY user_id") == [(world.ann.id, 10), (world.ben.id, 2)]


async def test_a_post_that_a_moderator_deleted_is_revealed_all_the_same(world):
    post = await world.post()
    await answer_all(world, post, right=1, wrong=0)
    world.env.backend.delete_message(world.channel.id, post.id)
    reveal = await world.reveal()
    assert by_prefix(reveal, "ra1")
    assert world.sql("SELECT points FROM ledger") == [(10,)]
    # Discord would refuse the reply otherwise; simcord does not look.
    sent = world.requests("POST", f"/channels/{world.channel.id}/messages")[-1].json
    assert sent["message_reference"]["fail_if_not_exists"] is False


async def test_a_paused_or_removed_schedule_still_reveals_what_is_open(world):
    for verb in ("pause", "remove"):
        await world.post()
        await world.slash(world.admin, f"daily {verb}")
        before = len(reveals(world))
        await world.reveal()
        assert len(reveals(world)) == before + 1
        world.wait(hours=1)


async def test_a_discussion_is_opened_at_the_reveal_and_not_before(world):
    await world.post(thread=True)
    assert not world.channel.threads
    reveal = await world.reveal()
    (thread,) = world.channel.threads
    assert thread.name == world.t("daily.thread", date="2026-11-23")
    assert thread.id == reveal.id
    await world.tick()
    assert len(world.channel.threads) == 1


async def test_a_thread_that_discord_refuses_costs_no_second_reveal(world):
    await world.post(thread=True)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    await world.reveal()
    await world.tick(2)
    assert len(reveals(world)) == 1
    assert not world.channel.threads


# -------------------------------------------------------------- private buttons


async def test_the_full_answer_is_private_with_points_sources_and_a_card(local_world):
    post = await local_world.post()
    reveal = await local_world.reveal()
    reply = told(await local_world.ann.click(reply_button := reveal, custom_id=by_prefix(reveal, "ra1")[0]))
    assert reply_button.id != post.id
    question = local_world.content.bank.find(local_world.sql("SELECT question_id FROM deliveries")[0][0], None)
    said = everything(reply)
    assert reply.embeds[0].title == question.prompt.get(local_world.language)
    assert question.answer.get(local_world.language) in said
    for name in ("key_points", "sources"):
        assert local_world.t(f"answer.{name}") in said
    assert question.sources[0].url in said
    assert [attachment.filename for attachment in reply.attachments] == ["formulas.png"]
    # In the other language, in the same message, with one card still.
    other = told(await local_world.ann.click(reply, label=local_world.t("language.switch")))
    assert other.id == reply.id
    assert question.answer.get("en" if local_world.language == "zh" else "zh") in everything(other)
    assert len(other.attachments) == 1


async def test_every_reason_is_private_and_marks_ones_own_choice(local_world):
    post = await local_world.post()
    wrong = (key_position(local_world) + 1) % 4
    await click(local_world, local_world.ann, post, wrong)
    reveal = await local_world.reveal()
    custom_id = by_prefix(reveal, "rw1")[0]
    said = everything(told(await local_world.ann.click(reveal, custom_id=custom_id)))
    for option in item(local_world).options:
        assert option.why.get(local_world.language) in said
    (marked,) = [line for line in said.splitlines() if "◀" in line]
    assert marked.startswith(f"❌ **{'ABCD'[wrong]}.**")
    # Who did not answer sees no mark.
    assert "◀" not in everything(told(await local_world.ben.click(reveal, custom_id=custom_id)))


async def test_matching_jobs_are_private_links(local_world):
    await local_world.post()
    reveal = await local_world.reveal()
    reply = told(await local_world.ann.click(reveal, custom_id=by_prefix(reveal, "rj1")[0]))
    assert reply.embeds[0].description.count("](https://") == 5
    switched = told(await local_world.ann.click(reply, label=local_world.t("language.switch")))
    assert switched.id == reply.id
    assert switched.embeds[0].title == local_world.texts.get(
        "daily.reveal.jobs", "en" if local_world.language == "zh" else "zh"
    )


@pytest.mark.parametrize("prefix", ["ra1", "rw1", "rj1"])
async def test_the_buttons_of_a_reveal_say_nothing_before_it(local_world, prefix):
    """Nobody has them yet, but their ids are easy to guess."""
    post = await local_world.post()
    await click(local_world, local_world.ann, post, 0)
    for custom_id in (f"{prefix}:1", f"{prefix}:1:en", f"{prefix}:1:zh"):
        reply = told(await local_world.press(local_world.ann, custom_id))
        assert reply.content == local_world.t("errors.answer.open")
        assert not reply.embeds


async def test_the_buttons_of_a_reveal_work_after_a_restart_next_week(world):
    await world.post()
    reveal = await world.reveal()
    world.wait(days=7)
    await world.restart()
    for custom_id in (by_prefix(reveal, prefix)[0] for prefix in ("ra1", "rw1", "rj1")):
        assert told(await world.ann.click(reveal, custom_id=custom_id)).embeds


async def test_a_question_that_left_the_bank_keeps_its_reasons(world):
    await world.post()
    reveal = await world.reveal()
    world.content = type(world.content)(
        QuestionBank([make_question(id="another")], make_tree()), world.content.postings, world.texts
    )
    await world.restart()
    said = told(await world.ann.click(reveal, custom_id=by_prefix(reveal, "ra1")[0])).content
    assert said == world.t("errors.question.gone")
    reply = told(await world.ann.click(reveal, custom_id=by_prefix(reveal, "rw1")[0]))
    assert "Because: Stop and restore the best weights" in everything(reply)


async def test_an_edited_question_is_graded_and_revealed_as_it_was_shown(world):
    """The key moves to another option in the bank; what was posted keeps its own."""
    post = await world.post()
    right = key_position(world)
    await click(world, world.ann, post, right)
    question_id = world.sql("SELECT question_id FROM deliveries")[0][0]
    edited = make_question(
        id=question_id,
        prompt=make_text(("改过的题？", "An edited question?")),
        items=[
            item.model_copy(update={"options": tuple(reversed(item.options))}) if item.kind == "single" else item
            for item in make_question(id=question_id).items
        ],
    )
    world.content = type(world.content)(QuestionBank([edited], make_tree()), world.content.postings, world.texts)
    await world.restart()
    reveal = await world.reveal()
    assert f"**{'ABCD'[right]}. Stop and restore the best weights**" in everything(reveal)
    assert world.sql("SELECT points FROM ledger") == [(10,)]


# ------------------------------------------------------------------------ names


async def test_hostile_names_are_shown_as_text(make_world):
    world = await make_world()
    names = ["**bold** __x__", "@everyone", "<@&1> <#2> <t:0:R>", "[click](https://evil.example)", "\u202eevil\u2066"]
    hostile = [world.guild.add_member(world.env.create_user(f"h{n}", global_name=name)) for n, name in enumerate(names)]
    post = await world.post()
    for member in hostile:
        await click(world, member, post, key_position(world))
    reveal = await world.reveal()
    said = reveal.embeds[0].description
    assert "\\*\\*bold\\*\\*" in said
    assert "@everyone" not in said
    assert "<@&1>" not in said.replace("\\<", "")
    assert "[click](https://evil.example)" not in said.replace("\\[", "")
    assert not {"\u202e", "\u2066"} & set(said)
    stored = world.env.backend.get_message(world.channel.id, reveal.id)
    assert not stored.mention_everyone


# -------------------------------------------------------------- the reveal in doubt


async def test_a_reveal_whose_answer_was_lost_is_found_by_its_reference(world, monkeypatch):
    await world.post()
    world.go_to(world.closes_at())
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    for _ in range(3):
        world.wait(seconds=30)
        await world.tick()
    assert len(reveals(world)) == 1
    assert world.sql("SELECT reveal_state, reveal_message_id FROM deliveries") == [("posted", reveals(world)[0].id)]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_reveal_that_never_arrived_is_sent_once_more(world, status):
    await world.post()
    world.go_to(world.closes_at())
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=status)
    await world.tick()
    assert world.sql("SELECT reveal_state FROM deliveries") == [("unknown",)]
    for _ in range(3):
        world.wait(seconds=30)
        await world.tick()
    assert len(reveals(world)) == 1


async def test_a_refused_reveal_waits_and_the_points_are_there_already(world):
    post = await world.post()
    await world.ann.click(post, custom_id=by_prefix(post, "d1")[0])
    world.forbid("send_messages")
    world.go_to(world.closes_at())
    await world.tick()
    assert world.sql("SELECT reveal_state, reveal_reason FROM deliveries") == [("pending", "forbidden")]
    assert world.sql("SELECT COUNT(*) FROM ledger") == [(1,)]
    world.forbid()
    world.wait(minutes=1)
    await world.tick()
    assert len(reveals(world)) == 1
    assert world.sql("SELECT COUNT(*) FROM ledger") == [(1,)]


async def test_a_reveal_waits_until_it_can_be_looked_for(world, monkeypatch):
    await world.post()
    world.go_to(world.closes_at())
    with lost_answers(world.bot, monkeypatch, delivered=True):
        await world.tick()
    world.forbid("read_message_history")
    for _ in range(3):
        world.wait(minutes=1)
        await world.tick()
    assert len(reveals(world)) == 1
    assert world.sql("SELECT reveal_state, reveal_reason FROM deliveries") == [("unknown", "history")]
    world.forbid()
    world.wait(minutes=11)
    await world.tick()
    assert world.sql("SELECT reveal_state FROM deliveries") == [("posted",)]
    assert len(reveals(world)) == 1
