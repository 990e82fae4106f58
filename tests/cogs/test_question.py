"""`/question show|search|random`: the prompt first, the answer on demand, nothing of an open daily question."""

import pytest

from bot.domain.bank import QuestionBank
from tests.factories import make_question, make_text

from .banks import make_tree
from .world import by_prefix, everything, told


async def show(world, question_id: str = "temperature", actor=None):
    return told(await world.slash(actor or world.ann, "question show", id=question_id))


def find(world, question_id: str):
    return world.content.bank.find(question_id, None)


async def seal(world) -> str:
    """Post a daily question and return its id."""
    await world.post()
    return world.sql("SELECT question_id FROM deliveries ORDER BY id DESC LIMIT 1")[0][0]


def gives_away(world, question, said: str) -> bool:
    return any(
        text in said
        for language in ("zh", "en")
        for text in (question.answer.get(language)[:40], question.short.get(language), question.key_points[0].zh)
    )


# ------------------------------------------------------------------------- show


async def test_the_prompt_comes_without_its_answer(local_world):
    reply = await show(local_world)
    question = find(local_world, "temperature")
    assert question.prompt.get(local_world.language) in everything(reply)
    assert not gives_away(local_world, question, everything(reply))
    topic = local_world.content.bank.topics.name(question.topic).get(local_world.language)
    assert reply.embeds[0].footer.text == f"{topic} · ★★☆☆☆ · temperature"
    assert not local_world.posts()


async def test_the_short_and_the_full_answer_replace_each_other(local_world):
    question = find(local_world, "temperature")
    reply = await show(local_world)
    short = told(await local_world.ann.click(reply, label=local_world.t("question.short")))
    assert short.id == reply.id
    assert short.embeds[0].description == question.short.get(local_world.language)
    full = told(await local_world.ann.click(short, label=local_world.t("question.answer")))
    assert full.id == reply.id
    said = everything(full)
    assert question.answer.get(local_world.language) in said
    assert "/".join(("https:", "", "doi.org")) in said
    assert len(full.attachments) == 1
    # The picture goes with the full answer.
    again = told(await local_world.ann.click(full, label=local_world.t("question.short")))
    assert not again.attachments


async def test_each_page_has_the_other_language(local_world):
    other = "en" if local_world.language == "zh" else "zh"
    question = find(local_world, "temperature")
    reply = await show(local_world)
    for label, expected in (
        (None, question.prompt),
        ("question.short", question.short),
        ("question.answer", question.answer),
    ):
        here = reply if label is None else told(await local_world.ann.click(reply, label=local_world.t(label)))
        switched = told(await local_world.ann.click(here, label=local_world.t("language.switch")))
        assert switched.id == reply.id
        assert expected.get(other) in everything(switched)
        assert expected.get(local_world.language) not in everything(switched)
        reply = told(await local_world.ann.click(switched, label=local_world.texts.get("language.switch", other)))


@pytest.mark.parametrize("written", ["TEMPERATURE", " temperature "])
async def test_an_id_is_read_generously(world, written):
    assert "What is temperature?" in everything(await show(world, written))


@pytest.mark.parametrize("question_id", ["no-such", "`@everyone`", "g1:x", "温度", "x" * 1000])
async def test_an_unknown_id_is_one_sentence(local_world, question_id):
    reply = await show(local_world, question_id)
    shown = question_id if len(question_id) <= 200 else question_id[:199] + "…"
    assert reply.content == local_world.t("errors.question.unknown", id=shown)


async def test_questions_are_offered_in_the_clients_language(local_world):
    for typed in ("temperature", "温度"):
        (first, *_rest) = await local_world.ann.autocomplete(local_world.channel, "question show", "id", typed)
        assert first["value"] == "temperature"
        assert first["name"] == find(local_world, "temperature").prompt.get(local_world.language)
    offered = await local_world.ann.autocomplete(local_world.channel, "question show", "id", "")
    assert 1 <= len(offered) <= 25
    assert all(len(choice["name"]) <= 100 for choice in offered)


async def test_offers_are_plain_text_and_not_too_long(make_world):
    long = make_question(prompt=make_text("What is $x^2$? " + "why " * 60))
    world = await make_world(bank=QuestionBank([long], make_tree()))
    ((choice),) = await world.ann.autocomplete(world.channel, "question show", "id", "why")
    assert len(choice["name"]) <= 100
    assert "$" not in choice["name"]
    assert "\\" not in choice["name"]


async def test_questions_work_in_direct_messages(world):
    reply = told(await world.ann.user.slash("question show", id="temperature"))
    full = told(await world.ann.user.click(reply, label=world.t("question.answer")))
    assert find(world, "temperature").answer.en in everything(full)


async def test_its_buttons_work_after_a_restart(world):
    reply = await show(world)
    await world.restart()
    assert told(await world.ann.click(reply, label=world.t("question.answer"))).attachments


# ----------------------------------------------------------------------- search


