import asyncio
import logging
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.pictures import formula
from bot.pictures.formula import (
    MAX_HEIGHT,
    MAX_SPEECH_LENGTH,
    MAX_WIDTH,
    FormulaCards,
    FormulaError,
    options_card,
    render_formula,
    render_formulas,
    speech,
)

PNG = b"\x89PNG\r\n\x1a\n"
ATTENTION = r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V"


def size(png):
    assert png.startswith(PNG)
    return struct.unpack(">II", png[16:24])


def test_one_formula_is_a_small_card():
    width, height = size(render_formula(ATTENTION))
    assert 200 < width < 400
    assert 60 < height < 200


def test_formulas_are_stacked():
    one, two = size(render_formulas(["x"])), size(render_formulas(["x", ATTENTION]))
    alone = size(render_formula(ATTENTION))
    assert two[0] == alone[0]
    assert two[1] > one[1] + alone[1] - 2 * formula.PADDING


def test_options_stand_behind_letters():
    options = ["x", r"\frac{a}{b}", "y"]
    assert size(options_card(options))[0] > size(render_formulas(options))[0]
    assert options_card(options) != options_card(options[::-1])


def test_six_options_have_no_letters():
    with pytest.raises(FormulaError, match="6 options"):
        options_card(["x"] * 6)


def test_a_wide_formula_shrinks_to_the_limit():
    width, height = size(render_formula("+".join(["x_{1}"] * 60)))
    assert width <= MAX_WIDTH
    assert height < 80


@pytest.mark.parametrize("tex", [r"\rule{30em}{30em}", r"\begin{matrix}" + r"x\\" * 25 + r"\end{matrix}"])
def test_a_tall_formula_stays_in_bounds(tex):
    width, height = size(render_formula(tex))
    assert width <= MAX_WIDTH
    assert height <= MAX_HEIGHT


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("x" * 1001, "1001 characters"),
        ("x" * 1000, "larger than"),
        (r"\rule{99999em}{99999em}", "larger than"),
        (r"\hspace{99999em}x", "larger than"),
        (r"\rule{99999em}{0em}", "larger than"),
        (r"\hspace{-9em}x", "unknown form"),
        (r"\text{中}", "中"),
        (r"\nosuchcommand", "nosuchcommand"),
        ("{" * 500, "nesting"),
        (r"\frac{" * 150, "nesting"),
        (r"\def\a{\a\a}\a", "macro"),
        ("\x00", "control"),
        ("\ud800", "surrogate"),
        (r"\includegraphics{/etc/passwd}", "includegraphics"),
        (r"\color{\"/><image href=\"file:///etc/passwd\"/>}x", "invalid color"),
    ],
)
def test_hostile_input_is_refused(tex, reason):
    with pytest.raises(FormulaError, match=reason):
        render_formula(tex)


def test_nothing_to_draw():
    with pytest.raises(FormulaError, match="no formula"):
        render_formulas([])


def test_markup_in_text_is_drawn_as_glyphs():
    size(render_formula(r"\text{</g></svg><script>}"))


class Panic(BaseException):
    """What pyo3 raises when Rust panics: no Exception."""


@pytest.mark.parametrize("module", ["mathra", "resvg_py"])
def test_a_panic_becomes_a_formula_error(module, monkeypatch):
    def fail(*args, **kwargs):
        raise Panic("removal index should be < len")

    name = "render" if module == "mathra" else "svg_to_bytes"
    monkeypatch.setattr(f"{module}.{name}", fail)
    with pytest.raises(FormulaError, match="removal index"):
        render_formula("x")
    if module == "mathra":
        assert speech("x^2", "en") == "x^2"


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
@pytest.mark.parametrize("name", ["mathra.render", "resvg_py.svg_to_bytes"])
def test_signals_pass_through(name, signal, monkeypatch):
    def interrupt(*args, **kwargs):
        raise signal

    monkeypatch.setattr(name, interrupt)
    with pytest.raises(signal):
        render_formula("x")
    if name == "mathra.render":
        with pytest.raises(signal):
            speech("x", "en")


