import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bank import QuestionBank
from bot.domain.questions import Question
from bot.domain.topics import TopicTree
from bot.storage.search import SNIPPET_WIDTH, SearchIndex, query_words


def localized(zh, en):
    return {"zh": zh, "en": en}


def question(question_id, prompt, answer, **changes):
    """A valid question of which only the searchable texts matter."""
    options = [
        {
            "correct": n == 0,
            "text": localized(f"选项 {n}", f"option {n}"),
            "why": localized("因为", "because"),
        }
        for n in range(3)
    ]
    items = [
        {"id": f"{question_id}.{n}", "kind": "single", "difficulty": 1, "stem": localized("题", "stem")}
        | {"options": options}
        for n in "abc"
    ]
    point = {"zh": "点", "en": "point", "any": [["点"]], "refuses": localized("错", "wrong")}
    return Question.model_validate(
        {
            "id": question_id,
            "topic": "basics/overview",
            "form": "concept",
            "relevance": "core",
            "tracks": ["basics"],
            "difficulty": 1,
            "as_of": "2026-11",
            "status": "reviewed",
            "prompt": localized(*prompt),
            "short": localized("短", "short"),
            "answer": localized(*answer),
            "key_points": [point] * 3,
            "follow_ups": [{"ask": localized("还有呢", "anything else"), "answer": localized("无", "no")}],
            "sources": [{"title": "A paper", "url": "https://example.org/paper"}],
            "items": items,
        }
        | changes
    )


QUESTIONS = [
    question(
        "full-memory",
        (
            "全参数微调一个 7B 模型需要多少显存？",
            "How much GPU memory does full fine-tuning of a 7B model need?",
        ),
        (
            "权重、梯度、优化器状态；用 LoRA 可以省下大部分。",
            "Weights, gradients, optimiser states; LoRA saves most.",
        ),
    ),
    question(
        "lora-rank",
        ("LoRA 微调时秩 $r$ 怎么选？", "How do you choose the rank $r$ of LoRA?"),
        ("先试 $r=8$，再看验证集。", r"Try $r=8$ first, then watch the validation loss; $\mathbb{E}$."),
    ),
    question(
        "hallucination",
        ("大模型的幻觉从哪里来？", "Where do hallucinations of large models come from?"),
        ("与对齐、数据和解码都有关。", "Alignment, data and decoding. Agents add tools; biases remain."),
    ),
    question(
        "old-one",
        ("Ｂｅｒｔ 的掩码语言模型是什么？", "What is BERT's masked language model?"),
        ("遮住一部分词，再预测。", "Mask some tokens and predict them."),
        relevance="legacy",
    ),
    question(
        "a-draft",
        ("微调草稿", "Fine-tuning draft"),
        ("未审", "unreviewed"),
        status="draft",
    ),
]


@pytest.fixture(scope="module")
def index():
    index = SearchIndex(QuestionBank(QUESTIONS, TopicTree(())))
    yield index
    index.close()


def ids(hits):
    return [hit.question_id for hit in hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("微调", {"full-memory", "lora-rank"}),  # two characters: trigrams would find nothing
        ("幻觉", {"hallucination"}),
        ("秩", {"lora-rank"}),
        ("码", {"hallucination", "old-one"}),
        ("显存", {"full-memory"}),
        ("全参数微调", {"full-memory"}),
        ("調微", set()),
        ("顯存", {"full-memory"}),  # traditional
        ("微調", {"full-memory", "lora-rank"}),
        ("lora微调", {"full-memory", "lora-rank"}),
        ("LoRA 微调", {"full-memory", "lora-rank"}),
        ("ＬＯＲＡ", {"full-memory", "lora-rank"}),  # full width
        ("lor", {"full-memory", "lora-rank"}),
        ("bert", {"old-one"}),  # legacy is found when asked for by name
        ("hallucination", {"hallucination"}),
        ("agent", {"hallucination"}),
        ("model", {"full-memory", "hallucination", "old-one"}),
        ("models", {"full-memory", "hallucination", "old-one"}),  # a plural finds the singular
        ("loss", {"lora-rank"}),
        ("bias", {"hallucination"}),
        ("7b", {"full-memory"}),
        ("fine-tuning", {"full-memory"}),
        ("gpu hallucination", set()),  # every word must be there
        ("微调 草稿", set()),  # drafts are not shown
        ("mathbb", set()),
        ("math", set()),
        ("不存在的词", set()),
        ("halucination", {"hallucination"}),  # a letter left out
        ("hallucinatoin", {"hallucination"}),  # two exchanged
        ("hallucinaxxon", {"hallucination"}),  # two mistakes in a long word
        ("hallxxxation", set()),  # three are another word
        ("memry 7b", {"full-memory"}),
        ("lroa", {"full-memory", "lora-rank"}),
        ("how much memory does it need", {"full-memory"}),  # words of every text are left out
        ("of the", {"lora-rank"}),  # unless there is nothing else
        ("a", {"full-memory"}),  # a letter is a word, and no beginning
    ],
)
def test_search(index, text, expected):
    assert set(ids(index.search(text, limit=10))) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        '""""',
        "'; DROP TABLE docs; --",
        "NEAR(",
        "NEAR(微调 LoRA)",
        "prompt_zh:微调",
        "col:x",
        "{body_zh}",
        "*",
        "-",
        "---",
        "^x",
        "AND",
        "OR NOT",
        "a AND",
        "(((",
        "c++",
        "\x00",
        "\ud800",
        "😀",
        "$",
        "\\",
        "x" * 10_000,
        "微 " * 5_000,
    ],
)
def test_hostile_queries_raise_nothing(index, text):
    assert isinstance(index.search(text, limit=5), list)
    assert isinstance(index.suggest(text, 5), list)


