"""Feedback at once: the first choice is for good, its member is told, and nobody else; points come at the reveal."""

import asyncio

from bot.services.answers import AnswerReceipt, PracticeResult
from tests.services.world import GUILD, HOUR, NINE, OTHER_GUILD, World, reader

CLOSES = NINE + 23.5 * HOUR


async def told_at_once(world: World):
    await world.setup(feedback="at_once")
    return await world.post(NINE)


async def test_delayed_is_the_default_and_stays_when_it_is_not_named(world: World) -> None:
    assert (await world.setup()).schedule.feedback == "delayed"
    result = await world.setup(feedback="at_once")
    assert (result.schedule.feedback, result.changed) == ("at_once", ("feedback",))
    assert (await world.setup()).schedule.feedback == "at_once"
    assert (await world.row("schedules"))["feedback"] == "at_once"


async def test_the_first_choice_is_for_good(world: World) -> None:
    post = await told_at_once(world)
    first = await world.answer(7, post, right=False, now=NINE + HOUR)
    again = await world.answer(7, post, right=True, now=NINE + 2 * HOUR)
    for receipt in (first, again):
        assert isinstance(receipt, AnswerReceipt)
        assert receipt.final
        assert (receipt.position, receipt.changed, receipt.answered) == (first.position, False, 1)
    row = await world.row("attempts")
    assert (row["changes"], row["changed_at"], row["share_numerator"]) == (0, NINE + HOUR, None)
    await world.reveals.close_due(CLOSES)
    assert await world.points() == {7: 2}


async def test_two_clicks_at_once_record_one_and_tell_the_same(world: World, other_process: World) -> None:
    post = await told_at_once(world)
    receipts = await asyncio.gather(
        *(
            process.answers.answer(reader(7), post.delivery.id, position, NINE + HOUR)
            for position, process in enumerate((world, other_process, world, other_process))
        )
    )
    assert len({receipt.position for receipt in receipts}) == 1
    assert (await world.row("attempts"))["changes"] == 0


async def test_only_who_has_answered_may_read_the_explanation_before_the_reveal(world: World) -> None:
    post = await told_at_once(world)
    assert not (await world.answers.view(reader(7), post.delivery.id)).final
    assert (await world.failing(world.answers.revealed(reader(7), post.delivery.id))).key == "answer.open"
    await world.answer(7, post, right=True, now=NINE + HOUR)
    assert (await world.answers.revealed(reader(7), post.delivery.id)).position is not None
    assert (await world.failing(world.answers.revealed(reader(8), post.delivery.id))).key == "answer.open"
    assert (await world.failing(world.answers.revealed(reader(7, OTHER_GUILD), post.delivery.id))).key == "button.stale"


async def test_elsewhere_the_question_stays_sealed_and_no_points_are_known(world: World) -> None:
    post = await told_at_once(world)
    await world.answer(7, post, right=True, now=NINE + HOUR)
    assert await world.is_sealed(post)
    assert await world.rows("ledger") == await world.rows("board_scores") == []
    profile = await world.leaderboard.profile(reader(7), GUILD, 7, NINE + HOUR)
    assert (profile.answers, profile.right) == (0, 0)
    await world.reveals.close_due(CLOSES)
    assert await world.points() == {7: 10}


async def test_a_change_of_the_setting_holds_from_the_next_post_on(world: World) -> None:
    """Whoever was told what is right must not choose again; whoever was promised a change may."""
    post = await told_at_once(world)
    await world.answer(7, post, right=False, now=NINE + HOUR)
    await world.setup(NINE + 2 * HOUR, feedback="delayed")
    receipt = await world.answer(7, post, right=True, now=NINE + 3 * HOUR)
    assert isinstance(receipt, AnswerReceipt)
    assert (receipt.final, receipt.changed) == (True, False)
    await world.reveals.close_due(CLOSES)
    later = await world.post(NINE + 24 * HOUR)
    assert later.delivery.feedback == "delayed"
    receipt = await world.answer(7, later, right=True, now=NINE + 25 * HOUR)
    assert isinstance(receipt, AnswerReceipt)
    assert not receipt.final


async def test_after_the_reveal_a_click_is_practice_all_the_same(world: World) -> None:
    post = await told_at_once(world)
    await world.answer(7, post, right=True, now=NINE + HOUR)
    await world.reveals.close_due(CLOSES)
    result = await world.answer(7, post, right=False, now=CLOSES)
    assert isinstance(result, PracticeResult)
    assert result.recorded_position != result.position
