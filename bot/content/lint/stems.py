"""Rules on stems: an item is met alone, shuffled among others, and never twice."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from bot.content.faults import Fault
from bot.content.lint.measures import overlap, squash, trigrams
from bot.content.lint.numbers import numbers_in
from bot.content.questions import LoadedQuestion
from bot.domain.localized import LANGUAGES, Language

_ALIKE = 0.85
# What only another item could explain. Words such as 上述 or "above" are fine once the stem itself has said something.
_ELSEWHERE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"上一?道?题|前一?道?题|上一问|前一问|下一题|同上|接上|承上|沿用(?:上|前)|前面(?:的|那)?(?:题|问题|例子)"
        r"|^(?:上述|前述|上文|该|此|这个|这些|这里|它|他们|它们|那么|那)"
    ),
    "en": re.compile(
        r"\b(?:previous|preceding|earlier|last|next|other)\s(?:question|item|exercise|problem)\b"
        r"|\b(?:same|as)\s(?:setup\s|model\s|set-up\s)?(?:as\s)?(?:above|before)\b|\bcontinuing\sfrom\b"
        r"|^(?:The\sabove|This|These|It|They|Then|So)\b(?!['’])",
        re.IGNORECASE,
    ),
}


def stands_alone(loaded: LoadedQuestion) -> Iterator[Fault]:
    """A stem needs no other item to be understood (as far as its words tell)."""
    for index, item in enumerate(loaded.question.items):
        for language in LANGUAGES:
            found = _ELSEWHERE[language].search(item.stem.get(language).strip())
            if found:
                yield loaded.fault(
                    ("items", index, "stem", language),
                    f"{found.group()!r} points to something outside: an item is shown alone, say what is meant",
                    warning=True,
                )


def unique_stems(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No stem stands twice in the bank, unless a listing below it makes the difference."""
    seen: dict[tuple[str, str], str] = {}
    for loaded in questions:
        for index, item in enumerate(loaded.question.items):
            listing = item.code.text if item.code else ""
            for language in LANGUAGES:
                other = seen.setdefault((squash(item.stem.get(language)), listing), item.id)
                if other != item.id:
                    yield loaded.fault(("items", index, "stem", language), f"is the stem of {other} again")


def unlike_stems(questions: Sequence[LoadedQuestion]) -> Iterator[Fault]:
    """No two stems of the bank are nearly the same, numbers apart (the same sum with others is fine)."""
    stems = [
        (loaded, index, item, trigrams(item.stem.zh))
        for loaded in questions
        for index, item in enumerate(loaded.question.items)
    ]
    for first, second in _alike([pieces for *_, pieces in stems]):
        loaded, index, item, _ = stems[second]
        other = stems[first][2]
        same_text = squash(item.stem.zh) == squash(other.stem.zh)  # has a rule of its own
        if not same_text and numbers_in(item.stem.zh).digits == numbers_in(other.stem.zh).digits:
            yield loaded.fault(("items", index, "stem", "zh"), f"is nearly the stem of {other.id}", warning=True)


def _alike(sets: Sequence[set[str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose Jaccard similarity passes the threshold, without comparing all with all.

    Two such sets share one of their rarest members: of n, all but the share that may differ can be left out
    (prefix filtering, Chaudhuri et al. 2006).
    """
    counts = Counter(piece for pieces in sets for piece in pieces)
    index: dict[str, list[int]] = {}
    for second, pieces in enumerate(sets):
        rarest = sorted(pieces, key=lambda piece: (counts[piece], piece))
        prefix = rarest[: len(rarest) - ceil(_ALIKE * len(rarest)) + 1]
        for first in sorted({other for piece in prefix for other in index.get(piece, ())}):
            if overlap(sets[first], pieces) > _ALIKE:
                yield first, second
        for piece in prefix:
            index.setdefault(piece, []).append(second)
