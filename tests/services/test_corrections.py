"""Wrong questions: withdrawn or with another key, before and after the reveal, once and by two admins at once."""

import asyncio
from datetime import date

import pytest

from bot.domain.deliveries import DailyPost, RevealState
from bot.services.answers import PracticeResult
from bot.services.upkeep import UpkeepService
from bot.storage.tables import guilds
from tests.services.world import CHANNEL, DAY, GUILD, HOUR, MINUTE, NINE, OTHER_CHANNEL, OTHER_GUILD, World, reader

CLOSES = NINE + 23.5 * HOUR
TEN = NINE + HOUR
LATER = CLOSES + HOUR


def letter_position(post: DailyPost, *, right: bool) -> int:
    """The key's displayed position, or that of the wrong option that `world.answer` clicks."""
    key = post.delivery.option_order.index(post.item.key.id)
    return key if right else (key + 1) % len(post.delivery.option_order)


async def answered(world: World, *, right: int = 1, wrong: int = 2, **change: object) -> DailyPost:
    """A post that members 1, 2 … answered right, and 101, 102 … with the same wrong option."""
    await world.setup(**change)
    post = await world.post(NINE)
    for user in (*range(1, right + 1), *range(101, 101 + wrong)):
        await world.answer(user, post, right=user < 100, now=TEN)
    return post


async def correct(world: World, post: DailyPost, now=LATER, *, back: bool = False):
    return await world.corrections.correct(GUILD, CHANNEL, letter_position(post, right=back), now)


async def shares(world: World) -> dict[int, int | None]:
    return {row["user_id"]: row["share_numerator"] for row in await world.rows("attempts")}


async def agrees(world: World) -> bool:
    """Whether the boards say what the ledger says, kept row by row and rebuilt."""
    upkeep = UpkeepService(world.storage)
    kept = await upkeep.check_boards()
    before = (await world.rows("board_scores"), [r for r in await world.rows("board_histogram") if r["members"]])
    await upkeep.rebuild_boards()
    after = (await world.rows("board_scores"), [r for r in await world.rows("board_histogram") if r["members"]])
    return kept == [] and before == after


# ------------------------------------------------------------------ which delivery


async def test_without_a_post_there_is_nothing_to_mend(world: World) -> None:
    for call in (world.corrections.void, lambda *where: world.corrections.correct(*where[:2], 0, where[2])):
        assert (await world.failing(call(GUILD, CHANNEL, NINE))).key == "daily.nothing_posted"
    await world.setup()
    await world.post(NINE)
    for guild, channel in ((OTHER_GUILD, CHANNEL), (GUILD, OTHER_CHANNEL)):
        assert (await world.failing(world.corrections.void(guild, channel, TEN))).key == "daily.nothing_posted"


async def test_while_the_latest_is_on_its_way_the_one_before_it_is_left_alone(world: World) -> None:
    await answered(world)
    await world.reveal(CLOSES)
    post = await world.sending(NINE + DAY)
    assert (await world.failing(world.corrections.void(GUILD, CHANNEL, NINE + DAY))).key == "daily.busy"
    await world.deliveries.doubt(post, "no_answer", NINE + DAY)
    assert (await world.failing(world.corrections.void(GUILD, CHANNEL, NINE + DAY))).key == "daily.busy"
    # Surely refused: what members saw last is yesterday's.
    (found,) = await world.deliveries.claim_doubtful(NINE + DAY + MINUTE)
    await world.deliveries.release(found, "forbidden", NINE + DAY + MINUTE, suspend=True)
    mending = await world.corrections.void(GUILD, CHANNEL, NINE + DAY + 2 * MINUTE)
    assert mending.delivery.local_date == date(2026, 3, 2)


async def test_a_removed_schedule_still_lets_its_last_question_be_mended(world: World) -> None:
    post = await answered(world)
    await world.schedules.remove(GUILD, CHANNEL, TEN)
    assert (await world.corrections.void(GUILD, CHANNEL, TEN)).delivery.id == post.delivery.id


# ------------------------------------------------------------------------- void


