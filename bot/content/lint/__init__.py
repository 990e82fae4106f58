"""The bank linter: rules over well-formed questions. What the loader finds is not repeated here.

A rule is a function that takes one loaded question (or all of them) and yields faults; `registry.py` lists
them. Errors keep a question out of the bank; warnings ask the author to look again.
"""

from collections.abc import Sequence

from bot.content.faults import Fault
from bot.content.lint.registry import BANK_RULES, QUESTION_RULES
from bot.content.questions import LoadedQuestion, Loading


def lint(loading: Loading) -> list[Fault]:
    """Return every fault: those the loader found, then those of all rules, sorted by file and line."""
    found = [*loading.faults, *lint_questions(loading.questions)]
    return sorted(set(found))


def lint_questions(questions: Sequence[LoadedQuestion]) -> list[Fault]:
    """Run every rule over these questions, as if they were the whole bank."""
    found = [fault for loaded in questions for rule in QUESTION_RULES for fault in rule(loaded)]
    return found + [fault for rule in BANK_RULES for fault in rule(questions)]


__all__ = ["lint", "lint_questions"]
