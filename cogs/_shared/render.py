"""How questions and items look in Discord. Values in, embeds out; nothing here decides anything."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction

import discord

from bot.domain.deliveries import LETTERS
from bot.domain.kinds import Item, Listing, NumericItem, Option, OrderingItem
from bot.domain.localized import Language, Localized
from bot.domain.mathtext import render_inline

BLUE = discord.Colour(0x5865F2)
GREEN = discord.Colour(0x2D9D5C)
RED = discord.Colour(0xD1495B)
AMBER = discord.Colour(0xE0A030)
# Discord's limits, in characters.
DESCRIPTION_LIMIT = 4096
FIELD_LIMIT = 1024


# Controls, direction overrides, lone surrogates: they would turn a line around, or hide in it. One joins emoji.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})
_JOINER = "\u200d"
# Marks piled up on one letter beyond what any language writes would cover the lines around.
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARKS}{{2}}){_MARKS}+")


def text(localized: Localized, language: Language) -> str:
    """Return a text of the bank as Discord shows it, with its formulas in Unicode."""
    return render_inline(localized.get(language))


def plain(name: str) -> str:
    """Make a member's or server's own text harmless: no markdown, mentions, links or invisible signs, one line."""
    normal = unicodedata.normalize("NFC", name)
    visible = (
        sign for sign in normal if sign == _JOINER or sign.isspace() or unicodedata.category(sign) not in _INVISIBLE
    )
    shown = _PILED.sub(r"\1", " ".join("".join(visible).split()))
    escaped = discord.utils.escape_markdown(discord.utils.escape_mentions(shown))
    return escaped.replace("<", "\\<").replace("://", ":\u200b//") or "?"


def cut(message: str, limit: int) -> str:
    """Shorten a message to Discord's limit, marking the cut."""
    return message if len(message) <= limit else message[: limit - 1].rstrip() + "…"


def whole_lines(lines: str, limit: int = FIELD_LIMIT) -> str:
    """Drop whole lines from the end until the rest fits: half a link is worse than none."""
    kept = lines
    while len(kept) > limit:
        kept = kept.rpartition("\n")[0]
    return kept


def ordered(item: Item, option_order: Sequence[str]) -> list[Option]:
    """Return the item's options in displayed order; a numeric item has none."""
    by_id: dict[str, Option] = {option.id: option for option in getattr(item, "options", ())}
    return [by_id[option_id] for option_id in option_order]


def option_lines(options: Iterable[Option], language: Language, marks: Sequence[str] = ()) -> str:
    """Return the options as lettered lines, each with its mark in front if there are marks."""
    lines = []
    for position, option in enumerate(options):
        mark = f"{marks[position]} " if marks else ""
        lines.append(f"{mark}**{LETTERS[position]}.** {text(option.text, language)}")
    return "\n".join(lines)


def reason_lines(
    options: Sequence[Option],
    language: Language,
    *,
    chosen: Sequence[str] = (),
    mark_chosen: str = "◀",
    ordering: bool = False,
) -> str:
    """Return every option with whether it is right, and why. `chosen` option ids get `mark_chosen`."""
    lines = []
    for position, option in enumerate(options):
        mark = f"`{position + 1}`" if ordering else "✅" if option.correct else "❌"
        pointer = f" {mark_chosen}" if option.id in chosen and not ordering else ""
        letter = "" if ordering else f"**{LETTERS[position]}.** "
        lines.append(f"{mark} {letter}{text(option.text, language)}{pointer}\n-# {text(option.why, language)}")
    return "\n".join(lines)


def stem_lines(item: Item, language: Language) -> str:
    """Return the stem in bold (unless the author set words of it in bold) and, under it, its listing."""
    stem = text(item.stem, language)
    stem = stem if "**" in stem else f"**{stem}**"
    return stem if item.code is None else f"{stem}\n{code_block(item.code)}"


def code_block(code: Listing) -> str:
    """Return a listing as Discord draws code; a fence inside it cannot end it."""
    fenced = code.text.replace("```", "`\u200b``")
    return f"```{code.language}\n{fenced}\n```"


def item_body(item: Item, option_order: Sequence[str], language: Language) -> str:
    """Return the stem and, where the item has options, the lettered options."""
    body = stem_lines(item, language)
    options = ordered(item, option_order)
    if options:
        body += "\n\n" + option_lines(options, language)
    elif isinstance(item, NumericItem) and item.answer.unit:
        body += f"\n\n`{item.answer.unit}`"
    return cut(body, DESCRIPTION_LIMIT)


def letters_of(item: Item, option_order: Sequence[str], chosen: Sequence[str]) -> str:
    """Return the letters of chosen options, in the order chosen for an ordering item."""
    letters = [LETTERS[option_order.index(option_id)] for option_id in chosen if option_id in option_order]
    if isinstance(item, OrderingItem):
        return " → ".join(letters)
    return " ".join(sorted(letters))


def right_letters(item: Item, option_order: Sequence[str]) -> str:
    """Return the letters of the key, in displayed order (an ordering item: in the right order)."""
    if isinstance(item, OrderingItem):
        return letters_of(item, option_order, [option.id for option in item.options])
    return letters_of(item, option_order, [o.id for o in getattr(item, "options", ()) if o.correct])


def number(value: float) -> str:
    """Write a number as a person would: no trailing zeros, thousands separated."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.6g}"


def one_decimal(value: Fraction) -> str:
    """Write a score with one decimal, halves rounded up."""
    tenths = int(value * 10 + Fraction(1, 2))
    return f"{tenths // 10:,}.{tenths % 10}"


def stamp(instant: object, style: str = "f") -> str:
    """Return a Discord timestamp, which every reader sees in their own zone."""
    return discord.utils.format_dt(instant, style)  # type: ignore[arg-type]
