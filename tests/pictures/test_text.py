"""Members' names in pictures: nothing breaks, nothing covers its neighbours, nothing is invisible."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures.coverage import read_coverage
from bot.pictures.names import MAX_NAME, clean, tokens
from bot.pictures.text import Fonts

FONTS = Path(__file__).parents[2] / "bot" / "pictures" / "fonts"
HOSTILE = {
    "chinese": "李小明（算法）",
    "joined emoji": "👩‍💻👨‍👩‍👧‍👦🇫🇷👍🏽",
    "right to left": "محمد علي 12 abc אבג",
    "override": "\u202eevil\u202c\u2066x",
    "zalgo": "Z" + "\u0315\u0351\u034b\u0342" * 50 + "o",
    "surrogate": "a\ud800b",
    "long": "W" * 100,
    "expanding": "\ufdfa" * 100,
    "fillers": "\u3164\u115f\u2800",
    "lines": "one\ntwo\u2028three\x00",
    "private": "\ue000\U000f0000",
    "unassigned": "\u0378\U000e0fff",
    "empty": "",
    "joiners": "\u200d\u200d\ufe0f",
    "devanagari": "नमस्ते",
}


@pytest.fixture(scope="module")
def bare() -> Fonts:
    """Only what the package brings, as in a small container."""
    return Fonts(())


@pytest.fixture(scope="module", params=["bare", "system"])
def fonts(request, bare) -> Fonts:
    return bare if request.param == "bare" else Fonts()


def inked(fonts: Fonts, text: str, **options) -> tuple[int, int, int, int] | None:
    """Return where a line on a black 900 by 200 ground left its mark."""
    image = Image.new("RGB", (900, 200))
    fonts.draw(image, (100, 100), text, 30, "#ffffff", **options)
    return image.getbbox()


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_name_is_drawn_on_its_own_line(fonts, kind):
    name = fonts.cut(fonts.name(HOSTILE[kind], "plain.name"), 30, 400)
    assert fonts.width(name, 30) <= 400
    left, top, right, bottom = inked(fonts, name)
    assert left >= 90
    assert right <= 510
    assert top >= 60, "it would cover the line above"
    assert bottom <= 120, "it would cover the line below"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("𝓕𝓪𝓷𝓬𝔂 ｗｉｄｅ", "Fancy wide"),
        ("Z\u0315\u0351\u034b\u0342o", "Zo"),
        ("\u202eab\u202c", "ab"),
        ("a\n\tb  c", "a b c"),
        ("a\ud800", "a\ufffd"),
        ("é e\u0301", "é é"),
        ("👩‍💻 安", "👩‍💻 安"),
        ("\u3164", ""),
        ("x" * 500, "x" * MAX_NAME),
    ],
)
def test_names_become_ordinary_letters(name, cleaned):
    assert clean(name) == cleaned


def test_whole_emoji_are_never_cut():
    assert list(tokens("a👩‍💻🇫🇷1️⃣b")) == ["a", "👩‍💻", "🇫🇷", "1️⃣", "b"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李小明", "李小明"),
        ("Наташа", "Наташа"),
        ("한국어", "user.name"),
        ("abc한", "abc한"),  # exactly a quarter
        ("ab한", "user.name"),
        ("", "user.name"),
        ("\u200b\u3164", "user.name"),
    ],
)
def test_a_name_that_cannot_be_drawn_is_the_user_name(bare, name, shown):
    assert bare.name(name, "user.name") == shown


def test_a_name_without_any_letter_anywhere_is_a_question_mark(bare):
    assert bare.name("\u200b", "\u200b") == "?"


def test_a_letter_without_a_glyph_loses_its_accent_before_it_becomes_a_box(bare):
    assert [run.text for run in bare.runs("Tomaš")] == ["Tomas"]
    assert [run.text for run in bare.runs("a한")] == ["a□"]


def test_emoji_without_a_font_are_left_out(bare):
    assert [run.text for run in bare.runs("安🥇")] == ["安"]


def test_a_cut_is_marked_and_as_late_as_possible(bare):
    cut = bare.cut("W" * 50, 30, 300)
    assert cut.endswith("…")
    assert bare.width(cut, 30) <= 300 < bare.width("W" + cut, 30)
    assert bare.cut("short", 30, 300) == "short"


def test_alignment_moves_the_line(bare):
    left = inked(bare, "aaa")
    middle, right = inked(bare, "aaa", align=0.5), inked(bare, "aaa", align=1.0)
    assert left[0] > middle[0] > right[0]
    assert right[2] <= 101


def test_bold_is_wider(bare):
    assert bare.width("weights", 30, bold=True) > bare.width("weights", 30)


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_the_fonts_hold_what_the_bot_writes(style):
    coverage = read_coverage(FONTS / f"NotoSansSCSubset-{style}.ttf")
    gb2312 = "".join(
        bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
    )
    assert len(gb2312) == 6763
    assert not [sign for sign in gb2312 + "Aa0é#·…—□%，。（）：；？！“”ひカ" if ord(sign) not in coverage]
    assert ord("한") not in coverage
    assert 0x10FFFF not in coverage
    assert -1 not in coverage


def font_file(*groups: tuple[int, int], told: int | None = None) -> bytes:
    """A font file with nothing but a table of characters: ranges of code points, as many as are told."""
    subtable = struct.pack(">HHIII", 12, 0, 0, 0, len(groups) if told is None else told)
    subtable += b"".join(struct.pack(">III", first, last, 1) for first, last in groups)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + subtable
    return struct.pack(">IH6x4sIII", 0x00010000, 1, b"cmap", 0, 28, len(cmap)) + cmap


@pytest.mark.parametrize("groups", [[(65, 70), (80, 80), (0x1F600, 0x1F64F)], [(80, 80), (0x1F600, 0x1F64F), (65, 70)]])
def test_ranges_of_characters_are_found_in_any_order(tmp_path, groups):
    file = tmp_path / "any.ttf"
    file.write_bytes(font_file(*groups))
    coverage = read_coverage(file)
    held = [code for code in (0, 64, 65, 70, 71, 79, 80, 81, 0x1F5FF, 0x1F600, 0x1F64F, 0x1F650) if code in coverage]
    assert held == [65, 70, 80, 0x1F600, 0x1F64F]


@pytest.mark.parametrize("told", [3, 2**32 - 1])
def test_a_font_that_ends_too_early_is_refused(tmp_path, told):
    file = tmp_path / "short.ttf"
    file.write_bytes(font_file((65, 70), (80, 90), told=told))
    with pytest.raises(ValueError, match="not a font"):
        read_coverage(file)


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\0\0", b"ttcf" + bytes(12), b"\0\1\0\0\0\1" + bytes(6), b"no font at all"]
)
def test_a_broken_font_is_refused_and_passed_over(tmp_path, content):
    broken = tmp_path / "NotoSansCJK-Regular.ttc"
    broken.write_bytes(content)
    with pytest.raises(ValueError, match="not a font"):
        read_coverage(broken)
    assert Fonts((tmp_path,)).name("李", "x") == "李"
