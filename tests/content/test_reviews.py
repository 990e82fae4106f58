"""Review records: the blind sheet and its grading, signatures that go stale, and what the check says of each."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.content.lint import lint
from bot.content.questions import read_questions
from bot.content.reviews import blind_review, content_hash, read_answer, read_reviews
from bot.content.shuffling import shuffled
from bot.domain.kinds import Item
from tests.factories import make_multiple, make_numeric, make_ordering, make_question, make_single, write_content

TOPIC = "basics/overview"
RECORDS = Path("content/reviews/basics/overview.jsonl")
Run = Callable[..., tuple[int, str, str]]


def right_answer(item: Item) -> str:
    """Return the line that a reviewer who knows everything writes."""
    if item.kind == "numeric":
        return f"{item.answer.value:g}"
    places = {option.id: str(number) for number, option in enumerate(shuffled(item), start=1)}
    if item.kind == "ordering":
        return ">".join(places[option.id] for option in item.options)
    return ",".join(places[option.id] for option in item.options if option.correct)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run `bank …` in a folder whose bank holds the sample question."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIANJING_CONTENT_DIR", "content")
    write_content(tmp_path / "content", make_question())

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(["bank", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


def write_rows(name: str, *rows: tuple[str, ...]) -> str:
    Path(name).write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    return name


def review_all(run: Run) -> None:
    """Answer every item right and sign it."""
    items = make_question().items
    run("review", "grade", TOPIC, write_rows("a.tsv", *((item.id, right_answer(item)) for item in items)))
    run("review", "sign", TOPIC, write_rows("v.tsv", *((item.id, "right", "Prechelt 1998") for item in items)))


def told(kind: str = "error") -> list[str]:
    """The faults of the check that stand in the file of records."""
    return [str(fault) for fault in lint(read_questions(Path("content"))) if fault.file == str(RECORDS)]


def test_the_sheet_tells_no_key_and_no_reason(run: Run) -> None:
    code, sheet, _ = run("review", "sheet", TOPIC)
    assert code == 0
    for item in make_question().items:
        assert item.stem.zh in sheet
        assert item.stem.en in sheet
        assert ("why" in sheet, "理由" in sheet) == (False, False)
    assert "correct" not in sheet
    assert "4" not in sheet.partition("sample.numeric")[2].partition("##")[0].replace("1", "").splitlines()[-1]


def test_a_review_that_agrees_passes_the_check(run: Run) -> None:
    review_all(run)
    records = [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    assert [record["item"] for record in records] == [item.id for item in make_question().items]
    assert all(record["agreed"] and record["verdict"] == "right" for record in records)
    assert records[0]["blind"] == ["Stop and restore the best weights"]
    assert told() == []
    assert run("review", "status")[1].splitlines()[1].split("\t") == [TOPIC, "4", "4", "0", "4", "0"]


def test_a_wrong_blind_answer_is_kept_and_shown_with_the_reasons(run: Run) -> None:
    item = make_question().items[0]
    wrong = next(n for n, option in enumerate(shuffled(item), start=1) if not option.correct)
    code, out, _ = run("review", "grade", TOPIC, write_rows("a.tsv", (item.id, str(wrong))))
    assert code == 0
    assert "Because: Stop and restore the best weights" in out
    assert f"{TOPIC}: 1 of 4 items answered, 0 as the key says" in out
    run("review", "sign", TOPIC, write_rows("v.tsv", (item.id, "mended", "Prechelt 1998", "stem said too little")))
    record = json.loads(RECORDS.read_text(encoding="utf-8"))
    assert (record["agreed"], record["verdict"], record["note"]) == (False, "mended", "stem said too little")


def test_an_unsigned_record_and_items_without_one_fail(run: Run) -> None:
    item = make_question().items[0]
    run("review", "grade", TOPIC, write_rows("a.tsv", (item.id, right_answer(item))))
    faults = told()
    assert f"{RECORDS}:1: sample.single: verdict: is open: the review was not signed" in faults
    assert sum("has no review record" in fault for fault in faults) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("停下并恢复最优权重", "停下来并恢复最优权重"),
        ("Prechelt, Early Stopping, 1998", "Prechelt, Early Stopping, 1999"),
    ],
    ids=["an option", "the question's sources"],
)
def test_an_edit_makes_records_stale_until_they_are_signed_anew(run: Run, old: str, new: str) -> None:
    review_all(run)
    file = Path("content/questions/basics/overview.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    stale = told()
    assert stale
    assert all("hash: is stale" in fault for fault in stale)
    assert f"{RECORDS}:1: sample.single: hash:" in stale[0]
    ids = [item.id for item in make_question().items]
    run("review", "sign", TOPIC, write_rows("v.tsv", *((item_id, "right", "Prechelt 1998") for item_id in ids)))
    assert told() == []


def test_leftover_broken_and_doubled_lines_are_told_by_number(run: Run) -> None:
    review_all(run)
    lines = RECORDS.read_text(encoding="utf-8").splitlines()
    gone = json.dumps(json.loads(lines[0]) | {"item": "sample.gone"})
    nameless = json.dumps(json.loads(lines[1]) | {"source": ""})
    RECORDS.write_text("\n".join([lines[0], nameless, *lines[2:], "{}", "not json", lines[0], gone]), encoding="utf-8")
    faults = told()
    assert [fault.split(": ")[0].rpartition(":")[2] for fault in faults] == ["2", "5", "6", "7", "8"]
    for words, fault in zip(("source", "Field required", "JSON", "already", "no such item"), faults, strict=True):
        assert words in fault


def test_drafts_need_no_record(run: Run, tmp_path: Path) -> None:
    write_content(tmp_path / "content", make_question(status="draft"))
    RECORDS.parent.mkdir(parents=True)
    RECORDS.write_text("", encoding="utf-8")
    assert told() == []


def test_what_is_no_answer_is_refused_by_name(run: Run) -> None:
    rows = [("sample.single", "7"), ("sample.numeric", "many"), ("sample.gone", "1"), ("sample.ordering", "1>2")]
    code, _, err = run("review", "grade", TOPIC, write_rows("a.tsv", *rows))
    assert code == 1
    assert "sample.single: '7' does not name options by number" in err
    assert "sample.numeric: 'many' is no number" in err
    assert "basics/overview has no item sample.gone" in err
    assert "sample.ordering: takes every option, in order" in err
    code, _, err = run("review", "sign", TOPIC, write_rows("v.tsv", ("sample.single", "right", "x")))
    assert (code, "with a blind answer" in err) == (1, True)


@pytest.mark.parametrize("verdict", [("right", ""), ("fine", "x"), ("open", "x")])
def test_a_signature_needs_a_verdict_and_a_source(run: Run, verdict: tuple[str, str]) -> None:
    review_all(run)
    code, _, err = run("review", "sign", TOPIC, write_rows("v.tsv", ("sample.single", *verdict)))
    assert code == 1
    assert "needs right or mended and the source" in err


@pytest.mark.parametrize(
    "item", [make_single(), make_multiple(), make_numeric(), make_ordering()], ids=lambda i: i.kind
)
def test_the_right_answer_of_every_kind_agrees(item: Item) -> None:
    review = blind_review(make_question(), item, right_answer(item))
    assert (review.agreed, review.verdict) == (True, "open")
    assert review.hash == content_hash(make_question(), item)


def test_the_same_option_twice_is_no_answer() -> None:
    with pytest.raises(ValueError, match="does not name options by number"):
        read_answer(make_multiple(), "1,1")


def test_a_missing_file_of_records_is_an_empty_one(tmp_path: Path) -> None:
    found = read_reviews(tmp_path / "none.jsonl", "none.jsonl")
    assert (found.reviews, found.faults) == ({}, [])


def test_mended_items_are_answered_anew_and_stay_signed(run: Run) -> None:
    review_all(run)
    item = make_question().items[0]
    run("review", "sign", TOPIC, write_rows("v.tsv", (item.id, "mended", "Prechelt 1998", "reworded")))
    _, sheet, _ = run("review", "sheet", TOPIC, "--mended")
    assert sheet.count("## ") == 1
    assert item.stem.zh in sheet
    wrong = next(n for n, option in enumerate(shuffled(item), start=1) if not option.correct)
    run("review", "grade", TOPIC, write_rows("a.tsv", (item.id, str(wrong))))
    record = json.loads(RECORDS.read_text(encoding="utf-8").splitlines()[0])
    assert (record["agreed"], record["verdict"], record["note"]) == (False, "mended", "reworded")
    assert told() == []