async def test_an_open_question_that_is_withdrawn_closes_with_points_for_taking_part(world: World) -> None:
    post = await answered(world, right=2, wrong=1)
    mending = await world.corrections.void(GUILD, CHANNEL, TEN + MINUTE)
    assert (mending.changed, mending.was_open, mending.credited) == (True, True, 3)
    assert await world.points() == {1: 2, 2: 2, 101: 2}
    assert {row["reason"] for row in await world.rows("ledger")} == {"answered"}
    assert set((await shares(world)).values()) == {None}
    row = await world.row("deliveries")
    assert (row["closed_at"], row["closes_at"], row["voided_at"]) == (TEN + MINUTE,) * 3
    assert (row["reveal_state"], row["correction_needed"]) == ("pending", False)
    reveal = await world.reveal(TEN + 2 * MINUTE)
    assert (reveal.delivery.voided_at, reveal.tally.names) == (TEN + MINUTE, ())
    assert not await world.is_sealed(post)
    assert await world.reveals.close_due(CLOSES) == 0
    assert await agrees(world)


async def test_a_click_after_that_is_practice(world: World) -> None:
    post = await answered(world)
    await world.corrections.void(GUILD, CHANNEL, TEN + MINUTE)
    result = await world.answer(7, post, right=True, now=TEN + MINUTE)
    assert isinstance(result, PracticeResult)
    assert 7 not in await shares(world)


async def test_a_closed_question_that_is_withdrawn_costs_nobody_points(world: World) -> None:
    await answered(world)
    await world.reveal(CLOSES)
    mending = await world.corrections.void(GUILD, CHANNEL, LATER)
    assert (mending.changed, mending.was_open, mending.credited) == (True, False, 0)
    assert mending.delivery.correction_needed
    assert await world.points() == {1: 10, 101: 2, 102: 2}
    # It counts in nobody's accuracy, right or wrong.
    assert set((await shares(world)).values()) == {None}
    assert (await world.row("deliveries"))["closes_at"] == CLOSES
    assert await agrees(world)


async def test_withdrawing_again_changes_nothing(world: World) -> None:
    await answered(world)
    for first, again in ((TEN, TEN + MINUTE), (LATER, LATER)):
        await world.corrections.void(GUILD, CHANNEL, first)
        before = await world.everything()
        mending = await world.corrections.void(GUILD, CHANNEL, again)
        assert (mending.changed, mending.was_open) == (False, False)
        assert await world.everything() == before


@pytest.mark.parametrize("revealed", [False, True])
async def test_a_withdrawn_question_stays_out_of_its_channels_cycle(world: World, revealed: bool) -> None:
    asked = []
    await world.setup()
    for day in range(6):
        post = await world.post(NINE + day * DAY)
        asked.append(post.delivery.question_id)
        if day == 0:
            await world.corrections.void(GUILD, CHANNEL, CLOSES if revealed else TEN)
        await world.reveals.close_due(CLOSES + day * DAY)
    assert sorted(asked) == [f"q{n}" for n in range(1, 7)]
    # A new cycle asks it again.
    again = [(await world.post(NINE + day * DAY)).delivery.question_id for day in range(6, 12)]
    assert asked[0] in again


async def test_who_could_not_answer_in_time_keeps_the_streak(world: World) -> None:
    await world.setup()
    for day in range(4):
        post = await world.post(NINE + day * DAY)
        if day in (1, 2):
            await world.corrections.void(GUILD, CHANNEL, NINE + day * DAY + MINUTE)
        else:
            await world.answer(7, post, right=True, now=NINE + day * DAY + HOUR)
        await world.reveals.close_due(CLOSES + day * DAY)
    profile = await world.leaderboard.profile(reader(7), GUILD, 7, CLOSES + 3 * DAY)
    assert profile.streak == 2


async def test_two_admins_and_the_closing_at_once_write_points_once(world: World, other_process: World) -> None:
    await answered(world, right=3, wrong=0)
    await asyncio.gather(
        world.corrections.void(GUILD, CHANNEL, CLOSES),
        other_process.corrections.void(GUILD, CHANNEL, CLOSES),
        world.reveals.close_due(CLOSES),
        other_process.reveals.close_due(CLOSES),
    )
    # Whichever came first: withdrawn before the closing, or after it.
    assert await world.points() in ({1: 2, 2: 2, 3: 2}, {1: 10, 2: 10, 3: 10})
    assert len(await world.rows("ledger")) == 3
    assert set((await shares(world)).values()) == {None}
    assert await agrees(world)


