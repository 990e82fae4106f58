"""Writes the bank for others: JSON (the contract in product.md) and CSV (one row an item, for spreadsheets).

Aliases and refused answers of key points stay inside: they are for grading, not for readers.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from bot.content.shuffling import shuffled
from bot.domain.kinds import Item, NumericItem, Option, OrderingItem
from bot.domain.localized import LANGUAGES, Localized
from bot.domain.questions import Question

MAX_OPTIONS = 6
CSV_COLUMNS = (
    *("question_id", "item_id", "topic", "form", "relevance", "tracks", "status", "seed", "as_of"),
    *("difficulty", "item_difficulty", "kind", "prompt_zh", "prompt_en", "stem_zh", "stem_en", "code"),
    *(f"option{number}_{language}" for number in range(1, MAX_OPTIONS + 1) for language in LANGUAGES),
    *("key", "tolerance", "unit", "why_zh", "why_en"),
)
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_json(questions: Iterable[Question]) -> str:
    """Return one JSON array with an element for each question, in the order given."""
    return json.dumps([question_record(question) for question in questions], ensure_ascii=False, indent=1) + "\n"


def question_record(question: Question) -> dict[str, Any]:
    """Return a question as plain data. `correction` is null where the source document was right."""
    return {
        "id": question.id,
        "topic": question.topic,
        "difficulty": question.difficulty,
        "form": question.form,
        "relevance": question.relevance,
        "tracks": list(question.tracks),
        "status": question.status,
        "seed": list(question.seed),
        "as_of": question.as_of,
        "prompt": _both(question.prompt),
        "short": _both(question.short),
        "answer": _both(question.answer),
        "formulas": list(question.formulas),
        "code": [code.model_dump(mode="json") for code in question.code],
        "key_points": [{"zh": point.zh, "en": point.en} for point in question.key_points],
        "follow_ups": [follow_up.model_dump(mode="json") for follow_up in question.follow_ups],
        "sources": [source.model_dump(mode="json") for source in question.sources],
        "correction": _both(question.correction) if question.correction else None,
        "items": [item_record(item) for item in question.items],
    }


def item_record(item: Item) -> dict[str, Any]:
    """Return an item as plain data: options shuffled, but in the right order for an ordering item."""
    record: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "difficulty": item.difficulty,
        "stem": _both(item.stem),
        "code": item.code.model_dump(mode="json") if item.code else None,
    }
    if isinstance(item, NumericItem):
        record["answer"] = item.answer.model_dump(mode="json")
        record["mistakes"] = [mistake.model_dump(mode="json") for mistake in item.mistakes]
        record["why"] = _both(item.why)
    else:
        record["options"] = [
            {"id": option.id, "text": _both(option.text), "correct": option.correct, "why": _both(option.why)}
            for option in _exported(item)
        ]
    return record


def export_csv(questions: Iterable[Question]) -> str:
    """Return CSV with the columns of `CSV_COLUMNS`.

    `key` names options by number: `2` (single), `1;3` (multiple), `1>2>3` (ordering); it is the value of a
    numeric item, with its tolerance and unit. Lists are joined by `;`. The reasons per option are in the JSON.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for question in questions:
        for item in question.items:
            writer.writerow({column: _cell(value) for column, value in _row(question, item).items()})
    return out.getvalue()


def _row(question: Question, item: Item) -> dict[str, object]:
    row: dict[str, object] = {
        "question_id": question.id,
        "item_id": item.id,
        "topic": question.topic,
        "form": question.form,
        "relevance": question.relevance,
        "tracks": ";".join(question.tracks),
        "status": question.status,
        "seed": ";".join(question.seed),
        "as_of": question.as_of,
        "difficulty": question.difficulty,
        "item_difficulty": item.difficulty,
        "kind": item.kind,
        "prompt_zh": question.prompt.zh,
        "prompt_en": question.prompt.en,
        "stem_zh": item.stem.zh,
        "stem_en": item.stem.en,
        "code": item.code.text if item.code else "",
    }
    if isinstance(item, NumericItem):
        row |= {"key": item.answer.value, "tolerance": item.answer.tolerance, "unit": item.answer.unit}
        return row | {"why_zh": item.why.zh, "why_en": item.why.en}
    options = _exported(item)
    for number, option in enumerate(options, start=1):
        row |= {f"option{number}_{language}": option.text.get(language) for language in LANGUAGES}
    keys = [str(number) for number, option in enumerate(options, start=1) if option.correct]
    return row | {"key": (">" if isinstance(item, OrderingItem) else ";").join(keys)}


def _exported(item: Item) -> Sequence[Option]:
    return item.options if isinstance(item, OrderingItem) else shuffled(item)


def _cell(value: object) -> object:
    """Keep a spreadsheet from running a text; numbers, which may begin with a minus, are left alone."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def _both(text: Localized) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
