"""`python -m bot bank`: exit codes, what goes to stdout, and never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.content.questions import read_file, read_questions
from tests.factories import make_options, make_question, make_single, write_content

Run = Callable[..., tuple[int, str, str]]
BROKEN = r"""# a file with faults of every layer
- id: broken
  topic: basics/overview
  difficulty: 9
  prompt: {zh: 问, en: Ask}
  prompt: {zh: 问, en: Ask}
  short: {zh: "\theta", en: x}
- just text
- id: Broken-Two
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in a folder of its own, with the content in `content`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIANJING_CONTENT_DIR", "content")
    write_content(tmp_path / "content", make_question(), make_question(id="other", topic="basics/decoding"))

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(["bank", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


def vary(question_id: str) -> None:
    """Give the second sample question texts of its own, so that the bank has no repetition."""
    file = next(Path("content/questions").rglob("decoding.yaml"))
    text = file.read_text(encoding="utf-8")
    for old, new in (("什么是早停", "早停是什么"), ("先做什么", "应先做什么"), ("What first?", "What now?")):
        text = text.replace(old, new)
    for old, new in (("下列哪些", "哪些"), ("Which of these", "Which"), ("第几次评估", "哪次评估")):
        text = text.replace(old, new)
    for old, new in (("After which evaluation", "When"), ("排序", "排列"), ("Order one", "Sort a")):
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def test_check_of_a_good_bank(run: Run) -> None:
    vary("other")
    assert run("check") == (0, "2 questions: 0 errors, 0 warnings\n", "")


def test_check_lists_every_fault_with_its_line(run: Run) -> None:
    Path("content/questions/basics/decoding.yaml").write_text(BROKEN)
    code, out, err = run("check")
    assert (code, err) == (1, "")
    *faults, summary = out.splitlines()
    at = "content/questions/basics/decoding.yaml"
    for expected in (
        f"{at}:6: broken: prompt: this key stands twice",
        f"{at}:7: broken: short.zh: holds the control character",
        f"{at}:4: broken: difficulty: ",
        f"{at}:2: broken: answer: is missing",
        f"{at}:8: [1]: must be a mapping",
        f"{at}:9: Broken-Two: id: does not match",
    ):
        assert any(line.startswith(expected) for line in faults), expected
    assert summary == f"1 questions: {len(faults)} errors, 0 warnings"


def test_check_shows_warnings_but_does_not_fail(run: Run) -> None:
    Path("content/questions/basics/decoding.yaml").unlink()
    question = make_question(sources=[{"title": "A paper", "url": "https://a.org/"}])
    write_content(Path("content"), question)
    code, out, _ = run("check")
    assert code == 0
    assert out.splitlines()[0].endswith(": sample: sources[0]: warning: does not say what it supports")
    assert out.splitlines()[1] == "1 questions: 0 errors, 1 warnings"


def test_check_runs_the_rules(run: Run) -> None:
    items = [make_single(options=make_options("甲项", "乙项", "以上都不对")), *make_question().items[1:]]
    write_content(Path("content"), make_question(items=items))
    code, out, _ = run("check", "content/questions/basics/overview.yaml")
    assert code == 1
    assert "items[0].options[2].text.zh: refers to the other options" in out


def test_check_of_a_file_or_folder_reads_the_whole_bank_and_shows_that_part(run: Run) -> None:
    code, out, _ = run("check", "content/questions/basics/overview.yaml")
    assert code == 1
    assert {line.partition(":")[0] for line in out.splitlines()[:-1]} == {"content/questions/basics/overview.yaml"}
    assert "is the stem of other.single again" in out
    assert out.splitlines()[-1].startswith("1 questions: ")
    assert run("check", "content/questions/basics")[1].splitlines()[-1].startswith("2 questions: ")
    assert run("check", "content")[1].splitlines()[-1].startswith("2 questions: ")


def test_check_of_a_file_tells_when_the_topics_are_broken(run: Run) -> None:
    Path("content/topics.yaml").write_text("[\n")
    code, out, _ = run("check", "content/questions/basics/overview.yaml")
    assert code == 1
    assert "content/topics.yaml:1: is not valid YAML" in out


def test_check_of_a_file_in_no_content_folder(run: Run, tmp_path: Path) -> None:
    lone = tmp_path / "lone.yaml"
    lone.write_text(BROKEN)
    code, out, _ = run("check", "lone.yaml")
    assert code == 1
    assert "lone.yaml:4: broken: difficulty: " in out


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[" * 100_000, b"a: *b\n", b"- [1, 2\n", b"!!python/object:os.system x\n", b""]
)
def test_check_survives_any_file(run: Run, content: bytes) -> None:
    Path("content/questions/basics/decoding.yaml").write_bytes(content)
    code, out, err = run("check")
    assert err == ""
    assert code == (1 if content else 0)
    assert "Traceback" not in out


def test_check_of_nothing(run: Run) -> None:
    assert run("check", "nowhere") == (1, "nowhere:1: does not exist\n0 questions: 1 errors, 0 warnings\n", "")
    Path("empty").mkdir()
    code, out, _ = run("check", "empty")
    assert code == 1
    assert "empty/topics.yaml:1: is missing" in out


def test_export_json_to_stdout_and_to_a_file(run: Run) -> None:
    code, out, _ = run("export", "--format", "json")
    assert code == 0
    assert [element["id"] for element in json.loads(out)] == ["other", "sample"]
    assert run("export", "--format", "json", "--output", "bank.json") == (0, "", "")
    assert Path("bank.json").read_text(encoding="utf-8") == out


def test_export_csv_to_a_file_opens_in_spreadsheets(run: Run) -> None:
    assert run("export", "--format", "csv", "--output", "bank.csv")[0] == 0
    content = Path("bank.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfquestion_id,")
    assert content.count(b"\r\n") == 9
    assert b"\r\r\n" not in content


def test_export_to_a_place_that_is_none(run: Run) -> None:
    code, out, err = run("export", "--format", "json", "--output", "no/such/folder.json")
    assert (code, out) == (1, "")
    assert "no/such/folder.json cannot be written: No such file" in err


@pytest.mark.parametrize("command", [("export", "--format", "json"), ("stats",), ("preview", "sample")])
def test_broken_content_is_told_on_stderr(run: Run, command: tuple[str, ...]) -> None:
    Path("content/questions/basics/decoding.yaml").write_text(BROKEN)
    code, out, err = run(*command)
    assert (code, out) == (1, "")
    assert "decoding.yaml:4: broken: difficulty" in err
    assert "Traceback" not in err


def test_stats(run: Run) -> None:
    code, out, _ = run("stats")
    assert code == 0
    assert out.startswith("questions\t2\nitems\t8\n")
    assert "longest option is the key" in out


def test_preview(run: Run) -> None:
    code, out, _ = run("preview", "sample")
    assert code == 0
    assert out.startswith("sample · 概念 · concept · ★★☆☆☆\n\n什么是早停？")
    assert "   A  停下并恢复最优权重\n" in out
    assert "   答案: A\n" in out
    assert "   答案: 4 ± 0.1\n" in out
    assert "   答案: A → B → C\n" in out
    assert "参考答案" in out
    english = run("preview", "sample.numeric", "--lang", "en")[1]
    assert "What is early stopping" in english
    assert "== Reference answer ==" in english
    assert "什么" not in english


def test_preview_shows_code_corrections_and_formulas_in_unicode(run: Run) -> None:
    both = {"zh": "更正：$x_{t-1}$ 而不是 $x_t$", "en": "mended"}
    code = {"language": "python", "text": "print(1)\nprint(2)", "caption": {"zh": "代码", "en": "code"}}
    write_content(Path("content"), make_question(code=[code], correction=both))
    out = run("preview", "sample")[1]
    assert "  | print(1)\n  | print(2)\n" in out
    assert "$" not in out.partition("对原文的更正")[2]


def test_preview_of_what_is_unknown(run: Run) -> None:
    code, out, err = run("preview", "sampel")
    assert (code, out) == (1, "")
    assert "no question sampel; did you mean sample?" in err
    assert run("preview", "zzz")[2] == "mianjing: no question zzz\n"


def test_new_prints_an_entry_that_loads_once_filled_in(run: Run, tmp_path: Path) -> None:
    code, out, err = run("new", "basics/decoding")
    assert code == 0
    assert "append this to content/questions/basics/decoding.yaml" in err
    file = tmp_path / "filled.yaml"
    file.write_text(out, encoding="utf-8")
    assert [fault.field for fault in read_file(file).faults] == ["id", *(f"items[{index}].id" for index in range(3))]
    file.write_text(out.replace("TODO-slug", "my-question"), encoding="utf-8")
    loading = read_file(file)
    assert loading.faults == []
    assert loading.questions[0].question.topic == "basics/decoding"
    code, listed, _ = run("check", "filled.yaml")
    assert code == 1
    assert "prompt.zh: still says TODO" in listed


def test_new_in_a_topic_without_a_file_points_editors_to_the_schema(run: Run) -> None:
    Path("content/questions/basics/decoding.yaml").unlink()
    first = run("new", "basics/decoding")[1].splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../schema/question.schema.json"
    assert (Path("content/questions/basics") / first.partition("=")[2]).resolve().parent == Path(
        "content/schema"
    ).resolve()


def test_new_in_an_unknown_topic(run: Run) -> None:
    code, out, err = run("new", "basics/decodin")
    assert (code, out) == (1, "")
    assert "basics/decodin is no leaf of content/topics.yaml; there is basics/decoding" in err


def test_schema(run: Run) -> None:
    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["$defs"]["Question"]["type"] == "object"
    assert run("schema", "--output", "s.json") == (0, "", "")
    assert Path("s.json").read_text(encoding="utf-8") == out


@pytest.mark.parametrize("arguments", [[], ["bank"], ["bank", "export"], ["bank", "preview", "a", "--lang", "fr"]])
def test_wrong_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert "usage: mianjing" in capsys.readouterr().err


def test_as_a_process_from_another_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "MIANJING_CONTENT_DIR"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "bank", "check"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    assert " questions: " in done.stdout.splitlines()[-1]


def test_a_reader_that_stops_early_is_no_traceback() -> None:
    command = f"{sys.executable} -m bot bank export --format json | head -c 10"
    done = subprocess.run(command, shell=True, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.stderr == ""
    assert len(done.stdout) == 10


def test_check_looks_at_postings_too(run: Run) -> None:
    vary("other")
    Path("content/jobs").mkdir()
    Path("content/jobs/a.yaml").write_text("- id: acme\n  topics: [cooking]\n", encoding="utf-8")
    code, out, _ = run("check")
    assert code == 1
    assert "content/jobs/a.yaml:1: acme: company: is missing" in out


def test_the_default_folder_is_beside_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli.bank import content_dir

    monkeypatch.delenv("MIANJING_CONTENT_DIR", raising=False)
    assert read_questions(content_dir()).questions
