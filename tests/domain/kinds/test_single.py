"""Single choice: one key, one pick."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.kinds import Response, SingleItem
from tests.factories import make_options, make_single


@st.composite
def singles(draw: st.DrawFn) -> SingleItem:
    texts = draw(st.lists(st.text("甲乙丙丁戊abc", min_size=1, max_size=6), min_size=3, max_size=5, unique=True))
    key = draw(st.integers(0, len(texts) - 1))
    return make_single(options=make_options(*texts, key=key))


@given(singles())
def test_the_key_and_nothing_else_earns_full_credit(item: SingleItem) -> None:
    for option in item.options:
        assert item.grade(Response((option.id,))).correct == option.correct
    assert item.grade(Response((item.key.id,))).share == 1


@given(singles(), st.randoms())
def test_neither_grading_nor_ids_depend_on_the_order(item: SingleItem, random) -> None:
    shuffled = list(item.options)
    random.shuffle(shuffled)
    moved = item.model_copy(update={"options": tuple(shuffled)})
    assert moved.key.id == item.key.id
    assert {option.id for option in moved.options} == {option.id for option in item.options}


@pytest.mark.parametrize("picked", [(), ("nope",), ("two", "picks")])
def test_a_response_that_is_not_one_known_option_is_refused(picked: tuple[str, ...]) -> None:
    with pytest.raises(ValueError):
        make_single().grade(Response(picked))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (make_options("甲", "乙", key=0), "at least 3"),
        (make_options(*"甲乙丙丁戊己", key=0), "at most 5"),
        (make_options("甲", "乙", "丙", key=[]), "exactly one correct option, this one has 0"),
        (make_options("甲", "乙", "丙", key=(0, 1)), "exactly one correct option, this one has 2"),
        (make_options(("甲", "a"), ("甲", "b"), "丙"), "same text"),
    ],
)
def test_what_no_single_item_may_be(options: list[dict], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make_single(options=options)


def test_a_choice_must_say_whether_it_is_right() -> None:
    options = make_options("甲", "乙", "丙")
    del options[1]["correct"]
    with pytest.raises(ValidationError, match="correct"):
        make_single(options=options)


def test_an_explicit_option_id_outlives_an_edit_and_a_derived_one_does_not() -> None:
    options = make_options("甲", "乙", "丙")
    options[0]["id"] = "first"
    before = make_single(options=options)
    options[0]["text"]["zh"] = "改"
    options[1]["text"]["zh"] = "动"
    after = make_single(options=options)
    assert before.options[0].id == after.options[0].id == "first"
    assert before.options[1].id != after.options[1].id
    assert before.revision != after.revision


def test_item_and_question_ids_belong_together() -> None:
    assert make_single("a-b.c-d").question_id == "a-b"
    with pytest.raises(ValidationError):
        make_single("no-dot")


def test_another_key_grades_otherwise_and_leaves_the_text_alone() -> None:
    item = make_single(options=make_options("甲", "乙", "丙", key=0))
    first, second, _ = item.options
    corrected = item.with_key(second.id)
    assert corrected.key.id == second.id
    assert (corrected.grade(Response((first.id,))).share, corrected.grade(Response((second.id,))).share) == (0, 1)
    assert [option.why for option in corrected.options] == [option.why for option in item.options]
    assert item.key.id == first.id
    assert corrected.with_key(first.id).options == item.options
    with pytest.raises(ValueError, match="no option"):
        item.with_key("another")
