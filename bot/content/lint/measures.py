"""How long and how alike texts are to a reader: display width, word counts, 3-gram similarity."""

import re
import unicodedata

CJK = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
HAS_CJK = re.compile(f"[{CJK}]")
# An escaped \$ is a dollar sign, and so is none that opens a formula.
FORMULA = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+?)(?<!\\)\$", re.DOTALL)
CODE_SPAN = re.compile(r"`[^`\n]+`")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)\s?")
_ZI = re.compile(f"[{CJK}，。、；：？！「」《》“”（）]|[A-Za-z0-9][A-Za-z0-9.'’+#%_-]*")
_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'’\-][A-Za-z0-9]+)*")


def formulas_in(text: str) -> list[str]:
    """Return the inline formulas of a text, without dollars and without code spans."""
    return [match.group(1).strip() for match in FORMULA.finditer(CODE_SPAN.sub(" ", text))]


def without_formulas(text: str) -> str:
    """Return the text with every inline formula and code span cut out, so that words are left."""
    return FORMULA.sub(" ", CODE_SPAN.sub(" ", text))


def as_seen(text: str) -> str:
    """Return roughly what a reader sees: formulas as one character a command, no braces, no markup."""

    def draw(match: re.Match[str]) -> str:
        return re.sub(r"[{}^_\s&]", "", _COMMAND.sub("x", match.group(1)))

    return FORMULA.sub(draw, text).replace("`", "").replace("**", "")


def display_width(text: str) -> int:
    """Return the width in columns: a Chinese character or full-width mark takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in as_seen(text))


def count_characters(text: str) -> int:
    """Count 字数 as word processors do: each Chinese character or mark, each Latin word, number or formula."""
    return len(_ZI.findall(FORMULA.sub(" x ", text)))


def count_words(text: str) -> int:
    """Count English words; a formula counts as one."""
    return len(_WORD.findall(FORMULA.sub(" x ", text)))


def squash(text: str) -> str:
    """Fold away what does not tell two texts apart: width, case, white space, punctuation at the ends."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", folded).strip(".。;；,，!！?？:：")


def similarity(one: str, other: str) -> float:
    """Return the Jaccard similarity of the character 3-grams of two texts, from 0 to 1."""
    return overlap(trigrams(one), trigrams(other))


def overlap(one: set[str], other: set[str]) -> float:
    """Return the Jaccard similarity of two sets that are not both empty."""
    return len(one & other) / len(one | other)


def trigrams(text: str) -> set[str]:
    """Return the 3-grams of a text as `squash` leaves it, with its edges marked."""
    padded = f"  {squash(text)} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
