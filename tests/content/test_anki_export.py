"""The Anki deck, opened as the SQLite file that Anki reads: notes, decks, identity from one export to the next."""

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.content.anki_export import export_anki
from tests.factories import (
    make_numeric,
    make_options,
    make_question,
    make_single,
    make_text,
    make_topics,
    write_content,
)

TOPICS = make_topics("basics/overview", "basics/decoding")


def notes(deck: Path) -> dict[str, tuple[str, list[str]]]:
    """Return id → (guid, fields) of every note in the file."""
    with zipfile.ZipFile(deck) as package:
        (deck.parent / "collection.anki2").write_bytes(package.read("collection.anki2"))
    connection = sqlite3.connect(deck.parent / "collection.anki2")
    rows = connection.execute("SELECT guid, flds FROM notes").fetchall()
    decks = [value["name"] for value in json.loads(connection.execute("SELECT decks FROM col").fetchone()[0]).values()]
    connection.close()
    assert any(name.startswith("Mianjing 面经::") for name in decks)
    found = {fields.split("\x1f")[2]: (guid, fields.split("\x1f")) for guid, fields in rows}
    assert len(found) == len(rows)
    return found


def test_a_note_a_question_and_a_note_an_item(tmp_path: Path) -> None:
    count = export_anki([make_question(), make_question(id="new", status="draft")], TOPICS, "zh", tmp_path / "a.apkg")
    found = notes(tmp_path / "a.apkg")
    assert count == len(found) == 5
    assert set(found) == {"sample", "sample.single", "sample.numeric", "sample.multiple", "sample.ordering"}
    front, back, _ = found["sample"][1]
    assert "什么是早停" in front
    assert "早停是在训练过程中" in back
    assert "Early stopping" not in back
    assert r"\[\theta^* = \theta_{t^*}" in back
    assert 'href="https://doi.org/' in back
    front, back, _ = found["sample.single"][1]
    assert front.count("<p>") == 5
    right = back.partition("✓ ")[2][0]
    assert f"{right}. 停下并恢复最优权重" in front
    assert found["sample.numeric"][1][1].startswith('<p class="right">4')
    order = found["sample.ordering"][1][1].partition('right">')[2].partition("<")[0].split(" → ")
    assert sorted(order) == ["A", "B", "C"]


def test_a_second_export_updates_notes_and_another_language_adds_its_own(tmp_path: Path) -> None:
    before = make_question()
    after = make_question(answer=make_text((before.answer.zh + "补充。", before.answer.en)))
    for name, question, language in (("a", before, "zh"), ("b", after, "zh"), ("c", before, "en")):
        export_anki([question], TOPICS, language, tmp_path / f"{name}.apkg")  # type: ignore[arg-type]
    first, second, english = (notes(tmp_path / f"{name}.apkg") for name in "abc")
    assert first["sample"][0] == second["sample"][0] != english["sample"][0]
    assert "补充" in second["sample"][1][1]


def test_markup_of_a_text_cannot_break_the_card(tmp_path: Path) -> None:
    stem = make_text(("若 a<b 且 `x<y>` 为真，$i<j$ 与 **非** 成立？\n\n另起一段，花费 \\$5", "If a<b?"))
    item = make_single("sample.single", stem=stem, code={"text": "if a < b:\n    pass"})
    sample = make_question()
    question = make_question(items=[item, *sample.items[1:]])
    export_anki([question], TOPICS, "zh", tmp_path / "a.apkg")
    front = notes(tmp_path / "a.apkg")["sample.single"][1][0]
    assert "若 a&lt;b 且 <code>x&lt;y&gt;</code> 为真" in front
    assert r"\(i&lt;j\)" in front
    assert "<b>非</b>" in front
    assert "<p>另起一段，花费 $5</p>" in front
    assert "<pre>if a &lt; b:\n    pass</pre>" in front


def test_units_and_reasons_stand_on_the_back(tmp_path: Path) -> None:
    sample = make_question()
    numeric = make_numeric(answer={"value": 2.5, "tolerance": 0.1, "unit": "GB"})
    single = make_single(options=make_options("甲", "乙", "丙", key=2))
    export_anki([make_question(items=[single, numeric, *sample.items[2:]])], TOPICS, "en", tmp_path / "a.apkg")
    found = notes(tmp_path / "a.apkg")
    assert '<p class="right">2.5 GB</p>' in found["sample.numeric"][1][1]
    assert "Because: 丙" in found["sample.single"][1][1]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MIANJING_CONTENT_DIR", str(write_content(tmp_path / "content", make_question())))
    assert main(["bank", "export", "--format", "anki"]) == 1
    assert "name a file" in capsys.readouterr().err
    assert main(["bank", "export", "--format", "anki", "--output", str(tmp_path / "no" / "x.apkg")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["bank", "export", "--format", "anki", "--lang", "en", "--output", str(tmp_path / "x.apkg")]) == 0
    assert "5 notes" in capsys.readouterr().err


def test_the_page_of_formulas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = make_question(short=make_text(("取 $\\theta_t$ 即可。", "Take $\\theta_t$.")))
    monkeypatch.setenv("MIANJING_CONTENT_DIR", str(write_content(tmp_path / "content", good)))
    page = tmp_path / "f.html"
    assert main(["bank", "formulas", "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,iVBOR") == 1
    assert "<td>θₜ</td>" in text
    bad = make_question(formulas=[r"\nosuchcommand{x}"])
    write_content(tmp_path / "content", bad)
    assert main(["bank", "formulas", "--output", str(page)]) == 1
    assert "1 cannot be drawn" in capsys.readouterr().err