def test_an_svg_with_more_than_paths_is_refused(monkeypatch):
    svg = '<svg viewBox="0 0 1 1"><style></style><g><text2>🇫🇷</text2></g></svg>'
    monkeypatch.setattr("mathra.render", lambda *args, **kwargs: {"svg": svg})
    with pytest.raises(FormulaError, match="no path"):
        render_formula("x")


def test_speech_in_both_languages():
    assert speech(ATTENTION, "en").startswith("softmax open paren")
    assert "分之" in speech(ATTENTION, "zh")
    assert len(speech("+".join(["x"] * 400), "en")) == MAX_SPEECH_LENGTH
    assert speech("{", "en")


def test_importing_loads_no_renderer():
    # A module that was imported by another test stays loaded, so ask a fresh interpreter.
    import subprocess

    code = "import sys, bot.pictures.formula; sys.exit('mathra' in sys.modules or 'resvg_py' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def cards(tmp_path):
    cards = FormulaCards(tmp_path / "cards")
    yield cards
    cards.close()


def count_draws(monkeypatch):
    draws = []
    rasterise = formula._rasterise
    monkeypatch.setattr(formula, "_rasterise", lambda svg: draws.append(svg) or rasterise(svg))
    return draws


async def test_a_card_is_drawn_once(cards, tmp_path, monkeypatch):
    draws = count_draws(monkeypatch)
    first = await cards.png(["x", "y"])
    assert size(first)
    assert await cards.png(["x", "y"]) == first
    assert len(draws) == 1
    [file] = (tmp_path / "cards").iterdir()
    assert file.suffix == ".png"
    other = FormulaCards(tmp_path / "cards")
    assert await other.png(["x", "y"]) == first
    other.close()
    assert len(draws) == 1


async def test_other_formulas_and_kinds_are_other_cards(cards, tmp_path):
    await cards.png(["x"])
    await cards.png(["x", "y"])
    assert await cards.png(["x\0y"]) is None  # not the key of two formulas
    await cards.options_png(["x", "y"])
    await cards.warm([["x"], ["z"]])
    assert len(list((tmp_path / "cards").iterdir())) == 4


async def test_simultaneous_requests_draw_once(cards, monkeypatch):
    draws = count_draws(monkeypatch)
    pictures = await asyncio.gather(*(cards.png(["x"]) for _ in range(5)))
    assert len(set(pictures)) == 1
    assert len(draws) == 1


async def test_failure_is_none_and_logged_once(cards, caplog):
    with caplog.at_level(logging.WARNING):
        assert await cards.png([r"\nosuchcommand"]) is None
        assert await cards.png([r"\nosuchcommand"]) is None
        assert await cards.png(["\ud800"]) is None
        assert await cards.options_png(["x"] * 6) is None
    messages = [record.getMessage() for record in caplog.records]
    assert sum("nosuchcommand" in message for message in messages) == 1


async def test_a_damaged_file_is_drawn_again(cards, tmp_path):
    good = await cards.png(["x"])
    [file] = (tmp_path / "cards").iterdir()
    file.write_bytes(good[:50])
    assert await cards.png(["x"]) == good
    assert file.read_bytes() == good


async def test_an_unusable_directory_costs_only_the_cache(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    cards = FormulaCards(tmp_path / "file")
    assert size(await cards.png(["x"]))
    cards.close()
    assert "cannot keep" in caplog.text


async def test_a_given_executor_is_left_running(tmp_path):
    with ThreadPoolExecutor(max_workers=1) as executor:
        cards = FormulaCards(tmp_path, executor)
        assert size(await cards.png(["x"]))
        cards.close()
        assert executor.submit(int, "1").result() == 1


async def test_after_close_there_is_no_card(tmp_path):
    cards = FormulaCards(tmp_path)
    cards.close()
    assert await cards.png(["x"]) is None
