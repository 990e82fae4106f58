"""Lint rules that compare the languages: what fires, and a near-miss."""

import pytest

from bot.content.lint import languages
from bot.content.lint.numbers import difference
from tests.factories import make_key_point, make_numeric, make_question

from .linting import errors, run, with_item, with_options, with_stem, with_why


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("70 亿参数", "7B parameters"),
        ("约 1.5 亿", "150 million"),
        ("一亿两千万", "120 million"),
        ("15 万亿 token", "15T tokens"),
        ("2.4 万", "24k"),
        ("2 倍", "twice as much"),
        ("一半", "50%"),
        ("四分之一", "1/4"),
        ("三层", "3 layers"),
        ("三十二个头", "32 heads"),
        ("百分之八十", "80 %"),
        ("2023 年 6 月", "June 2023"),
        ("$10^{-5}$ 级", "1e-5"),
        ("学习率 3×10⁻⁴", r"a rate of $3\times 10^{-4}$"),
        ("1,000 步", "1000 steps"),
        ("1{,}024 步", "1,024 steps"),
        ("FP16 与 8 位", "fp16 and 8-bit"),
        ("GPT-4 和 Llama 2", "GPT-4 and Llama2"),
        ("从 0.1 到 −0.3", "from 0.1 to -0.3"),
        ("1-10 次", "1–10 times"),
        ("第 2 层 $x_{t-1}$", "layer 2 $x_{t-1}$"),
        ("16 GB 显存", "16 GB of memory"),
    ],
)
def test_the_same_numbers_in_other_words(zh: str, en: str) -> None:
    assert difference(zh, en)[:2] == ([], [])


@pytest.mark.parametrize(
    ("zh", "en", "only_zh", "only_en"),
    [
        ("70 亿参数", "70B parameters", ["7000000000"], ["70000000000"]),
        ("为 −0.5", "is 0.5", ["-0.5"], ["0.5"]),
        ("2 倍", "3 times", ["2"], ["3"]),
        ("80%", "0.8", ["80"], ["0.8"]),
        ("$10^{-5}$", "1e-4", ["0.00001"], ["0.0001"]),
        ("4 步", "some steps", ["4"], []),
    ],
)
def test_numbers_that_differ(zh: str, en: str, only_zh: list[str], only_en: list[str]) -> None:
    assert difference(zh, en) == (only_zh, only_en, False)


@pytest.mark.parametrize(("zh", "en"), [("几十倍", "30 times"), ("16 位", "half precision"), ("两成左右", "20%")])
def test_vague_words_leave_doubt(zh: str, en: str) -> None:
    only_zh, only_en, doubtful = difference(zh, en)
    assert doubtful
    assert only_zh or only_en


def test_same_numbers() -> None:
    assert errors(run(languages.same_numbers, with_options(("除以 0.8", "Divide by 0.9"), "乙", "丙")))
    assert run(languages.same_numbers, with_options(("70 亿参数", "7B parameters"), "乙", "丙")) == []
    assert run(languages.same_numbers, with_options(("减半", "Halve by 2"), "乙", "丙")) == []


def test_numbers_that_words_may_stand_for_are_a_warning() -> None:
    found = run(languages.same_numbers, with_options(("几十倍", "30 times"), "乙", "丙"))
    assert {fault.warning for fault in found} == {True}


def test_numbers_of_a_reason_are_a_warning() -> None:
    assert [fault.warning for fault in run(languages.same_numbers, with_why("差 7 倍。", "Off by 8."))] == [True]


def test_same_formulas() -> None:
    assert errors(run(languages.same_formulas, with_options(("$1-p$ 倍", "$1+p$ times"), "乙", "丙")))
    assert run(languages.same_formulas, with_options(("$1 - p$ 倍", "times $1-p$"), "乙", "丙")) == []
    assert [fault.warning for fault in run(languages.same_formulas, with_why("是 $x$。", "It is x."))] == [True]


def test_chinese_is_chinese() -> None:
    assert run(languages.chinese_is_chinese, with_stem("What is it?", "What is it?"))
    assert run(languages.chinese_is_chinese, with_options("use a larger batch", "乙", "丙"))
    assert run(languages.chinese_is_chinese, with_why("it is far too slow", "It is far too slow."))
    assert run(languages.chinese_is_chinese, with_options("LoRA", "$1-p$", "RMSNorm + SwiGLU")) == []
    assert run(languages.chinese_is_chinese, with_why("3.0 / (1 − 0.25) = 4.0", "3.0 / (1 − 0.25) = 4.0")) == []


def test_english_is_english() -> None:
    assert errors(run(languages.english_is_english, with_why("慢。", "It is 慢.")))
    assert errors(run(languages.english_is_english, with_why("慢。", "It is slow，very.")))
    quoted = run(languages.english_is_english, with_why("慢。", 'The term "面经" is known.'))
    assert [fault.warning for fault in quoted] == [True]
    assert run(languages.english_is_english, with_why("慢。", "“Slow” — 3 × 4 ≈ 12 µs, naïve")) == []


def test_key_points_in_language() -> None:
    points = [make_key_point(), make_key_point(zh="best weights"), make_key_point(en="最优权重")]
    found = run(languages.key_points_in_language, make_question(key_points=points))
    assert [fault.field for fault in found] == ["key_points[1].zh", "key_points[2].en"]


def test_neutral_units() -> None:
    answer = {"value": 4, "tolerance": 0.1}
    assert run(languages.neutral_units, with_item(make_numeric(answer=answer | {"unit": "亿"})))
    assert run(languages.neutral_units, with_item(make_numeric(answer=answer | {"unit": "µs"}))) == []


def test_chinese_punctuation() -> None:
    assert [fault.warning for fault in run(languages.chinese_punctuation, with_why("太慢,也太贵", "Slow."))] == [True]
    assert run(languages.chinese_punctuation, with_why("太慢，0.5,也用 a,b 与 `甲,乙`", "Slow.")) == []
