"""Messages by key and language."""

import pytest

from bot.domain.texts import Texts

TEXTS = Texts(
    {
        "en": {
            "hello": "Hello, {name}",
            "days": "{count} days",
            "days.one": "One day",
            "braces": "use {{x}}",
            "only": "English only",
        },
        "zh": {"hello": "你好，{name}", "days": "{count} 天", "braces": "用 {{x}}"},
    }
)


def test_a_message_is_filled_in_its_language() -> None:
    assert TEXTS.get("hello", "en", name="Ann") == "Hello, Ann"
    assert TEXTS.get("hello", "zh", name="安") == "你好，安"


def test_one_has_a_form_of_its_own_where_the_language_has_it() -> None:
    assert [TEXTS.get("days", "en", count=n) for n in (0, 1, 2)] == ["0 days", "One day", "2 days"]
    assert TEXTS.get("days", "zh", count=1) == "1 天"


def test_a_message_that_is_not_translated_is_english() -> None:
    assert TEXTS.get("only", "zh") == "English only"


def test_braces_are_unescaped_with_and_without_arguments() -> None:
    assert TEXTS.get("braces", "en") == TEXTS.get("braces", "en", unused=1) == "use {x}"


def test_what_people_write_is_not_read_as_a_placeholder() -> None:
    assert TEXTS.get("hello", "en", name="{count} {0.__class__}") == "Hello, {count} {0.__class__}"


def test_a_missing_key_or_argument_is_a_bug() -> None:
    with pytest.raises(KeyError):
        TEXTS.get("nothing", "en")
    with pytest.raises(KeyError):
        TEXTS.get("hello", "en", other=1)


def test_membership_asks_the_source_language() -> None:
    assert "only" in TEXTS
    assert "nothing" not in TEXTS
