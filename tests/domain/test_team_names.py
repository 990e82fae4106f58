"""Which names teams may have, and which are the same to whoever reads them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.team_name_data import INVISIBLE, WHOLE_WORDS, WORDS_ANYWHERE
from bot.domain.team_names import LONGEST, SHORTEST, name_key, parse_team_name
from bot.errors import BotError


def refusal(typed: str) -> str:
    with pytest.raises(BotError) as caught:
        parse_team_name(typed)
    return caught.value.key


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Team A", "Team A"),
        ("  早起   小队 ", "早起 小队"),
        ("ＴＥＡＭ　１", "TEAM 1"),
        ("C++", "C++"),
        ("7B", "7B"),
        ("⚔️ 战队", "⚔️ 战队"),
        ("🔥 on fire 🔥", "🔥 on fire 🔥"),
        ("O'Neil & co.", "O'Neil & co."),
        ("Ёлки", "Ёлки"),
        ("Αθήνα", "Αθήνα"),
        ("المتعلمون", "المتعلمون"),
        ("किताब", "किताब"),
        ("สวัสดี", "สวัสดี"),
        ("한국어", "한국어"),
        ("e\u0301te\u0301", "été"),
        ("x" * LONGEST, "x" * LONGEST),
        ("ab", "ab"),
        ("Scunthorpe grapes", "Scunthorpe grapes"),
        ("Ashkenazi study group", "Ashkenazi study group"),
    ],
)
def test_names_of_any_script_are_stored_normalised(typed, stored):
    assert parse_team_name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "short"),
        (" \t\n ", "short"),
        ("x", "short"),
        (" 队 ", "short"),
        ("x" * (LONGEST + 1), "long"),
        ("\ufdfa" * 3, "long"),  # one sign that NFKC spells out in eighteen
        ("\u200b\u200b\u200b", "invisible"),
        ("Te\u200bam", "invisible"),
        ("Te\u200dam", "invisible"),
        ("Te\u00adam", "invisible"),
        ("Te\u202eam", "invisible"),
        ("Te\u2066am", "invisible"),
        ("\ufeffTeam", "invisible"),
        ("Te\nam", "invisible"),
        ("Te\x00am", "invisible"),
        ("Te\ue000am", "invisible"),
        ("Te\U000e0041am", "invisible"),
        ("Te\U000effffam", "invisible"),
        ("Te\ud800am", "invisible"),
        ("\u115f\u1160", "invisible"),
        ("\u3164\u3164", "invisible"),
        ("\uffa0\uffa0", "invisible"),
        ("Team\u2800", "invisible"),
        ("Te\u034fam", "invisible"),
        ("Team\ufe0f", "invisible"),
        ("\ufe0fTeam", "invisible"),
        ("Te\u2028am", "invisible"),
        ("\u0301\u0302", "letterless"),
        ("!!!", "letterless"),
        ("🔥🔥", "letterless"),
        ("@everyone hi", "markup"),
        ("＠ｅｖｅｒｙｏｎｅ", "markup"),
        ("all @Here", "markup"),
        ("<@123> fans", "markup"),
        ("<#123> fans", "markup"),
        ("<:pepe:123> fans", "markup"),
        ("<a:pepe:123> x", "markup"),
        ("</daily:1> x", "markup"),
        ("<t:1:R> x", "markup"),
        ("http://x.y", "markup"),
        ("steam://run", "markup"),
        ("WWW.x.y", "markup"),
        ("discord.gg/abc", "markup"),
        ("[free](x.y)", "markup"),
        ("Z\u0335\u031b\u0308al", "markup"),
        ("FUCK it", "blocked"),
        ("f u-c.k", "blocked"),
        ("ｆｕｃｋ", "blocked"),
        ("fu\u0441k", "blocked"),
        ("f\u0336u\u0336c\u0336k\u0336", "blocked"),
        ("holy shit", "blocked"),
        ("傻 逼", "blocked"),
        ("草_泥_马", "blocked"),
        ("NMSL 队", "blocked"),
    ],
)
def test_each_refusal_has_its_own_sentence(typed, key):
    assert refusal(typed) == f"team.name_{key}"


@pytest.mark.parametrize("word", [*WORDS_ANYWHERE, *sorted(WHOLE_WORDS)])
def test_every_word_of_the_list_is_refused_in_capitals_too(word):
    for typed in (f"{word} {word}", f"{word.upper()} 1", f"the {word} team"):
        assert refusal(typed) == "team.name_blocked"


@pytest.mark.parametrize("sign", sorted(INVISIBLE))
def test_every_sign_of_the_list_is_refused_between_letters(sign):
    assert refusal(f"Te{sign}am") == "team.name_invisible"


@pytest.mark.parametrize(
    "typed",
    [
        "team a",
        "TEAM  A",
        "Team-A",
        "T.e.a.m (A)!",
        "Ｔｅａｍ　Ａ",
        "𝕋𝕖𝕒𝕞 𝔸",
        "Тeаm А",
        "ΤΕΑΜ Α",
        "T\u0336e\u0336a\u0336m\u0336 A",
        "Tea\u200bm A",
    ],
)
def test_what_reads_the_same_has_the_same_key(typed):
    assert name_key(typed) == name_key("Team A") == "teama"


def test_case_folds_in_scripts_whose_capitals_look_latin():
    assert name_key("СОВА") == name_key("сова") == name_key("COBA")
    assert name_key("İstanbul") == name_key("istanbul") == name_key("ıstanbul")
    assert name_key("Straße") == name_key("STRASSE")


@pytest.mark.parametrize(("one", "other"), [("Team A", "Team B"), ("C", "C++"), ("早起队", "早睡队"), ("été", "ete")])
def test_what_reads_differently_has_another_key(one, other):
    assert name_key(one) != name_key(other)


@given(st.text(max_size=60))
def test_a_stored_name_is_harmless_whatever_was_typed(typed):
    try:
        name = parse_team_name(typed)
    except BotError:
        return
    assert SHORTEST <= len(name) <= LONGEST
    assert name == name.strip() == unicodedata.normalize("NFKC", name)
    assert any(sign.isalnum() for sign in name) or any(unicodedata.category(sign)[0] in "LN" for sign in name)
    assert not any(unicodedata.category(sign)[0] == "C" for sign in name)
    assert parse_team_name(name) == name
    key = name_key(name)
    assert 1 <= len(key) <= 160, "what the column holds"


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_and_blind_to_case_and_spaces(typed):
    key = name_key(typed)
    assert name_key(key) == key
    assert name_key(f"  {typed} !") == key
