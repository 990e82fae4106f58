"""Finds the numbers of a text, so that the two languages of one passage can be compared.

Only digits are held to account. Number words (`half`, `twice`, 三, 百分之八十) merely excuse a number that
the other language writes in digits, since either spelling is good style in its language.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
# Powers of ten; a lone letter counts only right behind its digits (7B, 128k), so that "16 GB" stays 16.
_SCALES = {
    word: power
    for power, words in (
        (2, "百 hundred"),
        (3, "千 thousand k K"),
        (4, "万"),
        (5, "十万"),
        (6, "百万 million M"),
        (7, "千万"),
        (8, "亿"),
        (9, "十亿 billion B"),
        (10, "百亿"),
        (11, "千亿"),
        (12, "万亿 trillion T"),
    )
    for word in words.split()
}
_SCALE = (
    r"\s?(?:万亿|[十百千]?[万亿]|百|千)"
    r"|\s?-?(?:hundred|thousand|million|billion|trillion)\b"
    r"|[kKMBT](?![A-Za-z])"
)
_NUMBER = re.compile(
    rf"""
    (?P<sign>(?<![A-Za-z0-9)\]}}%])-)?         # a minus sign, not the hyphen of a range or a name
    (?:
      10\s*\^\s*\{{?\s*(?P<bare>[+-]?\d{{1,3}})\s*\}}?
    | (?P<digits>\d+(?:\.\d+)?|\.\d+)
      (?:
        [eE](?P<exponent>[+-]?\d{{1,3}})(?![\dA-Za-z])
      | \s*[×x*]\s*10\s*\^\s*\{{?\s*(?P<power>[+-]?\d{{1,3}})\s*\}}?
      | (?P<scale>{_SCALE})
      )?
    )
    """,
    re.VERBOSE,
)
# Digits inside a name (FP16, GPT-4; not Llama 2): compared by eye, since 半精度 may stand for FP16.
_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z]*[-_]?\{?\d+(?:\.\d+)*[A-Za-z]*")
_WORDS = {
    word: Decimal(value)
    for value, words in (
        (0, "zero vanish vanishes vanishing"),
        (1, "one once single first january"),
        (2, "two twice both pair double doubles doubled doubling second february"),
        (3, "three thrice triple triples third march"),
        (4, "four quadruple fourth april"),
        (5, "five fifth may"),
        (6, "six sixth june"),
        (7, "seven seventh july"),
        (8, "eight eighth august"),
        (9, "nine ninth september"),
        (10, "ten tenfold tenth october"),
        (11, "eleven november"),
        (12, "twelve dozen december"),
        (20, "twenty"),
        (30, "thirty"),
        (50, "fifty"),
        (100, "hundred"),
        (10**3, "thousand"),
        (10**6, "million"),
        (10**9, "billion"),
        (10**12, "trillion"),
    )
    for word in words.split()
}
_FRACTIONS = (
    (re.compile(r"\bhal(?:f|ves|ved|ving)\b|半"), {Decimal(1), Decimal(2), Decimal("0.5"), Decimal(50)}),
    (re.compile(r"\bquarters?\b|四分之一"), {Decimal(1), Decimal(4), Decimal("0.25"), Decimal(25)}),
    (re.compile(r"\bthirds?\b|三分之一"), {Decimal(1), Decimal(3)}),
)
_VAGUE = re.compile(
    r"\b(?:half|halves|halved|halving|quarters?|thirds?|several|few|dozens?|percent|per cent|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|orders? of magnitude|\w+fold)\b"
    r"|半|几|数[十百千万]|[一二两三四五六七八九十]成|分之|数量级|翻倍|翻番|加倍|减半|成倍|多倍"
)
_DIGITS_ZH = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS_ZH = {"十": 10, "百": 100, "千": 1000}
_RUN_ZH = re.compile("[零〇一二两三四五六七八九十百千万亿]+")


@dataclass(frozen=True)
class Numbers:
    """The numbers of one text: those in digits, those that words or names may stand for, and doubt."""

    digits: frozenset[Decimal]
    excuses: frozenset[Decimal]
    vague: bool


@functools.lru_cache(512)  # an option is compared with every other one
def numbers_in(text: str) -> Numbers:
    """Read the numbers of a text, with their units of magnitude: 70 亿, 7B and 7 billion are the same."""
    folded = _fold(text)
    names = _NAME.findall(folded)
    bare = _NAME.sub(" ", folded)
    digits = frozenset(_value(match) for match in _NUMBER.finditer(bare))
    excuses = {Decimal(digit) for name in names for digit in re.findall(r"\d+(?:\.\d+)?", name)}
    excuses |= {_WORDS[word] for word in re.findall("[a-z]+", bare.lower()) if word in _WORDS}
    excuses |= {Decimal(_read_chinese(run)) for run in _RUN_ZH.findall(bare)}
    for pattern, values in _FRACTIONS:
        if pattern.search(bare):
            excuses |= values
    vague = bool(_VAGUE.search(bare)) or any(len(run) > 1 for run in _RUN_ZH.findall(_NUMBER.sub(" ", bare)))
    return Numbers(digits, frozenset(excuses), vague)


def difference(one: str, other: str) -> tuple[list[str], list[str], bool]:
    """Compare two texts: numbers only in the first, only in the second, and whether words leave doubt."""
    first, second = numbers_in(one), numbers_in(other)
    only_first = first.digits - second.digits - second.excuses
    only_second = second.digits - first.digits - first.excuses
    doubtful = (second.vague or not only_first) and (first.vague or not only_second)
    return _written(only_first), _written(only_second), doubtful


def _fold(text: str) -> str:
    text = re.sub(r"[⁰¹²³⁴-⁹⁻]+", lambda match: "^" + match.group().translate(_SUPERSCRIPTS), text)
    text = re.sub(r"(?<=\d)(?:,|\{,\}|\\,|\\!)(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"\\(?:times|cdot)(?![A-Za-z])", "×", text).replace("$", " ")
    text = re.sub(r"\\[A-Za-z]+|\\.", " ", text)
    return unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)


def _value(match: re.Match[str]) -> Decimal:
    sign = -1 if match["sign"] else 1
    if match["bare"]:
        return sign * Decimal(10) ** int(match["bare"])
    value = sign * Decimal(match["digits"])
    power = match["exponent"] or match["power"]
    if power:
        return value * Decimal(10) ** int(power)
    if match["scale"]:
        return value * Decimal(10) ** _SCALES[match["scale"].strip(" -")]
    return value


def _read_chinese(run: str) -> int:
    """Read a Chinese numeral; a mere row of digits (二〇二三) is read digit by digit."""
    if len(run) > 1 and all(character in _DIGITS_ZH for character in run):
        return int("".join(str(_DIGITS_ZH[character]) for character in run))
    total = section = digit = 0
    for character in run:
        if character in _DIGITS_ZH:
            digit = _DIGITS_ZH[character]
        elif character in _UNITS_ZH:
            section += (digit or 1) * _UNITS_ZH[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit or 1) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit or 1) * 10**8, 0, 0
    return total + section + digit


def _written(values: frozenset[Decimal]) -> list[str]:
    return [f"{value.normalize():f}" for value in sorted(values)]
