"""The JSON schema of a question file, from which editors complete and check while an author types.

`content/schema/question.schema.json` is generated: `python -m bot bank schema --output` that file.
"""

import json

from pydantic import TypeAdapter

from bot.domain.questions import Question

SCHEMA_FILE = "schema/question.schema.json"


def question_schema() -> str:
    """Return the schema of a file under content/questions: a list of questions."""
    schema = TypeAdapter(list[Question]).json_schema()
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questions of one topic (content/questions/**/*.yaml)",
        **schema,
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
