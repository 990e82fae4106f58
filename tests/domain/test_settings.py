"""The order in which a reader's language is chosen."""

from zoneinfo import ZoneInfo

import pytest

from bot.domain.settings import GuildSettings, LanguageHints, language_of


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh-TW", "zh"), ("ZH", "zh"), ("en-US", "en"), ("ja", "en"), ("", None), (None, None)],
)
def test_any_chinese_client_reads_chinese_any_other_english(locale: str | None, language: str | None) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("hints", "language"),
    [
        (LanguageHints(member="zh", place="en", locale="en-US", guild="en"), "zh"),
        (LanguageHints(place="zh", locale="en-US", guild="en"), "zh"),
        (LanguageHints(locale="zh-CN", guild="en"), "zh"),
        (LanguageHints(locale="de", guild="zh"), "en"),
        (LanguageHints(guild="zh"), "zh"),
        (LanguageHints(), "en"),
    ],
)
def test_member_then_place_then_client_then_server(hints: LanguageHints, language: str) -> None:
    assert hints.choose() == language


def test_a_server_without_settings_keeps_utc_and_english() -> None:
    settings = GuildSettings(1)
    assert (settings.zone, settings.language, settings.season) == (ZoneInfo("UTC"), "en", 0)
