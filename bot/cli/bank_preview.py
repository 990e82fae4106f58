"""A question as plain text, in the order in which members meet it: prompt, items, then all that is revealed."""

import textwrap
from collections.abc import Iterator

from bot.domain.kinds import Item, NumericItem, OrderingItem
from bot.domain.localized import Language, Localized
from bot.domain.mathtext import render_inline
from bot.domain.questions import Question
from bot.domain.topics import TopicTree

_LETTERS = "ABCDEF"
_HEADINGS = {
    "items": {"zh": "练习", "en": "Items"},
    "short": {"zh": "三十秒回答", "en": "In thirty seconds"},
    "answer": {"zh": "参考答案", "en": "Reference answer"},
    "formulas": {"zh": "公式", "en": "Formulas"},
    "key_points": {"zh": "要点", "en": "Key points"},
    "follow_ups": {"zh": "追问", "en": "Follow-ups"},
    "sources": {"zh": "来源", "en": "Sources"},
    "correction": {"zh": "对原文的更正", "en": "Correction of the source document"},
    "key": {"zh": "答案", "en": "Key"},
}


def preview(question: Question, topics: TopicTree, language: Language) -> str:
    """Return the text. Options stand in the order of the file: in Discord they are shuffled."""
    return "\n".join(_lines(question, topics, language)) + "\n"


def _lines(question: Question, topics: TopicTree, language: Language) -> Iterator[str]:
    def heading(name: str) -> str:
        return f"\n== {_HEADINGS[name][language]} =="

    topic = topics.name(question.topic).get(language)
    yield f"{question.id} · {topic} · {question.form} · {'★' * question.difficulty}{'☆' * (5 - question.difficulty)}"
    yield ""
    yield _plain(question.prompt, language)
    yield heading("items")
    for number, item in enumerate(question.items, start=1):
        yield from _item_lines(number, item, language)
    for name, text in (("short", question.short), ("answer", question.answer)):
        yield heading(name)
        yield _plain(text, language)
    if question.formulas:
        yield heading("formulas")
        yield from (f"  {formula}" for formula in question.formulas)
    for code in question.code:
        yield f"\n{_plain(code.caption, language)}"
        yield textwrap.indent(code.text, "  | ")
    yield heading("key_points")
    yield from (f"- {render_inline(getattr(point, language), markdown=False)}" for point in question.key_points)
    yield heading("follow_ups")
    for follow_up in question.follow_ups:
        yield f"- {_plain(follow_up.ask, language)}\n  {_plain(follow_up.answer, language)}"
    yield heading("sources")
    yield from (f"- {source.title} <{source.url}>" for source in question.sources)
    if question.correction:
        yield heading("correction")
        yield _plain(question.correction, language)


def _item_lines(number: int, item: Item, language: Language) -> Iterator[str]:
    yield f"\n{number}. [{item.kind}] {_plain(item.stem, language)}"
    if item.code is not None:
        yield textwrap.indent(item.code.text, "   | ")
    key = _HEADINGS["key"][language]
    if isinstance(item, NumericItem):
        answer = item.answer
        yield f"   {key}: {answer.value:g} ± {answer.tolerance:g} {answer.unit}".rstrip()
        yield f"      {_plain(item.why, language)}"
        yield from (f"      {mistake.value:g}: {_plain(mistake.why, language)}" for mistake in item.mistakes)
        return
    letters = dict(zip(_LETTERS, item.options, strict=False))
    yield from (f"   {letter}  {_plain(option.text, language)}" for letter, option in letters.items())
    right = [letter for letter, option in letters.items() if option.correct]
    yield f"   {key}: " + (" → " if isinstance(item, OrderingItem) else ", ").join(right)
    yield from (f"      {letter}: {_plain(option.why, language)}" for letter, option in letters.items())


def _plain(text: Localized, language: Language) -> str:
    """Write formulas in Unicode, as a message does."""
    return render_inline(text.get(language), markdown=False)
