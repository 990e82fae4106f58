"""The flow of a solo quiz: start, show, answer, resume, stop. Everything is stored, so nothing depends on a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.boards import LedgerEntry
from bot.domain.kinds import Item, Response
from bot.domain.quizzes import (
    GRACE,
    PointsNote,
    QuizFeedback,
    QuizItem,
    QuizLine,
    QuizSession,
    QuizStep,
    QuizSummary,
    deadline,
)
from bot.domain.readers import Reader
from bot.domain.scoring import Scoring, quiz_key
from bot.domain.selection import pick_quiz, shuffled_options
from bot.domain.settings import GuildSettings
from bot.errors import BotError
from bot.services.questions import sealed_for
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

    def __init__(self, storage: Storage, bank: QuestionBank, scoring: Scoring, rng: Random) -> None:
        self._storage = storage
        self._bank = bank
        self._scoring = scoring
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
            if not questions:
                raise BotError("quiz.no_questions")
            topics = {question.id: question.topic for question in questions}
            items = pick_quiz(questions, await tx.attempts.last_seen(reader.user_id), wish.questions, self._rng)
            for item in items:
                await tx.revisions.keep(item, now)
            session_id = await tx.quizzes.start(
                user_id=reader.user_id,
                guild_id=reader.guild_id,
                channel_id=reader.channel_id,
                topics=tuple(wish.topics),
                difficulty=wish.difficulty,
                seconds=wish.seconds,
                places=[(item, topics[item.question_id], shuffled_options(item, self._rng)) for item in items],
                now=now,
            )
            if session_id is None:
                raise BotError("quiz.running")
            step = await self._next(tx, reader, await self._own(tx, reader, session_id), now)
            if isinstance(step, QuizSummary):
                raise BotError("quiz.no_questions")
            return step

    async def resume(self, reader: Reader, now: datetime) -> QuizStep | QuizSummary:
        """Return the step that the member's running session stands at, or its summary when nothing is left.

        Raises:
            BotError: `quiz.none` without a running session.
        """
        async with self._storage.write() as tx:
            session = await tx.quizzes.find_running(reader.user_id)
            if session is None:
                raise BotError("quiz.none")
            return await self._next(tx, reader, session, now)

    async def proceed(self, reader: Reader, session_id: int, now: datetime) -> QuizStep | QuizSummary:
        """Return the next step of a session, or its summary when nothing is left.

        Raises:
            BotError: `button.stale` for somebody else's session.
        """
        async with self._storage.write() as tx:
            session = await self._own(tx, reader, session_id, lock=True)
            if session.state == "running":
                return await self._next(tx, reader, session, now)
            return await self._summary(tx, session)

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
            return await self._summary(tx, replace(session, state="stopped", ended_at=now))

    async def view(self, reader: Reader, session_id: int, position: int) -> QuizStep:
        """Return one place of a session as it was shown, without moving anything.

        Raises:
            BotError: `button.stale` for somebody else's session or a place it does not have.
        """
        async with self._storage.read() as tx:
            session = await self._own(tx, reader, session_id)
            places = await tx.quizzes.items(session_id)
            if not 0 <= position < len(places):
                raise BotError("button.stale")
            return await self._step(tx, session, places, position)

    async def wish_of(self, reader: Reader, session_id: int) -> QuizWish:
        """Return what a session of the reader's was started with.

        Raises:
            BotError: `button.stale` for somebody else's session.
        """
        async with self._storage.read() as tx:
            session = await self._own(tx, reader, session_id)
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
        async with self._storage.write() as tx:
            session = await self._own(tx, reader, session_id, lock=True)
            places = await tx.quizzes.items(session_id)
            if not 0 <= position < len(places):
                raise BotError("button.stale")
            place = places[position]
            item = await tx.revisions.get(place.revision)
            if place.done:
                return await self._repeat(tx, session, places, item, position)
            if session.state != "running":
                raise BotError("quiz.over")
            # It may have become the daily question while it was on the screen: its reasons would give that away.
            if place.question_id in await sealed_for(tx, reader):
                raise BotError("question.sealed")
            try:
                grade = item.grade(response)
            except ValueError as error:
                raise BotError("button.stale") from error
            limit = deadline(place.shown_at, session.seconds)
            late = limit is not None and now > limit + GRACE
            share = Fraction(0) if late else grade.share
            attempt_id = await self._record(tx, session, place, response, share, late, now)
            points, note = await self._score(tx, session, place, item, attempt_id, share, late, reader, now)
            await tx.quizzes.mark(session_id, position, answered_at=now, points=points, note=note)
            places[position] = replace(place, answered_at=now, points=points, note=note)
            if all(done.done for done in places):
                await tx.quizzes.end(session_id, "finished", now)
        return _feedback(session, places, item, position, response, share, repeated=False, late=late)

    async def _record(
        self,
        tx: Transaction,
        session: QuizSession,
        place: QuizItem,
        response: Response,
        share: Fraction,
        late: bool,
        now: datetime,
    ) -> int:
        attempt_id = await tx.attempts.insert(
            context_kind="quiz",
            context_id=session.id,
            item_id=place.item_id,
            question_id=place.question_id,
            revision=place.revision,
            guild_id=session.guild_id,
            channel_id=session.channel_id,
            user_id=session.user_id,
            response=response,
            now=now,
            share=share,
            late=late,
        )
        if attempt_id is None:
            raise BotError("button.stale")
        return attempt_id

    async def _score(
        self,
        tx: Transaction,
        session: QuizSession,
        place: QuizItem,
        item: Item,
        attempt_id: int,
        share: Fraction,
        late: bool,
        reader: Reader,
        now: datetime,
    ) -> tuple[int, PointsNote | None]:
        """Write the ledger row that the answer earns; returns its points and, where rules took them, which rule."""
        if session.guild_id is None:
            return 0, "direct_message"
        guild_id, user_id = session.guild_id, session.user_id
        # On PostgreSQL this row lock makes the member's other answers wait, so that the daily limit holds.
        await tx.members.see(guild_id, user_id, reader.name, now)
        settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
        local_date = now.astimezone(settings.zone).date()
        key = quiz_key(guild_id, settings.season, item.id, user_id)
        if await tx.ledger.has_key(key):
            return 0, "repeat"
        # Neither rule uses the item up: it may still score on another day.
        if await tx.ledger.scored_question(guild_id, user_id, local_date, place.question_id):
            return 0, "same_question"
        earned = await tx.ledger.points_on(guild_id, user_id, local_date, "quiz")
        if earned >= self._scoring.quiz_daily_limit:
            return 0, "limit"
        points = self._scoring.quiz(share, item.difficulty, earned)
        entry = LedgerEntry(
            key=key,
            guild_id=guild_id,
            channel_id=session.channel_id,
            user_id=user_id,
            source="quiz",
            attempt_id=attempt_id,
            question_id=place.question_id,
            item_id=place.item_id,
            revision=place.revision,
            topic=place.topic,
            season=settings.season,
            local_date=local_date,
            points=points,
            reason="right" if share == 1 else "partly" if share else "wrong",
            occurred_at=now,
        )
        await tx.ledger.append(entry)
        await tx.boards.add(entry, right=share == 1)
        return points, "late" if late else None

    async def _next(
        self, tx: Transaction, reader: Reader, session: QuizSession, now: datetime
    ) -> QuizStep | QuizSummary:
        """Show the first place that is not done, skipping what has been sealed since the start; end when none is."""
        places = await tx.quizzes.items(session.id)
        sealed = await sealed_for(tx, reader)
        for place in places:
            if place.done:
                continue
            if place.question_id in sealed:
                await tx.quizzes.mark(session.id, place.position, skipped=True)
                continue
            if place.shown_at is None:
                await tx.quizzes.mark(session.id, place.position, shown_at=now)
                places[place.position] = replace(place, shown_at=now)
            return await self._step(tx, session, places, place.position)
        await tx.quizzes.end(session.id, "finished", now)
        return await self._summary(tx, replace(session, state="finished", ended_at=now))

    async def _step(self, tx: Transaction, session: QuizSession, places: Sequence[QuizItem], position: int) -> QuizStep:
        place = places[position]
        item = await tx.revisions.get(place.revision)
        limit = deadline(place.shown_at, session.seconds)
        return QuizStep(session, place, item, position + 1, limit)

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
        return _feedback(
            session, places, item, position, attempt.response, attempt.share, repeated=True, late=attempt.late
        )

    async def _summary(self, tx: Transaction, session: QuizSession) -> QuizSummary:
        places = {place.item_id: place for place in await tx.quizzes.items(session.id)}
        attempts = {attempt.item_id: attempt for attempt in await tx.attempts.list_for("quiz", session.id)}
        lines = [
            QuizLine(place.question_id, place.topic, attempts[item_id].share or Fraction(0), place.points)
            for item_id, place in places.items()
            if item_id in attempts
        ]
        return QuizSummary(session, tuple(lines))

    async def _own(self, tx: Transaction, reader: Reader, session_id: int, *, lock: bool = False) -> QuizSession:
        session = await tx.quizzes.find(session_id, lock=lock)
        if session is None or session.user_id != reader.user_id:
            raise BotError("button.stale")
        return session


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
