"""Makes valid content for tests: each function returns a model, and takes as keywords whatever a test is about.

    make_question()                                   a question without a single fault or lint warning
    make_question(id="other", difficulty=5)           ids of its items follow the question's id
    make_question(items=[make_single(id="sample.a"), …])
    make_single(id="sample.a", options=make_options("甲", "乙", "丙", key=1))
    make_bank(make_question(), make_question(id="b", topic="basics/decoding"))

A text is given as a `(zh, en)` pair, or as one string that then stands for both languages.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.domain.bank import QuestionBank
from bot.domain.kinds import MultipleItem, NumericItem, OrderingItem, SingleItem
from bot.domain.localized import Localized
from bot.domain.questions import KeyPoint, Question
from bot.domain.topics import TopicNode, TopicTree

Text = str | tuple[str, str] | Localized

_ANSWER_ZH = (
    "早停是在训练过程中监视验证集损失、在它不再下降时停止训练的正则化方法。做法是每隔若干步评估一次，保存验证"
    "损失最低的权重；连续若干次评估都没有改善（耐心值）就停下，并恢复到保存的最优权重，而不是最后一步的权重。"
    "它有效，是因为训练早期先学到普遍规律，后期才开始拟合噪声；对二次损失，限制步数的效果近似于 L2 正则。"
    "代价有两点：验证集被用来选模型，分数会偏乐观，最终结果要另用测试集报告；验证损失有波动，耐心值太小会停得"
    "过早，双下降时还会错过第二次下降。大模型预训练几乎只过一遍数据，很少需要它。"
)
_ANSWER_EN = (
    "Early stopping is regularisation by watching the validation loss during training and stopping once it no "
    "longer falls. Evaluate every few steps and keep the weights with the lowest validation loss; when "
    "several evaluations in a row bring no improvement (the patience), stop and restore the best weights, not "
    "those of the last step. It works because training picks up general structure first and fits noise later; "
    "for a quadratic loss, limiting the steps is close to L2 regularisation. It has two costs. The validation "
    "set now selects the model, so its score is optimistic and the final result needs a separate test set. "
    "And the validation loss fluctuates: too little patience stops too soon, and under double descent it "
    "misses the second fall. Pre-training of large models sees its data about once and rarely needs it."
)


_TOPICS = """\
- id: basics
  name: {zh: 基础, en: Basics}
  topics:
    - {id: overview, name: {zh: 概念, en: Concepts}}
    - {id: decoding, name: {zh: 解码, en: Decoding}}
