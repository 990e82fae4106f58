"""Runs one lint rule over a sample question that differs from the clean one in one place."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.content.documents import Document
from bot.content.faults import Fault
from bot.content.questions import LoadedQuestion
from bot.domain.questions import Question
from tests.factories import Text, make_options, make_question, make_single, make_text

Rule = Callable[[LoadedQuestion], Iterator[Fault]]


def run(rule: Rule, question: Question) -> list[Fault]:
    return list(rule(LoadedQuestion(question, Document("q.yaml"), 0)))


def with_item(item: Any) -> Question:
    """The sample question with one item replaced by this one of the same kind."""
    sample = make_question()
    return make_question(items=[item if item.kind == other.kind else other for other in sample.items])


def with_options(*texts: Text, key: Any = 0, kind: Callable[..., Any] = make_single, **overrides: Any) -> Question:
    return with_item(kind(options=make_options(*texts, key=key), **overrides))


def with_stem(zh: str, en: str, **overrides: Any) -> Question:
    return with_item(make_single(stem=make_text((zh, en)), **overrides))


def with_why(zh: str, en: str) -> Question:
    choices = make_options(("甲", "One"), ("乙", "Two"), ("丙", "Three"))
    choices[0]["why"] = {"zh": zh, "en": en}
    return with_item(make_single(options=choices))


def errors(faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if not fault.warning]
