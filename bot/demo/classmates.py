"""What the classmates do, through the same services as everybody: they answer yesterday's question and a short quiz."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from bot.domain.deliveries import DailyPost
from bot.domain.kinds import Item, NumericItem, OrderingItem, Response
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.services.answers import AnswerService
from bot.services.quizzes import QuizService, QuizWish
from bot.services.teams import TeamService

QUIZ_QUESTIONS = 3
_RIGHT_IN_DAILY = (True, True, False, True, False, True)
_RIGHT_IN_QUIZ = 0.7


async def found_teams(
    teams: TeamService, classmates: Sequence[Reader], names: Sequence[str], guild_id: int, at: datetime
) -> None:
    """Let them be in two teams, each founded by its first member. Who is in one from an earlier start stays there."""
    half = len(classmates) // 2
    for name, members in zip(names, (classmates[:half], classmates[half:]), strict=True):
        for number, member in enumerate(members):
            with contextlib.suppress(BotError):
                if number:
                    await teams.join(member, guild_id, name, at)
                else:
                    await teams.create(member, guild_id, name, True, at)


async def answer_daily(answers: AnswerService, classmates: Sequence[Reader], post: DailyPost, at: datetime) -> None:
    """Answer an open delivery, one after the other from `at` on."""
    order = post.delivery.option_order
    key = order.index(post.item.key.id)
    wrong = [position for position in range(len(order)) if position != key]
    for number, (classmate, knows) in enumerate(zip(classmates, _RIGHT_IN_DAILY, strict=True)):
        position = key if knows else wrong[number // 2 % len(wrong)]
        await answers.answer(classmate, post.delivery.id, position, at + timedelta(seconds=number + 1))


async def take_quiz(quizzes: QuizService, classmates: Sequence[Reader], rng: Random, at: datetime) -> None:
    """Let each of them finish a quiz; one who left an earlier one unfinished sits this out."""
    for classmate in classmates:
        # An earlier start was cut off in the middle of this; or the bank is empty.
        with contextlib.suppress(BotError):
            step = await quizzes.start(classmate, QuizWish(questions=QUIZ_QUESTIONS), at)
            for position in range(step.session.total):
                item = (await quizzes.view(classmate, step.session.id, position)).item
                # The first one at least: somebody without a point would be on no board.
                response = respond(item, rng, right=position == 0 or rng.random() < _RIGHT_IN_QUIZ)
                await quizzes.answer(classmate, step.session.id, position, response, at)
            await quizzes.proceed(classmate, step.session.id, at)


def respond(item: Item, rng: Random, *, right: bool) -> Response:
    """Return a response that earns everything, or one that does not."""
    if isinstance(item, NumericItem):
        return Response(value=item.answer.value if right else item.mistakes[0].value)
    ids = [option.id for option in item.options]
    if isinstance(item, OrderingItem):
        return Response(tuple(ids if right else reversed(ids)))
    correct = [option.id for option in item.options if option.correct]
    return Response(tuple(correct) if right else (rng.choice([one for one in ids if one not in correct]),))