"""


def make_text(text: Text) -> Localized:
    """Return a text in both languages."""
    if isinstance(text, Localized):
        return text
    zh, en = (text, text) if isinstance(text, str) else text
    return Localized(zh=zh, en=en)


def make_options(*texts: Text, key: int | Sequence[int] | None = 0) -> list[dict[str, Any]]:
    """Return options as data, each with a reason of its own. `key`: index or indexes of the right ones; None: all."""
    keys = range(len(texts)) if key is None else [key] if isinstance(key, int) else key
    options = []
    for index, text in enumerate(map(make_text, texts)):
        why = {"zh": f"理由：{text.zh}", "en": f"Because: {text.en}"}
        options.append({"text": text.model_dump(), "correct": index in keys, "why": why})
    return options


def make_single(id: str = "sample.single", **overrides: Any) -> SingleItem:
    """Return a single item whose first of four options is the key."""
    data = {
        "id": id,
        "kind": "single",
        "difficulty": 2,
        "stem": make_text(
            (
                "验证损失连续上升而训练损失仍在下降，先做什么？",
                "Validation loss rises while training loss falls. What first?",
            )
        ),
        "options": make_options(
            ("停下并恢复最优权重", "Stop and restore the best weights"),
            ("提高学习率再训一轮", "Raise the rate for another epoch"),
            ("把验证集并入训练集", "Merge validation into training"),
            ("换更大的模型重新训", "Retrain with a larger network"),
        ),
    }
    return SingleItem.model_validate(data | overrides)


def make_multiple(id: str = "sample.multiple", **overrides: Any) -> MultipleItem:
    """Return a multiple item whose first two of four options are keys."""
    data = {
        "id": id,
        "kind": "multiple",
        "difficulty": 3,
        "stem": make_text(
            ("下列哪些是早停的代价？（多选）", "Which of these are costs of early stopping? (all that apply)")
        ),
        "options": make_options(
            ("验证分数偏乐观", "Optimistic validation scores"),
            ("可能停得过早", "It can end too soon"),
            ("显存占用翻倍", "Memory use doubles"),
            ("推理时变慢", "Inference slows down"),
            key=(0, 1),
        ),
    }
    return MultipleItem.model_validate(data | overrides)


def make_numeric(id: str = "sample.numeric", **overrides: Any) -> NumericItem:
    """Return a numeric item: 4 within 0.1, with the mistakes 5 and 3."""
    data = {
        "id": id,
        "kind": "numeric",
        "difficulty": 2,
        "stem": make_text(
            (
                "耐心值为 3，第 1 次评估后验证损失再没有改善，第几次评估后停止？",
                "With patience 3, validation never improves after evaluation 1. After which evaluation does it stop?",
            )
        ),
        "answer": {"value": 4.0, "tolerance": 0.1, "unit": ""},
        "mistakes": [
            {"value": 5.0, "why": {"zh": "多等了一次。", "en": "Waits one evaluation too long."}},
            {"value": 3.0, "why": {"zh": "把第一次也算进了耐心值。", "en": "Counts the first one as patience."}},
        ],
        "why": make_text(("1 + 3 = 4，之后没有改善。", "1 + 3 = 4 without improvement.")),
    }
    return NumericItem.model_validate(data | overrides)


def make_ordering(id: str = "sample.ordering", **overrides: Any) -> OrderingItem:
    """Return an ordering item of three steps."""
    data = {
        "id": id,
        "kind": "ordering",
        "difficulty": 2,
        "stem": make_text(("把早停的一轮排序。", "Order one round of early stopping.")),
        "options": make_options(
            ("训练若干步", "Train some steps"),
            ("在验证集上评估", "Evaluate on validation data"),
            ("比较并保存更好的权重", "Compare and keep better weights"),
            key=None,
        ),
    }
    return OrderingItem.model_validate(data | overrides)


def make_key_point(*groups: Sequence[str], **overrides: Any) -> KeyPoint:
    """Return a key point that asks for one alias of every group."""
    data = {
        "zh": "恢复最优权重",
        "en": "restore the best weights",
        "any": groups or [["最优权重", "best weights"]],
        "refuses": {"zh": "用最后一步的权重", "en": "keep the last weights"},
    }
    return KeyPoint.model_validate(data | overrides)


def make_question(**overrides: Any) -> Question:
    """Return a question that passes the linter; items not given get the ids `<id>.single`, `.numeric` and so on."""
    question_id = overrides.get("id", "sample")
    data: dict[str, Any] = {
        "id": question_id,
        "topic": "basics/overview",
        "form": "concept",
        "relevance": "core",
        "tracks": ["basics"],
        "difficulty": 2,
        "seed": ["S001"],
        "as_of": "2026-11",
        "status": "reviewed",
        "prompt": make_text(("什么是早停？它有什么代价？", "What is early stopping and what does it cost?")),
        "short": make_text(
            ("验证损失不再下降就停，恢复最优权重。", "Stop once validation loss stalls and restore the best weights.")
        ),
        "answer": make_text((_ANSWER_ZH, _ANSWER_EN)),
        "formulas": [r"\theta^* = \theta_{t^*},\quad t^* = \arg\min_t L_{\mathrm{val}}(\theta_t)"],
        "key_points": [
            make_key_point(),
            make_key_point(["验证集", "validation"], ["不再下降", "no longer falls"]),
            make_key_point(["偏乐观", "optimistic"], reject=["无偏", "unbiased"]),
        ],
        "follow_ups": [
            {
                "ask": {"zh": "耐心值怎么选？", "en": "How is the patience chosen?"},
                "answer": {"zh": "看验证损失的波动周期。", "en": "By how long the loss fluctuates."},
            }
        ],
        "sources": [
            {
                "title": "Prechelt, Early Stopping, 1998",
                "url": "https://doi.org/10.1007/3-540-49430-8_3",
                "supports": "all",
            }
        ],
        "items": [
            make_single(f"{question_id}.single"),
            make_numeric(f"{question_id}.numeric"),
            make_multiple(f"{question_id}.multiple"),
            make_ordering(f"{question_id}.ordering"),
        ],
    }
    return Question.model_validate(data | overrides)


def make_topics(*paths: str) -> TopicTree:
    """Return a tree of topics that holds these leaves, named by their paths."""
    nodes: dict[str, list[str]] = {}
    for path in paths or ("basics/overview", "basics/decoding"):
        parent, _, leaf = path.partition("/")
        nodes.setdefault(parent, []).append(leaf)
    return TopicTree.from_nodes(
        TopicNode(
            id=parent,
            name=make_text(parent),
            topics=tuple(TopicNode(id=leaf, name=make_text(f"{parent} {leaf}")) for leaf in leaves if leaf),
        )
        for parent, leaves in nodes.items()
    )


def make_bank(*questions: Question) -> QuestionBank:
    """Return a bank of these questions (one sample question if none is given) with the topics they name."""
    chosen = questions or (make_question(),)
    return QuestionBank(chosen, make_topics(*dict.fromkeys(question.topic for question in chosen)))


def write_content(folder: Path, *questions: Question | dict[str, Any], topics: str = "") -> Path:
    """Write a content folder with these questions (the sample one if none is given), one file a topic; return it."""
    by_topic: dict[str, list[Any]] = {}
    for question in questions or (make_question(),):
        data = question if isinstance(question, dict) else question.model_dump(mode="json", exclude_defaults=False)
        by_topic.setdefault(data["topic"], []).append({key: value for key, value in data.items() if value is not None})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "topics.yaml").write_text(topics or _TOPICS, encoding="utf-8")
    for topic, entries in by_topic.items():
        file = folder / "questions" / f"{topic}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000)
        file.write_text(text, encoding="utf-8")
    return folder
