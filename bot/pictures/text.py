"""Members' text in pictures: each run in a font that has its characters.

Imports Pillow, so nothing may import this module before the first picture is drawn.
"""

import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from bot.pictures.coverage import Coverage, read_coverage
from bot.pictures.names import EMOJI, EMOJI_START, clean, tokens

# Where systems keep their fonts; those of a container are there only if its image installs them.
SYSTEM_FONTS = (
    *(Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"), Path("/Library/Fonts")),
    Path("C:/Windows/Fonts"),
)
_OURS = Path(__file__).with_name("fonts")
# (regular, bold, face of a collection): for traditional characters and Hangul, then for other alphabets.
_WIDE = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", 2),
    ("wqy-microhei.ttc", "wqy-microhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf", 0),
    ("msyh.ttc", "msyhbd.ttc", 0),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 0),
    ("Arial Unicode.ttf", "Arial Unicode.ttf", 0),
    ("arial.ttf", "arialbd.ttf", 0),
)
_EMOJI_FONT = "NotoColorEmoji.ttf"
_EMOJI_SIZE = 109  # the one size that its bitmaps have
_EMOJI_SCALE = 1.05  # of the text beside it
_MISSING = "□"
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font file, and what it can draw. Equal to itself only: hashing its coverage would take as long as drawing."""

    path: Path
    index: int
    coverage: Coverage

    def has(self, sign: str) -> bool:
        """Whether there is a glyph for a character."""
        return ord(sign) in self.coverage


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font. `emoji` ones are drawn as bitmaps and scaled."""

    text: str
    face: Face
    emoji: bool = False


