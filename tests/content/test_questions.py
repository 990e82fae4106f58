"""The loader: a good folder becomes a bank, and of a bad one every fault is told with its line."""

from pathlib import Path
from typing import Any

import pytest

from bot.content.faults import ContentError
from bot.content.questions import load_bank, read_file, read_questions
from tests.factories import make_question, write_content


def data(**overrides: Any) -> dict[str, Any]:
    """The sample question as an author's file holds it, with some fields replaced; None leaves a field out."""
    plain = make_question().model_dump(mode="json") | overrides
    return {key: value for key, value in plain.items() if value is not None}


def told(folder: Path) -> list[str]:
    """The faults without the folder's name."""
    return [str(fault).removeprefix(f"{folder}/") for fault in read_questions(folder).faults]


def test_a_good_folder_becomes_a_bank(tmp_path: Path) -> None:
    folder = write_content(tmp_path, make_question(), make_question(id="other", topic="basics/decoding"))
    bank = load_bank(folder)
    assert [question.id for question in bank] == ["other", "sample"]
    assert bank.find("sample", None) == make_question()
    assert bank.topics.name("basics/decoding").zh == "解码"


def test_load_bank_raises_with_every_fault(tmp_path: Path) -> None:
    folder = write_content(tmp_path, data(form="essay"), data(id="other", difficulty=6))
    with pytest.raises(ContentError) as raised:
        load_bank(folder)
    assert [(fault.entry, fault.field) for fault in raised.value.faults] == [
        ("sample", "form"),
        ("other", "difficulty"),
    ]


@pytest.mark.parametrize(
    ("overrides", "field", "words"),
    [
        ({"answer": None}, "answer", "is missing"),
        ({"difficult": 3}, "difficult", "is not a known field"),
        ({"difficulty": 9}, "difficulty", "less than or equal to 5"),
        ({"id": "Sample"}, "id", "does not match"),
        ({"seed": ["78"]}, "seed[0]", "does not match"),
        ({"as_of": "2026"}, "as_of", "does not match"),
        ({"prompt": {"zh": "问"}}, "prompt.en", "is missing"),
        ({"prompt": {"zh": "问", "en": 5}}, "prompt.en", "put it in quotes"),
        ({"prompt": "问"}, "prompt", "mapping of fields"),
        ({"tracks": []}, "tracks", "at least 1"),
        ({"sources": [{"title": "Paper", "url": "http://a.org"}]}, "sources[0].url", "does not match"),
        ({"items": []}, "items", "at least 3"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, overrides: dict[str, Any], field: str, words: str) -> None:
    folder = write_content(tmp_path, data(**overrides))
    found = read_questions(folder).faults
    assert [(fault.entry, fault.field) for fault in found] == [(overrides.get("id", "sample"), field)]
    assert words in found[0].message
    assert found[0].line >= 1


def test_a_wrong_item_is_named_with_its_line(tmp_path: Path) -> None:
    broken = data()
    broken["items"][0]["options"][1]["why"] = {"zh": "因为"}
    broken["items"][1]["kind"] = "guess"
    folder = write_content(tmp_path, broken)
    lines = (folder / "questions/basics/overview.yaml").read_text(encoding="utf-8").splitlines()
    found = read_questions(folder).faults
    assert [fault.field for fault in found] == ["items[0].options[1].why.en", "items[1]"]
    assert "why:" in lines[found[0].line - 1]
    assert "'guess'" in found[1].message


def test_rules_across_fields_are_told_at_the_question_or_item(tmp_path: Path) -> None:
    broken = data()
    broken["items"][0]["id"] = "another.single"
    found = told(write_content(tmp_path, broken))
    assert found == [
        "questions/basics/overview.yaml:1: sample: item another.single does not begin with the question's id sample."
    ]


def test_places_and_ids(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path, data(), data(), data(id="old", items=make_question(id="old").model_dump()["items"])
    )
    (folder / "retired.txt").write_text("old  # merged\n\n# nothing\n")
    (folder / "questions/basics/decoding.yaml").write_text(
        (folder / "questions/basics/overview.yaml").read_text(encoding="utf-8").replace("id: sample", "id: moved"),
        encoding="utf-8",
    )
    found = told(folder)
    assert any("sample: id: is used already at" in line for line in found)
    assert any("old: id: was retired" in line for line in found)
    assert any("basics/overview belongs in questions/basics/overview.yaml" in line for line in found)


@pytest.mark.parametrize(
    ("topic", "words"), [("basics/none", "basics/none is not in content/topics.yaml"), ("basics", "has subtopics")]
)
def test_topics_that_are_no_leaf(tmp_path: Path, topic: str, words: str) -> None:
    found = told(write_content(tmp_path, data(topic=topic)))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("just text\n", "must be a list of questions"),
        ("- just text\n", "must be a mapping"),
        ("- id: a\n  id: b\n", "a: id: this key stands twice"),
        ("{\n", "not valid YAML"),
    ],
)
def test_a_file_of_another_shape(tmp_path: Path, text: str, words: str) -> None:
    folder = write_content(tmp_path)
    (folder / "questions/basics/decoding.yaml").write_text(text)
    found = told(folder)
    assert found[0].startswith("questions/basics/decoding.yaml:")
    assert any(words.removeprefix("a: ") in line for line in found)
    assert len(read_questions(folder).questions) == 1  # the good file is read all the same


def test_a_fault_of_parsing_names_the_question(tmp_path: Path) -> None:
    folder = write_content(tmp_path)
    file = folder / "questions/basics/overview.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.replace("id: sample", "id: other").replace("difficulty: 2\n", 'form: "\\beta"\n', 1))
    found = told(folder)
    assert any(": other: form: this key stands twice" in line for line in found)
    assert any(": other: form: holds the control character" in line for line in found)


def test_what_belongs_to_the_folder(tmp_path: Path) -> None:
    assert told(tmp_path) == ["topics.yaml:1: is missing"]
    folder = write_content(tmp_path)
    (folder / "questions/basics/notes.yml").write_text("- id: unread\n")
    (folder / "retired.txt").write_bytes(b"\xff\xfe\n")
    assert told(folder) == ["questions/basics/notes.yml:1: must end in .yaml to be read"]


@pytest.mark.parametrize("topics", ["basics: 1\n", "- {id: Basics}\n", "[\n"])
def test_broken_topics_are_told_once(tmp_path: Path, topics: str) -> None:
    found = told(write_content(tmp_path, topics=topics))
    assert found
    assert all(line.startswith("topics.yaml:1: ") for line in found)


def test_an_empty_folder_holds_no_questions(tmp_path: Path) -> None:
    folder = write_content(tmp_path)
    (folder / "questions/basics/overview.yaml").write_text("# later\n")
    assert told(folder) == ["questions:1: holds no questions"]


def test_a_file_outside_of_a_content_folder(tmp_path: Path) -> None:
    inside = write_content(tmp_path / "content", data(topic="basics/none"))
    loading = read_file(inside / "questions/basics/none.yaml")
    assert loading.faults == []
    assert [loaded.question.id for loaded in loading.questions] == ["sample"]
