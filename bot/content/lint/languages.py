"""Rules that hold the two languages together: same numbers, same formulas, each text in its own language."""

import re
from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.lint import numbers
from bot.content.lint.measures import CJK, HAS_CJK, formulas_in, without_formulas
from bot.content.lint.passages import Passage, passages
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import NumericItem

# Where a wrong number makes the exercise wrong; elsewhere prose may differ in its examples.
_STRICT_ROLES = {"option", "stem", "prompt"}
_BARE_ROLES = {"option", "why"}
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|'[^']*'|\([^()]*\)|`[^`]*`|「[^」]*」")
_FULL_WIDTH = re.compile(r"[，。：；？！（）、《》【】]")
_ENGLISH_WORDS = re.compile(r"\b[a-z]+\b(?:[\s,]+\b[a-z]+\b){2,}")
_HALF_WIDTH = re.compile(f"(?<=[{CJK}])[,.;:?!](?=[{CJK}])")


def same_numbers(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Both languages of a text hold the same numbers; only a warning where words may stand for one."""
    for passage in passages(loaded.question):
        strict = passage.role in _STRICT_ROLES
        only_zh, only_en, doubtful = numbers.difference(passage.text.zh, passage.text.en)
        if not strict:  # 降到 1/4 and "a quarter", w·g = 0 and "vanishes": fine in prose
            only_zh, only_en = ([number for number in side if number not in "01"] for side in (only_zh, only_en))
        if only_zh or only_en:
            message = "the languages differ in numbers: " + _sides(only_zh, only_en)
            yield loaded.fault(passage.path, message, warning=doubtful or not strict)


def same_formulas(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Both languages of a text hold the same inline formulas."""
    for passage in passages(loaded.question):
        zh, en = (_bare_formulas(passage, text) for text in (passage.text.zh, passage.text.en))
        if zh != en:
            only_zh, only_en = sorted(zh - en), sorted(en - zh)
            yield loaded.fault(
                passage.path,
                "the languages differ in formulas: " + _sides(only_zh, only_en),
                warning=passage.role not in _STRICT_ROLES,
            )


def chinese_is_chinese(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Chinese texts hold Chinese; an option or a reason may be a bare term or a calculation."""
    for passage in passages(loaded.question):
        text = without_formulas(passage.text.zh)
        if HAS_CJK.search(text) or (passage.role in _BARE_ROLES and not _ENGLISH_WORDS.search(text)):
            continue
        yield loaded.fault((*passage.path, "zh"), "holds no Chinese")


def english_is_english(loaded: LoadedQuestion) -> Iterator[Fault]:
    """English texts hold no Chinese and no full-width marks; a quoted Chinese term is a warning."""
    for passage in passages(loaded.question):
        text = passage.text.en
        found = HAS_CJK.search(text) or _FULL_WIDTH.search(text)
        if found is None:
            continue
        bare = _QUOTED.sub("", text)
        inside_quotes = not (HAS_CJK.search(bare) or _FULL_WIDTH.search(bare))
        yield loaded.fault(
            (*passage.path, "en"),
            f"holds {found.group()!r}" + (" in quotes: say it in English too" if inside_quotes else ": not English"),
            warning=inside_quotes,
        )


def key_points_in_language(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Key points and the answers they refuse are written in their language."""
    for index, point in enumerate(loaded.question.key_points):
        for path, zh, en in (((), point.zh, point.en), (("refuses",), point.refuses.zh, point.refuses.en)):
            if not HAS_CJK.search(zh):
                yield loaded.fault(("key_points", index, *path, "zh"), "holds no Chinese")
            if HAS_CJK.search(_QUOTED.sub("", en)):
                yield loaded.fault(("key_points", index, *path, "en"), "holds Chinese: not English")


def neutral_units(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The unit of a numeric item, shown in both languages, is written without Chinese."""
    for index, item in enumerate(loaded.question.items):
        if isinstance(item, NumericItem) and HAS_CJK.search(item.answer.unit):
            yield loaded.fault(
                ("items", index, "answer", "unit"),
                "holds Chinese, but English readers see it: use GB, ms, tokens",
            )


def chinese_punctuation(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Between two Chinese characters stands full-width punctuation."""
    for passage in passages(loaded.question):
        found = _HALF_WIDTH.search(without_formulas(passage.text.zh))
        if found:
            yield loaded.fault(
                (*passage.path, "zh"),
                f"has a half-width {found.group()!r} between Chinese characters",
                warning=True,
            )


def _bare_formulas(passage: Passage, text: str) -> set[str]:
    return {re.sub(r"\s+", "", formula) for formula in formulas_in(text)}


def _sides(only_zh: list[str], only_en: list[str]) -> str:
    parts = [f"only zh has {', '.join(only_zh)}"] if only_zh else []
    return "; ".join(parts + ([f"only en has {', '.join(only_en)}"] if only_en else []))
