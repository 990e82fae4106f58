"""Look-alike characters: mended as texts are read, refused by the check with the line and the right character."""

import unicodedata
from pathlib import Path

import pytest

from bot.content.hygiene import tidy, untidy
from bot.content.lint import lint
from bot.content.questions import load_bank, read_questions
from tests.factories import make_question, write_content


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("⼀个⽤于⾼维的模型", "一个用于高维的模型"),
        ("⻢尔可夫⻔控⻓度⻚⾯", "马尔可夫门控长度页面"),
        ("模\u200b型\ufeff", "模型"),
        ("用\u00a0LoRA\u3000微调", "用 LoRA 微调"),
        ("参数\u202e倒写", "参数倒写"),
        ("金\uf90a属", "金金属"),
    ],
)
def test_what_is_mended(written: str, read: str) -> None:
    assert tidy(written) == read
    assert untidy(written) is not None
    assert untidy(read) is None


@pytest.mark.parametrize(
    "text", ["普通的中文，「引号」《书名》（括号）……", "naïve café ×·−→≈√α² ① … ½", "表情 🚀", "ß ﬁ"]
)
def test_what_is_left_alone(text: str) -> None:
    assert tidy(text) == text
    assert untidy(text) is None


def test_every_kangxi_radical_has_a_character() -> None:
    for code in range(0x2F00, 0x2FD6):
        assert "CJK UNIFIED IDEOGRAPH" in unicodedata.name(tidy(chr(code)))


def test_the_source_document_is_read_without_radicals() -> None:
    sample = "⼤模型 ⼊⻔ ⾯试 ⻆度 ⻛格 ⻩⾦ ⻰ ⻋ ⻅ ⻉ ⻜ ⻥ ⻦ ⻬ ⻮"
    assert not any(0x2E80 <= ord(character) <= 0x2FDF for character in tidy(sample))


def test_a_file_with_radicals_loads_mended_and_fails_the_check(tmp_path: Path) -> None:
    folder = write_content(tmp_path, make_question())
    file = folder / "questions/basics/overview.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("什么是早停", "什么是⾼级⻢"), encoding="utf-8")
    question = load_bank(folder).find("sample", None)
    assert question is not None
    assert question.prompt.zh.startswith("什么是高级马")
    loading = read_questions(folder)
    assert loading.faults == []
    (fault,) = [fault for fault in lint(loading) if not fault.warning]
    line = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "⾼级" in text)
    assert (fault.line, fault.entry, fault.field) == (line, "sample", "prompt.zh")
    assert fault.message == "holds U+2FBC (kangxi radical tall): write 高"
