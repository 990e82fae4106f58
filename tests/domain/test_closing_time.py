"""When a post is revealed, and how long a failed send waits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Delivery, DeliveryRules, RevealState, Tally, closing_time

RULES = DeliveryRules()
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_a_daily_post_closes_half_an_hour_before_the_next() -> None:
    assert closing_time(NINE, NINE + hours(24), None, RULES) == NINE + hours(23.5)


def test_a_late_post_closes_just_before_the_next_slot() -> None:
    assert closing_time(NINE + hours(4), NINE + hours(24), None, RULES) == NINE + hours(24) - timedelta(minutes=1)


def test_a_post_right_before_the_next_slot_is_open_for_six_hours_all_the_same() -> None:
    assert closing_time(NINE + hours(20), NINE + hours(24), None, RULES) == NINE + hours(26)


def test_without_a_next_slot_the_default_span_holds() -> None:
    assert closing_time(NINE, None, None, RULES) == NINE + hours(23.5)


@pytest.mark.parametrize("span", [0.01, 1, 47])
def test_the_schedules_own_span_overrides_everything(span: float) -> None:
    assert closing_time(NINE, NINE + hours(2), hours(span), RULES) == NINE + hours(span)


@given(to_next=st.none() | st.floats(0.01, 200), late=st.floats(0, 24))
def test_never_under_six_hours_and_never_over_the_default_span(to_next: float | None, late: float) -> None:
    sent_at = NINE + hours(late)
    following = None if to_next is None else sent_at + hours(to_next)
    closes_at = closing_time(sent_at, following, None, RULES)
    assert hours(6) <= closes_at - sent_at <= hours(23.5)
    if following is not None and following - sent_at > hours(6.1):
        assert closes_at < following


def test_retries_double_up_to_ten_minutes() -> None:
    pauses = [(RULES.retry_at(NINE, tries) - NINE).total_seconds() for tries in (1, 2, 3, 6, 7, 50, 100_000)]
    assert pauses == [15, 30, 60, 480, 600, 600, 600]


def test_a_sender_gives_up_well_before_its_lease_ends() -> None:
    assert 2 * RULES.send_timeout < RULES.lease


def make_delivery(closes_at: datetime | None, closed_at: datetime | None) -> Delivery:
    return Delivery(
        id=1,
        slot_id=1,
        guild_id=1,
        channel_id=1,
        local_date=date(2026, 3, 2),
        language="zh",
        question_id="q",
        topic="basics",
        item_id="q.a",
        revision="r",
        option_order=("a", "b", "c"),
        cycle=0,
        message_id=None,
        closes_at=closes_at,
        closed_at=closed_at,
        reveal_state=RevealState.WAITING,
        reveal_message_id=None,
        reveal_claimed_at=None,
        revealed_at=None,
    )


def test_a_delivery_is_open_until_the_instant_it_closes_at() -> None:
    assert make_delivery(NINE, None).is_open(NINE - timedelta(microseconds=1))
    assert not make_delivery(NINE, None).is_open(NINE)
    assert make_delivery(None, None).is_open(NINE)
    assert not make_delivery(NINE + hours(1), NINE).is_open(NINE)


@pytest.mark.parametrize(("total", "public"), [(0, False), (4, False), (5, True)])
def test_a_tally_is_public_from_five_answers_on(total: int, public: bool) -> None:
    assert Tally({}, total, 0, (), 0).public is public
