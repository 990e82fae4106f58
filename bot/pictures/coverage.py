"""Which characters a font file has glyphs for, read from its `cmap` table. Pillow does not tell."""

import struct
import sys
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from operator import gt
from pathlib import Path
from typing import Any, BinaryIO

_SUBTABLES = {12: 2, 4: 1}  # the formats read here, the better one (all of Unicode) higher
_CHARACTERS = 0x110000


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ranges of code points in ascending order, both ends included: a set of all would take megabytes."""

    starts: "array[int]"
    ends: "array[int]"
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
            starts, ends = _ranges(file, tables["cmap"])
        except (struct.error, KeyError, IndexError) as error:
            raise ValueError(f"{path} is not a font that can be read: {error}") from None
    if any(map(gt, starts, islice(starts, 1, None))):  # against the specification
        pairs = sorted(zip(starts, ends, strict=True))
        starts, ends = array("I", (pair[0] for pair in pairs)), array("I", (pair[1] for pair in pairs))
    return Coverage(starts, ends, frozenset(tables))


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


def _numbers(file: BinaryIO, kind: str, count: int) -> "array[int]":
    """Read a table at once: number by number one of a large font would take 40 ms, and hold the interpreter up."""
    numbers = array(kind)
    content = file.read(count * numbers.itemsize)
    if len(content) != count * numbers.itemsize:
        raise IndexError("the file ends in the table")
    numbers.frombytes(content)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _ranges(file: BinaryIO, cmap: int) -> "tuple[array[int], array[int]]":
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
        numbers = _numbers(file, "I", 3 * min(groups, _CHARACTERS))
        return numbers[0::3], numbers[1::3]
    if kind == _SUBTABLES[4]:
        return _segments(file)
    raise ValueError("the font has no table of Unicode characters that can be read")


def _segments(file: BinaryIO) -> "tuple[array[int], array[int]]":
    """Format 4. A segment may map some of its characters to no glyph; text fonts hardly ever do."""
    (doubled,) = _read(file, "6xH6x")
    ends = _numbers(file, "H", doubled // 2)
    file.seek(2, 1)
    starts = _numbers(file, "H", doubled // 2)
    # The last segment ends the table, and covers nothing.
    kept = [place for place, start in enumerate(starts) if start != 0xFFFF]
    return array("I", (starts[place] for place in kept)), array("I", (ends[place] for place in kept))
