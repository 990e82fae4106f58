"""The shipped content: every file passes the linter, the bank is as large and as mixed as it is meant to be."""

import json
from collections import Counter
from pathlib import Path

import pytest

import bot
from bot.content.bank_stats import SEED_ENTRIES
from bot.content.lint import lint
from bot.content.questions import Loading, read_questions
from bot.content.reviews import read_reviews, review_path
from bot.content.schema import SCHEMA_FILE, question_schema
from bot.domain.questions import Question
from bot.pictures.formula import render_formulas

CONTENT = Path(bot.__file__).parent.parent / "content"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def loading() -> Loading:
    return read_questions(CONTENT)


@pytest.fixture(scope="module")
def questions(loading: Loading) -> list[Question]:
    return [loaded.question for loaded in loading.questions]


def test_every_shipped_file_passes(loading: Loading) -> None:
    errors = [str(fault) for fault in lint(loading) if not fault.warning]
    assert errors == []


def test_every_entry_of_the_source_document_is_answered(questions: list[Question]) -> None:
    covered = {seed for question in questions for seed in question.seed}
    assert covered == SEED_ENTRIES


def test_the_bank_is_large_and_mixed_enough(questions: list[Question]) -> None:
    items = [item for question in questions for item in question.items]
    frontier = [question for question in questions if not question.seed]
    forms = Counter(question.form for question in questions)
    kinds = Counter(item.kind for item in items)
    assert len(frontier) >= 105
    assert len(items) >= 720
    assert min(len(question.items) for question in questions) >= 3
    assert 1 - kinds["single"] / len(items) >= 0.15
    assert forms["code"] >= 15
    assert forms["design"] + forms["debug"] >= 10
    assert forms["estimate"] >= 15
    assert forms["derive"] >= 10
    assert set(Counter(question.difficulty for question in questions)) == {1, 2, 3, 4, 5}


def test_every_formula_is_drawn(questions: list[Question]) -> None:
    cards = [question.formulas for question in questions if question.formulas]
    assert len(cards) > 100
    for formulas in cards:
        assert render_formulas(formulas).startswith(PNG)


def test_every_item_was_reviewed_by_a_second_person(questions: list[Question]) -> None:
    signed = set()
    for topic in sorted({question.topic for question in questions}):
        path = review_path(CONTENT, topic)
        found = read_reviews(path, str(path))
        signed |= {item_id for item_id, review in found.reviews.items() if review.verdict != "open"}
    assert {item.id for question in questions for item in question.items} - signed == set()


def test_the_schema_file_is_up_to_date() -> None:
    written = (CONTENT / SCHEMA_FILE).read_text(encoding="utf-8")
    assert written == question_schema(), "run: python -m bot bank schema --output content/" + SCHEMA_FILE


def test_the_schema_describes_a_list_of_questions() -> None:
    schema = json.loads(question_schema())
    assert schema["type"] == "array"
    question = schema["$defs"]["Question"]
    assert question["additionalProperties"] is False
    assert {"id", "prompt", "answer", "key_points", "items", "sources"} <= set(question["required"])
