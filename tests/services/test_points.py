"""What admins do with points: taking an answer back, giving it again, looking; on the boards at once, in the trail."""

import asyncio

import pytest

from bot.domain.boards import Ranking
from bot.domain.deliveries import DailyPost
from bot.services.points import Amended
from bot.services.upkeep import UpkeepService
from tests.services.quizzing import bank_worth, play
from tests.services.test_corrections import CLOSES, LATER, agrees, answered, correct
from tests.services.world import ADMIN, DAY, EIGHT, GUILD, HOUR, NINE, OTHER_GUILD, MakeWorld, World, reader

BOSS = 900
REASON = "copied from a friend"


async def closed(world: World, **people: int) -> DailyPost:
    """A revealed question: members 1, 2 … were right, 101, 102 … were not."""
    post = await answered(world, **people)
    await world.reveal(CLOSES)
    return post


async def event_of(world: World, user: int, reason: str | None = None) -> int:
    """The id of the member's only entry, or of the only one with a reason."""
    rows = await world.rows("ledger", user_id=user, **({"reason": reason} if reason else {}))
    (row,) = rows
    return int(row["id"])


async def void(world: World, event: int, now=LATER, reason: str = REASON, guild: int = GUILD) -> Amended:
    return await world.point_service.void(reader(BOSS, guild), event, reason, now)


async def restore(world: World, event: int, now=LATER, reason: str = "a mistake", guild: int = GUILD) -> Amended:
    return await world.point_service.restore(reader(BOSS, guild), event, reason, now)


async def top(world: World, now=LATER, window: str = "all") -> list[tuple[int, int, int, int]]:
    """(member, points, answers, right) in the order of the board."""
    ranking: Ranking = await world.leaderboard.ranking(reader(BOSS), GUILD, window, None, now)
    return [(one.user_id, one.points, one.answers, one.right) for one in ranking.top]


# --------------------------------------------------------------------- void, restore


async def test_a_voided_answer_earns_nothing_and_stands_in_the_ledger(world: World) -> None:
    await closed(world, right=2, wrong=1)
    event = await event_of(world, 1)
    before = await world.row("ledger", id=event)
    amended = await void(world, event)
    assert (amended.user_id, amended.name, amended.points) == (1, "member 1", -10)
    assert [record.id for record in amended.records] == [event]
    assert await top(world) == [(2, 10, 1, 1), (101, 2, 1, 0)]
    assert await world.row("ledger", id=event) == before
    taken = await world.row("ledger", reason="voided")
    same = ("user_id", "guild_id", "channel_id", "season", "local_date", "topic", "source", "occurred_at", "item_id")
    assert {name: taken[name] for name in same} == {name: before[name] for name in same}
    assert (taken["key"], taken["amends_id"], taken["written_at"]) == (f"void:{event}:1", event, LATER)
    assert (taken["points"], taken["answers"], taken["right"]) == (-10, -1, -1)
    assert await agrees(world)


async def test_what_was_voided_can_be_given_back_and_voided_again(world: World) -> None:
    await closed(world, right=2, wrong=0)
    event, board = await event_of(world, 1), await top(world)
    for _ in range(3):
        await void(world, event)
        assert await top(world) == [(2, 10, 1, 1)]
        assert (await restore(world, event)).points == 10
        assert sorted(await top(world)) == sorted(board)
    keys = [row["key"] for row in await world.rows("ledger") if row["amends_id"]]
    assert keys == [f"{verb}:{event}:{n}" for n in (1, 2, 3) for verb in ("void", "restore")]
    assert await agrees(world)


async def test_an_answer_without_points_can_be_voided_too(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(5, 1))
    await play(world, 7, EIGHT, right=False)
    assert (await void(world, await event_of(world, 7))).points == 0
    assert (await world.rows("board_scores", user_id=7, window="all", topic=""))[0]["answers"] == 0
    assert await agrees(world)


async def test_whoever_is_voided_is_left_out_of_the_ranks(world: World) -> None:
    await closed(world, right=3, wrong=0)
    await void(world, await event_of(world, 2))
    ranking = await world.leaderboard.ranking(reader(2), GUILD, "week", None, LATER - DAY)
    assert (ranking.members, ranking.own) == (2, None)
    assert [standing.rank for standing in ranking.top] == [1, 1]


