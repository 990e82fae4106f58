"""Which question comes next. Deterministic: the seed and the counters are arguments."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.domain.kinds import Item, SingleItem
from bot.domain.questions import Question


@dataclass(frozen=True, slots=True)
class Pick:
    """The question and item of a slot, and the cycle they belong to."""

    question: Question
    item: SingleItem
    cycle: int


def pick_daily(
    questions: Sequence[Question],
    *,
    seed: str,
    cycle: int,
    asked: Collection[str],
    avoid: Collection[str] = (),
    last: str | None = None,
) -> Pick | None:
    """Choose the next question of a channel: a shuffled cycle without repeats (None when there are no questions).

    The order is a hash of seed, cycle and question id, so an edit, an addition or a removal moves no other question.
    `asked` holds the ids of this cycle; when all were asked the next cycle begins, not with the `last` one.
    `avoid` (questions open elsewhere in the server) is left out where anything else remains.
    """
    remaining = [question for question in questions if question.id not in asked]
    if not remaining:
        cycle += 1
        remaining = [question for question in questions if question.id != last] or list(questions)
    remaining = [question for question in remaining if question.id not in avoid] or remaining
    if not remaining:
        return None
    question = min(remaining, key=lambda candidate: _rank(seed, cycle, candidate.id))
    singles = question.singles
    return Pick(question, singles[cycle % len(singles)], cycle)


def _rank(seed: str, cycle: int, question_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{cycle}:{question_id}".encode()).digest()


def shuffled_options(item: Item, rng: Random) -> tuple[str, ...]:
    """Return the item's option ids in a random order; an ordering item never comes out in the right one."""
    ids = [option.id for option in getattr(item, "options", ())]
    order = list(ids)
    while True:
        rng.shuffle(order)
        if item.kind != "ordering" or order != ids:
            return tuple(order)


def pick_quiz(questions: Sequence[Question], last_seen: Mapping[str, datetime], count: int, rng: Random) -> list[Item]:
    """Choose up to `count` items, at most one a question.

    Items the member never saw come first, then those seen longest ago; ties are random. Within a question the
    least recently seen item is used.
    """
    best: list[tuple[float, float, Item]] = []
    for question in questions:
        ranked = [(_age_key(last_seen.get(item.id)), rng.random(), item) for item in question.items]
        best.append(min(ranked, key=lambda entry: entry[:2]))
    best.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in best[:count]]


def _age_key(seen_at: datetime | None) -> float:
    return seen_at.timestamp() if seen_at else float("-inf")
