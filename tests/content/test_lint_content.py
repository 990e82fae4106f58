"""Lint rules on formulas, lengths, grading, sources and leftovers: what fires, and a near-miss."""

import pytest

from bot.content.lint import formulas, grading, limits, placeholders, sources
from tests.factories import make_key_point, make_multiple, make_numeric, make_options, make_question, make_text

from .linting import errors, run, with_item, with_options, with_why

# Formulas


@pytest.mark.parametrize("text", ["花费 $5 以上", "$x 没有闭合", "$$x$$ 是", "从 $a$ 到 $b"])
def test_balanced_dollars_fires(text: str) -> None:
    assert errors(run(formulas.balanced_dollars, with_why(text, "Fine.")))


@pytest.mark.parametrize("text", ["花费 \\$5 以上", "`echo $PATH` 打印路径", "从 $a$ 到 $b$", "5 美元"])
def test_balanced_dollars_near_misses(text: str) -> None:
    assert run(formulas.balanced_dollars, with_why(text, "Fine.")) == []


def test_no_raw_latex() -> None:
    assert errors(run(formulas.no_raw_latex, with_why(r"除以 \sqrt{d}。", "Fine.")))
    assert (
        run(formulas.no_raw_latex, with_why(r"除以 $\sqrt{d}$，在 `\n` 和 `\frac` 处停。", r"At \n and \texture."))
        == []
    )


def test_no_chinese_in_formulas() -> None:
    found = run(formulas.no_chinese_in_formulas, make_question(formulas=["x", r"L_{\text{验证}}"]))
    assert [fault.field for fault in found] == ["formulas[1]"]
    assert errors(run(formulas.no_chinese_in_formulas, with_why("从 $5 和 $10 起。", "Fine.")))
    assert run(formulas.no_chinese_in_formulas, with_why("从 $a$ 和 $b$ 起。", "Fine.")) == []


@pytest.mark.parametrize(
    ("formula", "message"),
    [(r"\foo{1}", "column 1"), (r"\frac{1}{", "column 9"), ("$x$", "dollars")],
)
def test_drawable_formulas_fires(formula: str, message: str) -> None:
    found = run(formulas.drawable_formulas, make_question(formulas=[formula]))
    assert message in errors(found)[0].message


def test_drawable_formulas_reads_inline_ones_too() -> None:
    assert errors(run(formulas.drawable_formulas, with_why(r"是 $\foo$。", "Fine.")))
    assert run(formulas.drawable_formulas, with_why(r"是 $\sqrt{d_k}$。", "Fine.")) == []


def test_one_line_formulas() -> None:
    tall = r"$\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$"
    assert [fault.warning for fault in run(formulas.one_line_formulas, with_why(f"是 {tall}。", "Fine."))] == [True]
    assert run(formulas.one_line_formulas, with_why("是 $x_{t-1}$。", "Fine.")) == []
    option = run(formulas.one_line_formulas, with_options(tall, "乙", "丙"))  # by itself it is drawn as a card
    assert not any(".text" in fault.field for fault in option)


# Lengths


def test_body_fits() -> None:
    assert errors(run(limits.body_fits, make_question(prompt=make_text(("问" * 1501, "Ask")))))
    assert errors(run(limits.body_fits, with_options("长" * 201, "乙", "丙")))
    fits = with_options("长" * 200, "乙", "丙")
    assert run(limits.body_fits, fits.model_copy(update={"prompt": make_text("问" * 1500)})) == []


def test_reveal_fits() -> None:
    long = make_text(("长" * 3900, "long " * 780))
    assert {fault.field for fault in run(limits.reveal_fits, make_question(answer=long))} == {"answer.zh", "answer.en"}
    choices = make_options("甲", "乙", "丙", "丁", key=(0, 1))
    for choice in choices:
        choice["why"] = {"zh": "因" * 1000, "en": "short"}
    found = run(limits.reveal_fits, with_item(make_multiple(options=choices)))
    assert [fault.field for fault in found] == ["items[2].options"]
    assert run(limits.reveal_fits, make_question()) == []


@pytest.mark.parametrize(
    ("zh", "en", "levels"),
    [
        ("字" * 149, "word " * 99, [False, False]),
        ("字" * 150, "word " * 100, []),
        ("字" * 500, "word " * 350, []),
        ("字" * 501, "word " * 351, [True, True]),
        ("字" * 901, "word " * 601, [False, False]),
        (r"公式 $\frac{a}{b}$ 算一个字" * 30, "word " * 200, []),
    ],
)
def test_answer_length(zh: str, en: str, levels: list[bool]) -> None:
    found = run(limits.answer_length, make_question(answer=make_text((zh, en))))
    assert [fault.warning for fault in found] == levels