@pytest.mark.parametrize("verb", [void, restore])
async def test_what_there_is_not_is_refused(world: World, verb) -> None:
    await closed(world, right=1, wrong=0)
    event = await event_of(world, 1)
    for unknown in (event + 1_000, 0, 2**63 - 1):
        assert (await world.failing(verb(world, unknown))).key == "points.unknown"
    error = await world.failing(verb(world, event, guild=OTHER_GUILD))
    assert (error.key, error.message_args) == ("points.unknown", {"id": event})


async def test_twice_is_refused(world: World) -> None:
    await closed(world, right=1, wrong=0)
    event = await event_of(world, 1)
    assert (await world.failing(restore(world, event))).key == "points.not_voided"
    await void(world, event)
    assert (await world.failing(void(world, event))).key == "points.voided"
    await restore(world, event)
    assert (await world.failing(restore(world, event))).key == "points.not_voided"


@pytest.mark.parametrize("verb", [void, restore])
async def test_an_entry_that_amends_another_names_that_one(world: World, verb) -> None:
    await closed(world, right=1, wrong=0)
    event = await event_of(world, 1)
    await void(world, event)
    taken = await event_of(world, 1, "voided")
    error = await world.failing(verb(world, taken))
    assert (error.key, error.message_args) == ("points.amendment", {"id": taken, "of": event})


@pytest.mark.parametrize("verb", [void, restore])
@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
async def test_there_is_a_reason(world: World, verb, reason: str) -> None:
    await closed(world, right=1, wrong=0)
    assert (await world.failing(verb(world, await event_of(world, 1), reason=reason))).key == "points.no_reason"


async def test_of_two_admins_at_once_one_voids(world: World, other_process: World) -> None:
    await closed(world, right=1, wrong=0)
    event = await event_of(world, 1)
    done = await asyncio.gather(
        *(
            process.point_service.void(reader(BOSS + n), event, REASON, LATER)
            for n, process in enumerate((world, other_process, world, other_process))
        ),
        return_exceptions=True,
    )
    assert [getattr(one, "key", None) for one in done if isinstance(one, Exception)] == ["points.voided"] * 3
    assert (await world.points())[1] == 0
    assert len(await world.rows("audit_entries")) == 1
    assert await agrees(world)


async def test_the_points_of_a_past_season_are_taken_from_it(world: World) -> None:
    await closed(world, right=1, wrong=0)
    await world.seasons.start(GUILD, BOSS, "new", lambda language, number: "", "en", LATER)
    await void(world, await event_of(world, 1), LATER + HOUR)
    assert (await world.row("ledger", reason="voided"))["season"] == 0
    assert await agrees(world)


# --------------------------------------------------------------------- corrected answers


async def test_a_corrected_answer_is_voided_with_what_the_correction_added(world: World) -> None:
    post = await closed(world, right=1, wrong=1)
    await correct(world, post)
    assert (101, 10, 1, 1) in await top(world)
    for number, reason in enumerate(("answered", "corrected")):
        amended = await void(world, await event_of(world, 101, reason), LATER + number * HOUR)
        assert (amended.points, len(amended.records)) == (-10, 2)
        assert await top(world) == [(1, 10, 1, 1)]
        await restore(world, await event_of(world, 101, reason), LATER + number * HOUR)
        assert (101, 10, 1, 1) in await top(world)
    assert await agrees(world)


async def test_a_correction_gives_nothing_to_a_voided_answer_until_it_is_restored(world: World) -> None:
    post = await closed(world, right=1, wrong=2)
    event = await event_of(world, 101)
    await void(world, event)
    mending = await correct(world, post)
    assert mending.credited == 1
    assert sorted(await top(world)) == [(1, 10, 1, 1), (102, 10, 1, 1)]
    assert await agrees(world)
    assert (await restore(world, event)).points == 10
    assert (101, 10, 1, 1) in await top(world)
    assert await agrees(world)


# --------------------------------------------------------------------- what a voided answer does not free


