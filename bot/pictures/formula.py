"""Formula cards: LaTeX to SVG paths with mathra, paths to PNG with resvg (research.md section 2).

No font is read, and no member's text may come here: resvg panics on some emoji. mathra has no Chinese.
"""

import asyncio
import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from bot.domain.localized import Language

__all__ = ["FormulaCards", "FormulaError", "options_card", "render_formula", "render_formulas", "speech"]

log = logging.getLogger(__name__)

MAX_TEX_LENGTH = 1000
MAX_WIDTH, MAX_HEIGHT = 1600, 1200  # px; 8,000 px square takes 2.7 s and 500 MB
MAX_SPEECH_LENGTH = 1024  # Discord's limit for the description of an attachment
BACKGROUND, FOREGROUND, MUTED = "#2b2d31", "#f2f3f5", "#949ba4"
CORNER, PADDING, GAP = 10, 18, 22  # px
EM, MIN_EM = 32.0, 12.0  # px; a wide card shrinks down to MIN_EM, below which nobody could read it
UNITS_PER_EM = 1000
LETTERS = "ABCDE"
# Part of the key of cached cards: raise the number when the layout below changes.
STYLE = f"1 {BACKGROUND} {FOREGROUND} {MUTED} {CORNER} {PADDING} {GAP} {EM:g}"

_VIEW_BOX = re.compile(r'<svg [^>]*?viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')
_PAINTED = re.compile(r"</style>(.*?)(?:<text\b|</svg>)", re.DOTALL)
_TAGS = re.compile(r"<([a-zA-Z]+)")
_PATHS_ONLY = frozenset(("defs", "g", "path", "use", "rect", "line"))
_WORD = re.compile(r"\\mathrm\{([A-Za-z]{2,})\}")
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_NOT_OURS = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)


class FormulaError(Exception):
    """The formula cannot be drawn: unknown command, too long, too large. The text says which."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Paths of one formula in font units; the baseline is y = 0, `top` and `bottom` count downwards."""

    paths: str
    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


def render_formula(tex: str) -> bytes:
    """Draw one formula as a PNG card.

    Raises:
        FormulaError: If it cannot be drawn.
    """
    return render_formulas([tex])


def render_formulas(formulas: Sequence[str]) -> bytes:
    """Draw formulas below each other, left-aligned, in one PNG card.

    Raises:
        FormulaError: If one of them cannot be drawn, or all together are too large.
    """
    return _card([(None, _draw(tex)) for tex in formulas])


def options_card(options: Sequence[str]) -> bytes:
    """Draw options that are formulas, each behind its letter A–E, in one PNG card.

    Raises:
        FormulaError: If one of them cannot be drawn, or there are more options than letters.
    """
    if len(options) > len(LETTERS):
        raise FormulaError(f"{len(options)} options, but only {len(LETTERS)} letters")
    letters = LETTERS[: len(options)]
    rows = zip(letters, options, strict=True)
    return _card([(_draw(rf"\mathbf{{{letter}}}"), _draw(tex)) for letter, tex in rows])


def speech(tex: str, language: Language) -> str:
    """Say a formula in words, for the alt text of its card; its LaTeX when it has no words."""
    import mathra

    # mathra spells out \\mathrm letter by letter, and reads \\top as a sign without a name.
    sayable = _WORD.sub(r"\\text{\1}", tex[:MAX_TEX_LENGTH]).replace(r"\top", "T")
    try:
        spoken = str(mathra.render(sayable, locale=language)["speech"]) or tex
    except BaseException as error:
        if isinstance(error, _NOT_OURS):
            raise
        spoken = tex
    return spoken[:MAX_SPEECH_LENGTH]


def _draw(tex: str) -> _Drawing:
    import mathra

    if not tex.strip():
        raise FormulaError("the formula is empty")
    if len(tex) > MAX_TEX_LENGTH:
        raise FormulaError(f"the formula has {len(tex)} characters, at most {MAX_TEX_LENGTH} are drawn")
    try:
        svg: str = mathra.render(tex, strict=True)["svg"]
    except BaseException as error:  # a panic of the Rust side is no Exception
        if isinstance(error, _NOT_OURS):
            raise
        raise FormulaError(str(error)) from None
    box, painted = _VIEW_BOX.search(svg), _PAINTED.search(svg)
    if box is None or painted is None:
        raise FormulaError("mathra returned an SVG of an unknown form")
    paths = painted[1]
    # Whatever is no path might make resvg look for fonts, load files or panic.
    strange = set(_TAGS.findall(paths)) - _PATHS_ONLY
    if strange:
        raise FormulaError(f"mathra drew something that is no path: {', '.join(sorted(strange))}")
    left, top, width, height = (float(number) for number in box.groups())
    return _Drawing(paths, left, top, width, height)


