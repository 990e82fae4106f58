"""Looking questions up without spoiling an open daily question (decision 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.questions import Question
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.storage import Storage, Transaction
from bot.storage.search import SearchIndex

SEARCH_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A question as this reader may see it: only its prompt while it is sealed."""

    question: Question
    sealed: bool
    snippet: str = ""


class QuestionService:
    """Read-only use of the bank."""

    def __init__(self, storage: Storage, bank: QuestionBank, index: SearchIndex, rng: Random) -> None:
        self._storage = storage
        self._bank = bank
        self._index = index
        self._rng = rng

    async def show(self, reader: Reader, question_id: str) -> Found:
        """Return one question.

        Raises:
            BotError: `question.unknown`.
        """
        question = self._bank.find(question_id.strip().casefold(), reader.guild_id)
        if question is None:
            raise BotError("question.unknown", id=question_id)
        return Found(question, question.id in await self._sealed(reader))

    async def search(self, reader: Reader, text: str) -> list[Found]:
        """Return the best matches, best first; an empty list when nothing matches."""
        sealed = await self._sealed(reader)
        hits = self._index.search(text, limit=SEARCH_LIMIT, sealed=sealed)
        found = []
        for hit in hits:
            question = self._bank.find(hit.question_id, reader.guild_id)
            if question is not None:
                found.append(Found(question, question.id in sealed, hit.snippet))
        return found

    async def random(self, reader: Reader, topics: Sequence[str]) -> Question:
        """Return any question that is not sealed.

        Raises:
            BotError: `topic.unknown`, or `question.none` when nothing is left.
        """
        for topic in topics:
            if topic not in self._bank.topics:
                raise BotError("topic.unknown", topic=topic)
        sealed = await self._sealed(reader)
        questions = [q for q in self._bank.select(reader.guild_id, topics=topics) if q.id not in sealed]
        if not questions:
            raise BotError("question.none")
        return self._rng.choice(questions)

    def suggest(self, text: str, guild_id: int | None, limit: int) -> list[Question]:
        """Return questions for autocomplete, best first."""
        found = (self._bank.find(question_id, guild_id) for question_id in self._index.suggest(text, limit))
        return [question for question in found if question is not None]

    async def _sealed(self, reader: Reader) -> set[str]:
        async with self._storage.read() as tx:
            return await sealed_for(tx, reader)


async def sealed_for(tx: Transaction, reader: Reader, counts_for: int | None = None) -> set[str]:
    """Return the questions sealed for a reader: open in this server or, in direct messages, in any of theirs.

    `counts_for`: the server that a session counts for, wherever it is gone on with.
    """
    guild_ids = [reader.guild_id] if reader.guild_id else await tx.members.guild_ids(reader.user_id)
    if counts_for is not None and counts_for not in guild_ids:
        guild_ids.append(counts_for)
    return await tx.deliveries.open_questions(guild_ids) if guild_ids else set()
