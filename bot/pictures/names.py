"""Members' names made harmless for pictures, and text split into what must not be cut."""

import re
import unicodedata
from collections.abc import Iterator

MAX_NAME = 100
EMOJI_START = "\U0001f000"  # from here on there is nothing but pictures

_PICTURE = "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d©®‼⁉™ℹ]"
_ONE = f"{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*"
EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f\u20e3|\U0001f3f4[\U000e0020-\U000e007f]+|{_ONE}(?:\u200d{_ONE}){{0,6}}"
)
# Marks of any number, direction overrides, private signs, controls: none draws a letter, some cover the line around.
_DROPPED = frozenset({"Mn", "Me", "Cf", "Co", "Cc"})
# Letters by category that draw nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def clean(name: str) -> str:
    """Return a name in ordinary letters: fancy ones made plain, piled marks and invisible signs dropped, one line."""
    parts, end = [], 0
    for found in EMOJI.finditer(name):
        parts += [_plain(name[end : found.start()]), found[0]]
        end = found.end()
    parts.append(_plain(name[end:]))
    return " ".join("".join(parts).split())[:MAX_NAME].rstrip("\u200d \ufe0f")


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    kept = (
        " " if sign.isspace() else "\ufffd" if unicodedata.category(sign) == "Cs" else sign
        for sign in normal
        if sign.isspace() or (unicodedata.category(sign) not in _DROPPED and sign not in _BLANK)
    )
    return "".join(kept)


def tokens(text: str) -> Iterator[str]:
    """Split into what must not be cut: whole emoji, single characters."""
    end = 0
    for found in EMOJI.finditer(text):
        yield from text[end : found.start()]
        yield found[0]
        end = found.end()
    yield from text[end:]
