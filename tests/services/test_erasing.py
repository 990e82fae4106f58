"""Deleting a member: everything goes that is theirs alone, again after a restore, and nothing is gained by it."""

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta

from bot.domain.privacy import ErasureBook, PersonalData, member_hash
from bot.errors import BotError
from bot.services.privacy import Replay
from bot.services.upkeep import UpkeepService
from bot.storage.traces import TRACES
from tests.services.personal import ANN, BEN, CLEO, HOME, fill
from tests.services.quizzing import play
from tests.services.world import DAY, GUILD, HOUR, MINUTE, NINE, World, reader
from tests.storage.rows import NOON, everything, put

LATER = NOON + HOUR


async def told(world: World, user: int = ANN, now=LATER) -> PersonalData:
    return await world.privacy.export(reader(user), now)


def rows_with(found: dict[str, list[tuple]], *needles: int) -> dict[str, list[tuple]]:
    """The rows in which one of the numbers stands, also within a text."""
    texts = [str(needle) for needle in needles]
    kept = {name: [row for row in rows if any(text in repr(row) for text in texts)] for name, rows in found.items()}
    return {name: rows for name, rows in kept.items() if rows}


async def points(world: World) -> Counter[int]:
    """Return the ledger's points by member."""
    total = Counter[int]()
    for row in await world.rows("ledger"):
        total[row["user_id"]] += row["points"]
    return total


# ---------------------------------------------------------------------- deletion


