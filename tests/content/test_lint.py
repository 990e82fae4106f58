"""The linter as a whole: which rules run, and in what order faults come."""

from bot.content.documents import Document
from bot.content.faults import Fault
from bot.content.lint import formulas, grading, languages, limits, lint, options, placeholders, references, wording
from bot.content.lint import sources as source_rules
from bot.content.lint.registry import BANK_RULES, QUESTION_RULES
from bot.content.questions import LoadedQuestion, Loading
from tests.factories import make_question

from .linting import with_why


def test_the_sample_question_is_clean() -> None:
    assert lint(Loading(questions=[LoadedQuestion(make_question(), Document("q.yaml"), 0)])) == []


def test_every_rule_of_the_modules_is_registered() -> None:
    listed = {rule.__name__ for rule in (*QUESTION_RULES, *BANK_RULES)}
    assert len(listed) == len(QUESTION_RULES) + len(BANK_RULES)
    for module in (options, references, wording, languages, formulas, limits, grading, source_rules, placeholders):
        for name, value in vars(module).items():
            takes_question = list(getattr(value, "__annotations__", {})) == ["loaded", "return"]
            if takes_question and not name.startswith("_"):
                assert name in listed


def test_faults_of_the_loader_come_first_and_all_are_sorted() -> None:
    loader = Fault("a.yaml", 3, "", "", "broken")
    loading = Loading(questions=[LoadedQuestion(with_why("选 B。", "why"), Document("q.yaml"), 0)], faults=[loader])
    found = lint(loading)
    assert found[0] == loader
    assert found == sorted(found)
