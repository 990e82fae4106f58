"""How members answered: a picture in the reveal, and the same in words. From five answers on (decision 26)."""

import asyncio
import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

import discord

from bot.domain.deliveries import LETTERS, RevealPost
from bot.domain.kinds import Option
from bot.domain.localized import Language
from bot.domain.mathtext import as_markup, render_formula
from bot.domain.texts import Texts
from bot.pictures.cards import PictureCards
from bot.pictures.values import Bar, DistributionCard
from cogs._shared.cards import ALT_LIMIT
from cogs._shared.render import cut, ordered

# A reveal does not wait longer for its picture, whatever else is being drawn.
SECONDS = 2.0
# Of a fan-out at the same moment; those who wait elsewhere for a card are not to go without.
AT_ONCE = 4
FILE = "answers.png"
# Characters of an option in the picture's description.
OPTION_LIMIT = 120
CELLS = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as it was drawn, `png` None where that failed. A reveal that shows another `card` needs another one."""

    card: DistributionCard
    png: bytes | None
    alt: str

    def files(self) -> list[discord.File]:
        """Return it as attachments of one message: what was sent cannot be sent again."""
        return [] if self.png is None else [discord.File(io.BytesIO(self.png), FILE, description=self.alt)]


class Charts:
    """Draws charts. No failure is an error: the reveal has the same in words."""

    def __init__(self, texts: Texts, pictures: PictureCards) -> None:
        self._texts = texts
        self._pictures = pictures
        self._places = asyncio.Semaphore(AT_ONCE)

    async def draw(self, post: RevealPost, before: Chart | None = None) -> Chart | None:
        """Return the chart of a reveal, within SECONDS; None for a reveal that must not have one.

        What `before` has shown already, or failed to, is not drawn again.
        """
        card = chart_card(self._texts, post)
        if card is None or (before is not None and before.card == card):
            return before if card is not None else None
        png: bytes | None = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS), self._places:
                png = await self._pictures.png(card)
        return Chart(card, png, chart_alt(self._texts, post.delivery.language, card))


def chart_card(texts: Texts, post: RevealPost) -> DistributionCard | None:
    """Return what the picture shows; None for a reveal that must not have one."""
    delivery, language, tally = post.delivery, post.delivery.language, post.tally
    if not tally.public or delivery.voided_at is not None:
        return None
    bars = tuple(
        Bar(LETTERS[position], _words(option.text.get(language)), tally.by_option.get(option.id, 0), option.correct)
        for position, option in enumerate(ordered(post.item, delivery.option_order))
    )
    title = texts.get("daily.chart.title", language, date=delivery.local_date.isoformat())
    percent = round(100 * tally.right / tally.total)
    footer = texts.get("daily.chart.footer", language, right=tally.right, total=tally.total, percent=percent)
    return DistributionCard(title, bars, footer)


def chart_alt(texts: Texts, language: Language, card: DistributionCard) -> str:
    """Say the picture in words."""
    total = sum(bar.answers for bar in card.bars)
    said = [
        texts.get(
            "daily.chart.right" if bar.right else "daily.chart.option",
            language,
            letter=bar.letter,
            option=cut(bar.text, OPTION_LIMIT),
            percent=round(100 * bar.answers / total),
            answers=bar.answers,
        )
        for bar in card.bars
    ]
    return cut(texts.get("daily.chart.alt", language, title=card.title, options="; ".join(said)), ALT_LIMIT)


def chart_line(post: RevealPost) -> str:
    """Return the picture's numbers, for those who see none."""
    parts = []
    for letter, option, percent in _shares(post):
        part = f"{letter} {percent}% ({post.tally.by_option.get(option.id, 0)})"
        parts.append(f"**{part} ✓**" if option.correct else part)
    return " · ".join(parts)


def chart_bars(post: RevealPost) -> str:
    """Return the chart in letters, for a reveal without a picture."""
    lines = []
    for letter, option, percent in _shares(post):
        full = round(CELLS * post.tally.by_option.get(option.id, 0) / post.tally.total)
        bar = "█" * full + "░" * (CELLS - full)
        lines.append(f"{letter} {bar} {percent:>3}% {'✓' if option.correct else ''}".rstrip())
    return "```\n" + "\n".join(lines) + "\n```"


def _shares(post: RevealPost) -> Iterator[tuple[str, Option, int]]:
    for position, option in enumerate(ordered(post.item, post.delivery.option_order)):
        yield LETTERS[position], option, round(100 * post.tally.by_option.get(option.id, 0) / post.tally.total)


def _words(text: str) -> str:
    """Return an option as a picture shows it: formulas in Unicode, nothing of markdown, one line."""
    bare = as_markup(text, plain=lambda words: words.replace("**", ""), formula=render_formula, code=lambda code: code)
    return " ".join(bare.split())
