"""Lint rules on references to options and on telling words: what fires, and a near-miss."""

import pytest

from bot.content.lint import references, wording
from tests.factories import make_numeric, make_options, make_single, make_text

from .linting import errors, run, with_item, with_options, with_stem, with_why


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("选项 B 混淆了两者。", "Mixes them up."),
        ("B 项混淆了两者。", "Mixes them up."),
        ("所以答案是 C。", "So it is that."),
        ("故选 D", "So it is that."),
        ("应该选 A，因为快。", "It is fast."),
        ("A、C 都正确。", "Both hold."),
        ("B 错误，因为慢。", "It is slow."),
        ("混淆。", "Option B mixes them up."),
        ("混淆。", "See choice (C)."),
        ("混淆。", "The answer is here: Answer: D"),
        ("混淆。", "B is wrong because it is slow."),
        ("混淆。", "A and C are both correct."),
    ],
)
def test_letter_references_fires(zh: str, en: str) -> None:
    assert errors(run(references.letter_references, with_why(zh, en)))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("Q-Former 用可学习的查询。", "Q-Former uses learned queries."),
        ("选 A100 而不是 H100。", "Choose an A100, not an H100."),
        ("vitamin 不在词表里。", "The word vitamin is not in the vocabulary."),
        ("这是 A 类 GPU 的做法。", "On a type A GPU this holds."),
        ("B 矩阵初始化为零，A、B 均为低秩矩阵。", "Matrix B starts at zero, and A and B are low-rank."),
        ("选 A/B 测试而不是离线评测。", "Choose A/B tests; answer A/B questions."),
        ("答案 EM 为 1。", "Option pricing; answer F1 is high; option C++ binding."),
        ("附录 B 项目主页。", "Answer a question; choice of D dimensions."),
        ("A 是正确初始化的矩阵。", "A is correctly initialised."),
    ],
)
def test_letter_references_near_misses(zh: str, en: str) -> None:
    assert run(references.letter_references, with_why(zh, en)) == []


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("第二个选项混淆了两者。", "No."),
        ("上述选项都快。", "No."),
        ("前三项都对。", "No."),
        ("否。", "The first option is slow."),
        ("否。", "See option 2."),
    ],
)
def test_place_references_fires(zh: str, en: str) -> None:
    assert errors(run(references.place_references, with_why(zh, en)))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("第二个矩阵先更新。", "The first layer has a choice of two kernels."),
        ("下列选项中只有它成立。", "Of the following options only this holds."),
    ],
)
def test_place_references_near_misses(zh: str, en: str) -> None:
    assert run(references.place_references, with_why(zh, en)) == []


@pytest.mark.parametrize(
    "text",
    [
        "以上都不对",
        "以上说法均正确",
        "上述选项全部成立",
        "都不正确",
        "全部正确",
        "All of the above",
        "None of the above.",
        "both of the above",
        "None of the other options",
        "There is no correct answer",
        "A 和 B",
        "仅 A 和 C",
        "Only A and C",
        "以上三者",
        "All three of the above",
        "其余选项都不对",
        "Both A and C",
    ],
)
def test_all_or_none_of_the_above_fires(text: str) -> None:
    assert errors(run(references.all_or_none_of_the_above, with_options("甲项", "乙项", text)))


@pytest.mark.parametrize(
    "text",
    [
        "全部 token 都参与损失",
        "阈值以上的 token 保留",
        "All of the above-threshold tokens stay",
        "Keep all tokens above 0.5",
        "None of the layers",
        "Both A100 and H100",
        "都用同一个随机种子",
    ],
)
def test_all_or_none_of_the_above_near_misses(text: str) -> None:
    assert run(references.all_or_none_of_the_above, with_options("甲项", "乙项", text)) == []


def test_matrices_named_in_the_stem_are_not_options() -> None:
    question = with_item(
        make_single(
            stem=make_text(("LoRA 的 A 和 B 中哪个初始化为零？", "Of A and B in LoRA, which starts at zero?")),
            options=make_options(("只有 B", "B only"), ("只有 A", "A only"), ("A 和 B", "Both A and B")),
        )
    )
    assert run(references.all_or_none_of_the_above, question) == []


def test_labelled_options() -> None:
    assert errors(run(references.labelled_options, with_options("A. 重算", "B. 合并", "C. 缩小")))
    assert run(references.labelled_options, with_options("B: 形状是 d×r", "合并", "缩小")) == []
    assert run(references.labelled_options, with_options("A、B 都训练", "合并", "B、A 都冻结")) == []


def test_absolutes() -> None:
    found = run(wording.absolutes, with_options("有助于收敛", "总是收敛", "绝对不会发散", "变慢"))
    assert [fault.warning for fault in found] == [True]
    assert run(wording.absolutes, with_options("总是收敛", "一定发散", "永远不变")) == []
    assert run(wording.absolutes, with_options("用绝对位置编码", "不一定收敛", "一定程度上收敛", "完全二叉树")) == []


def test_hedges() -> None:
    found = run(wording.hedges, with_options(("通常收敛", "It usually converges"), "发散", "不变"))
    assert [fault.warning for fault in found] == [True, True]
    assert run(wording.hedges, with_options("通常收敛", "通常发散", "不变")) == []
    assert run(wording.hedges, with_options("不可能收敛", "发散", "一般化", key=0)) == []


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("下列哪项不正确？", "Which is right?"),
        ("哪种做法不会增加显存？", "Which is right?"),
        ("以下说法错误的是", "Which is right?"),
        ("哪个位置不计算损失？", "Which is right?"),
        ("哪个对？", "Which of these does not add memory?"),
        ("哪个对？", "All of these add memory EXCEPT"),
        ("哪个对？", "Which statement is false?"),
        ("哪个对？", "Which one isn't trained?"),
    ],
)
def test_negative_stem_fires(zh: str, en: str) -> None:
    found = run(wording.negative_stem, with_stem(zh, en))
    assert [fault.warning for fault in found] == [True]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("下列哪项**不**正确？", "Which of these does **not** add memory?"),
        ("损失不下降时，先查哪一项？", "The loss does not fall. What comes first?"),
        ("哪种改动能让训练不发散？", "Which is right?"),
        ("哪些梯度不为 0？", "Which is right?"),
        ("哪种改动能修复不收敛的训练？", "Which change repairs a loss that does not fall?"),
        ("哪种做法会导致错误累积？", "Which setting has a low false positive rate?"),
        ("哪个对称？", "Which except for the head is frozen?"),
    ],
)
def test_negative_stem_near_misses(zh: str, en: str) -> None:
    assert run(wording.negative_stem, with_stem(zh, en)) == []


def test_a_numeric_stem_may_be_negative() -> None:
    numeric = make_numeric(stem=make_text(("下列哪项不正确？", "Which of these does not hold?")))
    assert run(wording.negative_stem, with_item(numeric)) == []


def test_clang() -> None:
    stem = ("为什么要做梯度检查点？", "Why use gradient checkpointing?")
    fires = with_stem(*stem, options=make_options(("梯度检查点省显存", "Checkpointing saves memory"), "加速", "提精度"))
    assert [fault.warning for fault in run(wording.clang, fires)] == [True, True]
    near = with_stem(*stem, options=make_options("梯度检查点省显存", "梯度检查点更快", "提精度"))
    assert run(wording.clang, near) == []
