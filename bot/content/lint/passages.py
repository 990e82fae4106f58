"""Walks the texts of a question, so that a rule says what it looks for and not where texts stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from bot.domain.kinds import Item, NumericItem, Option
from bot.domain.localized import LANGUAGES, Language, Localized
from bot.domain.questions import Question

Path = tuple[Any, ...]
Role = Literal["prompt", "short", "answer", "stem", "option", "why", "aside"]


class Reading(NamedTuple):
    """One language's text of a passage, with the path to it."""

    path: Path
    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in both languages. `path` leads to it inside the question's entry.

    `role` is what the text is for; an aside is a follow-up, a correction or a caption.
    """

    path: Path
    role: Role
    text: Localized

    def readings(self) -> Iterator[Reading]:
        """Yield the text once per language."""
        for language in LANGUAGES:
            yield Reading((*self.path, language), language, self.text.get(language))


def passages(question: Question) -> Iterator[Passage]:
    """Yield every text that members read, in the order of the model's fields (key points: see grading.py)."""
    yield Passage(("prompt",), "prompt", question.prompt)
    yield Passage(("short",), "short", question.short)
    yield Passage(("answer",), "answer", question.answer)
    for index, code in enumerate(question.code):
        yield Passage(("code", index, "caption"), "aside", code.caption)
    for index, follow_up in enumerate(question.follow_ups):
        yield Passage(("follow_ups", index, "ask"), "aside", follow_up.ask)
        yield Passage(("follow_ups", index, "answer"), "aside", follow_up.answer)
    if question.correction is not None:
        yield Passage(("correction",), "aside", question.correction)
    for index, item in enumerate(question.items):
        yield from _item_passages(item, ("items", index))


def _item_passages(item: Item, path: Path) -> Iterator[Passage]:
    yield Passage((*path, "stem"), "stem", item.stem)
    for index, option in enumerate(options_of(item)):
        yield Passage((*path, "options", index, "text"), "option", option.text)
        yield Passage((*path, "options", index, "why"), "why", option.why)
    if isinstance(item, NumericItem):
        for index, mistake in enumerate(item.mistakes):
            yield Passage((*path, "mistakes", index, "why"), "why", mistake.why)
        yield Passage((*path, "why"), "why", item.why)


def options_of(item: Item) -> tuple[Option, ...]:
    """Return an item's options; a numeric item has none."""
    return () if isinstance(item, NumericItem) else item.options
