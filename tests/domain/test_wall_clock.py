"""Times and zones as people type them."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.wall_clock import parse_time, parse_timezone, suggest_timezones, timezones
from bot.errors import BotError


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9:00", time(9)), ("09:00", time(9)), (" 21:30 ", time(21, 30)), ("２１：３０", time(21, 30)), ("0:00", time(0))],
)
def test_parse_time(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "9", "24:00", "12:60", "9:0", "9.00", "9:00 am", "-1:00", "09:00:30", "九点"])
def test_a_time_that_is_none_is_named(text: str) -> None:
    with pytest.raises(BotError) as caught:
        parse_time(text)
    assert (caught.value.key, caught.value.message_args) == ("daily.bad_time", {"text": text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        (" America/New York ", "America/New_York"),
        ("utc", "UTC"),
        # Old names are understood, though never offered.
        ("prc", "PRC"),
    ],
)
def test_parse_timezone(text: str, expected: str) -> None:
    assert parse_timezone(text) == expected


@pytest.mark.parametrize(("text", "near"), [("Shanghai", "Asia/Shanghai"), ("Asia/Shangai", "Asia/Shanghai")])
def test_an_unknown_zone_comes_with_the_nearest_names(text: str, near: str) -> None:
    with pytest.raises(BotError) as caught:
        parse_timezone(text)
    assert caught.value.key == "daily.unknown_timezone_near"
    assert near in caught.value.message_args["near"]


@pytest.mark.parametrize("text", ["", "qqqqqq", "../../etc/passwd", "localtime", "Factory"])
def test_a_zone_like_no_other_has_no_suggestions(text: str) -> None:
    with pytest.raises(BotError) as caught:
        parse_timezone(text)
    assert caught.value.key in ("daily.unknown_timezone", "daily.unknown_timezone_near")
    assert caught.value.message_args["text"] == text


def test_every_zone_on_offer_can_be_used_and_is_read_back() -> None:
    assert "PRC" not in timezones()
    for name in timezones():
        ZoneInfo(name)
        assert parse_timezone(name) == name


def test_suggestions_begin_with_cities_that_begin_with_the_text() -> None:
    assert suggest_timezones("shang", 3) == ["Asia/Shanghai"]
    assert suggest_timezones("york", 5) == ["America/New_York"]
    assert suggest_timezones("new", 25)[0] == "America/New_York"
    assert len(suggest_timezones("america", 25)) == 25


def test_without_a_text_common_zones_are_offered() -> None:
    assert "Asia/Shanghai" in suggest_timezones(" ", 25)
    assert len(suggest_timezones("", 3)) == 3
