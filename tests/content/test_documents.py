"""YAML with line numbers: values, lines, and every way in which a file can be no YAML at all."""

from pathlib import Path

import pytest

from bot.content.documents import Document, field_name, read_document


@pytest.fixture
def read(tmp_path: Path):
    def write_and_read(content: str | bytes) -> Document:
        file = tmp_path / "f.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(file, "f.yaml")

    return write_and_read


def test_plain_values(read) -> None:
    data = read("a: 1\nb: 2.5\nc: true\nd: null\ne: '1'\nf: 2026-11\ng: no\ni: 1_000\nj: 2026-11-23\n").data
    assert data == {
        "a": 1,
        "b": 2.5,
        "c": True,
        "d": None,
        "e": "1",
        "f": "2026-11",
        "g": "no",  # PyYAML makes False of it, and a date of the last one
        "i": 1000,
        "j": "2026-11-23",
    }


def test_lines_of_values(read) -> None:
    document = read("- a: 1\n  b:\n    - x\n    - {c: 1,\n       d: 2}\n")
    assert document.line((0, "b")) == 2
    assert document.line((0, "b", 0)) == 3
    assert document.line((0, "b", 1, "d")) == 5
    assert document.line((0, "b", 1, "missing", 7)) == 4
    assert document.line((9,)) == 1


def test_field_names() -> None:
    assert field_name(("items", 0, "options", 2, "why", "zh")) == "items[0].options[2].why.zh"
    assert field_name(()) == ""


def test_a_key_written_twice(read) -> None:
    found = read("a: 1\nb: 2\na: 3\n").faults
    assert [str(fault) for fault in found] == ["f.yaml:3: a: this key stands twice"]


@pytest.mark.parametrize("written", [r'"\theta"', r'"\frac{a}{b}"', r'"\beta"'])
def test_latex_in_double_quotes(read, written: str) -> None:
    found = read(f"x: 1\na: {written}\n").faults
    assert len(found) == 1
    assert found[0].line == 2
    assert "control character" in found[0].message


@pytest.mark.parametrize("written", [r"'\theta'", "|-\n  \\theta\n  two lines"])
def test_latex_elsewhere_is_kept(read, written: str) -> None:
    document = read(f"a: {written}\n")
    assert document.faults == []
    assert document.data["a"].startswith(r"\theta")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("x: 1\na: [1,\nb: 2\n", 2, "not valid YAML"),
        ("a: 1\nb: 'open\n\n\n", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ('a: 1\nb: "\\nabla \\q"\n', 2, "unknown escape"),
        ("a: *nowhere\n", 1, "undefined alias"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("a: 1\nb: \x00\n", 2, "not valid YAML"),
        ("? [1, 2]\n: 3\n", 1, "plain text"),
        ("a: 1\nb: 中".encode() + b"\xff\n", 2, "not UTF-8"),
        ("&a [*a]\n", 1, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, 1, "nested too deeply"),
        ("- " * 100_000, 1, "nested too deeply"),
    ],
)
def test_what_is_no_yaml_is_a_fault_with_a_line(read, content: str | bytes, line: int, words: str) -> None:
    document = read(content)
    assert len(document.faults) == 1
    assert document.faults[0].line == line
    assert words in document.faults[0].message


def test_a_byte_order_mark_and_an_empty_file(read) -> None:
    assert read(b"\xef\xbb\xbfa: 1\n").data == {"a": 1}
    empty = read("# nothing yet\n")
    assert (empty.data, empty.faults) == (None, [])


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").mkdir()
    assert "cannot be read" in read_document(tmp_path / "d.yaml", "d.yaml").faults[0].message
