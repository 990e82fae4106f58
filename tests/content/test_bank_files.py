"""The shipped content: every file passes the linter, and the editors' schema is that of the models."""

import json
from pathlib import Path

import bot
from bot.content.lint import lint
from bot.content.questions import read_questions
from bot.content.schema import SCHEMA_FILE, question_schema

CONTENT = Path(bot.__file__).parent.parent / "content"


def test_every_shipped_file_passes() -> None:
    errors = [str(fault) for fault in lint(read_questions(CONTENT)) if not fault.warning]
    assert errors == []


def test_the_schema_file_is_up_to_date() -> None:
    written = (CONTENT / SCHEMA_FILE).read_text(encoding="utf-8")
    assert written == question_schema(), "run: python -m bot bank schema --output content/" + SCHEMA_FILE


def test_the_schema_describes_a_list_of_questions() -> None:
    schema = json.loads(question_schema())
    assert schema["type"] == "array"
    question = schema["$defs"]["Question"]
    assert question["additionalProperties"] is False
    assert {"id", "prompt", "answer", "key_points", "items", "sources"} <= set(question["required"])