async def test_nothing_of_a_member_is_left_anywhere_but_a_hash(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    filled = rows_with(await everything(world.database), ANN)
    # Otherwise a table that nothing was put into would pass.
    assert {trace.column.table.name for trace in TRACES} <= filled.keys()
    await world.privacy.erase(reader(ANN), LATER)
    left = await everything(world.database)
    assert rows_with(left, ANN) == {}
    assert not left["quiz_items"]
    assert [row["reason"] for row in await world.rows("audit_entries")] == ["by q", ""]
    assert [(row["actor_id"], row["subject_id"]) for row in await world.rows("audit_entries")] == [
        (0, BEN),
        (BEN, None),
    ]
    assert [row["created_by"] for row in await world.rows("schedules")] == [0]
    (mark,) = await world.rows("erasures")
    assert mark["erased_at"] == LATER
    assert len(mark["member_hash"]) == 64
    empty = await told(world)
    assert not any(empty.sections.values())
    assert empty.erased_at == LATER


async def test_what_a_team_earned_stays_under_a_number_that_leads_nowhere(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    await world.privacy.erase(reader(ANN), LATER)
    (entry,) = await world.rows("ledger")
    assert entry["user_id"] < 0
    team = next(row["team_id"] for row in await world.rows("team_contributions"))
    assert (entry["points"], entry["team_id"], entry["key"]) == (10, team, f"erased:{entry['id']}")
    assert (entry["attempt_id"], entry["channel_id"], entry["amends_id"]) == (None, None, None)
    (earned,) = await world.rows("team_contributions")
    assert earned["user_id"] == entry["user_id"]


async def test_other_members_keep_every_row_as_it_is(world: World) -> None:
    await fill(world.database, BEN, other=CLEO, name="theirs")
    before = await everything(world.database)
    await fill(world.database, ANN, other=CLEO)
    await world.privacy.erase(reader(ANN), LATER)
    after = await everything(world.database)
    for name, rows in before.items():
        assert [row for row in rows if row not in after[name]] == [], name


async def test_the_team_is_led_by_whoever_was_in_it_longest(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    team = (await world.row("team_members", user_id=ANN))["team_id"]
    for user, minutes in ((CLEO, 9), (BEN, 5)):
        at = NOON + timedelta(minutes=minutes)
        await put(world.database, "team_members", guild_id=HOME, user_id=user, team_id=team, via="joined", joined_at=at)
    await world.privacy.erase(reader(ANN), LATER)
    row = await world.row("teams", id=team)
    assert (row["captain_id"], row["created_by"], row["state"]) == (BEN, 0, "active")
    assert await world.rows("team_departures") == []


async def test_a_team_that_nobody_is_left_in_ends(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    team = (await world.row("team_members", user_id=ANN))["team_id"]
    await world.privacy.erase(reader(ANN), LATER)
    row = await world.row("teams", id=team)
    assert (row["captain_id"], row["state"]) == (None, "disbanded")


async def test_whoever_is_not_known_at_all_can_be_deleted_too(world: World) -> None:
    await world.privacy.erase(reader(ANN), LATER)
    await world.privacy.erase(reader(ANN), LATER + HOUR)
    (mark,) = await world.rows("erasures")
    assert mark["erased_at"] == LATER + HOUR


async def test_of_two_first_deletions_at_once_both_use_one_key(make_world) -> None:
    worlds = [make_world(str(number)) for number in range(4)]
    await asyncio.gather(*(world.privacy.erase(reader(ANN + number), LATER) for number, world in enumerate(worlds)))
    (key,) = await worlds[0].rows("secrets")
    assert (key["name"], len(key["value"])) == ("erasures", 64)
    async with worlds[0].storage.read() as tx:
        assert [await tx.erasures.erased_at(ANN + number) for number in range(5)] == [LATER] * 4 + [None]


async def test_deleting_while_others_answer_and_the_question_closes(make_world) -> None:
    """Nobody waits in a circle; everybody else is graded, and the boards say what the ledger says."""
    one, two, three = make_world(), make_world("two"), make_world("three")
    await one.setup()
    post = await one.post(NINE)
    users = range(7, 13)
    for user in users:
        await one.answer(user, post, right=True, now=NINE + HOUR)
    closing = post.delivery.closes_at
    assert closing is not None

    async def practise(world: World, user: int) -> None:
        with contextlib.suppress(BotError):  # the session may go while it runs
            await play(world, user, closing, questions=3)

    await asyncio.gather(
        two.privacy.erase(reader(9), closing),
        one.reveals.close_due(closing),
        three.privacy.erase(reader(12), closing),
        practise(two, 12),
        practise(three, 10),
        practise(one, 9),
    )
    daily = [row for row in await one.rows("ledger") if row["source"] == "daily"]
    assert {row["user_id"]: row["points"] for row in daily} == dict.fromkeys(set(users) - {9, 12}, 10)
    assert await UpkeepService(one.storage).check_boards() == []


# ------------------------------------------------------------------------- replay


async def test_only_what_was_written_until_the_deletion_goes(world: World) -> None:
    """Rows of before and after in one database: a restore by hand, or a clock that was wrong."""
    await fill(world.database, ANN, other=BEN)
    at = LATER + HOUR
    item = {"question_id": "q", "item_id": "q.one", "revision": "q text", "guild_id": HOME, "user_id": ANN}
    newer = await put(
        world.database, "attempts", **item, context_kind="quiz", context_id=77, answered_at=at, changed_at=at
    )
    common = item | {"topic": "basics", "written_at": at, "occurred_at": at, "source": "quiz", "reason": "right"}
    await put(world.database, "ledger", **common, key="newer", attempt_id=newer, points=4, team_id=None)
    await put(world.database, "ledger", **common, key="newer team", points=5, team_id=3)
    # Newer than what it takes back; and the other way round.
    (first, *_) = await world.rows("ledger", points=3)
    await put(world.database, "ledger", **common, key="newer void", points=-3, answers=-1, amends_id=first["id"])
    older = common | {"written_at": NOON, "occurred_at": NOON}
    await put(world.database, "ledger", **older, key="older team", attempt_id=newer, points=6, team_id=3)
    await UpkeepService(world.storage).rebuild_boards()
    elsewhere = World(world.database, world.bank, "elsewhere")
    book = ErasureBook({"erasures": "ab" * 32}, {member_hash("ab" * 32, ANN): LATER})

    replay = await elsewhere.privacy.replay(book)

    assert (replay.members, replay.mixed) == (1, {HOME})
    assert [row["id"] for row in await world.rows("attempts")] == [newer]
    entries = {row["key"]: row for row in await world.rows("ledger")}
    assert {key for key, row in entries.items() if row["user_id"] == ANN} == {
        "newer",
        "newer team",
        "newer void",
    }
    assert entries["newer"]["attempt_id"] == newer
    assert entries["newer void"]["amends_id"] is None
    kept = [row for row in entries.values() if row["user_id"] < 0]
    assert [(row["points"], row["attempt_id"]) for row in kept] == [(10, None), (6, None)]
    assert await world.rows("memberships") == []
    await UpkeepService(world.storage).rebuild_boards()
    assert await UpkeepService(world.storage).check_boards() == []
    assert await elsewhere.privacy.replay(ErasureBook()) == Replay(0, frozenset())


async def test_who_was_not_deleted_is_left_alone_by_a_replay(world: World) -> None:
    await fill(world.database, BEN, other=CLEO)
    before = await everything(world.database)
    key = "ab" * 32
    replay = await world.privacy.replay(ErasureBook({"erasures": key}, {member_hash(key, ANN): LATER}))
    assert replay == Replay(0, frozenset())
    after = await everything(world.database)
    assert {name for name in after if after[name] != before[name]} == {"erasures", "secrets"}


async def test_a_mark_is_found_under_every_key(world: World) -> None:
    await world.privacy.erase(reader(ANN), NOON)
    book = await world.privacy.erasures()
    other = "cd" * 32
    await world.privacy.replay(ErasureBook({"erasures": other}, {member_hash(other, BEN): LATER}))
    await world.privacy.replay(ErasureBook({"erasures": other}, {member_hash(other, ANN): LATER}))
    async with world.storage.read() as tx:
        assert await tx.erasures.erased_at(ANN) == LATER, "the latest"
        assert await tx.erasures.erased_at(BEN) == LATER
        assert await tx.erasures.erased_at(CLEO) is None
        assert await tx.erasures.erased_of([ANN, BEN, CLEO]) == {ANN: LATER, BEN: LATER}
    keys = {row["name"]: row["value"] for row in await world.rows("secrets")}
    assert len(keys) == 2
    assert keys["erasures"] == book.keys["erasures"], "new marks are made with the key that was here"
    await world.privacy.erase(reader(CLEO), LATER)
    assert member_hash(keys["erasures"], CLEO) in {row["member_hash"] for row in await world.rows("erasures")}
    # What it knows now another one can take over: all keys, all marks.
    assert set((await world.privacy.erasures()).keys.values()) == {keys["erasures"], other}


# --------------------------------------------------------------- practice afterwards


async def quiz_notes(world: World, now, user: int = 7) -> set[str | None]:
    feedback, _ = await play(world, user, now, questions=25)
    return {given.place.note for given in feedback}


async def start_season(world: World, now) -> None:
    await world.seasons.start(GUILD, 1, "spring", lambda language, number: f"{number}", "zh", now)


async def test_questions_of_before_are_practice_until_a_later_season(world: World) -> None:
    assert await quiz_notes(world, NINE) != {"erased"}
    await world.privacy.erase(reader(7), NINE + HOUR)
    seen = {row["item_id"] for row in await world.rows("item_revisions")}
    feedback, _ = await play(world, 7, NINE + 2 * HOUR, questions=25)
    for given in feedback:
        assert (given.place.note == "erased") is (given.place.item_id in seen), given.place
    assert "erased" in {given.place.note for given in feedback}
    assert "erased" not in await quiz_notes(world, NINE + 2 * HOUR, user=8)
    await start_season(world, NINE + 3 * HOUR)
    assert "erased" not in await quiz_notes(world, NINE + DAY)


async def test_a_season_that_ran_already_makes_no_difference(world: World) -> None:
    await start_season(world, NINE - DAY)
    await quiz_notes(world, NINE)
    await world.privacy.erase(reader(7), NINE + HOUR)
    assert "erased" in await quiz_notes(world, NINE + 2 * HOUR)


async def test_a_daily_question_that_told_its_answer_is_practice(world: World) -> None:
    await world.setup(feedback="at_once")
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=NINE + MINUTE)
    await world.privacy.erase(reader(7), NINE + HOUR)
    result = await world.answer(7, post, right=True, now=NINE + 2 * HOUR)
    assert (type(result).__name__, result.erased) == ("PracticeResult", True)
    assert await world.rows("attempts") == []
    assert type(await world.answer(8, post, right=True, now=NINE + 2 * HOUR)).__name__ == "AnswerReceipt"
    await world.reveal(NINE + DAY)
    assert await points(world) == {8: 10}
    tomorrow = await world.post(NINE + DAY)
    assert type(await world.answer(7, tomorrow, right=True, now=NINE + DAY)).__name__ == "AnswerReceipt"


async def test_a_daily_question_that_told_nothing_may_be_answered_again(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=False, now=NINE + MINUTE)
    await world.privacy.erase(reader(7), NINE + HOUR)
    await world.answer(7, post, right=True, now=NINE + 2 * HOUR)
    await world.reveal(NINE + DAY)
    assert await points(world) == {7: 10}
