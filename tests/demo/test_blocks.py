"""Texts as the page shows them: parsed as simcord does for the page, after the demo has changed it."""

from typing import Any

import pytest

from bot.demo import realtime  # noqa: F401  (changes simcord)

CONTEXT = {"users": {"7": "小安"}, "channels": {"8": "每日一题"}, "commands": {"9": "quiz"}}
MARKS = {"strong": "b", "em": "i", "s": "s", "u": "u"}


def shown(text: str, profile: str = "embed_description") -> str:
    """What is on the page: a slash for a line break, tags for the rest."""
    from simcord.preview import _component_projection

    return "".join(_write(token) for token in _component_projection.markdown_tokens(text, profile, context=CONTEXT))


def _write(token: dict[str, Any]) -> str:
    kind = token["type"]
    if kind in ("text", "code", "code_block"):
        tag = {"text": "", "code": "code", "code_block": f"pre {token.get('language', '')}".strip()}[kind]
        return f"<{tag}>{token['content']}</>" if tag else token["content"]
    if kind == "break":
        return "/"
    if kind in ("mention", "command"):
        return f"[{token['label']}]"
    if kind == "timestamp":
        return f"[{token['unix']}{token['style']}]"
    if kind == "link_open":
        return f"<a {token['href']}>"
    if kind.endswith("_close"):
        return "</>"
    if kind.endswith("_open"):
        return f"<{MARKS[kind.removesuffix('_open')]}>"
    inside = "".join(_write(child) for child in token["children"])
    return inside if kind == "inline" else f"<{token.get('tag') or kind}>{inside}</>"


@pytest.mark.parametrize("profile", ["message", "text_display", "embed_description", "embed_field_value"])
def test_lines_stay_lines_and_empty_lines_stay_empty(profile):
    assert shown("a\nb\n\nc\n\n\nd", profile) == "a/b//c///d"
    assert shown("\na\n\n", profile) == "a"
    assert shown("**a\n\nb** c", profile) == "<b>a</>/<b></>/<b>b</> c"
    assert shown("", profile) == ""


@pytest.mark.parametrize("profile", ["message", "text_display", "embed_description", "embed_field_value"])
def test_small_print_is_small_also_in_embeds(profile):
    assert shown("✅ **A.** x\n-# why *so*\n✅ y", profile) == "✅ <b>A.</> x<subtext>why <i>so</></>✅ y"
    assert shown("-# one\n-# two", profile) == "<subtext>one</><subtext>two</>"
    assert shown("a -# b\n-#c\n-# ", profile) == "a -# b/-#c/-# "


def test_an_empty_line_beside_a_block_is_one_empty_line():
    # A break ends the line before a block; only a second one is an empty line there.
    assert shown("> q\n> r\n\n**s**\n\nA\n-# why\n\nz") == ("<blockquote>q/r</>/<b>s</>//A<subtext>why</>/z")
    assert shown("a\n\n> q") == "a//<blockquote>q</>"
    assert shown("> q\n\n> r") == "<blockquote>q</>/<blockquote>r</>"
    assert shown("a\n> q\nb") == "a<blockquote>q</>b"


def test_code_blocks_take_the_line_breaks_next_to_them():
    assert shown("a\n```\nA ██ 1%\nB ░░ 2%\n```\nb") == "a<pre>A ██ 1%\nB ░░ 2%</>b"
    assert shown("a\n\n```python\nx = 1\n\ny\n```\n\nb") == "a//<pre python>x = 1\n\ny</>/b"
    assert shown("```one```") == "<pre>one</>"
    assert shown("```a```\n```b```") == "<pre>a</><pre>b</>"
    assert shown("`` ` `` and `-# x`") == "<code>`</> and <code>-# x</>"


def test_quotes_headings_and_bullets():
    assert shown(">>> a\n\nb") == "<blockquote>a//b</>"
    assert shown("# a\n### b\n#### c") == "<h1>a</><h3>b</>#### c"
    assert shown("- a\n- **b**\n1. c") == "<ul><li>a</><li><b>b</></></>1. c"
    assert shown("a > b\n-1 < 2") == "a > b/-1 < 2"


def test_what_commonmark_would_make_of_it_and_discord_does_not():
    assert shown("a\n---\nb") == "a/---/b"
    assert shown("    x") == "    x"
    assert shown("| a | b |\n| - | - |\n| 1 | 2 |") == "| a | b |/| - | - |/| 1 | 2 |"
    assert shown("&lt; &amp;") == "&lt; &amp;"


def test_links_times_and_mentions():
    assert shown("[x](https://a.example/b) <t:5:R>") == "<a https://a.example/b>x</> [5R]"
    for profile in ("message", "embed_description", "embed_field_value"):
        assert shown("<@7> <#8> </quiz start:9>", profile) == "[@小安] [#每日一题] [/quiz start]"
    assert shown("<#8>", "embed_title") == "<#8>"
    assert shown("**a**\n\n-# b", "embed_footer") == "**a**\n\n-# b"


def test_what_was_returned_may_be_changed():
    from simcord.preview import _messages

    _messages.markdown_tokens("> a")[0]["children"].clear()
    assert shown("> a", "message") == "<blockquote>a</>"
