"""Key points: what counts as the same words, and where a word begins and ends."""

import pytest

from bot.domain.keypoints import hits, match, normalise, occurs
from tests.factories import make_key_point


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ＬｏＲＡ　微调", "lora微调"),
        ("LoRA  微调", "lora微调"),
        ("1−p 1–p 1—p 1‑p", "1-p 1-p 1-p 1-p"),
        ("除以 $1-p$。", "除以1-p。"),
        ("use `eval`", "use eval"),
        ("a\n  b", "a b"),
    ],
)
def test_normalise_folds_what_is_typed_differently(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ai", "what ai does"),
        ("token", "many tokens"),
        ("batch", "two batches"),
        ("期望", "激活的期望不变"),
        ("kv cache", "the kv cache grows"),
        ("除以1-p", "再除以1-p即可"),
        ("softmax", "用softmax归一"),
        ("beta", r"\beta"),
        ("1.2", "is 1.2."),
        ("gpt", "gpt-4"),
        ("hallucinat*", "it hallucinates"),
        ("c++", "in c++ code"),
    ],
)
def test_occurs_at_word_boundaries(phrase: str, text: str) -> None:
    assert occurs(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ai", "maintain"),
        ("ai", "aim"),
        ("token", "tokenizer"),
        ("乘以p", "乘以position"),
        ("1.2", "is 1.25"),
        ("1.2", "is 11.2"),
        ("2", "is 1.2"),
        ("2", "is 2.5"),
        ("adam", "adamw"),
        ("hallucinat", "hallucinating"),
        ("nat*", "alternate"),
        ("a*", "anything"),
        ("", "anything"),
    ],
)
def test_does_not_occur_inside_other_words(phrase: str, text: str) -> None:
    assert not occurs(phrase, text)


def test_a_later_occurrence_counts() -> None:
    assert occurs("ai", "maintain the ai")


def test_every_group_must_be_hit() -> None:
    point = make_key_point(["期望", "expectation"], ["关闭", "switched off"])
    assert hits(point, "The expectation is kept, so dropout is switched off.")
    assert not hits(point, "The expectation is kept.")
    assert match(point, "期望不变").groups == ("期望", None)


def test_a_rejected_phrase_voids_the_point() -> None:
    point = make_key_point(["除以 1-p", "除以 p"], reject=["除以 p"])
    assert hits(point, "激活除以 1−p")
    found = match(point, "激活除以 p，而不是除以 1-p")
    assert not found.earned
    assert found.rejected == "除以 p"