async def test_voided_points_make_no_room_under_the_days_limit(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(5, 12))
    feedback, summary = await play(world, 7, EIGHT, questions=12)
    assert (summary.points, feedback[-1].place.note) == (40, "limit")
    await void(world, (await world.rows("ledger", user_id=7))[0]["id"], EIGHT)
    assert (await world.points())[7] == 35
    _, again = await play(world, 7, EIGHT + HOUR, questions=12)
    assert again.points == 0
    await restore(world, (await world.rows("ledger", user_id=7))[0]["id"], EIGHT + HOUR)
    assert (await world.points())[7] == 40


async def test_a_voided_question_has_scored(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(5, 1))
    await play(world, 7, EIGHT)
    await void(world, await event_of(world, 7), EIGHT)
    notes = []
    for hours in (1, 2, 25):
        (feedback,), _ = await play(world, 7, EIGHT + hours * HOUR)
        notes.append((feedback.place.note, feedback.place.points))
    # Its other items may score on another day, as after any answer; the item itself is used up for the season.
    assert notes[:2] == [("same_question", 0), ("same_question", 0)]
    voided_item = (await world.row("ledger", reason="voided"))["item_id"]
    keys = [row["key"] for row in await world.rows("ledger", item_id=voided_item) if row["amends_id"] is None]
    assert len(keys) == 1


# --------------------------------------------------------------------- teams, erased members


async def test_a_team_loses_what_its_member_loses(world: World) -> None:
    for user in (1, 2, 3):
        await world.teams.create(reader(user), GUILD, f"team {user}", True, EIGHT)
    await closed(world, right=3, wrong=0)
    amended = await void(world, await event_of(world, 1))
    assert amended.team == "team 1"
    rows = await world.rows("team_contributions", window="all", topic="")
    assert {row["user_id"]: (row["points"], row["answers"]) for row in rows} == {1: (0, 0), 2: (10, 1), 3: (10, 1)}
    assert await UpkeepService(world.storage).check_boards() == []


async def test_what_is_left_of_an_erased_member_can_be_voided(world: World) -> None:
    await world.teams.create(reader(1), GUILD, "the few", True, EIGHT)
    await closed(world, right=2, wrong=0)
    event = await event_of(world, 1)
    await world.privacy.erase(reader(1), LATER)
    amended = await void(world, event, LATER + HOUR)
    assert (amended.user_id < 0, amended.name, amended.points) == (True, None, -10)
    assert [row["points"] for row in await world.rows("team_contributions", window="all", topic="")] == [0]
    assert (await world.row("audit_entries"))["subject_id"] == amended.user_id
    assert await agrees(world)


# --------------------------------------------------------------------- history


async def test_a_history_is_newest_first_ten_a_page(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 25))
    await play(world, 7, EIGHT, questions=25)
    ids = [row["id"] for row in await world.rows("ledger", user_id=7)][::-1]
    assert len(ids) == 25
    for page, wanted in ((1, ids[:10]), (2, ids[10:20]), (3, ids[20:])):
        found = await world.point_service.history(GUILD, 7, page)
        assert [record.id for record in found.records] == wanted
        assert (found.page, found.pages, found.name) == (page, 3, "member 7")
    for page, shown in ((0, 1), (-5, 1), (4, 3), (2**63 - 1, 3)):
        assert (await world.point_service.history(GUILD, 7, page)).page == shown


async def test_a_history_says_what_was_voided_and_for_which_team(world: World) -> None:
    await world.teams.create(reader(1), GUILD, "the few", True, EIGHT)
    await closed(world, right=2, wrong=0)
    event = await event_of(world, 1)
    await void(world, event)
    history = await world.point_service.history(GUILD, 1, 1)
    assert [(record.entry.reason, record.voided) for record in history.records] == [("voided", False), ("right", True)]
    assert list(history.teams.values()) == ["the few"]
    assert [history.teams[record.entry.team_id or 0] for record in history.records] == ["the few"] * 2
    await restore(world, event)
    assert not any(record.voided for record in (await world.point_service.history(GUILD, 1, 1)).records)


