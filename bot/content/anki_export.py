"""Writes the bank as an Anki deck: a card a question and a card an item, in one language.

Notes keep their identity (the id and the language), so that importing a newer deck updates cards instead of
doubling them. Anki brings MathJax, so formulas stay LaTeX.
"""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.content.shuffling import shuffled
from bot.domain.kinds import Item, Listing, NumericItem, OrderingItem
from bot.domain.localized import Language, Localized
from bot.domain.mathtext import as_markup
from bot.domain.questions import Question
from bot.domain.topics import TopicTree, prefixes

_LETTERS = "ABCDEF"
# Anki knows models and decks by number; these never change, or an import would double everything.
_MODEL_ID = 1_607_392_811
_CSS = """\
.card { font: 18px/1.6 system-ui, "Noto Sans SC", sans-serif; max-width: 42em; margin: 0 auto; padding: 0 1em; }
pre { text-align: left; padding: .6em; overflow-x: auto; background: rgba(127, 127, 127, .15); }
.why { opacity: .75; font-size: .9em; }
.right { font-weight: 600; }
"""
_HEADINGS: dict[str, dict[Language, str]] = {
    "points": {"zh": "要点", "en": "Key points"},
    "sources": {"zh": "来源", "en": "Sources"},
    "correction": {"zh": "对原文的更正", "en": "Correction of the source document"},
}


def export_anki(questions: Iterable[Question], topics: TopicTree, language: Language, output: Path) -> int:
    """Write an .apkg file and return its number of notes. Drafts stay out.

    Raises:
        OSError: If the file cannot be written.
    """
    import genanki  # only this command needs it

    model = genanki.Model(
        _MODEL_ID,
        "Mianjing",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Id"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
        css=_CSS,
    )
    decks: dict[str, Any] = {}
    for question in questions:
        if question.status != "reviewed":
            continue
        name = "::".join(["Mianjing 面经", *(topics.name(path).get(language) for path in prefixes(question.topic))])
        deck = decks.setdefault(name, genanki.Deck(_deck_id(question.topic, language), name))
        for note_id, front, back in _notes(question, language):
            guid = genanki.guid_for("mianjing", note_id, language)
            tags = [question.topic.replace("/", "::"), f"difficulty::{question.difficulty}", question.form]
            deck.add_note(genanki.Note(model=model, fields=[front, back, note_id], guid=guid, tags=tags))
    genanki.Package(list(decks.values())).write_to_file(str(output))
    return sum(len(deck.notes) for deck in decks.values())


def _deck_id(topic: str, language: Language) -> int:
    digest = hashlib.sha256(f"mianjing {topic} {language}".encode()).digest()
    return 1 << 30 | int.from_bytes(digest[:4], "big") >> 2


def _notes(question: Question, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield id, front and back: the question itself, then its items."""
    yield question.id, _text(question.prompt, language), "".join(_answer(question, language))
    for item in question.items:
        yield item.id, "".join(_front(item, language)), "".join(_back(item, language))


def _answer(question: Question, language: Language) -> Iterator[str]:
    yield _text(question.answer, language)
    yield from (f"<p>\\[{html.escape(formula)}\\]</p>" for formula in question.formulas)
    for code in question.code:
        yield _text(code.caption, language) + _listing(code)
    points = "".join(f"<li>{_markup(getattr(point, language))}</li>" for point in question.key_points)
    yield f"<h4>{_HEADINGS['points'][language]}</h4><ul>{points}</ul>"
    if question.correction is not None:
        yield f"<h4>{_HEADINGS['correction'][language]}</h4>{_text(question.correction, language)}"
    sources = "".join(
        f'<li><a href="{html.escape(source.url)}">{html.escape(source.title)}</a></li>' for source in question.sources
    )
    yield f"<h4>{_HEADINGS['sources'][language]}</h4><ul>{sources}</ul>"


def _front(item: Item, language: Language) -> Iterator[str]:
    yield _text(item.stem, language)
    if item.code is not None:
        yield _listing(item.code)
    for letter, option in zip(_LETTERS, shuffled(item), strict=False):
        yield f"<p>{letter}. {_markup(option.text.get(language))}</p>"


def _back(item: Item, language: Language) -> Iterator[str]:
    if isinstance(item, NumericItem):
        yield f'<p class="right">{item.answer.value:g} {html.escape(item.answer.unit)}</p>{_text(item.why, language)}'
        return
    letters = dict(zip((option.id for option in shuffled(item)), _LETTERS, strict=False))
    if isinstance(item, OrderingItem):
        yield f'<p class="right">{" → ".join(letters[option.id] for option in item.options)}</p>'
    for option in sorted(item.options, key=lambda option: letters[option.id]):
        right = isinstance(item, OrderingItem) or option.correct
        mark, style = ("✓", "right") if right else ("✗", "")
        yield f'<p class="{style}">{mark} {letters[option.id]}. {_markup(option.text.get(language))}</p>'
        yield f'<p class="why">{_markup(option.why.get(language))}</p>'


def _text(text: Localized, language: Language) -> str:
    paragraphs = re.split(r"\n\s*\n", text.get(language))
    return "".join(f"<p>{_markup(paragraph)}</p>" for paragraph in paragraphs)


def _markup(text: str) -> str:
    return as_markup(
        text,
        plain=lambda words: re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(words)).replace("\n", "<br>"),
        formula=lambda tex: f"\\({html.escape(tex)}\\)",
        code=lambda code: f"<code>{html.escape(code)}</code>",
    )


def _listing(code: Listing) -> str:
    return f"<pre>{html.escape(code.text)}</pre>"
