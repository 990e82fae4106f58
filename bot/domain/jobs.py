"""Jobs: where to apply, what matches the topics a member practises, in an order that favours nobody."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.domain.localized import Localized, Value
from bot.domain.questions import TOPIC_PATTERN
from bot.domain.topics import is_below

Region = Literal["cn", "asia", "na", "eu", "remote"]
PostingKind = Literal["career-page", "board"]

_URL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?")
# `asia` is Asia without China, which has a code of its own.
REGION_NAMES: dict[Region, Localized] = {
    "cn": Localized(zh="中国", en="China"),
    "asia": Localized(zh="亚洲其他地区", en="Elsewhere in Asia"),
    "na": Localized(zh="北美", en="North America"),
    "eu": Localized(zh="欧洲", en="Europe"),
    "remote": Localized(zh="远程", en="Remote"),
}


class Place(Localized):
    """Where the work is done: a city, with its country when that is not China."""

    region: Region


class Posting(Value):
    """An address at which members can apply.

    A `career-page` belongs to one employer; a `board` is a Source that lists jobs of many, `company` being who
    runs it. `topics` are topics of the bank that its jobs ask about, leaves or whole branches; `as_of` is the
    month of the newest evidence that the address is in use.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)
    kind: PostingKind
    company: Localized
    title: Localized
    url: str = Field(max_length=300)
    places: tuple[Place, ...] = Field(min_length=1, max_length=8)
    topics: tuple[Annotated[str, Field(pattern=TOPIC_PATTERN, max_length=80)], ...] = Field(min_length=1, max_length=12)
    note: Localized
    as_of: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")

    @field_validator("url")
    @classmethod
    def _public_address(cls, url: str) -> str:
        if not _URL.fullmatch(url):
            raise ValueError("must be a public https:// address: a host name, then a path without spaces")
        return url


def search(
    postings: Iterable[Posting], *, text: str | None = None, place: str | None = None, topic: str | None = None
) -> list[Posting]:
    """Return the postings that fit everything asked for, in the order given.

    Args:
        postings: Where to look.
        text: Words that must all occur in the company, title, note or places, in either language.
        place: A region code, or part of the name of a place or region in either language.
        topic: A topic path; postings of a topic above or below it fit too.
    """
    words = _fold(text or "").split()
    return [
        posting
        for posting in postings
        if all(word in _haystack(posting) for word in words)
        and (not (place or "").strip() or _is_at(posting, place or ""))
        and (topic is None or _coverage(posting, [topic]) > 0)
    ]


def match(
    postings: Iterable[Posting],
    topics: Sequence[str],
    *,
    day: date,
    limit: int,
    place: str | None = None,
    text: str | None = None,
) -> list[Posting]:
    """Choose the postings that suit the topics a member practises.

    Those that cover more of the topics come first, and among equals those that ask about little else. What is
    still equal takes turns from day to day, `limit` places a day, so that each comes to the front. Without
    topics, or when no posting has any of them, all take turns.
    """
    fitting = search(postings, text=text, place=place)
    ranks = {posting.id: _rank(posting, topics) for posting in fitting}
    if any(rank > (0, 0) for rank in ranks.values()):
        fitting = [posting for posting in fitting if ranks[posting.id] > (0, 0)]
    chosen: list[Posting] = []
    for rank in sorted({ranks[posting.id] for posting in fitting}, reverse=True):
        chosen += _rotated([posting for posting in fitting if ranks[posting.id] == rank], day, limit)
    return chosen[: max(limit, 0)]


def _rotated(postings: list[Posting], day: date, step: int) -> list[Posting]:
    """Turn a fixed shuffled circle of postings by `step` places a day."""
    circle = sorted(postings, key=lambda posting: hashlib.sha256(posting.id.encode()).digest())
    start = day.toordinal() * max(step, 1) % len(circle)
    return circle[start:] + circle[:start]


def _rank(posting: Posting, topics: Sequence[str]) -> tuple[int, float]:
    wanted = sum(any(_related(own, topic) for topic in topics) for own in posting.topics)
    return _coverage(posting, topics), wanted / len(posting.topics)


def _coverage(posting: Posting, topics: Sequence[str]) -> int:
    return sum(any(_related(own, topic) for own in posting.topics) for topic in topics)


def _related(left: str, right: str) -> bool:
    return is_below(left, right) or is_below(right, left)


def _is_at(posting: Posting, place: str) -> bool:
    wanted = _fold(place).strip()
    if wanted in REGION_NAMES:
        return any(own.region == wanted for own in posting.places)
    names = (_both(own) + " " + _both(REGION_NAMES[own.region]) for own in posting.places)
    return any(wanted in _fold(name) for name in names)


def _haystack(posting: Posting) -> str:
    texts = (posting.company, posting.title, posting.note, *posting.places)
    return _fold(" ".join(_both(text) for text in texts))


def _both(text: Localized) -> str:
    return f"{text.zh} {text.en}"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
