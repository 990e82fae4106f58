"""Private answers: the last one counts, and nothing tells right from wrong before the delivery closes."""

import asyncio
from dataclasses import fields

import pytest

from bot.domain.kinds import Response
from bot.services.answers import AnswerReceipt, PracticeResult
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    NINE,
    OTHER_GUILD,
    MakeWorld,
    World,
    reader,
    without_question,
)

CLOSES = NINE + 23.5 * HOUR


async def open_post(world: World):
    await world.setup()
    return await world.post(NINE)


async def test_an_answer_is_recorded_with_what_was_shown(world: World) -> None:
    post = await open_post(world)
    receipt = await world.answers.answer(reader(7), post.delivery.id, 2, NINE + HOUR)
    assert isinstance(receipt, AnswerReceipt)
    assert (receipt.position, receipt.changed, receipt.guessed, receipt.answered) == (2, False, False, 1)
    assert (receipt.item, receipt.question) == (post.item, post.question)
    row = await world.row("attempts")
    assert row["options"] == [post.delivery.option_order[2]]
    assert (row["context_kind"], row["context_id"], row["revision"]) == ("daily", post.delivery.id, post.item.revision)
    assert (row["guild_id"], row["channel_id"], row["user_id"]) == (GUILD, CHANNEL, 7)
    assert (row["answered_at"], row["changed_at"], row["late"]) == (NINE + HOUR, NINE + HOUR, False)
    assert (await world.row("memberships"))["name"] == "member 7"


async def test_the_last_choice_counts(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=True, now=NINE + HOUR)
    receipt = await world.answer(7, post, right=False, now=CLOSES - MINUTE / 60)
    assert isinstance(receipt, AnswerReceipt)
    assert receipt.changed
    assert receipt.answered == 1
    row = await world.row("attempts")
    assert (row["changes"], row["answered_at"], row["changed_at"]) == (1, NINE + HOUR, CLOSES - MINUTE / 60)
    await world.reveals.close_due(CLOSES)
    assert await world.points() == {7: 2}


async def test_the_same_choice_again_is_no_change(world: World) -> None:
    post = await open_post(world)
    for _ in range(2):
        receipt = await world.answer(7, post, right=True, now=NINE + HOUR)
        assert not receipt.changed
    assert (await world.row("attempts"))["changes"] == 0


async def test_answers_are_told_apart_by_member(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=True, now=NINE)
    receipt = await world.answer(8, post, right=False, now=NINE)
    assert receipt.answered == 2
    await world.reveals.close_due(CLOSES)
    assert await world.points() == {7: 10, 8: 2}


@pytest.mark.parametrize("member", [reader(7, OTHER_GUILD), reader(7, None, None)])
async def test_another_servers_delivery_is_refused_everywhere(world: World, member) -> None:
    post = await open_post(world)
    for delivery_id in (post.delivery.id, 999):
        for call in (
            world.answers.answer(member, delivery_id, 0, NINE),
            world.answers.set_guessed(member, delivery_id, True, NINE),
            world.answers.view(member, delivery_id),
            world.answers.revealed(member, delivery_id),
        ):
            assert (await world.failing(call)).key == "button.stale"


@pytest.mark.parametrize("position", [-1, 4, 99])
async def test_a_position_that_the_post_does_not_have_is_refused(world: World, position: int) -> None:
    post = await open_post(world)
    assert (
        await world.failing(world.answers.answer(reader(7), post.delivery.id, position, NINE))
    ).key == "button.stale"


async def test_after_closing_a_click_is_practice_and_counts_for_nothing(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=False, now=NINE + HOUR)
    # From the announced instant on, whether or not the points are written yet.
    for closed in (False, True):
        if closed:
            await world.reveals.close_due(CLOSES)
        before = await world.rows("attempts")
        result = await world.answer(7, post, right=True, now=CLOSES)
        assert isinstance(result, PracticeResult)
        assert post.delivery.option_order[result.position] == post.item.key.id
        assert result.recorded_position == (result.position + 1) % 4
        newcomer = await world.answer(8, post, right=True, now=CLOSES + DAY)
        assert isinstance(newcomer, PracticeResult)
        assert newcomer.recorded_position is None
        assert await world.rows("attempts") == before
    assert await world.points() == {7: 2}


async def test_guessed_is_noted_taken_back_and_forgotten_with_a_change(world: World) -> None:
    post = await open_post(world)
    assert (
        await world.failing(world.answers.set_guessed(reader(7), post.delivery.id, True, NINE))
    ).key == "answer.none"
    await world.answer(7, post, right=True, now=NINE)
    for guessed in (True, False, True):
        receipt = await world.answers.set_guessed(reader(7), post.delivery.id, guessed, NINE)
        assert (receipt.guessed, (await world.row("attempts"))["guessed"]) == (guessed, guessed)
    assert (await world.answers.view(reader(7), post.delivery.id)).guessed
    same = await world.answer(7, post, right=True, now=NINE + HOUR)
    assert same.guessed, "the guess was about this choice"
    other = await world.answer(7, post, right=False, now=NINE + HOUR)
    assert not other.guessed
    assert not (await world.row("attempts"))["guessed"]


