"""The flow of a solo quiz: start, show, answer, resume, stop. Everything is stored, so nothing depends on a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler
from bot.domain.kinds import Item, Response
from bot.domain.quizzes import GRACE, QuizFeedback, QuizItem, QuizSession, QuizStep, QuizSummary, deadline
from bot.domain.readers import Reader
from bot.domain.scoring import Scoring
from bot.domain.selection import pick_quiz
from bot.errors import BotError
from bot.services.questions import sealed_for
from bot.services.quiz_records import GradedAnswer, record_answer
from bot.services.sessions import next_step, open_session, own_session, step_at, summary_of
from bot.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class QuizWish:
    """What `/quiz start` asks for. `seconds` is the limit per question, 0 for none; 1 to 25 `questions`."""

    topics: Sequence[str] = ()
    difficulty: int | None = None
    questions: int = 5
    seconds: int = 0


class QuizService:
    """A member has at most one running session. A session belongs to whoever started it."""

    def __init__(
        self, storage: Storage, bank: QuestionBank, scoring: Scoring, scheduler: Scheduler, rng: Random
    ) -> None:
        self._storage = storage
        self._bank = bank
        self._scoring = scoring
        self._scheduler = scheduler
        self._rng = rng

    async def start(self, reader: Reader, wish: QuizWish, now: datetime) -> QuizStep:
        """Start a session and return its first step.

        Raises:
            BotError: `topic.unknown`; `quiz.no_questions`; `quiz.running` while another session runs.
        """
        for topic in wish.topics:
            if topic not in self._bank.topics:
                raise BotError("topic.unknown", topic=topic)
        async with self._storage.write() as tx:
            if await tx.quizzes.find_running(reader.user_id) is not None:
                raise BotError("quiz.running")
            sealed = await sealed_for(tx, reader)
            questions = [
                question
                for question in self._bank.select(reader.guild_id, topics=wish.topics, difficulty=wish.difficulty)
                if question.id not in sealed
            ]
            items = pick_quiz(questions, await tx.attempts.last_seen(reader.user_id), wish.questions, self._rng)
            return await open_session(
                tx,
                self._bank,
                reader,
                items,
                now,
                self._rng,
                mode="solo",
                topics=wish.topics,
                difficulty=wish.difficulty,
                seconds=wish.seconds,
            )

    async def resume(self, reader: Reader, now: datetime) -> QuizStep | QuizSummary:
        """Return the step that the member's running session stands at, or its summary when nothing is left.

        Raises:
            BotError: `quiz.none` without a running session.
        """
        async with self._storage.write() as tx:
            session = await tx.quizzes.find_running(reader.user_id)
            if session is None:
                raise BotError("quiz.none")
            return await next_step(tx, reader, session, now)

    async def proceed(self, reader: Reader, session_id: int, now: datetime) -> QuizStep | QuizSummary:
        """Return the next step of a session, or its summary when nothing is left.

        Raises:
            BotError: `button.stale` for somebody else's session.
        """
        async with self._storage.write() as tx:
            session = await own_session(tx, reader, session_id, lock=True)
            if session.state == "running":
                return await next_step(tx, reader, session, now)
            return await summary_of(tx, session)

    async def stop(self, reader: Reader, now: datetime, session_id: int | None = None) -> QuizSummary:
        """End the running session early and return its summary.

        Raises:
            BotError: `quiz.none` without a running session.
        """
        async with self._storage.write() as tx:
            session = await tx.quizzes.find_running(reader.user_id)
            if session is None or session_id not in (None, session.id):
                raise BotError("quiz.none")
            await tx.quizzes.end(session.id, "stopped", now)
            return await summary_of(tx, replace(session, state="stopped", ended_at=now))

    async def view(self, reader: Reader, session_id: int, position: int) -> QuizStep:
        """Return one place of a session as it was shown, without moving anything.

        Raises:
            BotError: `button.stale` for somebody else's session or a place it does not have.
        """
        async with self._storage.read() as tx:
            session = await own_session(tx, reader, session_id)
            places = await tx.quizzes.items(session_id)
            if not 0 <= position < len(places):
                raise BotError("button.stale")
            return await step_at(tx, session, places, position)

    async def wish_of(self, reader: Reader, session_id: int) -> QuizWish:
        """Return what a session of the reader's was started with.

        Raises:
            BotError: `button.stale` for somebody else's session.
        """
        async with self._storage.read() as tx:
            session = await own_session(tx, reader, session_id)
        return QuizWish(session.topics, session.difficulty, session.total, session.seconds)

    async def answer(
        self, reader: Reader, session_id: int, position: int, response: Response, now: datetime
    ) -> QuizFeedback:
        """Grade a response and score it, in one transaction. A second response to the same place changes nothing.

        The last one ends the session, so that nobody has to ask for the summary before the next start.

        Raises:
            BotError: `button.stale` for somebody else's session, a place it does not have, or a response that the
                item cannot take; `quiz.over` when the session has ended; `question.sealed` when the question has
                become the daily one.
        """
        async with self._storage.write(brief=True) as tx:
            session = await own_session(tx, reader, session_id, lock=True)
            places = await tx.quizzes.items(session_id)
            if not 0 <= position < len(places):
                raise BotError("button.stale")
            place = places[position]
            item = await tx.revisions.get(place.revision)
            # It may have become the daily question since it was on the screen: its reasons would give that away.
            sealed = place.question_id in await sealed_for(tx, reader, session.guild_id)
            if place.done and not sealed:
                return await self._repeat(tx, session, places, item, position)
            if session.state != "running":
                raise BotError("quiz.over")
            if sealed:
                raise BotError("question.sealed")
            try:
                grade = item.grade(response)
            except ValueError as error:
                raise BotError("button.stale") from error
            limit = deadline(place.shown_at, session.seconds)
            late = limit is not None and now > limit + GRACE
            share = Fraction(0) if late else grade.share
            graded = GradedAnswer(session, place, item, response, share, late)
            recorded = await record_answer(tx, self._scoring, self._scheduler, reader, graded, now)
            points, note = recorded.points, recorded.note
            await tx.quizzes.mark(session_id, position, answered_at=now, points=points, note=note)
            places[position] = replace(place, answered_at=now, points=points, note=note)
            if all(done.done for done in places):
                await tx.quizzes.end(session_id, "finished", now)
        feedback = _feedback(session, places, item, position, response, share, repeated=False, late=late)
        return replace(feedback, due_at=recorded.due_at)

    async def _repeat(
        self,
        tx: Transaction,
        session: QuizSession,
        places: Sequence[QuizItem],
        item: Item,
        position: int,
    ) -> QuizFeedback:
        place = places[position]
        attempt = await tx.attempts.find("quiz", session.id, place.item_id, session.user_id)
        if attempt is None or attempt.share is None:
            raise BotError("button.stale")
        feedback = _feedback(
            session, places, item, position, attempt.response, attempt.share, repeated=True, late=attempt.late
        )
        card = await tx.cards.find(session.user_id, place.question_id)
        return replace(feedback, due_at=card.due_at if card is not None else None)


def _feedback(
    session: QuizSession,
    places: Sequence[QuizItem],
    item: Item,
    position: int,
    response: Response,
    share: Fraction,
    *,
    repeated: bool,
    late: bool,
) -> QuizFeedback:
    return QuizFeedback(
        session=session,
        place=places[position],
        item=item,
        number=position + 1,
        options=response.options,
        value=response.value,
        share=share,
        last=all(place.done for place in places),
        repeated=repeated,
        late=late,
    )
