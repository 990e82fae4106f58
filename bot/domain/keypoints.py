"""Decides whether a text earns a key point. Pure matching of words: it knows nothing of meaning.

An answer earns a point when every group of aliases is hit and no `reject` phrase is. Guards against word
salad and negation (a window, a negation list) would go into `match`, after the groups are found.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

from bot.domain.questions import KeyPoint

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣"), "-")
_MARKUP = dict.fromkeys(map(ord, "$`"), None)
_CJK = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3001\u3002\u300a-\u3011"
_SPACE_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_PLURALS = ("s", "es")
# Letters before a `*`: fewer (A*, Q*) are names.
_SHORTEST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Match:
    """How a text meets a key point.

    `groups` holds the alias found for each group, None where none is; `rejected` is the phrase that
    voids the point.
    """

    groups: tuple[str | None, ...]
    rejected: str | None

    @property
    def earned(self) -> bool:
        """Whether the text earns the point."""
        return self.rejected is None and None not in self.groups


@functools.lru_cache(512)  # the same aliases and answers come up again and again
def normalise(text: str) -> str:
    """Fold what members type differently for the same words.

    NFKC (full-width forms), case, every dash and minus sign to `-`, runs of whitespace to one space, none
    beside a Chinese character (`LoRA 微调` is `lora微调`), and no `$` or backticks.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES).casefold()
    folded = " ".join(folded.translate(_MARKUP).split())
    return _SPACE_BESIDE_CJK.sub("", folded)


def occurs(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text, both normalised by `normalise`.

    Where the phrase begins or ends with a Latin letter or a digit, a word begins or ends there in the text
    too: `ai` is not in `maintain`, `p` not in `position`, `1.2` not in `1.25`. A plural s is let through, and
    a phrase that ends in `*` after a letter is the beginning of a word: `hallucinat*`.
    """
    open_end = len(phrase) > _SHORTEST_BEGINNING and phrase[-1] == "*" and phrase[-2].isalpha()
    phrase = phrase[:-1] if open_end else phrase
    start = text.find(phrase) if phrase else -1
    while start >= 0:
        ends = open_end or _ends_word(phrase, text, start + len(phrase))
        if ends and _begins_word(phrase, text, start):
            return True
        start = text.find(phrase, start + 1)
    return False


def match(key_point: KeyPoint, text: str) -> Match:
    """Look for every group and every rejected phrase of a key point in a text."""
    folded = normalise(text)
    groups = tuple(_first(group, folded) for group in key_point.any)
    return Match(groups, _first(key_point.reject, folded))


def hits(key_point: KeyPoint, text: str) -> bool:
    """Whether a text earns a key point: every group hit by an alias, no `reject` phrase."""
    return match(key_point, text).earned


def _first(phrases: tuple[str, ...], folded: str) -> str | None:
    return next((phrase for phrase in phrases if occurs(normalise(phrase), folded)), None)


def _is_word(character: str) -> bool:
    """Whether a character makes up words in Latin script; Chinese characters and `_` bound them."""
    return character.isalnum() and character < "\u0250"


def _begins_word(phrase: str, text: str, start: int) -> bool:
    if start == 0 or not _is_word(phrase[0]):
        return True
    if _is_word(text[start - 1]):
        return False
    inside_number = phrase[0].isdigit() and text[start - 1] == "." and text[start - 2 : start - 1].isdigit()
    return not inside_number


def _ends_word(phrase: str, text: str, end: int) -> bool:
    if end == len(text) or not _is_word(phrase[-1]):
        return True
    if phrase[-1].isdigit():
        inside_number = text[end] == "." and text[end + 1 : end + 2].isdigit()
        return not (_is_word(text[end]) or inside_number)
    rest = end
    for plural in _PLURALS:
        if text.startswith(plural, end):
            rest = end + len(plural)
            if rest == len(text) or not _is_word(text[rest]):
                return True
    return not _is_word(text[end])