class Fonts:
    """The vendored fonts and what the system adds. For one thread at a time: FreeType's faces are not shared."""

    def __init__(self, directories: Sequence[Path] = SYSTEM_FONTS) -> None:
        """Look for wide and emoji fonts below `directories`; none is needed."""
        files = {path.name: path for directory in reversed(directories) for path in directory.rglob("*.tt[cf]")}
        self._faces = tuple(
            tuple(_faces(files, f"NotoSansSCSubset-{style}.ttf", bold))
            for bold, style in enumerate(("Regular", "Bold"))
        )
        emoji = _face(files.get(_EMOJI_FONT), 0)
        # Newer builds of the same name hold outlines in layers, which FreeType does not draw.
        self._emoji = emoji if emoji is not None and "CBDT" in emoji.coverage.tables else None
        # Without raqm, Arabic is drawn unjoined and in the wrong direction.
        self._shapes = bool(features.check("raqm"))
        self._font = lru_cache(maxsize=64)(self._open)
        self._bitmap = lru_cache(maxsize=64)(self._draw_emoji)

    def name(self, name: str, fallback: str) -> str:
        """Return a member's name as it can be drawn, or the fallback if over a quarter of it cannot."""
        cleaned = clean(name)
        signs = [token for token in tokens(cleaned) if not token.isspace()]
        missing = sum(not self._can_draw(sign) for sign in signs)
        if signs and 4 * missing <= len(signs):
            return cleaned
        return clean(fallback) or "?"

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        """Return how wide a line is."""
        return sum(self._advance(run, size) for run in self.runs(text, bold=bold))

    def cut(self, text: str, size: int, width: float, *, bold: bool = False) -> str:
        """Return the line, or its longest beginning with an ellipsis that fits."""
        if self.width(text, size, bold=bold) <= width:
            return text
        signs = list(tokens(text))
        low, high = 0, len(signs)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width("".join(signs[:middle]) + _ELLIPSIS, size, bold=bold) <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return "".join(signs[:low]).rstrip() + _ELLIPSIS

    def draw(
        self,
        image: Image.Image,
        place: tuple[float, float],
        text: str,
        size: int,
        colour: str,
        *,
        bold: bool = False,
        align: float = 0.0,
    ) -> None:
        """Write one line. `place` is on the baseline: the line's start, or its middle or end by `align` 0.5 or 1."""
        runs = self.runs(text, bold=bold)
        x = place[0] - align * sum(self._advance(run, size) for run in runs)
        pen = ImageDraw.Draw(image)
        for run in runs:
            if run.emoji:
                bitmap = self._bitmap(run.text, size)
                image.paste(bitmap, (round(x), round(place[1] - 0.84 * bitmap.height)), bitmap)
            else:
                pen.text((x, place[1]), run.text, colour, font=self._font(run.face, size), anchor="ls")
            x += self._advance(run, size)
        # Between two lines the event loop has its turn; otherwise it would wait for one until the interpreter's lock
        # is taken away, 5 ms later and after whatever call is under way then.
        time.sleep(0)

    def runs(self, text: str, *, bold: bool = False) -> list[Run]:
        """Split a line by the fonts that draw it; a character that none has becomes a box, an emoji nothing."""
        runs: list[Run] = []
        for token in tokens(text):
            last = runs[-1] if runs else None
            emoji = self._is_emoji(token)
            shown, face = (token, self._emoji) if emoji else self._choose(token, last, bold)
            if face is None:
                continue
            if last is not None and last.face is face and not emoji:
                runs[-1] = Run(last.text + shown, face)
                continue
            if last is not None and len(last.text) > 1 and last.text.endswith(" "):
                # A run from right to left would show the space at its end on the wrong side.
                runs[-1:] = [Run(last.text[:-1], last.face), Run(" ", last.face)]
            runs.append(Run(shown, face, emoji))
        return runs

    def _can_draw(self, token: str) -> bool:
        if not self._shapes and any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in token):
            return False
        return self._is_emoji(token) or any(face.has(token[0]) for face in self._faces[0])

    def _is_emoji(self, token: str) -> bool:
        """Whether a token is drawn in colour: an arrow or a star is so only where the text fonts have none."""
        if self._emoji is None or not EMOJI.fullmatch(token) or not self._emoji.has(token[0]):
            return False
        return token[0] >= EMOJI_START or "\ufe0f" in token or not self._faces[0][0].has(token)

    def _choose(self, token: str, last: Run | None, bold: bool) -> tuple[str, Face | None]:
        faces, sign = self._faces[bold], token[0]
        # Spaces, digits and points stay with the letters before them: one run is what a direction is found for.
        if last is not None and not last.emoji and not sign.isalpha() and last.face.has(sign):
            return sign, last.face
        for shown in (sign, unicodedata.normalize("NFKD", sign)[0]):  # š without its caron is better than a box
            for face in faces:
                if face.has(shown):
                    return shown, face
        return (_MISSING, faces[0]) if len(token) == 1 and sign < EMOJI_START else ("", None)

    def _advance(self, run: Run, size: int) -> float:
        if run.emoji:
            return self._bitmap(run.text, size).width
        return self._font(run.face, size).getlength(run.text)

    def _open(self, face: Face, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(face.path, size, index=face.index)

    def _draw_emoji(self, text: str, size: int) -> Image.Image:
        """Draw at the size that the bitmaps have, then scale. Without raqm only the first of a joined emoji."""
        assert self._emoji is not None  # noqa: S101  # there is no such run otherwise
        font = self._font(self._emoji, _EMOJI_SIZE)
        shown = text if self._shapes else text[0]
        left, top, right, bottom = font.getbbox(shown, anchor="ls")
        image = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))))
        ImageDraw.Draw(image).text((-left, -top), shown, font=font, anchor="ls", embedded_color=True)
        height = round(_EMOJI_SCALE * size)
        return image.resize((max(1, round(image.width * height / image.height)), height), Image.Resampling.LANCZOS)


def _faces(files: dict[str, Path], ours: str, bold: int) -> Iterator[Face]:
    wide = [(files.get(bold_name if bold else name), index) for name, bold_name, index in _WIDE]
    for path, index in ((_OURS / ours, 0), *wide):
        face = _face(path, index)
        if face is not None:
            yield face


def _face(path: Path | None, index: int) -> Face | None:
    try:
        return Face(path, index, read_coverage(path, index)) if path is not None else None
    except (OSError, ValueError):  # somebody else's font file that is broken or of a kind not known
        return None
