"""Multiple choice: (right picks − wrong picks) / keys, never below 0."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.kinds import MultipleItem, Response
from tests.factories import make_multiple, make_options


@st.composite
def answered(draw: st.DrawFn) -> tuple[MultipleItem, set[int], set[int]]:
    """An item, its keys and what a member picked, both as indexes."""
    count = draw(st.integers(3, 6))
    keys = draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=count - 1))
    picks = draw(st.sets(st.integers(0, count - 1), min_size=1))
    return make_multiple(options=make_options(*"甲乙丙丁戊己"[:count], key=sorted(keys))), keys, picks


def ids(item: MultipleItem, indexes: set[int]) -> tuple[str, ...]:
    return tuple(item.options[index].id for index in indexes)


@given(answered())
def test_share(case: tuple[MultipleItem, set[int], set[int]]) -> None:
    item, keys, picks = case
    grade = item.grade(Response(ids(item, picks)))
    assert grade.share == max(Fraction(0), Fraction(len(picks & keys) - len(picks - keys), len(keys)))
    assert 0 <= grade.share <= 1
    assert grade.correct == (picks == keys)


@given(answered())
def test_a_wrong_pick_more_never_helps(case: tuple[MultipleItem, set[int], set[int]]) -> None:
    item, keys, picks = case
    before = item.grade(Response(ids(item, picks))).share
    for wrong in set(range(len(item.options))) - keys - picks:
        assert item.grade(Response(ids(item, picks | {wrong}))).share <= before


def test_picking_everything_is_no_strategy() -> None:
    item = make_multiple(options=make_options(*"甲乙丙丁", key=(0, 1)))
    assert item.grade(Response(ids(item, {0, 1, 2, 3}))).share == 0


@pytest.mark.parametrize("picks", [(), ("nope",), ("twice", "twice")])
def test_a_response_that_is_not_a_set_of_options_is_refused(picks: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):
        make_multiple().grade(Response(picks))


@pytest.mark.parametrize("key", [(), (0, 1, 2)])
def test_an_item_without_wrong_or_right_options_is_refused(key: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="at least one correct and one wrong"):
        make_multiple(options=make_options("甲", "乙", "丙", key=key))
