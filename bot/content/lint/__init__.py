"""The bank linter: rules over well-formed questions. What the loader finds is not repeated here.

A rule is a function that takes one loaded question (or all of them) and yields faults; `registry.py` lists
them. Errors keep a question out of the bank; warnings ask the author to look again.
"""

from collections.abc import Iterator, Sequence

from bot.content.faults import Fault
from bot.content.lint.registry import BANK_RULES, BREAKING_BANK_RULES, BREAKING_RULES, QUESTION_RULES
from bot.content.questions import LoadedQuestion, Loading
from bot.content.reviews import read_reviews, review_faults


def lint(loading: Loading) -> list[Fault]:
    """Return every fault: those the loader found, then those of all rules, sorted by file and line."""
    found = [*loading.faults, *loading.hygiene, *lint_questions(loading.questions), *_lint_reviews(loading)]
    return sorted(set(found))


def lint_questions(questions: Sequence[LoadedQuestion]) -> list[Fault]:
    """Run every rule over these questions, as if they were the whole bank."""
    found = [fault for loaded in questions for rule in QUESTION_RULES for fault in rule(loaded)]
    return found + [fault for rule in BANK_RULES for fault in rule(questions)]


def breaking_faults(questions: Sequence[LoadedQuestion]) -> list[Fault]:
    """Run the rules without which the bot could not show a question, or would mix two up."""
    found = [fault for loaded in questions for rule in BREAKING_RULES for fault in rule(loaded)]
    return found + [fault for rule in BREAKING_BANK_RULES for fault in rule(questions)]


def _lint_reviews(loading: Loading) -> Iterator[Fault]:
    """Hold review records against the questions: each topic that has a file of records, and each file of records."""
    root = loading.folder / "reviews" if loading.folder else None
    if root is None or not root.is_dir():
        return
    for path in sorted(root.rglob("*.jsonl")):
        topic = path.relative_to(root).with_suffix("").as_posix()
        questions = [loaded.question for loaded in loading.questions if loaded.question.topic == topic]
        yield from review_faults(questions, read_reviews(path, str(path)))


__all__ = ["breaking_faults", "lint", "lint_questions"]
