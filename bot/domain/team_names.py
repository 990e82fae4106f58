"""Names of teams: which are allowed, and which are the same to whoever reads them (decision 22)."""

import re
import unicodedata

from bot.domain.team_name_data import EMOJI_SELECTOR, INVISIBLE, LOOKALIKES, WHOLE_WORDS, WORDS_ANYWHERE
from bot.errors import BotError

# Code points, after normalisation.
SHORTEST, LONGEST = 2, 32

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_MARKUP = re.compile(r"@(everyone|here)|<(@|#|/|a?:|t:|id:)|://|\]\(|\bwww\.|\bdiscord(app)?\.(gg|com)", re.IGNORECASE)
# Marks that are left over when letters have been composed: decoration, at most two of them on one letter.
_DECORATION = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_PILED = re.compile(f"(?:{_DECORATION.pattern}){{3}}")
_FOLD = str.maketrans(LOOKALIKES)


def parse_team_name(typed: str) -> str:
    """Return a team's name as it is stored: NFKC, trimmed, single spaces.

    Raises:
        BotError: `team.name_invisible` with signs that nobody sees, `team.name_short` and `team.name_long` outside 2 to
            32 code points, `team.name_letterless` without a letter or digit of any script, `team.name_markup` with
            mentions or links, `team.name_blocked` with a word that is not wanted.
    """
    normal = unicodedata.normalize("NFKC", typed).strip()
    if _hides_something(normal):
        raise BotError("team.name_invisible")
    name = " ".join(normal.split())
    if len(name) < SHORTEST:
        raise BotError("team.name_short", shortest=SHORTEST)
    if len(name) > LONGEST:
        raise BotError("team.name_long", longest=LONGEST)
    if not any(unicodedata.category(sign)[0] in "LN" for sign in name):
        raise BotError("team.name_letterless")
    if _MARKUP.search(name) or _PILED.search(name):
        raise BotError("team.name_markup")
    if _is_blocked(name):
        raise BotError("team.name_blocked")
    return name


def name_key(name: str) -> str:
    """Return what two names have in common that people would take for each other.

    Case, spaces, punctuation, decoration and common look-alikes do not count. Any text has a key, also one that is no
    name: what somebody types to find a team.
    """
    return "".join(sign for sign in _folded(name) if unicodedata.category(sign)[0] not in "PZ")


def _folded(name: str) -> str:
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(
        sign
        for sign in _DECORATION.sub("", normal)
        if sign not in INVISIBLE and unicodedata.category(sign) not in {*_UNSEEN, "Sk"}
    )
    return seen.translate(_FOLD)


def _hides_something(name: str) -> bool:
    before = ""
    for sign in name:
        emoji = sign == EMOJI_SELECTOR and before and unicodedata.category(before) == "So"
        if unicodedata.category(sign) in _UNSEEN or (sign in INVISIBLE and not emoji):
            return True
        before = sign
    return False


def _is_blocked(name: str) -> bool:
    key = name_key(name)
    words = re.split(r"[\W_]+", _folded(name))
    return any(word in key for word in WORDS_ANYWHERE) or not WHOLE_WORDS.isdisjoint(words)
