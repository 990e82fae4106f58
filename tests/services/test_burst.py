"""Many answers at once, with other writers beside them that think better of it: nothing is lost, nothing is doubled."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import insert

from bot.domain.boards import scores_of
from bot.domain.ledger import LedgerEntry
from bot.domain.quizzes import QuizFeedback
from bot.domain.readers import Reader
from bot.domain.scoring import quiz_key
from bot.services.quizzes import QuizWish
from bot.services.upkeep import UpkeepService
from bot.storage.tables import teams
from tests.services.quizzing import bank_worth, right_response, wrong_response
from tests.services.world import GUILD, NINE, MakeWorld, World, reader

ANSWERS = 300
QUESTIONS = 3
# Members with an even id wear the role of the server's one team.
ROLE = 55


class ThoughtBetterError(Exception):
    """Why the other writers roll back."""


def player(user: int) -> Reader:
    return replace(reader(user), role_ids=() if user % 2 else (ROLE,))


async def link_team(world: World) -> None:
    row = {"guild_id": GUILD, "name": "Team", "name_key": "team", "role_id": ROLE, "state": "active", "open": True}
    async with world.database.write() as connection:
        await connection.execute(insert(teams).values(**row, created_by=1, created_at=NINE))


async def start_all(world: World, members: int, rng: Random) -> list[tuple[int, int, int, bool]]:
    """Start every member's quiz; returns (member, session, position, right) of each answer, some of them twice."""
    clicks = []
    for user in range(1, members + 1):
        step = await world.quizzes.start(player(user), QuizWish(questions=QUESTIONS), NINE)
        clicks += [(user, step.session.id, position, rng.random() < 0.7) for position in range(QUESTIONS)]
    clicks += rng.sample(clicks, ANSWERS - len(clicks))
    rng.shuffle(clicks)
    return clicks


async def click(world: World, user: int, session_id: int, position: int, right: bool) -> QuizFeedback:
    item = (await world.quizzes.view(player(user), session_id, position)).item
    response = right_response(item) if right else wrong_response(item)
    return await world.quizzes.answer(player(user), session_id, position, response, NINE + timedelta(seconds=position))


async def think_better(world: World, entry: LedgerEntry, rng: Random) -> None:
    """Write as an answer does, and roll back at some point of it."""
    with suppress(ThoughtBetterError):
        async with world.storage.write() as tx:
            last = rng.randrange(4)
            if last > 0:
                await tx.members.see(entry.guild_id, entry.user_id, "somebody else", NINE)
            if last > 1:
                await tx.ledger.append(entry)
            if last > 2:
                await tx.boards.add(entry)
            await asyncio.sleep(rng.random() / 500)
            raise ThoughtBetterError


def unwritten(user: int, number: int) -> LedgerEntry:
    """An entry that is rolled back, of a member whose answers are not."""
    return LedgerEntry(
        key=f"test:{number}",
        guild_id=GUILD,
        channel_id=None,
        user_id=user,
        source="quiz",
        attempt_id=None,
        question_id="w1",
        item_id="w1.a",
        revision="r",
        topic="basics/overview",
        season=0,
        local_date=NINE.date(),
        points=1_000,
        reason="right",
        occurred_at=NINE,
    )


async def test_of_many_answers_at_once_none_is_lost_and_none_is_doubled(make_world: MakeWorld) -> None:
    rng = Random(5)
    bank = bank_worth(3, questions=QUESTIONS)
    world, other = make_world(bank=bank), make_world("two", bank=bank)
    members = ANSWERS // (QUESTIONS + 1)
    await link_team(world)
    clicks = await start_all(world, members, rng)
    regrets = [think_better(rng.choice((world, other)), unwritten(1 + n % members, n), rng) for n in range(60)]
    given = [click(rng.choice((world, other)), *what) for what in clicks]
    work = [*given, *regrets]
    rng.shuffle(work)
    done = {work[number]: found for number, found in enumerate(await asyncio.gather(*work))}
    feedback = [done[answer] for answer in given]

    # Of two clicks on one item the first counts, and the second is told what the first one gave.
    first = {(f.session.id, f.place.position): f for f in feedback if not f.repeated}
    assert len(first) == members * QUESTIONS
    assert sum(not f.repeated for f in feedback) == len(first)
    for told in feedback:
        counted = first[told.session.id, told.place.position]
        assert (told.share, told.options, told.place.points) == (counted.share, counted.options, counted.place.points)

    attempts = await world.rows("attempts")
    assert Counter((row["context_id"], row["item_id"], row["user_id"]) for row in attempts) == Counter(
        (f.session.id, f.place.item_id, f.session.user_id) for f in first.values()
    )
    ledger = await world.rows("ledger")
    assert Counter((row["key"], row["points"]) for row in ledger) == Counter(
        (quiz_key(GUILD, 0, f.place.item_id, f.session.user_id), f.place.points) for f in first.values()
    )
    assert all((row["team_id"] is None) == bool(row["user_id"] % 2) for row in ledger)
    assert {row["attempt_id"] for row in ledger} == {row["id"] for row in attempts}
    async with world.storage.read() as tx:
        scores = scores_of(await tx.ledger.list_guild(GUILD))
        for board, user in rng.sample(sorted(scores, key=repr), 50):
            own = await tx.boards.own(board, user)
            score = scores[board, user]
            assert (
                (own.points, own.answers, own.right) == (score.points, score.answers, score.right)
                if own
                else (score.points == 0)
            )
    assert await UpkeepService(world.storage).check_boards() == []


async def test_an_answer_that_is_rolled_back_leaves_nothing(world: World) -> None:
    """What the writers above count on: nothing of a transaction that raised is there."""
    before = await world.everything()
    for number in range(8):
        entry = replace(unwritten(7, number), team_id=None)
        await think_better(world, entry, Random(number))
    assert await world.everything() == before
