"""Search and autocompletion, on the shipped bank and on 10,000 questions made from it."""

import random
from collections.abc import Sequence
from functools import partial

from bot.content.questions import load_bank
from bot.domain.bank import QuestionBank
from bot.domain.localized import Localized
from bot.domain.questions import Question
from bot.settings import shipped_content_dir
from bot.storage.search import SearchIndex
from tests.benchmarks.measured import Measured, milliseconds, percentile

LARGE = 10_000
QUERIES = (
    *("微调", "显存", "幻觉", "注意力", "位置编码", "長文本", "怎么估算 KV cache", "LoRA 微调", "量化", "扩散"),
    *(
        "rope",
        "kv cache",
        "attention",
        "quantization",
        "speculative decoding",
        "reward",
        "flash",
        "dpo loss",
        "tokenizer",
    ),
    *("quantizaton", "atention", "embeding", "difusion", "speculatve decodng", "transfromer", "zzzz", '"', "NEAR(x"),
    *("a", "的", "模型", "model", "为什么", "how much memory does fine-tuning a 7B model take"),
)
ROUNDS = 20


def measure() -> Sequence[Measured]:
    """Measure every query on both banks."""
    shipped = load_bank(shipped_content_dir())
    results = []
    for bank, budget in ((shipped, 5.0), (_repeated(shipped, LARGE), 20.0)):
        index = SearchIndex(bank)
        index.build()
        for query in QUERIES:  # the first mistyped word reads the vocabulary
            index.search(query, limit=10)
            index.suggest(query, 25)
        searches = [milliseconds(partial(index.search, query, limit=10)) for query in QUERIES * ROUNDS]
        suggestions = [milliseconds(partial(index.suggest, query, 25)) for query in QUERIES * ROUNDS]
        index.close()
        on = f"{len(bank)} questions, {len(searches)} queries"
        results.append(Measured("search, p99", percentile(searches, 0.99), "ms", budget, on))
        results.append(Measured("autocompletion, p99", percentile(suggestions, 0.99), "ms", budget, on))
    return results


def _repeated(bank: QuestionBank, count: int) -> QuestionBank:
    """Return a bank of that size: the questions under other ids, the words of their texts in another order."""
    rng = random.Random(7)
    originals = list(bank)
    copies: list[Question] = []
    for number in range(count):
        original = originals[number % len(originals)]
        changes = {"id": f"{original.id[:38]}-{number}"}
        texts = {name: _shuffled(getattr(original, name), rng) for name in ("prompt", "short", "answer")}
        copies.append(original.model_copy(update=changes | texts))
    return QuestionBank(copies, bank.topics)


def _shuffled(text: Localized, rng: random.Random) -> Localized:
    zh, en = text.zh.split("，"), text.en.split(" ")
    rng.shuffle(zh)
    rng.shuffle(en)
    return Localized(zh="，".join(zh), en=" ".join(en))
