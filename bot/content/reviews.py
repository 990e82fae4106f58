"""Review records: one JSON line an item under content/reviews/, beside the questions of the same topic.

A reviewer answers each item from a blind sheet (stem and options, no key), holds the facts against a source and
signs. The record keeps that first answer and the hash of the text that was signed, so that an edit shows.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from bot.content.faults import Fault
from bot.content.shuffling import shuffled
from bot.domain.kinds import Item, MultipleItem, NumericItem, OrderingItem, Response, SingleItem
from bot.domain.localized import Value
from bot.domain.questions import Question

Verdict = Literal["open", "right", "mended"]


class Review(Value):
    """What became of one item.

    `blind` is the reviewer's answer before they saw the key: the texts of the options chosen (in order, for an
    ordering item) or the number as written; `agreed` whether it was the key of the time. `verdict`: `open`
    until signed, `right` when the item stood as it was, `mended` when it had to be changed (`note` says how).
    `source` is what the facts were held against. `hash` is of the text that was signed (`content_hash`).
    """

    item: str
    hash: str
    blind: tuple[str, ...] = Field(min_length=1)
    agreed: bool
    verdict: Verdict
    source: str = ""
    note: str = ""


@dataclass
class ReviewFile:
    """The records of one file, by item id, with the line each stands on, and the faults of the lines."""

    name: str
    reviews: dict[str, Review] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def review_path(content_dir: Path, topic: str) -> Path:
    """Return where the records of a topic's items stand."""
    return content_dir / "reviews" / f"{topic}.jsonl"


def content_hash(question: Question, item: Item) -> str:
    """Hash an item with all that surrounds it: its siblings are left out, they have records of their own."""
    context = question.model_dump(mode="json", exclude={"items", "as_of", "status"})
    canonical = json.dumps([context, item.revision], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:24]


def read_reviews(path: Path, name: str) -> ReviewFile:
    """Read the records of one file; lines that are none become faults."""
    found = ReviewFile(name)
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            review = Review.model_validate_json(line)
        except ValidationError as error:
            what = error.errors(include_url=False)[0]
            field_name = ".".join(str(step) for step in what["loc"])
            found.faults.append(Fault(name, number, "", field_name, f"is no review record: {what['msg']}"))
            continue
        if review.item in found.reviews:
            found.faults.append(Fault(name, number, review.item, "", "has a record already"))
        found.reviews[review.item] = review
        found.lines[review.item] = number
    return found


def write_reviews(path: Path, reviews: Iterable[Review]) -> None:
    """Write records, one a line, in the order given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(review.model_dump(mode="json"), ensure_ascii=False) + "\n" for review in reviews]
    path.write_text("".join(lines), encoding="utf-8")


def read_answer(item: Item, text: str) -> tuple[Response, tuple[str, ...]]:
    """Read an answer to the blind sheet, with what to keep of it.

    Args:
        item: The item answered.
        text: The number of an option, several with commas (a multiple item), the order with `>` (an ordering
            item) or a number in the item's unit.

    Raises:
        ValueError: If it is no answer to this item.
    """
    if isinstance(item, NumericItem):
        value = item.parse(text)
        if value is None:
            raise ValueError(f"{text!r} is no number")
        return Response(value=value), (text.strip(),)
    options = shuffled(item)
    try:
        numbers = [int(part) for part in text.replace(">", ",").split(",")]
        chosen = [options[number - 1] for number in numbers if number >= 1]
    except (ValueError, IndexError):
        raise ValueError(f"{text!r} does not name options by number") from None
    if len(chosen) != len(numbers) or len(set(numbers)) != len(numbers):
        raise ValueError(f"{text!r} does not name options by number")
    response = Response(options=tuple(option.id for option in chosen))
    _check_count(item, len(chosen))
    return response, tuple(option.text.en for option in chosen)


def _check_count(item: SingleItem | MultipleItem | OrderingItem, chosen: int) -> None:
    if isinstance(item, SingleItem) and chosen != 1:
        raise ValueError("takes one option")
    if isinstance(item, OrderingItem) and chosen != len(item.options):
        raise ValueError("takes every option, in order")


def blind_review(question: Question, item: Item, text: str) -> Review:
    """Make the open record of an answer to the blind sheet.

    Raises:
        ValueError: If it is no answer to this item.
    """
    response, kept = read_answer(item, text)
    return Review(
        item=item.id,
        hash=content_hash(question, item),
        blind=kept,
        agreed=item.grade(response).correct,
        verdict="open",
    )


def review_faults(questions: Sequence[Question], found: ReviewFile) -> list[Fault]:
    """Hold the records of a topic against its questions: none missing, unsigned, stale or left over."""
    faults = list(found.faults)
    wanted = {item.id: (question, item) for question in questions for item in question.items}
    for item_id, review in found.reviews.items():
        line = found.lines[item_id]
        if item_id not in wanted:
            faults.append(Fault(found.name, line, item_id, "", "there is no such item any more: remove the record"))
        elif review.verdict == "open":
            faults.append(Fault(found.name, line, item_id, "verdict", "is open: the review was not signed"))
        elif review.hash != content_hash(*wanted[item_id]):
            faults.append(
                Fault(
                    found.name, line, item_id, "hash", "is stale: the text has changed since the review, sign it anew"
                )
            )
        elif not review.source:
            faults.append(
                Fault(found.name, line, item_id, "source", "is missing: name what the facts were held against")
            )
    for item_id, (question, _) in wanted.items():
        if item_id not in found.reviews and question.status == "reviewed":
            faults.append(
                Fault(
                    found.name, 1, item_id, "", "has no review record: review it, or set its question's status to draft"
                )
            )
    return faults
