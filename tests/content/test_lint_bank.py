"""Lint rules over the whole bank."""

import pytest

from bot.content.documents import Document
from bot.content.lint import bank, stems
from bot.content.questions import LoadedQuestion
from bot.domain.questions import Question
from tests.factories import make_options, make_question, make_single, make_text


def load(*questions: Question) -> list[LoadedQuestion]:
    return [LoadedQuestion(question, Document(f"content/questions/{question.id}.yaml"), 0) for question in questions]


def singles_with_longest_key(longest: int, others: int) -> list[LoadedQuestion]:
    """Three singles a question; of all of them `longest` have the key as the longest option."""
    questions = []
    for number in range((longest + others) // 3):
        items = []
        for place in range(3):
            key = 0 if number * 3 + place < longest else 1
            choices = make_options("三个字", "两字", "两个", "两枚", key=key)
            items.append(make_single(f"q{number}.i{place}", options=choices, stem=make_text(f"{number} {place}")))
        questions.append(make_question(id=f"q{number}", items=items, prompt=make_text(f"问题 {number}")))
    return load(*questions)


@pytest.mark.parametrize(
    ("longest", "others", "fires"),
    [
        (13, 17, True),  # 43 % of 30: over 25 % + 2 × 7.9 %
        (12, 18, False),
        (27, 0, False),  # too few to tell
    ],
)
def test_longest_is_not_key(longest: int, others: int, fires: bool) -> None:
    found = list(bank.longest_is_not_key(singles_with_longest_key(longest, others)))
    assert [fault.warning for fault in found if "longest" in fault.message] == [False, False] * fires
    assert all(fault.file == "content/questions" for fault in found)


def test_a_tie_counts_in_part() -> None:
    tie = make_single(options=make_options("三个字", "三个词", "两字", "一"))
    found = bank.key_share([tie], "zh")
    assert (found.items, found.share, found.chance) == (1, 0.5, 0.25)


def test_the_share_of_no_items_is_nothing() -> None:
    assert bank.key_share([], "zh").share == 0


def test_enough_kinds() -> None:
    found = list(bank.enough_kinds(singles_with_longest_key(0, 30)))
    assert [fault.warning for fault in found] == [True]
    mixed = load(*(make_question(id=f"q{number}") for number in range(8)))
    assert list(bank.enough_kinds(mixed)) == []


def test_unique_item_ids() -> None:
    question = make_question()
    twice = load(question, question)
    assert [fault.field for fault in bank.unique_item_ids(twice)] == []  # the same place read twice is no clash
    elsewhere = [twice[0], LoadedQuestion(question, Document("content/questions/b.yaml"), 0)]
    assert len(list(bank.unique_item_ids(elsewhere))) == len(question.items)


def test_unique_stems() -> None:
    found = list(stems.unique_stems(load(make_question(), make_question(id="other"))))
    assert {fault.entry for fault in found} == {"other"}
    assert len(found) == 8


def test_unique_prompts() -> None:
    prompt = "为什么大模型推理时的解码阶段受显存带宽限制，而预填充阶段受算力限制？请用算术强度说明。"
    questions = [
        make_question(id="a", prompt=make_text(prompt)),
        make_question(id="b", prompt=make_text(prompt + "？")),
        make_question(id="c", prompt=make_text("请问" + prompt)),
        make_question(id="d", prompt=make_text("什么是 KV cache？")),
    ]
    found = list(bank.unique_prompts(load(*questions)))
    assert [(fault.entry, fault.warning) for fault in found] == [("b", False), ("c", True), ("c", True)]