async def test_a_history_is_of_one_server(make_world: MakeWorld) -> None:
    world = make_world(bank=bank_worth(1, 5))
    await play(world, 7, EIGHT, questions=2)
    await play(world, 7, EIGHT, questions=3, guild=OTHER_GUILD)
    assert len((await world.point_service.history(GUILD, 7, 1)).records) == 2
    assert len((await world.point_service.history(OTHER_GUILD, 7, 1)).records) == 3
    assert (await world.point_service.history(GUILD, 8, 1)).records == ()


# --------------------------------------------------------------------- audit


async def test_every_act_is_in_the_trail(world: World) -> None:
    await closed(world, right=2, wrong=0)
    first, second = await event_of(world, 1), await event_of(world, 2)
    await void(world, first, reason="  two\nlines  ")
    await restore(world, first, LATER + HOUR)
    await void(world, second, LATER + 2 * HOUR)
    page = await world.point_service.audit(GUILD, None, None)
    acts = [(act.action, act.actor_id, act.subject_id, act.ledger_id, act.reason) for act in page.entries]
    assert acts == [
        ("void", BOSS, 2, second, REASON),
        ("restore", BOSS, 1, first, "a mistake"),
        ("void", BOSS, 1, first, "two lines"),
    ]
    assert [act.created_at for act in page.entries] == [LATER + 2 * HOUR, LATER + HOUR, LATER]
    assert page.names == {1: "member 1", 2: "member 2", BOSS: f"member {BOSS}"}
    assert not page.older
    assert [act.ledger_id for act in (await world.point_service.audit(GUILD, None, 1)).entries] == [first, first]
    assert (await world.point_service.audit(OTHER_GUILD, None, None)).entries == ()


async def test_a_trail_is_read_page_by_page(world: World) -> None:
    async with world.storage.write() as tx:
        for number in range(25):
            await tx.audits.write(GUILD, ADMIN, "void", f"r{number}", NINE, subject_id=number % 2, ledger_id=number)
            await tx.audits.write(OTHER_GUILD, ADMIN, "void", "elsewhere", NINE)
    seen, before = [], None
    while True:
        page = await world.point_service.audit(GUILD, before, None)
        seen += [act.reason for act in page.entries]
        assert len(page.entries) <= 10
        if not page.older:
            break
        before = page.entries[-1].id
    assert seen == [f"r{number}" for number in range(24, -1, -1)]
    assert [act.subject_id for act in (await world.point_service.audit(GUILD, None, 1)).entries] == [1] * 10


async def test_a_refused_act_leaves_no_trace(world: World) -> None:
    await closed(world, right=1, wrong=0)
    await world.failing(restore(world, await event_of(world, 1)))
    assert await world.rows("audit_entries") == []


# --------------------------------------------------------------------- suggestions


async def test_events_are_offered_by_number_and_by_name(world: World) -> None:
    await closed(world, right=2, wrong=1)
    ids = {user: await event_of(world, user) for user in (1, 2, 101)}

    async def offered(typed: str, *, voided: bool = False, guild: int = GUILD) -> list[int]:
        found = await world.point_service.suggest(guild, typed, 25, voided=voided)
        return [one.record.id for one in found]

    assert await offered("") == sorted(ids.values(), reverse=True)
    assert await offered("MEMBER 2") == [ids[2]]
    assert (await offered(f" #{ids[2]} "))[0] == ids[2]
    assert await offered("nobody") == []
    assert await offered("", guild=OTHER_GUILD) == []
    assert await offered("", voided=True) == []
    await void(world, ids[1])
    assert await offered("") == [ids[101], ids[2]]
    assert await offered("", voided=True) == await offered("member 1", voided=True) == [ids[1]]
    await restore(world, ids[1])
    assert await offered("", voided=True) == []


async def test_an_old_event_is_found_by_its_number(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.points.RECENT", 3)
    world = make_world(bank=bank_worth(1, 8))
    await play(world, 7, EIGHT, questions=8)
    ids = [row["id"] for row in await world.rows("ledger")]
    found = await world.point_service.suggest(GUILD, "", 25, voided=False)
    assert [one.record.id for one in found] == ids[:-4:-1]
    assert [one.record.id for one in await world.point_service.suggest(GUILD, f"{ids[0]}", 25, voided=False)] == ids[:1]
    assert await world.point_service.suggest(GUILD, "9" * 30, 25, voided=False) == []
