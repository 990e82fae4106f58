"""Reviews: sessions over the questions that a member is about to forget, or got wrong (decision 13 holds)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler
from bot.domain.questions import Question
from bot.domain.quizzes import QuizMode, QuizStep, QuizSummary
from bot.domain.readers import Reader
from bot.domain.selection import pick_quiz
from bot.domain.settings import GuildSettings
from bot.errors import BotError
from bot.services.questions import sealed_for
from bot.services.sessions import next_step, open_session
from bot.storage import Storage, Transaction

DAILY_LIMIT = 20


@dataclass(frozen=True, slots=True)
class ReviewPause:
    """There is nothing to review now.

    `waiting` cards are due but over the day's limit; when there are none, `next_at` is when the next one falls due
    (None: the member has no card that could).
    """

    waiting: int
    next_at: datetime | None


class ReviewService:
    """Starts sessions; from there on they are quizzes, with the same points, and `/quiz resume` goes on with them."""

    def __init__(
        self, storage: Storage, bank: QuestionBank, scheduler: Scheduler, rng: Random, limit: int = DAILY_LIMIT
    ) -> None:
        self._storage = storage
        self._bank = bank
        self._scheduler = scheduler
        self._rng = rng
        self.limit = limit

    async def start(self, reader: Reader, now: datetime) -> QuizStep | QuizSummary | ReviewPause:
        """Go on with the review that runs, or start one over what is due, least likely remembered first.

        At most `limit` answers a day, in all servers together; the day is that of the server where it is started.

        Raises:
            BotError: `quiz.running` while a session of another mode runs.
        """
        async with self._storage.write() as tx:
            running = await self._running(tx, reader, "review", now)
            if running is not None:
                return running
            askable = await self._askable(tx, reader)
            cards = [card for card in await tx.cards.list_for(reader.user_id) if card.question_id in askable]
            due = [card for card in cards if card.due_at <= now]
            if not due:
                return ReviewPause(0, cards[0].due_at if cards else None)
            left = self.limit - await tx.quizzes.answered_since(
                reader.user_id, "review", await _midnight(tx, reader, now)
            )
            if left <= 0:
                return ReviewPause(len(due), None)
            # Stable: among those of equal chance the one that fell due first.
            due.sort(key=lambda card: self._scheduler.retrievability(card, now))
            chosen = [askable[card.question_id] for card in due[:left]]
            return await self._open(tx, reader, chosen, "review", now)

    async def start_mistakes(self, reader: Reader, now: datetime) -> QuizStep | QuizSummary:
        """Go on with the practice of mistakes that runs, or start one over the newest.

        A mistake is a question whose latest graded answer by the member was not right.

        Raises:
            BotError: `review.no_mistakes`; `quiz.running` while a session of another mode runs.
        """
        async with self._storage.write() as tx:
            running = await self._running(tx, reader, "mistakes", now)
            if running is not None:
                return running
            askable = await self._askable(tx, reader)
            wrong = [askable[each] for each in await tx.cards.mistakes(reader.user_id) if each in askable]
            if not wrong:
                raise BotError("review.no_mistakes")
            return await self._open(tx, reader, wrong[: self.limit], "mistakes", now)

    async def _running(
        self, tx: Transaction, reader: Reader, mode: QuizMode, now: datetime
    ) -> QuizStep | QuizSummary | None:
        session = await tx.quizzes.find_running(reader.user_id)
        if session is None:
            return None
        if session.mode != mode:
            raise BotError("quiz.running")
        return await next_step(tx, reader, session, now)

    async def _askable(self, tx: Transaction, reader: Reader) -> dict[str, Question]:
        sealed = await sealed_for(tx, reader)
        questions = self._bank.select(reader.guild_id, legacy=True)
        return {question.id: question for question in questions if question.id not in sealed}

    async def _open(
        self, tx: Transaction, reader: Reader, questions: Sequence[Question], mode: QuizMode, now: datetime
    ) -> QuizStep:
        last_seen = await tx.attempts.last_seen(reader.user_id)
        items = [item for question in questions for item in pick_quiz([question], last_seen, 1, self._rng)]
        return await open_session(tx, self._bank, reader, items, now, self._rng, mode=mode)


async def _midnight(tx: Transaction, reader: Reader, now: datetime) -> datetime:
    """Return when the present day of the server began; in direct messages that of UTC."""
    guild_id = reader.guild_id or 0
    zone = (await tx.guilds.find(guild_id) or GuildSettings(guild_id)).zone
    return datetime.combine(now.astimezone(zone).date(), time(), zone)
