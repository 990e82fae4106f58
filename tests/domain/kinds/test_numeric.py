"""Numeric: right within an absolute tolerance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.kinds import Response
from tests.factories import make_numeric, make_text

values = st.floats(-1e6, 1e6, allow_nan=False)
tolerances = st.floats(0, 1e6, allow_nan=False)


def item_with(value: float, tolerance: float, *mistakes: float):
    return make_numeric(
        answer={"value": value, "tolerance": tolerance, "unit": "GB"},
        mistakes=[{"value": mistake, "why": make_text("错")} for mistake in mistakes or (value + 2 * tolerance + 1,)],
    )


@given(values, tolerances, st.floats(-1, 1))
def test_within_the_tolerance_is_right(value: float, tolerance: float, share: float) -> None:
    assert item_with(value, tolerance).grade(Response(value=value + share * tolerance)).share == 1


@given(values, tolerances, st.floats(1, 10), st.sampled_from([-1, 1]))
def test_beyond_the_tolerance_is_wrong(value: float, tolerance: float, beyond: float, side: int) -> None:
    assert item_with(value, tolerance).grade(Response(value=value + side * (tolerance + beyond))).share == 0


def test_binary_rounding_does_not_fail_a_right_answer() -> None:
    assert item_with(0.3, 0).grade(Response(value=0.1 + 0.2)).correct
    assert item_with(1.0, 0.1).grade(Response(value=1.1)).correct


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,024", 1024),
        ("１．５", 1.5),
        ("−3", -3),
        ("2e10", 2e10),
        ("3.5 gb", 3.5),
        ("abc", None),
        ("", None),
        ("inf", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, value: float | None) -> None:
    assert item_with(4, 0.1).parse(typed) == value


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_no_finite_number_is_refused(value: float | None) -> None:
    with pytest.raises(ValueError, match="finite"):
        make_numeric().grade(Response(value=value))


def test_a_known_mistake_is_found_within_the_tolerance() -> None:
    item = item_with(4, 0.1, 5, 3)
    found = item.mistake_for(5.05)
    assert found is not None
    assert found.value == 5
    assert item.mistake_for(4.5) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"value": math.inf, "tolerance": 0, "unit": ""},
        {"value": 1, "tolerance": -0.1, "unit": ""},
        {"value": 1, "tolerance": math.nan, "unit": ""},
        {"value": 1, "tolerance": 0, "unit": "much too long a unit to be shown"},
    ],
)
def test_what_no_answer_may_be(answer: dict) -> None:
    with pytest.raises(ValidationError):
        make_numeric(answer=answer)
