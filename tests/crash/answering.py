"""A process that does nothing but record quiz answers on a database file, until it is killed.

`python -m tests.crash.answering FILE ROUND`: members play at once; those of the round before, who were cut short, go
on where they stood. Each answer is told on stdout once it is committed, as one line of JSON; some are given twice.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.quizzes import QuizFeedback, QuizStep
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.services.quizzes import QuizWish
from bot.storage import Database
from tests.factories import make_bank, make_question, make_single
from tests.services.quizzing import right_response, wrong_response
from tests.services.world import World

GUILD, CHANNEL, ROLE = 100, 110, 55
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Members who play at once.
MEMBERS = 12
QUESTIONS = 4
TWICE = 0.2


def bank() -> QuestionBank:
    """Return the bank that every process plays with."""
    return make_bank(
        *(
            make_question(id=f"q{number}", items=[make_single(f"q{number}.{letter}") for letter in "abcdef"])
            for number in range(1, 13)
        )
    )


def open_world(file: Path) -> World:
    """Open the file as the bot does."""
    return World(Database.from_url(f"sqlite+aiosqlite:///{file}"), bank())


async def play(file: Path, number: int) -> None:
    """Let this round's members, and those of the round before, play for ever."""
    world = open_world(file)
    rng = Random(number)
    users = range(MEMBERS * max(number - 1, 0) + 1, MEMBERS * (number + 1) + 1)
    await asyncio.gather(*(_play_on(world, user, rng) for user in users))


async def _play_on(world: World, user: int, rng: Random) -> None:
    # Every other member earns for the team that is linked to the role.
    reader = Reader(user, f"member {user}", GUILD, CHANNEL, (ROLE,) if user % 2 else ())
    while True:
        now = START
        try:
            step = await world.quizzes.start(reader, QuizWish(questions=QUESTIONS), now)
        except BotError:  # one is running: a process before was killed in it
            step = await world.quizzes.resume(reader, now)
        while isinstance(step, QuizStep):
            # A day a session, so that no daily limit stops the points.
            now = START + timedelta(days=step.session.id, minutes=step.place.position)
            right = rng.random() < 0.7
            response = right_response(step.item) if right else wrong_response(step.item)
            for _ in range(2 if rng.random() < TWICE else 1):
                _tell(await world.quizzes.answer(reader, step.session.id, step.place.position, response, now))
            step = await world.quizzes.proceed(reader, step.session.id, now)


def _tell(feedback: QuizFeedback) -> None:
    place = feedback.place
    told = {
        "session": feedback.session.id,
        "item": place.item_id,
        "user": feedback.session.user_id,
        "points": place.points,
        "note": place.note,
        "repeated": feedback.repeated,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), int(sys.argv[2])))
