"""Sessions of a member, as quizzes and reviews both run them: functions over an open transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.kinds import Item
from bot.domain.quizzes import QuizItem, QuizLine, QuizMode, QuizSession, QuizStep, QuizSummary, deadline
from bot.domain.readers import Reader
from bot.domain.selection import shuffled_options
from bot.errors import BotError
from bot.services.questions import sealed_for
from bot.storage import Transaction


async def open_session(
    tx: Transaction,
    bank: QuestionBank,
    reader: Reader,
    items: Sequence[Item],
    now: datetime,
    rng: Random,
    *,
    mode: QuizMode,
    topics: Sequence[str] = (),
    difficulty: int | None = None,
    seconds: int = 0,
) -> QuizStep:
    """Start a session over items of the bank that are not sealed, and return its first step.

    Raises:
        BotError: `quiz.running` while the member has another; `quiz.no_questions` without items.
    """
    if not items:
        raise BotError("quiz.no_questions")
    places = []
    for item in items:
        question = bank.find(item.question_id, reader.guild_id)
        if question is None:
            raise ValueError(f"{item.id} is not in the bank")
        await tx.revisions.keep(item, now)
        places.append((item, question.topic, shuffled_options(item, rng)))
    session_id = await tx.quizzes.start(
        mode=mode,
        user_id=reader.user_id,
        guild_id=reader.guild_id,
        channel_id=reader.channel_id,
        topics=tuple(topics),
        difficulty=difficulty,
        seconds=seconds,
        places=places,
        now=now,
    )
    if session_id is None:
        raise BotError("quiz.running")
    step = await next_step(tx, reader, await own_session(tx, reader, session_id), now)
    if isinstance(step, QuizSummary):
        raise BotError("quiz.no_questions")
    return step


async def own_session(tx: Transaction, reader: Reader, session_id: int, *, lock: bool = False) -> QuizSession:
    """Return a session of the reader's. `lock` makes a second click on it wait.

    Raises:
        BotError: `button.stale` for somebody else's.
    """
    session = await tx.quizzes.find(session_id, lock=lock)
    if session is None or session.user_id != reader.user_id:
        raise BotError("button.stale")
    return session


async def next_step(tx: Transaction, reader: Reader, session: QuizSession, now: datetime) -> QuizStep | QuizSummary:
    """Show the first place that is not done, skipping what has been sealed since the start; end when none is."""
    places = await tx.quizzes.items(session.id)
    sealed = await sealed_for(tx, reader, session.guild_id)
    for place in places:
        if place.done:
            continue
        if place.question_id in sealed:
            await tx.quizzes.mark(session.id, place.position, skipped=True)
            continue
        if place.shown_at is None:
            await tx.quizzes.mark(session.id, place.position, shown_at=now)
            places[place.position] = replace(place, shown_at=now)
        return await step_at(tx, session, places, place.position)
    await tx.quizzes.end(session.id, "finished", now)
    return await summary_of(tx, replace(session, state="finished", ended_at=now))


async def step_at(tx: Transaction, session: QuizSession, places: Sequence[QuizItem], position: int) -> QuizStep:
    """Return a place of a session as it was shown."""
    place = places[position]
    item = await tx.revisions.get(place.revision)
    return QuizStep(session, place, item, position + 1, deadline(place.shown_at, session.seconds))


async def summary_of(tx: Transaction, session: QuizSession) -> QuizSummary:
    """Return what has been answered in a session."""
    places = {place.item_id: place for place in await tx.quizzes.items(session.id)}
    attempts = {attempt.item_id: attempt for attempt in await tx.attempts.list_for("quiz", session.id)}
    lines = [
        QuizLine(place.question_id, place.topic, attempts[item_id].share or Fraction(0), place.points)
        for item_id, place in places.items()
        if item_id in attempts
    ]
    return QuizSummary(session, tuple(lines))