# ---------------------------------------------------------------------- correct


async def test_while_it_is_open_only_the_key_is_noted(world: World) -> None:
    post = await answered(world)
    untouched = ("attempts", "ledger", "board_scores", "item_revisions", "slots")
    before = {name: rows for name, rows in (await world.everything()).items() if name in untouched}
    mending = await correct(world, post, TEN)
    assert (mending.changed, mending.was_open, mending.credited) == (True, True, 0)
    assert {name: rows for name, rows in (await world.everything()).items() if name in untouched} == before
    receipt = await world.answers.view(reader(1), post.delivery.id)
    assert receipt.delivery.is_open(TEN)


async def test_it_is_graded_and_revealed_with_the_corrected_key(world: World) -> None:
    post = await answered(world, right=1, wrong=4)
    await correct(world, post, TEN)
    reveal = await world.reveal(CLOSES)
    assert await world.points() == {1: 2, 101: 10, 102: 10, 103: 10, 104: 10}
    assert await shares(world) == {1: 0, 101: 1, 102: 1, 103: 1, 104: 1}
    assert reveal.item.key.id == post.delivery.option_order[letter_position(post, right=False)]
    assert (reveal.tally.right, len(reveal.tally.names)) == (4, 4)
    assert not reveal.delivery.correction_needed
    # The text stays as it was shown.
    assert (await world.row("item_revisions"))["hash"] == post.item.revision == reveal.delivery.revision
    assert await agrees(world)


async def test_taking_it_back_while_open_leaves_nothing_behind(world: World) -> None:
    post = await answered(world)
    before = await world.everything()
    await correct(world, post, TEN)
    assert (await correct(world, post, TEN, back=True)).changed
    assert await world.everything() == before
    assert (await world.failing(correct(world, post, TEN, back=True))).key == "daily.key_holds"