def test_short_length() -> None:
    found = run(limits.short_length, make_question(short=make_text(("字" * 171, "word " * 96))))
    assert [fault.warning for fault in found] == [True, True]
    assert run(limits.short_length, make_question(short=make_text(("字" * 170, "word " * 95)))) == []


# Grading


def test_reference_answer_earns_points() -> None:
    points = [make_key_point(), make_key_point(["最优权重"]), make_key_point(reject=["测试集"])]
    found = errors(run(grading.reference_answer_earns_points, make_question(key_points=points)))
    assert [(fault.field, fault.message.split()[1]) for fault in found] == [
        ("key_points[1].any[0]", "English"),
        ("key_points[2].reject", "Chinese"),
    ]


def test_refused_answer_earns_nothing() -> None:
    caught = make_key_point(refuses={"zh": "不恢复最优权重", "en": "keep the last weights"})
    points = [caught, make_key_point(), make_key_point()]
    found = errors(run(grading.refused_answer_earns_nothing, make_question(key_points=points)))
    assert [fault.field for fault in found] == ["key_points[0].refuses.zh"]
    mended = make_key_point(refuses=caught.refuses, reject=["不恢复"])
    points[0] = mended
    assert run(grading.refused_answer_earns_nothing, make_question(key_points=points)) == []


def test_prompt_earns_nothing() -> None:
    points = [make_key_point(["早停", "early stopping"]), make_key_point(), make_key_point()]
    found = run(grading.prompt_earns_nothing, make_question(key_points=points))
    assert [fault.warning for fault in found] == [True, True]
    assert run(grading.prompt_earns_nothing, make_question()) == []


def test_telling_aliases() -> None:
    points = [make_key_point(["最优权重", "优"]), make_key_point(["最优权重"], reject=["最优 权重"]), make_key_point()]
    found = run(grading.telling_aliases, make_question(key_points=points))
    assert [(fault.field, fault.warning) for fault in found] == [
        ("key_points[0].any[0][1]", True),
        ("key_points[1].any[0][0]", False),
    ]


@pytest.mark.parametrize(
    ("tolerance", "mistakes", "messages"),
    [
        (0.49, [5, 3], []),
        (0.5, [5, 2], ["half the way"]),
        (1, [5, 1], ["accepted as right"]),
        (0.1, [5, 5.05], ["cannot be told"]),
        (0, [4.001], []),
    ],
)
def test_numeric_mistakes(tolerance: float, mistakes: list[float], messages: list[str]) -> None:
    item = make_numeric(
        answer={"value": 4, "tolerance": tolerance, "unit": ""},
        mistakes=[{"value": value, "why": make_text("错")} for value in mistakes],
    )
    found = errors(run(grading.numeric_mistakes, with_item(item)))
    assert len(found) == len(messages)
    for fault, message in zip(found, messages, strict=True):
        assert message in fault.message


def test_numeric_tolerance() -> None:
    wide = make_numeric(answer={"value": -4, "tolerance": 0.81, "unit": ""})
    assert [fault.warning for fault in run(grading.numeric_tolerance, with_item(wide))] == [True]
    for value, tolerance in ((-4, 0.8), (0, 0.01), (4, 0)):
        item = make_numeric(answer={"value": value, "tolerance": tolerance, "unit": ""})
        assert run(grading.numeric_tolerance, with_item(item)) == []


# Sources and leftovers


def source(url: str, supports: str = "all of it") -> dict[str, str]:
    return {"title": "A paper, 2024", "url": url, "supports": supports}


@pytest.mark.parametrize(
    ("urls", "levels"),
    [
        (["https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1706.03762/"], [False]),
        (["https://www.google.com/search?q=dropout"], [False]),
        (["https://www.zhihu.com/question/1"], [False]),
        (["https://arxiv.org/pdf/1706.03762"], [True]),
        (["https://arxiv.org/abs/1706.03762", "https://docs.vllm.ai/en/latest/", "https://example.ai/paper"], []),
    ],
)
def test_sources_are_sources(urls: list[str], levels: list[bool]) -> None:
    found = run(sources.sources_are_sources, make_question(sources=[source(url) for url in urls]))
    assert [fault.warning for fault in found] == levels


def test_sources_say_what_for() -> None:
    mute = [source("https://a.org/1"), source("https://a.org/2", supports="")]
    found = run(sources.sources_say_what_for, make_question(sources=mute))
    assert [(fault.field, fault.warning) for fault in found] == [("sources[1]", True)]


def test_nothing_to_do() -> None:
    assert errors(run(placeholders.nothing_to_do, with_why("TODO 为什么", "Why")))
    code = {"language": "python", "text": "# TODO", "caption": make_text(("代码", "code"))}
    assert run(placeholders.nothing_to_do, make_question(code=[code])) == []
