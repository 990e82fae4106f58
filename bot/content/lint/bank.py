"""Rules over the whole bank: cues that only show in numbers, and entries that repeat each other."""

from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from pathlib import PurePath
from typing import NamedTuple

from bot.content.faults import Fault
from bot.content.lint.measures import display_width, overlap, trigrams
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import SingleItem
from bot.domain.localized import LANGUAGES, Language

# Below this many items a share says nothing.
_ENOUGH = 30
_NOT_SINGLE = 0.15
_ALIKE = 0.85


class KeyShare(NamedTuple):
    """How often the key is the longest (or shortest) option, beside chance and its standard deviation."""

    items: int
    share: float
    chance: float
    deviation: float


def key_share(items: Sequence[SingleItem], language: Language, pick: Callable[..., int] = max) -> KeyShare:
    """Measure how often the longest option (`pick=min`: the shortest) is the key; a tie counts in part."""
    hits = chance = variance = 0.0
    for item in items:
        widths = [display_width(option.text.get(language)) for option in item.options]
        picked = [option for option, width in zip(item.options, widths, strict=True) if width == pick(widths)]
        hits += sum(option.correct for option in picked) / len(picked)
        share = 1 / len(item.options)
        chance += share
        variance += share * (1 - share)
    count = max(len(items), 1)
    return KeyShare(len(items), hits / count, chance / count, sqrt(variance) / count)


def longest_is_not_key(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """Picking the longest option beats chance by two standard deviations at most (shortest: a warning)."""
    singles = [item for loaded in questions for item in loaded.question.singles]
    if len(singles) < _ENOUGH:
        return
    for language in LANGUAGES:
        for word, pick in (("longest", max), ("shortest", min)):
            found = key_share(singles, language, pick)
            limit = found.chance + 2 * found.deviation
            if found.share > limit:
                yield bank_fault(
                    questions,
                    f"the {word} option ({language}) is the key in {found.share:.0%} of {found.items} singles; "
                    f"chance is {found.chance:.0%}, the limit {limit:.0%}",
                    warning=pick is min,
                )


def enough_kinds(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """Some of the items are not single choice."""
    items = [item for loaded in questions for item in loaded.question.items]
    others = sum(item.kind != "single" for item in items)
    if len(items) >= _ENOUGH and others < _NOT_SINGLE * len(items):
        yield bank_fault(
            questions, f"{others} of {len(items)} items are not single choice, under {_NOT_SINGLE:.0%}", warning=True
        )


def unique_item_ids(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No item id stands twice in the bank."""
    seen: dict[str, str] = {}
    for loaded in questions:
        for index, item in enumerate(loaded.question.items):
            place = f"{loaded.document.name}:{loaded.document.line((loaded.index, 'items', index))}"
            if seen.setdefault(item.id, place) != place:
                yield loaded.fault(("items", index, "id"), f"{item.id} is used already at {seen[item.id]}")


def unique_prompts(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No two questions ask the same; near-repetition is a warning."""
    seen: list[tuple[str, set[str]]] = []
    for loaded in questions:
        pieces = trigrams(loaded.question.prompt.zh)
        for other_id, other in seen:
            if pieces == other:
                yield loaded.fault(("prompt", "zh"), f"is the prompt of {other_id} again")
            elif overlap(pieces, other) > _ALIKE:
                yield loaded.fault(("prompt", "zh"), f"is nearly the prompt of {other_id}", warning=True)
        seen.append((loaded.question.id, pieces))


def bank_fault(questions: Sequence[LoadedQuestion], message: str, *, warning: bool) -> Fault:
    """Make a fault that no single place is to blame for; it is named after the folder of all questions."""
    first = PurePath(questions[0].document.name)
    folder = next((parent for parent in first.parents if parent.name == "questions"), first.parent)
    return Fault(str(folder), 1, "", "", message, warning)
