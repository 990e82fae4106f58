"""Playing a quiz: banks whose points are known, and right and wrong responses."""

from bot.domain.bank import QuestionBank
from bot.domain.kinds import Item, MultipleItem, NumericItem, OrderingItem, Response
from bot.domain.quizzes import QuizFeedback, QuizStep, QuizSummary
from bot.services.quizzes import QuizWish
from tests.factories import make_bank, make_question, make_single
from tests.services.world import GUILD, World, reader


def bank_worth(points: int, questions: int, name: str = "w") -> QuestionBank:
    """A bank of so many questions with three single items each, every one worth so many points."""
    return make_bank(
        *(
            make_question(
                id=f"{name}{n}",
                items=[make_single(f"{name}{n}.{letter}", difficulty=points) for letter in ("a", "b", "c")],
            )
            for n in range(1, questions + 1)
        )
    )


def right_response(item: Item) -> Response:
    """The response that earns everything."""
    if isinstance(item, NumericItem):
        return Response(value=item.answer.value)
    if isinstance(item, OrderingItem):
        return Response(tuple(option.id for option in item.options))
    return Response(tuple(option.id for option in item.options if option.correct))


def wrong_response(item: Item) -> Response:
    """A response that earns nothing."""
    if isinstance(item, NumericItem):
        return Response(value=item.answer.value + 1_000)
    if isinstance(item, OrderingItem):
        return Response(tuple(option.id for option in reversed(item.options)))
    wrong = tuple(option.id for option in item.options if not option.correct)
    return Response(wrong if isinstance(item, MultipleItem) else wrong[:1])


async def reply(world: World, step: QuizStep, now, *, right: bool = True, guild: int | None = GUILD) -> QuizFeedback:
    """Answer the item that a session stands at."""
    response = right_response(step.item) if right else wrong_response(step.item)
    member = reader(step.session.user_id, guild)
    return await world.quizzes.answer(member, step.session.id, step.place.position, response, now)


async def play(
    world: World, user: int, now, *, right: bool = True, guild: int | None = GUILD, **wish: object
) -> tuple[list[QuizFeedback], QuizSummary]:
    """Play a whole session; returns what every answer gave, and the summary."""
    member = reader(user, guild)
    step = await world.quizzes.start(member, QuizWish(**wish), now)
    feedback = []
    while isinstance(step, QuizStep):
        feedback.append(await reply(world, step, now, right=right, guild=guild))
        step = await world.quizzes.proceed(member, step.session.id, now)
    return feedback, step
