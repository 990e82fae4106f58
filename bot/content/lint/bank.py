"""Rules over the whole bank: cues that only show in numbers, and entries that repeat each other."""

from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from bot.content.faults import Fault
from bot.content.lint.measures import display_width, similarity, squash
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import SingleItem
from bot.domain.localized import LANGUAGES, Language

# Below this many items a share says nothing.
_ENOUGH = 30
_NOT_SINGLE = 0.15
_ALIKE = 0.85


class KeyShare(NamedTuple):
    """How often the key is the longest (or shortest) option: `share`, and `chance` with its standard deviation."""

    items: int
    share: float
    chance: float
    deviation: float


def key_share(items: Sequence[SingleItem], language: Language, pick: Callable[..., int] = max) -> KeyShare:
    """Measure how often picking the longest option (`pick=min`: the shortest) finds the key; ties count in part."""
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
    """Picking the longest option is no better than chance plus two standard deviations (shortest: a warning)."""
    singles = [item for loaded in questions for item in loaded.question.singles]
    if len(singles) < _ENOUGH:
        return
    for language in LANGUAGES:
        for word, pick in (("longest", max), ("shortest", min)):
            found = key_share(singles, language, pick)
            limit = found.chance + 2 * found.deviation
            if found.share > limit:
                yield _bank_fault(
                    f"in {found.share:.0%} of {found.items} single items the {word} option ({language}) is the key; "
                    f"chance is {found.chance:.0%}, the limit {limit:.0%}",
                    warning=pick is min,
                )


def enough_kinds(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """Some of the items are not single choice."""
    items = [item for loaded in questions for item in loaded.question.items]
    others = sum(item.kind != "single" for item in items)
    if len(items) >= _ENOUGH and others < _NOT_SINGLE * len(items):
        yield _bank_fault(
            f"{others} of {len(items)} items are not single choice, under {_NOT_SINGLE:.0%}", warning=True
        )


def unique_item_ids(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No item id stands twice in the bank (ids that differ only by case or a dash are refused by the pattern)."""
    seen: dict[str, str] = {}
    for loaded in questions:
        for index, item in enumerate(loaded.question.items):
            place = f"{loaded.document.name}:{loaded.document.line((loaded.index, 'items', index))}"
            if seen.setdefault(item.id, place) != place:
                yield loaded.fault(("items", index, "id"), f"{item.id} is used already at {seen[item.id]}")


def unique_stems(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No stem stands twice in the bank."""
    seen: dict[str, str] = {}
    for loaded in questions:
        for index, item in enumerate(loaded.question.items):
            for language in LANGUAGES:
                if seen.setdefault(squash(item.stem.get(language)), item.id) != item.id:
                    other = seen[squash(item.stem.get(language))]
                    yield loaded.fault(("items", index, "stem", language), f"is the stem of {other} again")


def unique_prompts(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No two questions ask the same; near-repetition is a warning."""
    for number, loaded in enumerate(questions):
        prompt = loaded.question.prompt.zh
        for other in questions[:number]:
            if squash(prompt) == squash(other.question.prompt.zh):
                yield loaded.fault(("prompt", "zh"), f"is the prompt of {other.question.id} again")
            elif similarity(prompt, other.question.prompt.zh) > _ALIKE:
                yield loaded.fault(
                    ("prompt", "zh"), f"is nearly the prompt of {other.question.id}", warning=True
                )


def _bank_fault(message: str, *, warning: bool) -> Fault:
    """Make a fault of no single place."""
    return Fault("content/questions", 1, "", "", message, warning)