async def test_after_the_reveal_who_is_right_gains_the_difference_and_nobody_loses(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    mending = await correct(world, post)
    assert (mending.changed, mending.was_open, mending.credited) == (True, False, 2)
    assert mending.delivery.correction_needed
    assert await world.points() == {1: 10, 101: 10, 102: 10}
    assert await shares(world) == {1: 0, 101: 1, 102: 1}
    added = [row for row in await world.rows("ledger") if row["reason"] == "corrected"]
    (first,) = await world.rows("ledger", user_id=101, reason="answered")
    same = ("guild_id", "channel_id", "attempt_id", "question_id", "topic", "season", "local_date", "occurred_at")
    assert {row["key"] for row in added} == {f"daily:{post.delivery.id}:{user}:corrected" for user in (101, 102)}
    assert {row["points"] for row in added} == {8}
    assert all(row[name] == first[name] for row in added for name in same if name != "attempt_id")
    (score,) = await world.rows("board_scores", window="all", topic="", user_id=101)
    assert (score["points"], score["answers"], score["right"], score["reached_at"]) == (10, 1, 1, CLOSES)
    assert await agrees(world)


async def test_the_points_belong_to_the_slots_week_and_to_its_season(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    async with world.database.write() as connection:
        await connection.execute(guilds.update().values(season=5))
    await correct(world, post, CLOSES + 40 * DAY)
    assert {row["season"] for row in await world.rows("ledger")} == {0}
    assert {row["period"] for row in await world.rows("board_scores", window="week")} == {"2026-W10"}


async def test_the_same_correction_again_changes_nothing(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    await correct(world, post)
    before = await world.everything()
    mending = await correct(world, post, LATER + DAY)
    assert (mending.changed, mending.credited) == (False, 0)
    assert await world.everything() == before


async def test_correcting_to_and_fro_credits_everybody_once(world: World) -> None:
    post = await answered(world, right=1, wrong=1)
    third = (letter_position(post, right=True) + 2) % 4
    await world.answers.answer(reader(9), post.delivery.id, third, TEN)
    await world.reveal(CLOSES)
    for position in (letter_position(post, right=False), third, letter_position(post, right=True), third):
        await world.corrections.correct(GUILD, CHANNEL, position, LATER)
    assert await world.points() == {1: 10, 9: 10, 101: 10}
    assert await shares(world) == {1: 0, 9: 1, 101: 0}
    assert len(await world.rows("ledger")) == 5
    assert await agrees(world)


async def test_two_admins_at_once_credit_nobody_twice(world: World, other_process: World) -> None:
    post = await answered(world, right=1, wrong=5)
    await world.reveal(CLOSES)
    mendings = await asyncio.gather(
        *(correct(process, post) for process in (world, other_process, world, other_process))
    )
    assert sorted(mending.credited for mending in mendings) == [0, 0, 0, 5]
    assert await world.points() == dict.fromkeys((1, *range(101, 106)), 10)
    assert await agrees(world)


async def test_a_correction_and_the_closing_at_once_give_what_one_after_the_other_gives(
    world: World, other_process: World
) -> None:
    post = await answered(world, right=1, wrong=2)
    await asyncio.gather(
        correct(world, post, CLOSES), other_process.reveals.close_due(CLOSES), world.reveals.close_due(CLOSES)
    )
    points = await world.points()
    # Before the closing the right ones of the old key get what taking part earns; after it they keep theirs.
    assert points in ({1: 2, 101: 10, 102: 10}, {1: 10, 101: 10, 102: 10})
    assert await shares(world) == {1: 0, 101: 1, 102: 1}
    assert await agrees(world)


async def test_the_key_that_holds_or_an_option_that_is_not_there_is_refused(world: World) -> None:
    post = await answered(world)
    for now in (TEN, LATER):
        await world.reveals.close_due(now)
        assert (await world.failing(correct(world, post, now, back=True))).key == "daily.key_holds"
        error = await world.failing(world.corrections.correct(GUILD, CHANNEL, 4, now))
        assert (error.key, error.message_args) == ("daily.no_such_option", {"last": "D"})


async def test_a_withdrawn_question_has_no_key_to_correct(world: World) -> None:
    post = await answered(world)
    await world.corrections.void(GUILD, CHANNEL, TEN)
    assert (await world.failing(correct(world, post, TEN))).key == "daily.voided"


async def test_a_corrected_question_can_still_be_withdrawn(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    await correct(world, post)
    mending = await world.corrections.void(GUILD, CHANNEL, LATER)
    assert mending.changed
    assert await world.points() == {1: 10, 101: 10, 102: 10}
    assert await agrees(world)


async def test_private_answers_follow_the_corrected_key(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    await correct(world, post)
    receipt = await world.answers.revealed(reader(101), post.delivery.id)
    assert receipt.item.key.id == post.delivery.option_order[receipt.position or 0]
    practice = await world.answer(7, post, right=True, now=LATER)
    assert isinstance(practice, PracticeResult)
    assert practice.item.key.id != post.item.key.id


# ------------------------------------------------------------- and the reveal's way


async def test_a_reveal_that_was_claimed_before_the_correction_is_sent_with_it(world: World) -> None:
    post = await answered(world)
    await world.reveals.close_due(CLOSES)
    (claimed,) = await world.reveals.claim_due(CLOSES)
    assert not (await correct(world, post, CLOSES)).delivery.correction_needed
    reveal = await world.reveals.begin_send(claimed, CLOSES)
    assert reveal is not None
    assert reveal.delivery.reveal_state is RevealState.SENDING
    assert reveal.item.key.id != claimed.item.key.id
    assert await world.reveals.confirm(reveal, 4711, CLOSES) is False


async def test_a_correction_while_the_reveal_is_on_the_wire_is_told_at_its_confirmation(world: World) -> None:
    post = await answered(world)
    await world.reveals.close_due(CLOSES)
    (claimed,) = await world.reveals.claim_due(CLOSES)
    reveal = await world.reveals.begin_send(claimed, CLOSES)
    assert reveal is not None
    await correct(world, post, CLOSES)
    assert await world.reveals.confirm(reveal, 4711, CLOSES) is True
    loaded = await world.corrections.load(post.delivery.id)
    assert loaded is not None
    assert (loaded.delivery.reveal_message_id, loaded.item.key.id == post.item.key.id) == (4711, False)


async def test_the_reply_is_noted(world: World) -> None:
    post = await answered(world)
    await world.reveal(CLOSES)
    await correct(world, post)
    await world.corrections.told(post.delivery.id, 4712)
    loaded = await world.corrections.load(post.delivery.id)
    assert loaded is not None
    assert loaded.delivery.correction_message_id == 4712
    assert await world.corrections.load(999) is None
