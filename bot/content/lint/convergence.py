"""The cue of convergence: the option that shares the most with the others is the key.

It comes about when an author writes the key first and bends it into distractors, each of which keeps some of its parts.
"""

import re
from collections.abc import Iterator, Sequence
from math import sqrt

from bot.content.faults import Fault
from bot.content.lint.bank import bank_fault
from bot.content.lint.measures import CJK, as_seen
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import SingleItem
from bot.domain.localized import LANGUAGES, Language

_ENOUGH = 30
# A key that shares at least all its parts once, and this much more than any other option, is told by that alone.
_RATIO, _LEAST = 1.5, 1.0
_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z][a-z0-9_+-]*")
_RUN = re.compile(f"[{CJK}]+")
_COMMON = frozenset(
    [
        *("a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "and", "or", "is", "are", "be", "it"),
        *("its", "as", "not", "no", "than", "from", "that", "this", "each", "only", "so", "do", "does"),
    ]
)


def shared_parts(item: SingleItem, language: Language) -> list[float]:
    """Return, for each option, how many of its parts stand in the others: summed over them, as a share of its parts.

    Parts are numbers, Latin words and pairs of Chinese characters.
    """
    parts = [_parts(option.text.get(language)) for option in item.options]
    return [
        sum(len(own & other) for place, other in enumerate(parts) if place != mine) / (len(own) or 1)
        for mine, own in enumerate(parts)
    ]


def key_shares_most(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The key does not stand out as the option that all others are made from."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, SingleItem):
            continue
        place = item.options.index(item.key)
        for language in LANGUAGES:
            shares = shared_parts(item, language)
            key = shares.pop(place)
            if key >= _LEAST and key >= _RATIO * max(shares):
                yield loaded.fault(
                    ("items", index, "options", place, "text", language),
                    "the key shares the most parts with the other options: vary what they have in common",
                    warning=True,
                )


def likest_is_not_key(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """Picking the option that shares the most with the others beats chance by two standard deviations at most."""
    singles = [item for loaded in questions for item in loaded.question.singles]
    for language in LANGUAGES:
        hits = chance = variance = 0.0
        counted = 0
        for item in singles:
            shares = shared_parts(item, language)
            most = [option for option, share in zip(item.options, shares, strict=True) if share == max(shares)]
            if max(shares) == 0:
                continue
            counted += 1
            hits += sum(option.correct for option in most) / len(most)
            share = 1 / len(item.options)
            chance += share
            variance += share * (1 - share)
        if counted >= _ENOUGH and hits > chance + 2 * sqrt(variance):
            yield bank_fault(
                questions,
                f"the option ({language}) that shares the most parts with the others is the key in "
                f"{hits / counted:.0%} of {counted} singles; chance is {chance / counted:.0%}",
                warning=False,
            )


def _parts(text: str) -> set[str]:
    seen = as_seen(text).casefold()
    parts = set(_WORD.findall(seen)) - _COMMON
    for run in _RUN.findall(seen):
        parts |= {run[start : start + 2] for start in range(len(run) - 1)}
    return parts
