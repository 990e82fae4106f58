"""Ordering: the share of adjacent pairs that are kept."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.kinds import OrderingItem, Response
from tests.factories import make_options, make_ordering


@st.composite
def answered(draw: st.DrawFn) -> tuple[OrderingItem, list[int]]:
    count = draw(st.integers(3, 6))
    return make_ordering(options=make_options(*"甲乙丙丁戊己"[:count], key=None)), draw(st.permutations(range(count)))


@given(answered())
def test_share_is_that_of_neighbours_kept(case: tuple[OrderingItem, list[int]]) -> None:
    item, order = case
    grade = item.grade(Response(tuple(item.options[index].id for index in order)))
    kept = sum(second == first + 1 for first, second in pairwise(order))
    assert grade.share == Fraction(kept, len(order) - 1)
    assert grade.correct == (order == sorted(order))


def test_the_reverse_order_earns_nothing() -> None:
    item = make_ordering()
    assert item.grade(Response(tuple(option.id for option in reversed(item.options)))).share == 0


@given(answered(), st.data())
def test_no_permutation_is_refused(case: tuple[OrderingItem, list[int]], data: st.DataObject) -> None:
    item, order = case
    ids = [item.options[index].id for index in order]
    broken = data.draw(st.sampled_from([ids[:-1], [*ids, ids[0]], [*ids[:-1], ids[0]], [*ids[:-1], "nope"], []]))
    with pytest.raises(ValueError, match="every option exactly once"):
        item.grade(Response(tuple(broken)))


def test_no_option_may_be_marked_wrong() -> None:
    with pytest.raises(ValidationError, match="marks none as wrong"):
        make_ordering(options=make_options("甲", "乙", "丙", key=0))
