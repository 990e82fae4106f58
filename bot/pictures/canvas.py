"""What every card is made of: colours, a rounded ground, round pictures of members, PNG."""

import io
import struct
import zlib
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from bot.pictures.text import Fonts
from bot.pictures.values import Person

BACKGROUND, RAISED, FOREGROUND, MUTED, FAINT = "#2b2d31", "#383a40", "#f2f3f5", "#a8adb5", "#4a4d55"
ACCENT, GREEN, GOLD, SILVER, BRONZE = "#7c89ff", "#3ba55d", "#f0b232", "#b9bec7", "#cd8b5a"
MEDALS = (GOLD, SILVER, BRONZE)
# Grounds of initials, dark enough for white letters.
INITIALS = ("#5865f2", "#2d7d5a", "#b5433f", "#8a5cc7", "#a8611b", "#2a7f9e", "#b0468e", "#5d6b7a")
CORNER = 14
_EFFORT = 4  # of 9: a leaderboard is 112 kB in 9 ms; 1 would make it 135 kB in 6 ms, 6 107 kB in 12 ms
_BAND = 64  # rows that are copied at once
_FINE = 4  # shapes with round edges are drawn this much larger and shrunk: Pillow does not smooth them
_AVATAR_BYTES, _AVATAR_SIDE = 512 * 1024, 1024


def ground(width: int, height: int) -> Image.Image:
    """Return an empty card."""
    return Image.new("RGB", (width, height), BACKGROUND)


def png(image: Image.Image) -> bytes:
    """Round the corners of a finished card and write it.

    Pillow's own writer holds the interpreter's lock for 8 ms at a time, in which the bot would stand still; zlib
    lets go of it, here once a row. Rows are not filtered, which suits flat colours.
    """
    image.putalpha(_rounded(image.width, image.height, CORNER))
    width, height = image.size
    packer, packed = zlib.compressobj(_EFFORT), []
    for top in range(0, height, _BAND):
        band = image.crop((0, top, width, min(top + _BAND, height)))
        raw, stride = band.tobytes(), 4 * width
        packed += [packer.compress(b"\0" + raw[at : at + stride]) for at in range(0, len(raw), stride)]
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", b"".join(packed) + packer.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def box(image: Image.Image, left: float, top: float, right: float, bottom: float, radius: int, colour: str) -> None:
    """Draw a filled rounded rectangle with smooth corners."""
    width, height = round(right - left), round(bottom - top)
    if width > 0 and height > 0:
        image.paste(colour, (round(left), round(top)), _rounded(width, height, min(radius, width // 2, height // 2)))


def avatar(image: Image.Image, fonts: Fonts, place: tuple[int, int], side: int, person: Person) -> None:
    """Draw a member's picture in a circle; the initial on colour when there is none or it cannot be read."""
    left, top = place
    picture = _decode(person.avatar, side) if person.avatar else None
    circle = _rounded(side, side, side // 2)
    if picture is not None:
        image.paste(picture, place, ImageChops.multiply(circle, picture.getchannel("A")))
        return
    image.paste(INITIALS[person.user_id % len(INITIALS)], place, circle)
    name = fonts.name(person.name, person.fallback)
    initial = next((sign.upper() for sign in name if sign.isalnum()), name[:1])
    size = round(0.46 * side)
    fonts.draw(image, (left + side / 2, top + side / 2 + 0.36 * size), initial, size, "#ffffff", bold=True, align=0.5)


def _decode(data: bytes, side: int) -> Image.Image | None:
    """Read a PNG from the network; None if it is anything else, or larger than what was asked for could be."""
    if len(data) > _AVATAR_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > _AVATAR_SIDE:
                return None
            return picture.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for broken files
        return None


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    """Return a mask. Only its corners are drawn fine: a whole card four times larger would take 30 ms."""
    mask = Image.new("L", (width, height), 255)
    if radius <= 0:
        return mask
    fine = Image.new("L", (2 * radius * _FINE, 2 * radius * _FINE), 0)
    ImageDraw.Draw(fine).ellipse((0, 0, fine.width - 1, fine.height - 1), fill=255)
    disc = fine.resize((2 * radius, 2 * radius), Image.Resampling.BOX)
    for x, from_x in ((0, 0), (width - radius, radius)):
        for y, from_y in ((0, 0), (height - radius, radius)):
            mask.paste(disc.crop((from_x, from_y, from_x + radius, from_y + radius)), (x, y))
    return mask
