"""Where to apply: postings that match a search or the topics a member practises."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.bank import QuestionBank
from bot.domain.jobs import Posting, match, search
from bot.errors import BotError

LIMIT = 10


class JobService:
    """Read-only use of the postings in content/jobs."""

    def __init__(self, postings: Sequence[Posting], bank: QuestionBank) -> None:
        self._postings = tuple(postings)
        self._bank = bank

    def latest(self, now: datetime, limit: int = LIMIT) -> list[Posting]:
        """Return a selection that changes every day."""
        return match(self._postings, (), day=now.date(), limit=limit)

    def for_topics(self, topics: Sequence[str], now: datetime, limit: int = 3) -> list[Posting]:
        """Return postings that suit the topics, best first; equals take turns from day to day."""
        return match(self._postings, topics, day=now.date(), limit=limit)

    def search(self, text: str | None, place: str | None, topic: str | None) -> list[Posting]:
        """Return postings that fit everything asked for, at most LIMIT.

        Raises:
            BotError: `topic.unknown`, or `jobs.none` when nothing fits.
        """
        if topic is not None and topic not in self._bank.topics:
            raise BotError("topic.unknown", topic=topic)
        found = search(self._postings, text=text, place=place, topic=topic)
        if not found:
            raise BotError("jobs.none")
        return found[:LIMIT]

    def places(self) -> list[str]:
        """Return the Chinese and English names of all places, for autocomplete, most frequent first."""
        counts: dict[tuple[str, str], int] = {}
        for posting in self._postings:
            for place in posting.places:
                counts[place.zh, place.en] = counts.get((place.zh, place.en), 0) + 1
        ranked = sorted(counts, key=lambda names: -counts[names])
        return [zh if zh == en else f"{zh} {en}" for zh, en in ranked]
