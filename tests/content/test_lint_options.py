"""Lint rules on options: for each a case that fires and a near-miss that does not."""

import pytest

from bot.content.lint import options
from tests.factories import Text, make_multiple, make_options, make_ordering, make_single

from .linting import errors, run, with_item, with_options


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("乘以系数", "Multiply by it"), ("乘以系数。", "Divide by it")),
        (("增大批量", "Use larger batches."), ("减小批量", "use larger  batches")),
        (("甲", "ＫＶ cache"), ("乙", "KV cache")),
        (
            ("甲", "It keeps a running average of squared gradients for every parameter"),
            ("乙", "It keeps a running average of the squared gradients for every parameter"),
        ),
        (
            ("在推理时把所有注意力头的键值缓存合并成同一份，再由各层一起读取", "A"),
            ("在推理时把所有注意力头的键值缓存都合并成同一份，再由各层一起读取", "B"),
        ),
    ],
)
def test_distinct_options_fires(one: Text, other: Text) -> None:
    found = run(options.distinct_options, with_options(one, other, ("丙", "third")))
    assert errors(found)
    assert "options[0]" in found[0].message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("除以 0.8", "除以 0.2"),
        ("学习率随步数的平方根衰减 $1/\\sqrt{t}$ 之后不变", "学习率随步数的平方根衰减 $1/\\sqrt{t^2}$ 之后不变"),
        ("先做归一化再做旋转位置编码的那一种实现方式", "先做旋转再做归一化位置编码的那一种实现方式"),
        ("推理时需要把所有的注意力头的缓存合并成同一份", "推理时不需要把所有的注意力头的缓存合并成同一份"),
        (("甲", "Divide by n"), ("乙", "Divide by n - 1")),
    ],
)
def test_options_that_differ_in_a_number_formula_order_or_negation_are_distinct(one: Text, other: Text) -> None:
    assert errors(run(options.distinct_options, with_options(one, other, "丙"))) == []


def test_long_options_that_differ_by_one_word_are_a_warning() -> None:
    long = (
        "在预训练的最后阶段把学习率从原来的水平线性{}到事先定下的另一水平，"
        "并在其后的全部训练步里保持不变，直到训练结束为止"
    )
    found = run(options.distinct_options, with_options(long.format("提高"), long.format("降低"), "丙"))
    assert found
    assert errors(found) == []


_LONG = (
    "在预训练的最后阶段{}把学习率从原来的水平线性降低到事先定下的另一水平，"
    "并在其后的{}训练步里保持不变，直到整个阶段结束，再用验证集选出最好的一个检查点"
)


@pytest.mark.parametrize(
    ("one", "other", "levels"),
    [
        (_LONG.format("", "全部"), _LONG.format("", "全部的"), [False]),
        (_LONG.format("", "全部"), _LONG.format("先", "全部"), [False]),
        (_LONG.format("", "全部"), _LONG.format("不", "全部"), [True]),
        (_LONG.format("先", ""), _LONG.format("", "先"), [True]),
        (_LONG.format("", "前 10"), _LONG.format("", "前 20"), []),
    ],
)
def test_words_added_are_no_difference_but_a_negation_or_another_order_is(
    one: str, other: str, levels: list[bool]
) -> None:
    found = run(options.distinct_options, with_options((one, "One"), (other, "Two"), ("丙", "Three")))
    assert [fault.warning for fault in found] == levels


def test_distinct_reasons() -> None:
    choices = make_options("甲", "乙", "丙")
    assert run(options.distinct_reasons, with_item(make_single(options=choices))) == []
    choices[2]["why"] = choices[1]["why"]
    found = run(options.distinct_reasons, with_item(make_single(options=choices)))
    assert [fault.field for fault in found] == ["items[0].options[2].why.zh", "items[0].options[2].why.en"]


@pytest.mark.parametrize(
    ("texts", "languages_told"),
    [
        (("把每一层的激活都重新计算一遍以节省显存", "重算激活", "减小批量"), ["zh", "en"]),
        ((("重算", "Recompute every activation again"), ("合并", "Merge all"), ("减小", "Shrink it")), ["en"]),
        (("重算", "把每一层的激活都重新计算一遍以节省显存", "减小批量"), []),  # a long wrong option tells nothing
        (("一二三四五六七八九", "一二三四五六七", "一二"), []),  # 18 columns against 14
        (("$\\frac{\\partial L}{\\partial w}$", "$w$", "$L$"), []),  # LaTeX is longer than what it draws
    ],
)
def test_longest_key(texts: tuple[Text, ...], languages_told: list[str]) -> None:
    found = errors(run(options.longest_key, with_options(*texts)))
    assert [fault.field.rpartition(".")[2] for fault in found] == languages_told


def test_a_key_that_is_somewhat_longest_is_a_warning() -> None:
    found = run(options.longest_key, with_options("一二三四五六七八九十甲乙", "一二三四五六七八", "一二"))
    assert found
    assert errors(found) == []


def test_longer_keys() -> None:
    long, brief = "把每一层的激活都重新计算一遍以节省显存", "重算激活"
    fires = with_options(long, long[1:], brief, brief[1:], key=(0, 1), kind=make_multiple)
    found = run(options.longer_keys, fires)
    assert {fault.warning for fault in found} == {True}
    near = with_options(long, brief, long[1:], brief[1:], key=(0, 1), kind=make_multiple)
    assert run(options.longer_keys, near) == []


def test_parallel_punctuation() -> None:
    found = run(options.parallel_punctuation, with_options("甲。", "乙", "丙", "丁"))
    assert [fault.field for fault in found] == ["items[0].options[0].text.zh", "items[0].options[0].text.en"]
    assert run(options.parallel_punctuation, with_options("甲。", "乙。", "丙。")) == []
    assert run(options.parallel_punctuation, with_options("甲.5", "乙", "丙")) == []


@pytest.mark.parametrize(
    "text",
    [
        "第一步：分词",
        "步骤 2 分词",
        "1. 分词",
        "（1）分词".replace("（", "("),
        "① 分词",
        "首先分词",
        "最后，输出概率",
        "Step 1: tokenise",
        "step two: tokenise",
        "First, tokenise",
        "Finally apply softmax",
        "Then apply softmax",
    ],
)
def test_unnumbered_steps_fires(text: str) -> None:
    assert run(options.unnumbered_steps, with_options(text, "乙", "丙", key=None, kind=make_ordering))


@pytest.mark.parametrize(
    "text",
    [
        "1.5 亿参数的草稿模型",
        "Next-token prediction",
        "First-order update",
        "最后一层归一化",
        "最终状态写回",
        "2D 卷积",
    ],
)
def test_unnumbered_steps_near_misses(text: str) -> None:
    assert run(options.unnumbered_steps, with_options(text, "乙", "丙", key=None, kind=make_ordering)) == []


def test_numbers_in_other_kinds_are_fine() -> None:
    assert run(options.unnumbered_steps, with_options("第一步就错", "乙", "丙")) == []
