"""Makes the fonts beside this file from the whole Noto Sans SC: `make fonts`. Needs fontTools; the bot does not.

Usage: python subset.py FOLDER_OF_THE_NPM_PACKAGE @expo-google-fonts/noto-sans-sc
"""

import sys
from pathlib import Path

FAMILY = "Noto Sans SC Subset"
WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}
RANGES = (
    *((0x20, 0x7E), (0xA0, 0x24F)),  # Latin
    *((0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF)),  # Greek, Cyrillic, Vietnamese: what the source has of them
    *((0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F)),  # punctuation, currencies, letter-like signs
    *((0x2190, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x26FF), (0x2700, 0x27BF)),  # arrows, mathematics, shapes
    *((0x3000, 0x30FF), (0x31F0, 0x31FF), (0x3200, 0x33FF)),  # Chinese punctuation, kana
    *((0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0xFFFD, 0xFFFD)),  # full-width forms, the replacement character
)


def characters() -> set[int]:
    """Return GB2312 and the ranges above."""
    wanted = {code for first, last in RANGES for code in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for column in range(0xA1, 0xFF):
            wanted.update(map(ord, bytes((row, column)).decode("gb2312", "ignore")))
    return wanted


def make(source: Path, target: Path, style: str) -> None:
    """Write the subset of one weight. The source's reserved name is "Source", so "Noto" may stay in ours."""
    from fontTools import subset  # type: ignore[import-not-found]

    options = subset.Options(
        hinting=False,
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=[*subset.Options._drop_tables_default, "vhea", "vmtx", "STAT", "BASE"],
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    full = f"{FAMILY} {style}"
    for number, text in ((1, FAMILY), (2, style), (3, full), (4, full), (6, full.replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    for weight, path in WEIGHTS.items():
        make(Path(sys.argv[1]) / path, Path(__file__).with_name(f"NotoSansSCSubset-{weight}.ttf"), weight)