async def test_after_closing_a_guess_can_no_longer_be_noted(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=True, now=NINE)
    call = world.answers.set_guessed(reader(7), post.delivery.id, True, CLOSES)
    assert (await world.failing(call)).key == "answer.closed"


async def test_viewing_tells_ones_own_choice_only(world: World) -> None:
    post = await open_post(world)
    await world.answers.answer(reader(7), post.delivery.id, 3, NINE)
    assert (await world.answers.view(reader(7), post.delivery.id)).position == 3
    stranger = await world.answers.view(reader(8), post.delivery.id)
    assert (stranger.position, stranger.guessed, stranger.answered) == (None, False, 1)


async def test_the_reveals_buttons_work_only_once_it_is_closed(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=True, now=NINE)
    assert (await world.failing(world.answers.revealed(reader(7), post.delivery.id))).key == "answer.open"
    await world.reveals.close_due(CLOSES)
    receipt = await world.answers.revealed(reader(7), post.delivery.id)
    assert receipt.position == post.delivery.option_order.index(post.item.key.id)


async def test_before_closing_nothing_tells_right_from_wrong(world: World) -> None:
    """Two members answer, one right and one wrong: what is stored and returned differs in the choice alone."""
    post = await open_post(world)
    right = await world.answer(7, post, right=True, now=NINE)
    wrong = await world.answer(8, post, right=False, now=NINE)
    names = {field.name for field in fields(AnswerReceipt)}
    assert names == {"delivery", "item", "question", "position", "guessed", "changed", "answered"}
    differing = {name for name in names if getattr(right, name) != getattr(wrong, name)}
    assert differing == {"position", "answered"}
    one, two = await world.rows("attempts")
    assert {name for name in one if one[name] != two[name]} == {"id", "user_id", "options"}
    assert (one["share_numerator"], one["share_denominator"]) == (None, None)
    for table in ("ledger", "board_scores", "board_histogram"):
        assert await world.rows(table) == []
    for member in (7, 8):
        profile = await world.leaderboard.profile(reader(member), GUILD, member, NINE + HOUR)
        assert (set(profile.standings.values()), profile.answers, profile.right) == ({None}, 0, 0)
        ranking = await world.leaderboard.ranking(reader(member), GUILD, "all", None, NINE + HOUR)
        assert (ranking.top, ranking.own, ranking.members) == ((), None, 0)


async def test_an_answer_survives_a_restart_and_the_question_leaving_the_bank(
    world: World, make_world: MakeWorld
) -> None:
    post = await open_post(world)
    later = make_world("later", without_question(world.bank, post.delivery.question_id))
    receipt = await later.answer(7, post, right=True, now=NINE + HOUR)
    assert receipt.question is None
    assert receipt.item == post.item
    await later.reveals.close_due(CLOSES)
    assert await later.points() == {7: 10}


async def test_many_clicks_at_once_leave_one_answer_a_member(world: World, other_process: World) -> None:
    post = await open_post(world)
    clicks = [
        process.answers.answer(reader(user), post.delivery.id, position, NINE + position * MINUTE)
        for process in (world, other_process)
        for user in (7, 8)
        for position in range(4)
    ]
    receipts = await asyncio.gather(*clicks)
    assert all(isinstance(receipt, AnswerReceipt) for receipt in receipts)
    rows = await world.rows("attempts")
    assert sorted(row["user_id"] for row in rows) == [7, 8]
    for row in rows:
        assert row["options"][0] in post.delivery.option_order


async def test_an_answer_at_the_last_moment_is_either_scored_or_told_that_it_came_too_late(
    world: World, other_process: World
) -> None:
    """Members click in the very second in which the points are written."""
    await world.setup()
    for day in range(4):
        post = await world.post(NINE + day * DAY)
        closes_at = post.delivery.closes_at
        assert closes_at is not None
        results = await asyncio.gather(
            *(world.answer(user, post, right=True, now=closes_at - MINUTE / 60) for user in range(1, 9)),
            other_process.reveals.close_due(closes_at),
            *(world.answer(user, post, right=True, now=closes_at - MINUTE / 60) for user in range(9, 17)),
        )
        receipts = [result for result in results if isinstance(result, AnswerReceipt)]
        attempts = await world.rows("attempts", context_id=post.delivery.id)
        assert len(attempts) == len(receipts)
        assert all(row["share_numerator"] == 1 for row in attempts), "recorded, but never graded"
    attempts, ledger = await world.rows("attempts"), await world.rows("ledger")
    assert sorted(row["id"] for row in attempts) == sorted(row["attempt_id"] for row in ledger)


async def test_a_graded_answer_is_never_changed(world: World) -> None:
    post = await open_post(world)
    await world.answer(7, post, right=True, now=NINE)
    await world.reveals.close_due(CLOSES)
    before = await world.row("attempts")
    async with world.storage.write() as tx:
        await tx.attempts.change(before["id"], Response(("other",)), CLOSES)
    assert await world.row("attempts") == before
