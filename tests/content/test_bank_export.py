"""Exports: the JSON contract field by field, and CSV that no spreadsheet runs."""

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest

from bot.content.bank_export import CSV_COLUMNS, export_csv, export_json, item_record
from bot.content.bank_stats import lines, measure
from bot.domain.questions import Question
from tests.factories import make_numeric, make_options, make_question, make_single, make_text


def is_both(value: Any) -> bool:
    return (
        isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(text, str) for text in value.values())
    )


@pytest.fixture
def record() -> dict[str, Any]:
    (element,) = json.loads(export_json([make_question()]))
    return element


def test_fields_of_a_question(record: dict[str, Any]) -> None:
    assert record["id"] == "sample"
    assert record["topic"] == "basics/overview"
    assert record["difficulty"] == 2
    assert record["seed"] == ["S001"]
    assert record["form"] == "concept"
    assert record["relevance"] == "core"
    assert record["tracks"] == ["basics"]
    assert record["status"] == "reviewed"
    assert record["as_of"] == "2026-11"
    assert record["correction"] is None
    for name in ("prompt", "short", "answer"):
        assert is_both(record[name])
    assert len(record["key_points"]) == 3
    assert all(is_both(point) for point in record["key_points"])
    assert record["sources"][0]["title"].startswith("Prechelt")
    assert record["sources"][0]["url"].startswith("https://")
    assert record["follow_ups"][0]["ask"]["zh"] == "耐心值怎么选？"
    assert record["formulas"][0].startswith(r"\theta")
    assert record["code"] == []


def test_fields_of_items(record: dict[str, Any]) -> None:
    items = {item["kind"]: item for item in record["items"]}
    assert set(items) == {"single", "multiple", "numeric", "ordering"}
    for kind, item in items.items():
        assert item["id"] == f"sample.{kind}"
        assert is_both(item["stem"])
        assert 1 <= item["difficulty"] <= 5
        for option in item.get("options", []):
            assert is_both(option["text"])
            assert is_both(option["why"])
            assert isinstance(option["correct"], bool)
    assert sum(option["correct"] for option in items["single"]["options"]) == 1
    assert "options" not in items["numeric"]
    assert items["numeric"]["answer"] == {"value": 4.0, "tolerance": 0.1, "unit": ""}
    assert is_both(items["numeric"]["why"])
    assert items["numeric"]["mistakes"][0]["value"] == 5
    assert [option["text"]["zh"] for option in items["ordering"]["options"]] == [
        "训练若干步",
        "在验证集上评估",
        "比较并保存更好的权重",
    ]


def test_chinese_is_written_as_it_is_and_questions_keep_their_order() -> None:
    text = export_json([make_question(id="b"), make_question(id="a", correction=make_text(("更正", "Mended")))])
    assert "什么是早停" in text
    found = json.loads(text)
    assert [element["id"] for element in found] == ["b", "a"]
    assert found[1]["correction"] == {"zh": "更正", "en": "Mended"}


def rows(*questions: Question) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export_csv(questions))))


def test_csv_has_a_row_an_item() -> None:
    found = rows(make_question(), make_question(id="other"))
    assert tuple(found[0]) == CSV_COLUMNS
    assert [row["item_id"] for row in found[:4]] == [
        "sample.single",
        "sample.numeric",
        "sample.multiple",
        "sample.ordering",
    ]
    assert [found[1]["key"], found[3]["key"]] == ["4.0", "1>2>3"]
    assert [found[0][f"option{number}_zh"] for number in found[0]["key"].split(";")] == ["停下并恢复最优权重"]
    assert {found[2][f"option{number}_zh"] for number in found[2]["key"].split(";")} == {
        "验证分数偏乐观",
        "可能停得过早",
    }
    assert found[1]["tolerance"] == "0.1"
    assert found[7]["question_id"] == "other"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-x", "@cmd", "=1,2"])
def test_csv_runs_nothing(text: str) -> None:
    single = make_single(options=make_options(text, "乙", "丙"))
    items = [single, *make_question().items[1:]]
    row = rows(make_question(items=items))[0]
    assert row[f"option{row['key']}_zh"] == "'" + text


def test_the_key_stands_in_every_place_of_an_export_about_equally_often() -> None:
    singles = [make_single(stem=make_text(f"第 {number} 题：先做什么？")) for number in range(400)]
    places = Counter([option["correct"] for option in item_record(single)["options"]].index(True) for single in singles)
    assert set(places) == {0, 1, 2, 3}
    assert min(places.values()) > 60  # of 100 expected; 4.6 standard deviations


def test_csv_leaves_negative_keys_alone() -> None:
    numeric = make_numeric(answer={"value": -0.5, "tolerance": 0, "unit": "-"})
    sample = make_question()
    row = rows(make_question(items=[sample.items[0], numeric, *sample.items[2:]]))[1]
    assert row["key"] == "-0.5"
    assert row["unit"] == "'-"


def test_stats() -> None:
    questions = [make_question(), make_question(id="other", seed=["S001", "S002"], form="debug", difficulty=5)]
    found = measure(questions)
    assert found.questions == 2
    assert found.kinds == {"single": 2, "multiple": 2, "numeric": 2, "ordering": 2}
    assert found.seeds == {"S001", "S002"}
    assert found.forms == {"concept": 1, "debug": 1}
    assert found.longest_is_key["zh"].items == 2
    text = "\n".join(lines(found))
    assert "questions\t2" in text
    assert "seed entries covered\t2" in text
    assert "  basics/overview\t2" in text


def test_stats_of_an_empty_bank() -> None:
    assert "questions\t0" in "\n".join(lines(measure([])))
