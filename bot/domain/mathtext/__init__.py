r"""Formulas inside running text: `$…$` becomes Unicode, since Discord shows no LaTeX (decision 11).

Authors write `$…$` for a formula, `\$` for a dollar sign, and backticks for code, which is left untouched.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from bot.domain.mathtext.parser import Formula

__all__ = [
    "as_formula",
    "as_markup",
    "card_formulas",
    "has_stray_dollar",
    "needs_card",
    "render_formula",
    "render_inline",
]

_SPAN = re.compile(
    r"""
    (?P<code>(?<!\\)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))  # code: left as it stands
    | (?P<dollar>\\\$)
    | \\.                                                        # any other escape, lest \` opens code
    | \$\$(?P<display>(?:[^$\\]|\\.)+)\$\$
    | \$(?P<inline>(?:[^$\\]|\\.)*)\$
    | (?P<stray>\$)
    """,
    re.VERBOSE | re.DOTALL,
)
# What Discord takes for emphasis, code, strike-through or a spoiler; at the start also a quote or heading.
_MARKDOWN = re.compile(r"[\\*_`~|]|^[>#]")


def render_inline(text: str, *, markdown: bool = True) -> str:
    """Write every formula of a text in Unicode; the rest of the text stays as the author wrote it.

    Args:
        text: An author's text with formulas.
        markdown: Whether the result goes where Discord reads markdown (a message, an embed), so that signs
            of a formula must be escaped. False for button labels, select options, autocomplete, the terminal.
    """

    def replacement(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        tex = _tex(match)
        if tex is None:
            return match[0]
        rendered = render_formula(tex)
        return _MARKDOWN.sub(r"\\\g<0>", rendered) if markdown else rendered

    return _SPAN.sub(replacement, text)


def as_markup(
    text: str,
    *,
    plain: Callable[[str], str],
    formula: Callable[[str], str],
    code: Callable[[str], str],
) -> str:
    """Write a text in another markup: each function turns one kind of piece (without its signs) into it."""
    pieces, end = [], 0
    for match in _SPAN.finditer(text):
        tex = _tex(match)
        if tex is None and not match["code"] and not match["dollar"]:
            continue  # another escape, or a stray dollar: part of the words
        pieces.append(plain(text[end : match.start()]))
        end = match.end()
        if tex is not None:
            pieces.append(formula(tex))
        else:
            pieces.append(code(match[0].strip("`")) if match["code"] else plain("$"))
    return "".join(pieces) + plain(text[end:])


def render_formula(tex: str) -> str:
    """Write one formula, given without its dollars, in a line of Unicode without any escaping."""
    return _read(tex).text


def needs_card(text: str) -> bool:
    """Whether a formula of the text has a layout that a line cannot show, so that it needs a picture."""
    return bool(card_formulas(text))


def card_formulas(text: str) -> tuple[str, ...]:
    """Return the LaTeX of the formulas that no line can show: matrices, cases, aligned, wide limits."""
    return tuple(tex for tex in _formulas(text) if not _read(tex).fits)


def as_formula(text: str) -> str | None:
    """Return the LaTeX of a text that is one formula and nothing else (an option, for a card), else None."""
    match = _SPAN.fullmatch(text.strip())
    return _tex(match) if match else None


def has_stray_dollar(text: str) -> bool:
    """Whether a dollar sign has no partner: a formula left open, or an amount that lacks its backslash."""
    return any(match["stray"] for match in _SPAN.finditer(text))


def _formulas(text: str) -> Iterator[str]:
    for match in _SPAN.finditer(text):
        tex = _tex(match)
        if tex is not None:
            yield tex


def _tex(match: re.Match[str]) -> str | None:
    return match["display"] if match["display"] is not None else match["inline"]


@lru_cache(maxsize=2048)
def _read(tex: str) -> Formula:
    return Formula(tex)