@given(st.text(max_size=60))
def test_any_query_raises_nothing(text):
    index = SearchIndex(QuestionBank(QUESTIONS[:2], TopicTree(())))
    index.search(text, limit=3)
    index.suggest(text, 3)
    index.close()


def test_nothing_to_search_for(index):
    assert index.search("", limit=5) == []
    assert index.search(" \"*' ", limit=5) == []
    assert index.search("微调", limit=0) == []


def test_a_hit_in_the_prompt_ranks_first(index):
    assert ids(index.search("LoRA", limit=5)) == ["lora-rank", "full-memory"]
    assert ids(index.search("LoRA", limit=1)) == ["lora-rank"]


def test_one_language(index):
    assert ids(index.search("rank", limit=5, language="zh")) == []
    assert ids(index.search("rank", limit=5, language="en")) == ["lora-rank"]
    assert index.search("LoRA", limit=1, language="zh")[0].snippet == "LoRA 微调时秩 r 怎么选？"


def test_snippets_come_from_the_prompt_as_written(index):
    [hit] = index.search("validation", limit=5)
    assert hit.snippet == "How do you choose the rank r of LoRA?"
    [hit] = index.search("优化器", limit=5)
    assert hit.snippet == "全参数微调一个 7B 模型需要多少显存？"


def test_long_prompts_are_cut_round_the_word():
    long = question("long", ("长" * 300 + "目标词" + "尾" * 300, "x" * 400), ("答", "answer"))
    index = SearchIndex(QuestionBank([long], TopicTree(())))
    [hit] = index.search("目标词", limit=1)
    assert "目标词" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) <= SNIPPET_WIDTH + 2
    [hit] = index.search("xxx", limit=1)
    assert hit.snippet == "x" * SNIPPET_WIDTH + "…"


def test_marks_of_authors_are_not_in_snippets():
    marked = question("marked", ("哪个**不**对？`eval` 呢", "Which is **not** right in `eval`?"), ("答", "a"))
    index = SearchIndex(QuestionBank([marked], TopicTree(())))
    assert index.search("不对", limit=1)[0].snippet == "哪个不对？eval 呢"


def test_sealed_questions_are_found_by_their_prompt_alone(index):
    assert ids(index.search("优化器", limit=5, sealed={"full-memory"})) == []
    assert ids(index.search("lora", limit=5, sealed={"full-memory"})) == ["lora-rank"]
    assert ids(index.search("显存", limit=5, sealed={"full-memory"})) == ["full-memory"]
    assert ids(index.search("lora", limit=1, sealed={"lora-rank", "full-memory"})) == ["lora-rank"]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("lora", ["lora-rank"]),
        ("LoRA 微调", ["lora-rank"]),
        ("全参数", ["full-memory"]),
        ("顯存", ["full-memory"]),
        ("rank", ["lora-rank"]),
        ("halucination", ["hallucination"]),
        ("choose the rnak", ["lora-rank"]),
        ("zzzzzz", []),
        ("草稿", []),
    ],
)
def test_suggest(index, prefix, expected):
    assert index.suggest(prefix, 5) == expected


def test_suggest_without_input_lists_the_first_questions(index):
    assert index.suggest("", 2) == ["full-memory", "lora-rank"]
    assert index.suggest("  ", 25) == ["full-memory", "lora-rank", "hallucination", "old-one"]
    assert index.suggest("o", 1) == ["old-one"]


def test_query_words():
    assert query_words("LoRA微調 c++ GPT-4 -- d_k？") == ["lora", "微调", "c++", "gpt-4", "d_k"]


def test_use_from_many_threads(index):
    results = []
    threads = [threading.Thread(target=lambda: results.append(ids(index.search("微调", limit=5)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == results[0] for result in results)


def test_building_twice_and_closing():
    index = SearchIndex(QuestionBank(QUESTIONS, TopicTree(())))
    index.build()
    index.build()
    assert index.search("微调", limit=5)
    index.close()
    index.close()
    assert index.search("微调", limit=5)
    index.close()


def test_an_empty_bank():
    index = SearchIndex(QuestionBank([], TopicTree(())))
    assert index.search("微调", limit=5) == []
    assert index.suggest("微调", 5) == []
    index.close()
