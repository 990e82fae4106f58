"""`bank review`: how a second person goes over a file: blind sheet, grading, signature (see content/AUTHORING.md)."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.content.faults import shown
from bot.content.questions import read_questions
from bot.content.reviews import (
    Review,
    blind_review,
    content_hash,
    read_reviews,
    review_path,
    write_reviews,
)
from bot.content.shuffling import shuffled
from bot.domain.kinds import Item, NumericItem
from bot.domain.questions import Question

_VERDICTS = ("right", "mended")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", content_dir: Callable[[], Path]) -> None:
    """Add `bank review` and its steps. `content_dir` finds the content folder when a step runs."""
    parser = commands.add_parser("review", help="review a topic: blind sheet, grade, sign, status")
    steps = parser.add_subparsers(dest="review_command", required=True, metavar="STEP")
    sheet_ = steps.add_parser("sheet", help="print the items without keys and reasons")
    sheet_.add_argument("topic", metavar="TOPIC")
    sheet_.add_argument("--mended", action="store_true", help="only items that the last review changed")
    sheet_.set_defaults(handler=lambda arguments: sheet(content_dir(), arguments.topic, mended=arguments.mended))
    grade_ = steps.add_parser("grade", help="grade a file of lines `item<TAB>answer`, keep the answers, show the rest")
    sign_ = steps.add_parser("sign", help="sign a file of lines `item<TAB>right|mended<TAB>source[<TAB>note]`")
    for step, handler in ((grade_, grade), (sign_, sign)):
        step.add_argument("topic", metavar="TOPIC")
        step.add_argument("file", type=Path, metavar="FILE")
        step.set_defaults(handler=lambda arguments, run=handler: run(content_dir(), arguments.topic, arguments.file))
    status_ = steps.add_parser("status", help="count items reviewed, mended and not yet reviewed, by topic")
    status_.set_defaults(handler=lambda arguments: status(content_dir()))


def sheet(content_dir: Path, topic: str, *, mended: bool = False) -> int:
    """Print the blind sheet of a topic, both languages, options numbered in a shuffled order.

    `mended` leaves only items that a review changed: their blind answers are those to the text before.
    """
    items = _items(content_dir, topic)
    if not items:
        return _complain(f"{topic} holds no questions")
    reviews = _reviews(content_dir, topic)
    for item_id, (_, item) in items.items():
        if not mended or (item_id in reviews and reviews[item_id].verdict == "mended"):
            print("\n".join(_sheet_lines(item)) + "\n")
    return 0


def grade(content_dir: Path, topic: str, file: Path) -> int:
    """Keep the blind answers as open records and print the items where they are not the key, with the reasons.

    A record that is signed for this very text stays signed: only its answer is replaced, by one to the new text.
    """
    wanted = _items(content_dir, topic)
    reviews = _reviews(content_dir, topic)
    problems = 0
    for item_id, answer in _rows(file, 2):
        if item_id not in wanted:
            problems += 1
            _complain(f"{topic} has no item {item_id}")
            continue
        question, item = wanted[item_id]
        try:
            review = blind_review(question, item, answer)
        except ValueError as error:
            problems += 1
            _complain(f"{item_id}: {error}")
            continue
        known = reviews.get(item_id)
        if known is not None and known.verdict != "open" and known.hash == review.hash:
            review = known.model_copy(update={"blind": review.blind, "agreed": review.agreed})
        reviews[item_id] = review
        if not review.agreed:
            print("\n".join(_difference(item, review)) + "\n")
    _write(content_dir, topic, reviews)
    answered = [reviews[item_id] for item_id in wanted if item_id in reviews]
    agreed = sum(review.agreed for review in answered)
    print(f"{topic}: {len(answered)} of {len(wanted)} items answered, {agreed} as the key says")
    return 1 if problems else 0


def sign(content_dir: Path, topic: str, file: Path) -> int:
    """Sign records for the text as it stands now."""
    wanted = _items(content_dir, topic)
    reviews = _reviews(content_dir, topic)
    problems = 0
    for item_id, verdict, source, note in _rows(file, 4):
        if item_id not in wanted or item_id not in reviews:
            problems += 1
            _complain(f"{item_id} is no item of {topic} with a blind answer")
        elif verdict not in _VERDICTS or not source:
            problems += 1
            _complain(f"{item_id}: needs {' or '.join(_VERDICTS)} and the source that its facts were held against")
        else:
            update = {"hash": content_hash(*wanted[item_id]), "verdict": verdict, "source": source, "note": note}
            reviews[item_id] = reviews[item_id].model_copy(update=update)
    _write(content_dir, topic, {item_id: review for item_id, review in reviews.items() if item_id in wanted})
    return 1 if problems else 0


def status(content_dir: Path) -> int:
    """Print a line a topic: items, signed, of these mended, answered blind as the key said, still without a record."""
    by_topic: dict[str, list[Question]] = {}
    for loaded in read_questions(shown(content_dir)).questions:
        by_topic.setdefault(loaded.question.topic, []).append(loaded.question)
    print("topic\titems\tsigned\tmended\tagreed\tmissing")
    for topic, questions in by_topic.items():
        reviews = _reviews(content_dir, topic)
        ids = [item.id for question in questions for item in question.items]
        kept = [reviews[item_id] for item_id in ids if item_id in reviews]
        signed = [review for review in kept if review.verdict != "open"]
        counts = (
            len(ids),
            len(signed),
            sum(review.verdict == "mended" for review in signed),
            sum(review.agreed for review in kept),
            len(ids) - len(kept),
        )
        print(topic, *counts, sep="\t")
    return 0


def _sheet_lines(item: Item) -> Iterator[str]:
    yield f"## {item.id} [{item.kind}]"
    yield item.stem.zh
    yield item.stem.en
    if item.code is not None:
        yield item.code.text
    if isinstance(item, NumericItem):
        yield f"= ? {item.answer.unit}".rstrip()
    for number, option in enumerate(shuffled(item), start=1):
        yield f"{number}. {option.text.zh}\n   {option.text.en}"


def _difference(item: Item, review: Review) -> Iterator[str]:
    yield f"## {item.id}: answered {' | '.join(review.blind)}"
    if isinstance(item, NumericItem):
        yield f"key: {item.answer.value:g} ± {item.answer.tolerance:g} {item.answer.unit}\n{item.why.zh}\n{item.why.en}"
        return
    for option in item.options:
        yield f"{'+' if option.correct else '-'} {option.text.en}\n  {option.why.zh}\n  {option.why.en}"


def _questions(content_dir: Path, topic: str) -> list[Question]:
    loading = read_questions(shown(content_dir))
    for fault in loading.faults:
        _complain(str(fault))
    return [loaded.question for loaded in loading.questions if loaded.question.topic == topic]


def _items(content_dir: Path, topic: str) -> dict[str, tuple[Question, Item]]:
    return {item.id: (question, item) for question in _questions(content_dir, topic) for item in question.items}


def _reviews(content_dir: Path, topic: str) -> dict[str, Review]:
    path = review_path(content_dir, topic)
    return dict(read_reviews(path, str(path)).reviews)


def _write(content_dir: Path, topic: str, reviews: dict[str, Review]) -> None:
    """Write the records in the order of the questions, so that a file reads beside them."""
    order = {item_id: place for place, item_id in enumerate(_items(content_dir, topic))}
    ordered = sorted(reviews.values(), key=lambda review: order.get(review.item, len(order)))
    write_reviews(review_path(content_dir, topic), ordered)


def _rows(file: Path, columns: int) -> Iterator[Sequence[str]]:
    """Yield the lines of a file of tab-separated values, filled up with empty cells."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("\t")]
            yield (cells + [""] * columns)[:columns]


def _complain(message: str) -> int:
    print(f"mianjing: {message}", file=sys.stderr)
    return 1
