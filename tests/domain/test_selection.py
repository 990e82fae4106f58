"""Which question comes next: cycles without repeats, rotation of items, fresh items first."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.questions import Question
from bot.domain.selection import Pick, pick_daily, pick_quiz, shuffled_options
from tests.factories import make_numeric, make_ordering, make_question, make_single

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def questions(*ids: str, singles: int = 1) -> list[Question]:
    """Questions with so many single items each."""
    return [
        make_question(
            id=name,
            items=[
                *(make_single(f"{name}.single{n}") for n in range(singles)),
                make_numeric(f"{name}.numeric"),
                make_ordering(f"{name}.ordering"),
            ],
        )
        for name in ids
    ]


IDS = [f"q{n}" for n in range(12)]
QUESTIONS = {question.id: question for question in questions(*IDS, singles=3)}


def play(bank: list[Question], count: int, seed: str = "seed") -> list[Pick]:
    """Ask so many questions, one after the other, as the daily slots of a channel do."""
    picks: list[Pick] = []
    asked: list[str] = []
    cycle = 0
    for _ in range(count):
        pick = pick_daily(bank, seed=seed, cycle=cycle, asked=asked, last=asked[-1] if asked else None)
        assert pick is not None
        if pick.cycle != cycle:
            cycle, asked = pick.cycle, []
        asked.append(pick.question.id)
        picks.append(pick)
    return picks


def ids(picks: list[Pick]) -> list[str]:
    return [pick.question.id for pick in picks]


@given(size=st.integers(2, 12), seed=st.text(max_size=8))
def test_a_cycle_asks_everything_once_and_the_next_does_not_begin_with_the_last(size: int, seed: str) -> None:
    bank = list(QUESTIONS.values())[:size]
    asked = ids(play(bank, 3 * size, seed))
    for cycle in range(3):
        assert sorted(asked[cycle * size : (cycle + 1) * size]) == sorted(question.id for question in bank)
    assert all(one != two for one, two in pairwise(asked))


def test_channels_with_other_seeds_have_other_orders() -> None:
    bank = list(QUESTIONS.values())
    assert len({tuple(ids(play(bank, 12, f"seed {n}"))) for n in range(5)}) == 5


def test_the_order_differs_from_cycle_to_cycle() -> None:
    asked = ids(play(list(QUESTIONS.values()), 24))
    assert asked[:12] != asked[12:]


@given(
    before=st.sets(st.sampled_from(IDS), min_size=2),
    gone=st.sets(st.sampled_from(IDS)),
    new=st.sets(st.sampled_from(IDS)),
)
@settings(max_examples=60)
def test_adding_and_removing_moves_no_other_question(before: set[str], gone: set[str], new: set[str]) -> None:
    after = (before | new) - gone
    stayed = before & after
    orders = [ids(play([QUESTIONS[name] for name in sorted(group)], len(group))) for group in (before, after)]
    assert [name for name in orders[0] if name in stayed] == [name for name in orders[1] if name in stayed]


def test_items_rotate_from_cycle_to_cycle() -> None:
    bank = questions("a", "b", singles=3)
    shown = Counter(pick.item.id for pick in play(bank, 6))
    assert shown == {f"{name}.single{n}": 1 for name in "ab" for n in range(3)}
    assert {pick.item.id for pick in play(bank, 8)[6:]} == {"a.single0", "b.single0"}


def test_nothing_but_single_items_is_asked() -> None:
    assert {pick.item.kind for pick in play(questions("a", "b"), 8)} == {"single"}


def test_a_lone_question_repeats_and_none_is_none() -> None:
    assert ids(play(questions("a"), 3)) == ["a", "a", "a"]
    assert pick_daily([], seed="s", cycle=0, asked=["gone"]) is None


def test_questions_open_elsewhere_are_left_for_later_where_others_remain() -> None:
    bank = questions("a", "b", "c")
    first = pick_daily(bank, seed="s", cycle=0, asked=[])
    assert first is not None
    avoiding = pick_daily(bank, seed="s", cycle=0, asked=[], avoid={first.question.id})
    assert avoiding is not None
    assert avoiding.question.id != first.question.id
    assert avoiding.cycle == 0
    rest = [question.id for question in bank if question.id != first.question.id]
    last_resort = pick_daily(bank, seed="s", cycle=0, asked=rest, avoid={first.question.id})
    assert last_resort is not None
    assert last_resort.question.id == first.question.id


def test_a_question_of_an_earlier_topic_does_not_count_as_asked_now() -> None:
    pick = pick_daily(questions("new"), seed="s", cycle=4, asked=["old", "older"], last="older")
    assert pick is not None
    assert (pick.question.id, pick.cycle) == ("new", 4)


@pytest.mark.parametrize("item", [make_single("a.a"), make_ordering("a.b"), make_numeric("a.c")])
def test_shuffling_keeps_the_options(item) -> None:
    expected = sorted(option.id for option in getattr(item, "options", ()))
    assert sorted(shuffled_options(item, Random(1))) == expected


def test_shuffling_reaches_every_order_of_a_single_item() -> None:
    item, rng = make_single("a.a"), Random(1)
    assert len({shuffled_options(item, rng) for _ in range(600)}) == 24


def test_an_ordering_item_never_comes_out_solved() -> None:
    item, rng = make_ordering("a.b"), Random(1)
    solved = tuple(option.id for option in item.options)
    assert len(orders := {shuffled_options(item, rng) for _ in range(300)}) == 5
    assert solved not in orders


def test_a_quiz_takes_one_item_a_question_unseen_first_then_the_oldest() -> None:
    bank = questions("a", "b", "c")
    seen = {item.id: NOW - timedelta(days=1) for item in bank[0].items}
    seen |= {item.id: NOW - timedelta(days=9) for item in bank[1].items}
    for n in range(20):
        picked = [item.question_id for item in pick_quiz(bank, seen, 25, Random(n))]
        assert picked == ["c", "b", "a"]
    assert [item.question_id for item in pick_quiz(bank, seen, 2, Random(0))] == ["c", "b"]


def test_within_a_question_the_item_seen_longest_ago_is_used() -> None:
    (question,) = questions("a")
    seen = {item.id: NOW - timedelta(days=n) for n, item in enumerate(question.items)}
    assert [item.id for item in pick_quiz([question], seen, 5, Random(0))] == [question.items[-1].id]
    del seen["a.numeric"]
    assert [item.id for item in pick_quiz([question], seen, 5, Random(0))] == ["a.numeric"]


def test_a_quiz_among_unseen_questions_is_random() -> None:
    bank = list(QUESTIONS.values())
    assert len({pick_quiz(bank, {}, 1, Random(n))[0].question_id for n in range(40)}) > 6