def _card(rows: Sequence[tuple[_Drawing | None, _Drawing]]) -> bytes:
    """Lay rows out below each other, each with an optional label left of it on the same baseline."""
    if not rows:
        raise FormulaError("there is no formula to draw")
    indent = max((label.width + UNITS_PER_EM for label, _ in rows if label), default=0.0)
    content = max(indent + drawing.width for _, drawing in rows)
    tops = [min(drawing.top, label.top if label else 0.0) for label, drawing in rows]
    bottoms = [max(drawing.bottom, label.bottom if label else 0.0) for label, drawing in rows]
    total = sum(bottoms) - sum(tops)
    gaps = GAP * (len(rows) - 1)
    scale = min(
        EM / UNITS_PER_EM,
        (MAX_WIDTH - 2 * PADDING) / max(content, 1.0),
        (MAX_HEIGHT - 2 * PADDING - gaps) / max(total, 1.0),
    )
    if scale < MIN_EM / UNITS_PER_EM:
        raise FormulaError(f"the card would be larger than {MAX_WIDTH} by {MAX_HEIGHT} pixels")
    parts, y = [], float(PADDING)
    for (label, drawing), top, bottom in zip(rows, tops, bottoms, strict=True):
        baseline = y - top * scale
        if label:
            parts.append(_placed(label, PADDING, baseline, scale, MUTED))
        parts.append(_placed(drawing, PADDING + indent * scale, baseline, scale, FOREGROUND))
        y += (bottom - top) * scale + GAP
    width, height = round(content * scale + 2 * PADDING), round(y - GAP + PADDING)
    return _rasterise(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" rx="{CORNER}" fill="{BACKGROUND}"/>{"".join(parts)}</svg>'
    )


def _placed(drawing: _Drawing, x: float, baseline: float, scale: float, colour: str) -> str:
    """Move and colour a drawing. resvg ignores the style of the root, so the colour is written in."""
    paths = drawing.paths.replace("currentColor", colour)
    place = f"translate({x - drawing.left * scale:.2f} {baseline:.2f}) scale({scale:.6f})"
    return f'<g transform="{place}">{paths}</g>'


def _rasterise(svg: str) -> bytes:
    import resvg_py

    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
    except BaseException as error:  # pyo3's PanicException derives from BaseException
        if isinstance(error, _NOT_OURS):
            raise
        raise FormulaError(f"resvg failed: {error}") from None


@cache
def _renderer() -> str:
    return f"mathra {version('mathra')} resvg {version('resvg-py')}"


def _key(kind: str, formulas: Sequence[str]) -> str:
    """Name a card: equal for equal pictures, new with each version of the renderer or the style."""
    text = json.dumps([_renderer(), STYLE, kind, *formulas])
    return hashlib.sha256(text.encode()).hexdigest()


class FormulaCards:
    """Cards on demand, kept on disk (14 kB each) and drawn in one thread of their own.

    Failures are logged once a formula and remembered, so that a formula that cannot be drawn costs nothing.
    """

    def __init__(self, directory: Path, executor: Executor | None = None) -> None:
        """Keep cards in `directory`, which is made when needed; without `executor` one thread is started."""
        self._directory = directory
        self._executor = executor or ThreadPoolExecutor(max_workers=1, thread_name_prefix="formula")
        self._own_executor = executor is None
        self._failed: set[str] = set()

    async def png(self, formulas: Sequence[str]) -> bytes | None:
        """Return the card of formulas below each other; None if there is none: show the LaTeX instead."""
        return await self._get("formulas", render_formulas, formulas)

    async def options_png(self, options: Sequence[str]) -> bytes | None:
        """Return the card of options behind their letters; None if there is none: show the LaTeX instead."""
        return await self._get("options", options_card, options)

    async def warm(self, groups: Iterable[Sequence[str]]) -> None:
        """Draw the cards of groups of formulas ahead of the first question that shows them."""
        for formulas in groups:
            await self.png(formulas)

    def close(self) -> None:
        """Stop the thread, if it is our own; a card that is being drawn is finished."""
        if self._own_executor:
            self._executor.shutdown(wait=True, cancel_futures=True)

    async def _get(self, kind: str, draw: Callable[[Sequence[str]], bytes], formulas: Sequence[str]) -> bytes | None:
        key = _key(kind, formulas)
        if key in self._failed:
            return None
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, self._load_or_draw, key, draw, tuple(formulas))
        except FormulaError as error:
            self._failed.add(key)
            log.warning("no card for %s: %s", " | ".join(formulas), error)
        except RuntimeError as error:  # the executor is shut down: the bot is closing
            log.warning("no card, since the renderer is closed: %s", error)
        return None

    def _load_or_draw(self, key: str, draw: Callable[[Sequence[str]], bytes], formulas: Sequence[str]) -> bytes:
        path = self._directory / f"{key}.png"
        try:
            cached = path.read_bytes()
        except OSError:
            cached = b""
        # A file cut short by a full disk must not be shown for ever.
        if cached.startswith(_PNG_START) and cached.endswith(_PNG_END):
            return cached
        png = draw(formulas)
        try:
            self._keep(path, png)
        except OSError as error:
            log.warning("cannot keep a card in %s: %s", self._directory, error)
        return png

    def _keep(self, path: Path, png: bytes) -> None:
        """Write whole or not at all: two processes may draw the same card."""
        self._directory.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._directory, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(png)
            os.replace(temporary, path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
