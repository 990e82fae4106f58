"""Which characters a font file has glyphs for, read from its `cmap` table. Pillow does not tell."""

import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

_SUBTABLES = {12: 2, 4: 1}  # the formats read here, the better one (all of Unicode) higher


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ranges of code points, both ends included: a set of all would take megabytes."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tables: frozenset[str] = frozenset()

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


def read_coverage(path: Path, index: int = 0) -> Coverage:
    """Read a TrueType or OpenType file, or one face of a collection.

    Raises:
        ValueError: If it is no such file.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        try:
            tables = _tables(file, index)
            file.seek(tables["cmap"])
            ranges = _ranges(file, tables["cmap"])
        except (struct.error, KeyError, IndexError) as error:
            raise ValueError(f"{path} is not a font that can be read: {error}") from None
    return Coverage(tuple(r[0] for r in ranges), tuple(r[1] for r in ranges), frozenset(tables))


def _read(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(">" + form, file.read(struct.calcsize(">" + form)))


def _tables(file: BinaryIO, index: int) -> dict[str, int]:
    (magic,) = _read(file, "4s")
    if magic == b"ttcf":
        _, count = _read(file, "II")
        offset = _read(file, f"{count}I")[index]
        file.seek(offset + 4)
    (count,) = _read(file, "H6x")
    records = [_read(file, "4sIII") for _ in range(count)]
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


def _ranges(file: BinaryIO, cmap: int) -> list[tuple[int, int]]:
    _, count = _read(file, "HH")
    subtables = []
    for platform, encoding, offset in [_read(file, "HHI") for _ in range(count)]:
        if (platform == 0 and encoding != 5) or (platform == 3 and encoding in (1, 10)):
            file.seek(cmap + offset)
            subtables.append((_SUBTABLES.get(_read(file, "H")[0], 0), offset))
    kind, offset = max(subtables)
    file.seek(cmap + offset)
    if kind == _SUBTABLES[12]:
        (groups,) = _read(file, "12xI")
        return [(first, last) for first, last, _ in sorted(_read(file, "III") for _ in range(groups))]
    if kind == _SUBTABLES[4]:
        return _segments(file)
    raise ValueError("the font has no table of Unicode characters that can be read")


def _segments(file: BinaryIO) -> list[tuple[int, int]]:
    """Format 4. A segment may map some of its characters to no glyph; text fonts hardly ever do."""
    (doubled,) = _read(file, "6xH6x")
    ends = _read(file, f"{doubled // 2}H2x")
    starts = _read(file, f"{doubled // 2}H")
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start != 0xFFFF]