@pytest.mark.parametrize("text", ["temperature", "温度"])
async def test_search_finds_in_both_languages(local_world, text):
    reply = told(await local_world.slash(local_world.ann, "question search", text=text))
    assert reply.embeds[0].title == local_world.t("question.found", text=text)
    first = reply.embeds[0].description.splitlines()[:2]
    assert find(local_world, "temperature").prompt.get(local_world.language) in first[0]
    assert "`temperature`" in first[1]
    prompt = told(await local_world.ann.click(reply, label="1"))
    assert prompt.id != reply.id
    assert find(local_world, "temperature").prompt.get(local_world.language) in everything(prompt)


@pytest.mark.parametrize("text", ["zzzzqqqq", "**", '" OR 1=1 --', "NEAR(", "\\", "🤖" * 50])
async def test_a_search_without_a_match_says_so(local_world, text):
    reply = told(await local_world.slash(local_world.ann, "question search", text=text))
    if not reply.embeds:
        assert reply.content.startswith(local_world.t("errors.question.no_match", text="").split("“")[0])


# ----------------------------------------------------------------------- random


async def test_random_shows_any_question(local_world):
    prompts = {q.prompt.get(local_world.language) for q in local_world.content.bank}
    seen = set()
    for _ in range(12):
        reply = told(await local_world.slash(local_world.ann, "question random"))
        seen |= {prompt for prompt in prompts if prompt in everything(reply)}
    assert len(seen) > 1


async def test_random_keeps_to_its_topic(world):
    for _ in range(8):
        said = everything(told(await world.slash(world.ann, "question random", topic="basics/decoding")))
        assert "Decoding" in said


# ---------------------------------------------------------------------- sealing


async def test_an_open_daily_question_shows_its_prompt_only(local_world):
    sealed = await seal(local_world)
    question = find(local_world, sealed)
    reply = await show(local_world, sealed)
    assert question.prompt.get(local_world.language) in everything(reply)
    assert local_world.t("question.sealed_note") in everything(reply)
    assert not gives_away(local_world, question, everything(reply))
    assert not by_prefix(reply, "ka1") + by_prefix(reply, "ks1")


@pytest.mark.parametrize("prefix", ["ks1", "ka1", "kp1"])
async def test_buttons_made_before_the_post_give_nothing_away(local_world, prefix):
    """A member opened the question, then it became the daily one."""
    sealed = await seal(local_world)
    for custom_id in (f"{prefix}:{sealed}", f"{prefix}:{sealed}:zh", f"{prefix}:{sealed}:en"):
        reply = told(await local_world.press(local_world.ann, custom_id))
        assert not gives_away(local_world, find(local_world, sealed), everything(reply))
        if prefix != "kp1":
            assert reply.content == local_world.t("errors.question.sealed")


async def test_search_lists_it_sealed(local_world):
    sealed = await seal(local_world)
    text = find(local_world, sealed).prompt.get(local_world.language)
    reply = told(await local_world.slash(local_world.ann, "question search", text=text))
    marked = [line for line in reply.embeds[0].description.splitlines() if "🔒" in line]
    assert marked == [f"-# `{sealed}` 🔒"]
    assert not gives_away(local_world, find(local_world, sealed), everything(reply))


async def test_a_search_for_words_of_its_answer_does_not_confirm_them(make_world):
    """Otherwise whoever searches for an option learns from the hit whether it stands in the answer."""
    secret = "xylophone"
    question = make_question(answer=make_text(f"The answer is {secret}. " * 20), short=make_text(f"It is {secret}."))
    world = await make_world(bank=QuestionBank([question], make_tree()))
    assert told(await world.slash(world.ann, "question search", text=secret)).embeds
    await world.post()
    assert not told(await world.slash(world.ann, "question search", text=secret)).embeds


async def test_random_leaves_it_out(world):
    sealed = await seal(world)
    for _ in range(20):
        assert f"· {sealed}" not in everything(told(await world.slash(world.ann, "question random")))


async def test_random_with_nothing_left_says_so(make_world, locale):
    world = await make_world(bank=QuestionBank([make_question()], make_tree()), locale=locale)
    await world.post()
    reply = told(await world.slash(world.ann, "question random"))
    assert reply.content == world.t("errors.question.none")


async def test_it_is_sealed_in_direct_messages_for_members_of_the_server(world):
    sealed = await seal(world)
    await world.slash(world.ann, "help")
    reply = told(await world.ann.user.slash("question show", id=sealed))
    assert world.t("question.sealed_note") in everything(reply)
    # Somebody who was never seen in the server.
    stranger = world.env.create_user("stranger")
    assert by_prefix(told(await stranger.slash("question show", id=sealed)), "ka1")


async def test_another_server_is_not_bound_by_it(world):
    sealed = await seal(world)
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    member = elsewhere.add_member(world.env.create_user("zoe"))
    assert by_prefix(told(await member.slash(channel, "question show", id=sealed)), "ka1")


async def test_the_reveal_opens_it_again(world):
    sealed = await seal(world)
    await world.reveal()
    reply = await show(world, sealed)
    assert told(await world.ann.click(reply, label=world.t("question.answer"))).attachments
