"""Feedback at once: the first choice is final, its member is told why, and nobody else before the reveal."""

from .test_daily_post import attempts, click, item, key_position, order, shown_options
from .test_daily_setup import field
from .world import by_prefix, everything, told


async def test_setup_sets_it_and_says_so(local_world):
    reply = told(await local_world.set_up()).content
    assert field(local_world, "feedback", local_world.t("choices.feedback.after_reveal")) in reply
    reply = told(await local_world.set_up(feedback="at_once")).content
    changed = field(local_world, "feedback", local_world.t("choices.feedback.at_once"))
    assert next(line for line in reply.splitlines() if line.startswith("•")) == f"• {changed}"
    assert changed in everything(told(await local_world.slash(local_world.admin, "daily status")))
    reply = told(await local_world.set_up(feedback="after_reveal")).content
    assert field(local_world, "feedback", local_world.t("choices.feedback.after_reveal")) in reply
    assert local_world.sql("SELECT feedback FROM schedules") == [("delayed",)]


async def test_the_post_says_which_it_is(local_world):
    post = await local_world.post()
    assert post.embeds[0].footer.text == local_world.t("daily.post.footer")
    post = await local_world.post(feedback="at_once")
    assert post.embeds[0].footer.text == local_world.t("daily.post.footer_at_once")


async def test_a_click_is_answered_privately_with_the_verdict_and_every_reason(local_world):
    post = await local_world.post(feedback="at_once")
    key = key_position(local_world)
    for member, position, verdict in (
        (local_world.ann, key, "daily.practice.right"),
        (local_world.ben, (key + 1) % 4, "daily.practice.wrong"),
    ):
        reply = told(await click(local_world, member, post, position))
        said = everything(reply)
        assert local_world.t(verdict, letter="ABCD"[position]) in said
        for option in item(local_world).options:
            assert option.why.get(local_world.language) in said
        (own,) = [line for line in said.splitlines() if local_world.t("answer.yours") in line]
        assert f"**{'ABCD'[position]}.**" in own
        # No change, no second thoughts.
        for prefix in ("dc1", "dg1", "dp1"):
            assert not by_prefix(reply, prefix)
        assert by_prefix(reply, "ra1")
        assert local_world.t("daily.mended.key") not in said
    assert len(local_world.posts()) == 1
    assert local_world.sql("SELECT * FROM ledger") == []


async def test_a_second_click_shows_the_first_one(local_world):
    post = await local_world.post(feedback="at_once")
    key = key_position(local_world)
    first = told(await click(local_world, local_world.ann, post, (key + 1) % 4))
    before = attempts(local_world)
    again = told(await click(local_world, local_world.ann, post, key))
    assert everything(again) == everything(first)
    assert attempts(local_world) == before
    # Nor by a button that was made up.
    for custom_id in (f"dp1:1:{key}:{local_world.language}", f"dc1:1:{local_world.language}"):
        shown = told(await local_world.press(local_world.ann, custom_id))
        assert everything(shown) == everything(first)
    assert attempts(local_world) == before
    await local_world.reveal()
    assert local_world.sql("SELECT points FROM ledger") == [(2,)]


async def test_the_explanation_opens_for_whoever_has_answered_only(local_world):
    post = await local_world.post(feedback="at_once")
    reply = told(await click(local_world, local_world.ann, post, 0))
    custom_id = by_prefix(reply, "ra1")[0]
    question = local_world.content.bank.find(local_world.sql("SELECT question_id FROM deliveries")[0][0], None)
    explained = told(await local_world.ann.click(reply, custom_id=custom_id))
    assert question.answer.get(local_world.language) in everything(explained)
    for prefix in ("ra1", "rw1", "rj1"):
        refused = told(await local_world.press(local_world.ben, f"{prefix}:1"))
        assert refused.content == local_world.t("errors.answer.open")


async def test_the_other_language_shows_the_same_verdict(local_world):
    post = await local_world.post(feedback="at_once")
    reply = told(await click(local_world, local_world.ann, post, key_position(local_world)))
    other = "en" if local_world.language == "zh" else "zh"
    switched = told(await local_world.ann.click(reply, label=local_world.t("language.switch")))
    assert switched.id == reply.id
    letter = "ABCD"[key_position(local_world)]
    assert local_world.texts.get("daily.practice.right", other, letter=letter) in everything(switched)
    # Before an answer it is the question, to choose from; the click there is final too.
    shown = told(await local_world.ben.click(post, custom_id=by_prefix(post, "dl1")[0]))
    by_id = {option.id: option.text.get(other) for option in item(local_world).options}
    assert shown_options(shown) == [by_id[option_id] for option_id in order(local_world)]
    answered = told(await local_world.ben.click(shown, custom_id=by_prefix(shown, "dp1")[0]))
    assert by_prefix(answered, "ra1")
    assert not by_prefix(answered, "dp1")


async def test_elsewhere_it_stays_sealed_and_the_reveal_is_as_ever(local_world):
    post = await local_world.post(feedback="at_once")
    await click(local_world, local_world.ann, post, key_position(local_world))
    question_id = local_world.sql("SELECT question_id FROM deliveries")[0][0]
    shown = everything(told(await local_world.slash(local_world.ann, "question show", id=question_id)))
    assert local_world.t("question.sealed_note") in shown
    reveal = await local_world.reveal()
    assert local_world.t("daily.reveal.few", count=1) in everything(reveal)
    assert local_world.sql("SELECT points FROM ledger") == [(10,)]


async def test_two_clicks_at_once_record_one(world):
    post = await world.post(feedback="at_once")
    first, second = by_prefix(post, "d1")[:2]
    sent = await world.at_once((world.ann, first, post), (world.ann, second, post))
    assert len({everything(told(result)) for result in sent}) == 1
    assert len(attempts(world)) == 1


async def test_a_key_that_was_corrected_meanwhile_is_told_with_the_verdict(world):
    post = await world.post(feedback="at_once")
    wrong = (key_position(world) + 1) % 4
    await click(world, world.ann, post, wrong)
    await world.slash(world.admin, "daily correct", option="ABCD"[wrong])
    said = everything(told(await click(world, world.ann, post, wrong)))
    assert world.t("daily.practice.right", letter="ABCD"[wrong]) in said
    assert world.t("daily.mended.key") in said
