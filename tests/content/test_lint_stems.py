"""Lint rules on stems and on the cue of convergence: what fires, and a near-miss."""

import pytest

from bot.content.documents import Document
from bot.content.lint import convergence, stems
from bot.content.questions import LoadedQuestion
from bot.domain.questions import Question
from tests.factories import make_options, make_question, make_single, make_text

from .linting import run, with_options, with_stem


def load(*questions: Question) -> list[LoadedQuestion]:
    return [LoadedQuestion(question, Document("q.yaml"), index) for index, question in enumerate(questions)]


def with_single(question_id: str, zh: str, **overrides: object) -> Question:
    item = make_single(f"{question_id}.a", stem=make_text((zh, f"{question_id} {zh}")), **overrides)
    rest = [make_single(f"{question_id}.{n}", stem=make_text(f"{question_id} 的第 {n} 个别的题干？")) for n in "bc"]
    return make_question(id=question_id, items=[item, *rest])


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("上题的模型换成 8 层，显存变为多少？", "With 8 layers, how much memory?"),
        ("该模型的 KV 缓存有多大？", "How large is the KV cache?"),
        ("沿用前面的设置，吞吐是多少？", "What is the throughput?"),
        ("显存是多少？", "With the model of the previous question, how much memory?"),
        ("显存是多少？", "This model has 8 layers. How much memory?"),
        ("显存是多少？", "Same setup as above: how much memory?"),
    ],
)
def test_stems_that_lean_on_others(zh: str, en: str) -> None:
    assert run(stems.stands_alone, with_stem(zh, en))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("某模型有 8 层，该模型的 KV 缓存有多大？", "A model has 8 layers. How large is this model's cache?"),
        ("模型在上一步之后停下，上述缓存还有效吗？", "It's late: a model stops. Is the cache above still valid?"),
        ("问题的前一步是什么？", "The next token depends on what?"),
        ("没有归一化会怎样？", "Nowadays, what do models use in the next layer?"),
    ],
)
def test_stems_that_stand_alone(zh: str, en: str) -> None:
    assert run(stems.stands_alone, with_stem(zh, en)) == []


LONG = "在 8 张 80 GB 的卡上用 ZeRO-3 训练一个 7B 模型，优化器状态为 FP32，梯度为 BF16，每张卡上的状态占多少显存？"


def test_stems_that_are_nearly_the_same() -> None:
    found = list(stems.unlike_stems(load(with_single("a", LONG), with_single("b", LONG.replace("占多少", "占用多少")))))
    assert [(fault.entry, fault.message) for fault in found] == [("b", "is nearly the stem of a.a")]
    assert found[0].warning


def test_the_same_sum_with_other_numbers_is_another_item() -> None:
    other = LONG.replace("7B", "13B")
    assert list(stems.unlike_stems(load(with_single("a", LONG), with_single("b", other)))) == []


def test_a_listing_tells_two_equal_stems_apart() -> None:
    stem = "下面的代码哪里错了？"
    twice = load(
        with_single("a", stem, code={"text": "x = 1"}),
        with_single("b", stem, code={"text": "x = 2"}),
    )
    assert [fault for fault in stems.unique_stems(twice) if "a.a" in fault.message and fault.field.endswith("zh")] == []
    assert list(stems.unique_stems(load(with_single("a", stem), with_single("b", stem))))


def test_near_pairs_are_those_of_comparing_all_with_all() -> None:
    texts = [LONG, LONG + "。", LONG[:60], LONG.replace("显存", "内存"), "什么是早停？", "什么是早停", "早停是什么？"]
    sets = [stems.trigrams(text) for text in texts]
    slow = {
        (first, second)
        for second in range(len(sets))
        for first in range(second)
        if stems.overlap(sets[first], sets[second]) > 0.85
    }
    assert slow
    assert set(stems._alike(sets)) == slow


def test_the_option_that_the_others_are_made_from() -> None:
    alone = with_options(
        ("LoRA 冻结", "LoRA unmerged"),
        ("LoRA 全调", "LoRA merged"),
        ("量化冻结", "quantised, unmerged"),
        ("重训", "full tuning"),
    )
    assert [fault.field for fault in run(convergence.key_shares_most, alone)] == [
        "items[0].options[0].text.zh",
        "items[0].options[0].text.en",
    ]


def test_a_key_that_shares_no_more_than_others() -> None:
    question = with_options(
        ("权重乘以 0.8", "Multiply by 0.8"),
        ("权重除以 0.8", "Divide by 0.8"),
        ("权重乘以 0.2", "Multiply by 0.2"),
        ("权重除以 0.2", "Divide by 0.2"),
    )
    assert run(convergence.key_shares_most, question) == []


def _bank(count: int, key: int) -> list[LoadedQuestion]:
    texts = ("LoRA 冻结", "LoRA 全调", "量化冻结", "重训")
    questions = []
    for number in range(count):
        items = [
            make_single(f"q{number}.{n}", stem=make_text(f"第 {number} 题 {n}"), options=make_options(*texts, key=key))
            for n in "abc"
        ]
        questions.append(make_question(id=f"q{number}", items=items))
    return load(*questions)


def test_a_bank_whose_keys_converge_is_refused() -> None:
    found = list(convergence.likest_is_not_key(_bank(20, key=0)))
    assert {"zh" in fault.message or "en" in fault.message for fault in found} == {True}
    assert all(not fault.warning for fault in found)
    assert "100% of 60 singles; chance is 25%" in found[0].message


def test_a_bank_whose_keys_do_not() -> None:
    assert list(convergence.likest_is_not_key(_bank(20, key=3))) == []
    assert list(convergence.likest_is_not_key(_bank(3, key=0))) == []  # too few to say
