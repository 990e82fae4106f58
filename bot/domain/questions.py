"""The question: what an interviewer asks, what a strong candidate says, and the items that test it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.domain.kinds import Item, Listing, SingleItem
from bot.domain.localized import Localized, Value

QUESTION_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TOPIC_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$"

Form = Literal["concept", "derive", "estimate", "code", "design", "debug"]
Relevance = Literal["core", "common", "legacy"]
Status = Literal["reviewed", "draft"]
Track = Literal["basics", "pre-training", "post-training", "serving", "rag-agent", "multimodal", "evaluation"]

Phrase = Annotated[str, Field(min_length=1, max_length=80)]


class KeyPoint(Value):
    """One thing a good answer must say.

    Every group of `any` must be hit by one of its aliases; hitting one of `reject` voids the point.
    `refuses` is a wrong answer that must not earn the point: the linter tries it, and the reference answer too.
    """

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=300)
    any: tuple[Annotated[tuple[Phrase, ...], Field(min_length=1)], ...] = Field(min_length=1)
    reject: tuple[Phrase, ...] = ()
    refuses: Localized


class Source(Value):
    """Where a fact comes from: a paper with its arXiv id or venue, or official documentation."""

    title: str = Field(min_length=4, max_length=300)
    url: str = Field(pattern=r"^https://[^\s]+$", max_length=400)
    supports: str = Field(default="", max_length=300)


class FollowUp(Value):
    """What an interviewer would ask next, with a short answer."""

    ask: Localized
    answer: Localized


class Code(Listing):
    """A code listing that belongs to the answer."""

    text: str = Field(min_length=1, max_length=1800)
    caption: Localized


class Question(Value):
    """One interview question with everything the bot shows of it.

    `seed` names the entries of the source document that it answers; `as_of` is the month until which the
    facts were checked; `correction` says what the source document got wrong, where it did.
    """

    id: str = Field(pattern=QUESTION_ID_PATTERN, max_length=48)
    topic: str = Field(pattern=TOPIC_PATTERN, max_length=80)
    form: Form
    relevance: Relevance
    tracks: tuple[Track, ...] = Field(min_length=1)
    difficulty: int = Field(ge=1, le=5)
    seed: tuple[Annotated[str, Field(pattern=r"^S\d{3}$")], ...] = ()
    as_of: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    status: Status
    prompt: Localized
    short: Localized
    answer: Localized
    formulas: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = Field(default=(), max_length=6)
    code: tuple[Code, ...] = Field(default=(), max_length=2)
    key_points: tuple[KeyPoint, ...] = Field(min_length=3, max_length=6)
    follow_ups: tuple[FollowUp, ...] = Field(min_length=1, max_length=3)
    sources: tuple[Source, ...] = Field(min_length=1, max_length=8)
    correction: Localized | None = None
    items: tuple[Item, ...] = Field(min_length=3, max_length=12)

    @model_validator(mode="after")
    def _items_belong_here(self) -> Self:
        ids = [item.id for item in self.items]
        for item in self.items:
            if item.question_id != self.id:
                raise ValueError(f"item {item.id} does not begin with the question's id {self.id}.")
            if ids.count(item.id) > 1:
                raise ValueError(f"two items have the id {item.id}")
        if not self.singles:
            raise ValueError("a question needs at least one single item: daily posts use nothing else")
        return self

    @property
    def singles(self) -> tuple[SingleItem, ...]:
        """The items that a daily post can use, in the author's order."""
        return tuple(item for item in self.items if isinstance(item, SingleItem))

    def item(self, item_id: str) -> Item | None:
        """Return the item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)
