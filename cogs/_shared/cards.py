"""Pictures beside the text: formulas of an item that no line can show (never raw LaTeX, decision 11), and cards.

What cards say stands in the text too: who sees no pictures misses nothing.
"""

import io
from collections.abc import Sequence
from typing import Any

import discord

from bot.client import InterviewBot
from bot.domain.kinds import Item
from bot.domain.localized import Language
from bot.domain.mathtext import as_formula, card_formulas
from bot.pictures.formula import speech
from bot.pictures.values import Card
from cogs._shared.render import cut, ordered

# Says nothing about the question, so that a file name never tells an answer.
CARD_FILE = "formulas.png"
ALT_LIMIT = 1024


async def add_item_card(
    bot: InterviewBot, message: dict[str, Any], item: Item, option_order: Sequence[str], language: Language
) -> dict[str, Any]:
    """Attach the item's card to a message with one embed, if it needs one. The order is the displayed one."""
    texts = [option.text.get(language) for option in ordered(item, option_order)]
    options = [as_formula(text) for text in texts]
    needed = [*card_formulas(item.stem.get(language)), *(tex for text in texts for tex in card_formulas(text))]
    if not needed:
        return message
    # Formulas in every option stand beside their letters; a mixture is listed as it comes.
    formulas = [tex for tex in options if tex is not None]
    if formulas and len(formulas) == len(texts):
        png = await bot.cards.options_png(formulas)
    else:
        formulas = list(dict.fromkeys(needed))
        png = await bot.cards.png(formulas)
    if png is None:
        return message
    alt = cut("; ".join(speech(formula, language) for formula in formulas), ALT_LIMIT)
    message["files"] = [discord.File(io.BytesIO(png), CARD_FILE, description=alt)]
    message["embed"].set_image(url=f"attachment://{CARD_FILE}")
    return message


async def card_file(bot: InterviewBot, card: Card, name: str, alt: str) -> list[discord.File]:
    """Draw a card as the attachment of a message; none if it cannot be drawn. `alt` says the same in words."""
    png = await bot.pictures.png(card)
    return [] if png is None else [discord.File(io.BytesIO(png), f"{name}.png", description=cut(alt, ALT_LIMIT))]
