"""What it takes to record an answer, from the moment it is due to the commit, at up to 200 answers a second on SQLite.

Answers are offered at times that were fixed before, whether or not those before them are done. One row written alone,
at the same rate on the same file in the same run, stands beside it.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert

from bot.domain.bank import QuestionBank
from bot.domain.kinds import NumericItem, Response
from bot.domain.quizzes import QuizStep
from bot.domain.readers import Reader
from bot.services.quizzes import QuizService, QuizWish
from bot.services.upkeep import UpkeepService
from bot.storage import Database, Storage
from bot.storage.tables import notices, team_members, teams
from tests.benchmarks.full_server import GUILD, NOW, url, user_id, write_full_server
from tests.benchmarks.measured import Measured, percentile
from tests.factories import make_bank, make_multiple, make_numeric, make_question, make_single
from tests.services.world import World

MEMBERS, ROWS_EACH = 20_000, 10
# Answers a second, and for how many seconds.
RATES = ((50, 10), (100, 10), (200, 20))
# Each plays one quiz of so many questions.
QUESTIONS = 5
PLAYERS = sum(rate * seconds for rate, seconds in RATES) // QUESTIONS
TEAMS = 50
# The first answers of a rate compile statements and fill caches.
WARM_UP = 100
CHANNEL = GUILD + 1

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Answer:
    """One answer that a member is going to give."""

    reader: Reader
    step: QuizStep
    position: int
    response: Response


def quiz_bank() -> QuestionBank:
    """Return a bank with items of several kinds on topics of two levels."""
    questions = []
    for number in range(60):
        name = f"asked-{number}"
        items = [make_single(f"{name}.single"), make_numeric(f"{name}.numeric"), make_multiple(f"{name}.multiple")]
        topic = f"{('basics', 'serving', 'training')[number % 3]}/{('first', 'second')[number % 2]}"
        questions.append(make_question(id=name, topic=topic, items=items))
    return make_bank(*questions)


async def measure() -> Sequence[Measured]:
    """Let members of a server with a history play, and measure their answers and the floor."""
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        file = Path(name) / "recording.sqlite3"
        await write_full_server(file, MEMBERS, ROWS_EACH * MEMBERS)
        database = Database.from_url(url(file))
        try:
            return await _measure(database)
        finally:
            await database.close()


async def _measure(database: Database) -> Sequence[Measured]:
    rng = Random(3)
    storage = Storage(database)
    quizzes = World(database, quiz_bank()).quizzes
    await _make_teams(database)
    answers = [answer for number in range(PLAYERS) for answer in await _begin(quizzes, number, rng)]
    rng.shuffle(answers)
    results = []
    for rate, seconds in RATES:
        floor = await offer([_bare(database, rate, number) for number in range(rate * seconds)], rate)
        offered = [_given(quizzes, answers.pop()) for _ in range(rate * seconds)]
        results += _compared(await offer(offered, rate), floor, f"{rate}/s for {seconds} s")
    faults = await UpkeepService(storage).check_boards()
    on = f"{MEMBERS:,} members, {PLAYERS * QUESTIONS:,} answers"
    return [*results, Measured("servers whose boards are not what the ledger says", float(len(faults)), "", 0, on)]


def _compared(took: list[float], floor: list[float], at: str) -> Sequence[Measured]:
    spread = f"{at}, p50 {percentile(took, 0.5):.2f} ms, worst {max(took):.1f} ms"
    beside = f"one row alone: p50 {percentile(floor, 0.5):.2f} ms, p99 {percentile(floor, 0.99):.2f} ms"
    ratio = percentile(took, 0.5) / percentile(floor, 0.5)
    return [
        Measured("recording an answer, p99", percentile(took, 0.99), "ms", 5, spread),
        Measured("recording an answer, p50 over one row alone", ratio, "times", 8, f"{at}, {beside}"),
    ]


async def offer(works: Sequence[Work], rate: int) -> list[float]:
    """Do each at its time, `rate` a second; return how many milliseconds after that each was done."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    began = loop.time() + 0.5

    async def do(number: int, work: Work) -> None:
        due = began + number / rate
        await asyncio.sleep(due - loop.time())
        await work()
        took.append(1000 * (loop.time() - due))

    await asyncio.gather(*(do(number, work) for number, work in enumerate(works)))
    return took[WARM_UP:]


async def _make_teams(database: Database) -> None:
    """Put the players into teams: half of the teams belong to a role."""
    made = [
        {"id": n + 1, "name": f"team {n}", "name_key": f"team {n}", "role_id": 100 + n if n % 2 else None}
        for n in range(TEAMS)
    ]
    common = {"guild_id": GUILD, "state": "active", "open": True, "created_by": 1, "created_at": NOW}
    joined = [
        {"guild_id": GUILD, "user_id": user_id(number), "team_id": number % TEAMS + 1, "joined_at": NOW}
        | {"via": "role" if number % TEAMS % 2 else "joined"}
        for number in range(PLAYERS)
    ]
    async with database.write() as connection:
        await connection.execute(insert(teams), [row | common for row in made])
        await connection.execute(insert(team_members), joined)


async def _begin(quizzes: QuizService, number: int, rng: Random) -> list[Answer]:
    """Start a member's quiz and decide on their answers; three in four are right."""
    team = number % TEAMS
    roles = (900, 100 + team) if team % 2 else (900,)
    reader = Reader(user_id(number), f"member {number}", GUILD, CHANNEL, roles)
    step = await quizzes.start(reader, QuizWish(questions=QUESTIONS), NOW)
    answers = []
    for position in range(step.session.total):
        item = (await quizzes.view(reader, step.session.id, position)).item
        if isinstance(item, NumericItem):
            response = Response(value=item.answer.value if rng.random() < 0.75 else -1.0)
        else:
            keys = tuple(option.id for option in item.options if option.correct)
            response = Response(keys if rng.random() < 0.75 else (item.options[-1].id,))
        answers.append(Answer(reader, step, position, response))
    return answers


def _given(quizzes: QuizService, answer: Answer) -> Work:
    async def work() -> None:
        now = NOW + timedelta(minutes=answer.position + 1)
        feedback = await quizzes.answer(answer.reader, answer.step.session.id, answer.position, answer.response, now)
        assert not feedback.repeated

    return work


def _bare(database: Database, rate: int, number: int) -> Work:
    async def work() -> None:
        async with database.write() as connection:
            row = {"channel_id": number, "cause": f"at {rate}", "day": date(2026, 11, 23), "sent_at": NOW}
            await connection.execute(insert(notices), row)

    return work
