"""Schedules: what a change names, and from when on it holds."""

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.schedules import CHANGE_DISTANCE, Change, Schedule, effective_after_change
from bot.domain.slots import DueSlot

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_schedule(**overrides: object) -> Schedule:
    values = {
        "channel_id": 10,
        "guild_id": 1,
        "time": time(9),
        "timezone": "UTC",
        "topics": (),
        "difficulty": None,
        "days": "all",
        "language": "zh",
        "mention_role_id": None,
        "reveal_after": None,
        "thread": False,
        "admin_channel_id": None,
        "paused": False,
        "removed": False,
        "suspended_reason": None,
        "effective_from": NOON - 24 * HOUR,
        "next_local_date": None,
        "next_due_at": None,
        "seed": "s",
        "cycle": 0,
        "created_by": 5,
    }
    return Schedule(**(values | overrides))


def test_a_change_names_only_what_is_given_false_and_empty_included() -> None:
    assert Change().named() == {}
    change = Change(thread=False, topics=(), time=time(0))
    assert change.named() == {"time": time(0), "topics": (), "thread": False}
    assert list(change.named()) == ["time", "topics", "thread"]


def test_a_schedule_is_active_unless_paused_or_removed() -> None:
    assert make_schedule().active
    assert not make_schedule(paused=True).active
    assert not make_schedule(removed=True).active


def test_no_slot_is_due_at_or_before_effective_from() -> None:
    nine = datetime(2026, 3, 3, 9, tzinfo=UTC)
    tomorrow = DueSlot(date(2026, 3, 4), nine + 24 * HOUR)
    assert make_schedule(effective_from=nine).next_slot(NOON) == tomorrow
    assert make_schedule(effective_from=nine - HOUR).next_slot(NOON) == DueSlot(date(2026, 3, 3), nine)


def test_moving_keeps_twelve_hours_from_the_previous_post() -> None:
    posted_at = NOON - HOUR
    assert effective_after_change(make_schedule(), NOON, posted_at, moved=True) == posted_at + CHANGE_DISTANCE


def test_a_long_ago_post_holds_nothing_up() -> None:
    assert effective_after_change(make_schedule(), NOON, NOON - 20 * HOUR, moved=True) == NOON
    assert effective_after_change(make_schedule(), NOON, None, moved=True) == NOON


def test_another_change_keeps_a_distance_that_a_move_has_set() -> None:
    later = NOON + 5 * HOUR
    assert effective_after_change(make_schedule(effective_from=later), NOON, NOON, moved=False) == later
    assert effective_after_change(make_schedule(), NOON, NOON - HOUR, moved=False) == NOON
