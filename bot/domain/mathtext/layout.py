"""From pieces to a line of text: spacing, scripts, fractions, roots, accents in plain Unicode."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.mathtext.symbols import RAISED, SUBSCRIPTS, SUPERSCRIPTS

# The classes of TeX, plus the shapes that a single line of text must treat apart.
Kind = Literal["ord", "fn", "big", "bin", "rel", "open", "close", "punct", "bar", "frac", "space"]

# Narrow and unbreakable: it groups the digits of 10\,000 and is an ordinary space everywhere else.
THIN_SPACE = "\u202f"
_BEFORE_UNARY: frozenset[Kind] = frozenset(("bin", "rel", "open", "punct", "fn", "big"))
_GLUED: frozenset[Kind] = frozenset(("ord", "fn", "big", "open", "bar", "frac"))
_SCRIPT_CHARACTERS = frozenset((*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()))
_DIFFERENTIALS = ("∂", "∇", "Δ", "d")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished bit of a formula. `word`: a letter or digit next to it would run into it."""

    text: str
    kind: Kind = "ord"
    word: bool = False


def join(pieces: Sequence[Piece], *, tight: bool = False) -> str:
    """Write pieces in a line. `tight`, for scripts, leaves out the spaces around operators."""
    line = ""
    previous: Piece | None = None
    for piece in _settled(pieces):
        if previous is not None and _spaced(previous, piece, tight) and not line.endswith(" "):
            line += " "
        if piece.kind != "space":
            line += piece.text
            previous = piece
        elif previous is not None and not line.endswith(" ") and not (tight and not previous.text[-1:].isalnum()):
            line += " "
    return line.strip()


def _settled(pieces: Sequence[Piece]) -> list[Piece]:
    """Decide what depends on the neighbours: unary signs, and fractions that need parentheses."""
    settled: list[Piece] = []
    solid = [piece for piece in pieces if piece.text or piece.kind == "space"]
    for index, piece in enumerate(solid):
        before = next((p for p in reversed(settled) if p.kind != "space"), None)
        after = next((p for p in solid[index + 1 :] if p.kind != "space"), None)
        if piece.kind == "bin" and (before is None or before.kind in _BEFORE_UNARY):
            piece = replace(piece, kind="ord")
        elif piece.kind == "bar" and (before is None or before.kind in _BEFORE_UNARY):
            piece = replace(piece, kind="open")
        elif piece.kind == "frac":
            unary = before is not None and before.text in ("−", "+", "±", "¬")
            crowded = before is not None and not unary and before.kind in (*_GLUED - {"open"}, "close")
            if crowded or (after is not None and after.kind in _GLUED):
                piece = Piece(f"({piece.text})", "open" if before is not None and before.kind == "fn" else "ord")
        elif piece.text == THIN_SPACE and _digits_meet(before, after):
            piece = replace(piece, kind="ord")
        settled.append(piece)
    return settled


def _digits_meet(left: Piece | None, right: Piece | None) -> bool:
    return left is not None and right is not None and left.text[-1].isdigit() and right.text[0].isdigit()


def _spaced(left: Piece, right: Piece, tight: bool) -> bool:
    if right.kind == "space" or not left.text or not right.text:
        return False
    touching = left.text[-1].isalnum() and right.text[0].isalnum()
    if (left.word or right.word) and (touching or (left.word and right.text[0] in "√∑∏∫")):
        return True
    if left.kind == "fn" and right.kind in ("ord", "fn", "big", "bar", "frac"):
        return right.text[0] not in "′"
    if right.kind == "fn" and left.kind in ("ord", "close", "frac", "fn", "big"):
        return left.text[-1] not in "−+±¬/"
    if left.kind == "big":
        return not tight and right.kind not in ("close", "punct")
    if tight:
        return False
    if left.kind == "punct":
        return left.text != ":" or not right.text[0].isdigit()  # a ratio such as 1:1
    return "rel" in (left.kind, right.kind) or "bin" in (left.kind, right.kind)


def script(pieces: Sequence[Piece], *, raised: bool) -> tuple[str, bool]:
    """Write a super- or subscript: in Unicode when it has every character, else `^…` or `_…`.

    Returns:
        The text, and whether it fits: small characters, or one word or number after the mark.
    """
    text = join(pieces, tight=True).replace("*", "∗")
    if raised and text in RAISED:
        return RAISED[text], True
    small = SUPERSCRIPTS if raised else SUBSCRIPTS
    if text and all(character in small for character in text):
        return "".join(small[character] for character in text), True
    mark = "^" if raised else "_"
    if _is_word(text) or len(text) == 1 or (text.replace(".", "", 1).isdigit() and text[0].isdigit()):
        return mark + text, True
    if not text:
        return "", True
    if enclosed(text):
        return mark + text, False
    return f"{mark}({text})", False


def _is_word(text: str) -> bool:
    return text.isalnum() and _SCRIPT_CHARACTERS.isdisjoint(text)


def fraction(top: Sequence[Piece], bottom: Sequence[Piece]) -> Piece:
    """Write `a/b`, with parentheses where a line of text would read otherwise."""
    return Piece(f"{_operand(top, below=False)}/{_operand(bottom, below=True)}", "frac")


def _operand(pieces: Sequence[Piece], *, below: bool) -> str:
    text = join(pieces)
    solid = [piece for piece in _settled(pieces) if piece.kind != "space"]
    if not text or enclosed(text) or (len(solid) == 1 and solid[0].kind != "frac" and " " not in text):
        return text or "1"
    if below and solid[0].text in _DIFFERENTIALS and len(solid) == 2:
        return text
    loose, depth = False, 0
    for piece in solid:
        depth += (piece.kind == "open") - (piece.kind == "close")
        loose = loose or (depth <= 0 and piece.kind in ("bin", "rel", "frac", "punct"))
    call = solid[0].kind in ("ord", "fn") and enclosed(join(pieces)[len(solid[0].text) :].strip())
    return f"({text})" if loose or (below and not call) else text


def root(pieces: Sequence[Piece], degree: str) -> Piece:
    """Write `√x` or `√(x + y)`; a degree other than 3 and 4 stands raised before the sign."""
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree)
    if sign is None:
        sign = script([Piece(degree)], raised=True)[0] + "√"
    text = join(pieces)
    alone = len([piece for piece in pieces if piece.kind != "space"]) == 1 and " " not in text and "/" not in text
    if alone or enclosed(text):
        return Piece(sign + text, "ord", word=not enclosed(text))
    return Piece(f"{sign}({text})")


def accent(pieces: Sequence[Piece], mark: str, name: str) -> str:
    """Put a combining mark on a single letter; a longer argument is written `hat(x + y)`."""
    text = join(pieces, tight=True)
    if text and all(c in _SCRIPT_CHARACTERS or unicodedata.combining(c) for c in text[1:]) and text[0].isalpha():
        split = next((i for i in range(1, len(text)) if not unicodedata.combining(text[i])), len(text))
        return unicodedata.normalize("NFC", text[:split] + mark + text[split:])
    if mark == "\u0304" and text.isalnum() and len(text) <= 4:
        return "".join(character + "\u0305" for character in text)
    return f"{name.removeprefix('wide').replace('overline', 'bar')}({text})" if text else ""


def enclosed(text: str) -> bool:
    """Whether one pair of brackets spans the whole text."""
    if len(text) < 2 or text[0] not in _PAIRS or text[-1] != _PAIRS[text[0]]:
        return False
    depth = 0
    for index, character in enumerate(text):
        depth += (character == text[0]) - (character == text[-1])
        if depth == 0:
            return index == len(text) - 1
    return False
