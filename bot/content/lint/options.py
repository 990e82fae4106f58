"""Rules on the options of an item: nothing but knowledge tells the key (Haladyna et al. 2002)."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from statistics import mean

from bot.content.faults import Fault
from bot.content.lint import numbers
from bot.content.lint.measures import display_width, formulas_in, similarity, squash
from bot.content.lint.passages import options_of
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import Choice, MultipleItem, OrderingItem, SingleItem
from bot.domain.localized import LANGUAGES, Language

_ALIKE = 0.85
# Measured on public banks: where these thresholds are passed, "pick the longest" scores far above chance.
_LONGEST_RATIO, _LONGEST_COLUMNS = 1.5, 12
_LONG_RATIO, _LONG_COLUMNS = 1.25, 8

_FULL_STOPS = (".", "。", "！", "!", "；", ";")
_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]|[^\w\s]")
_NEGATION = re.compile(r"不|没|无|非|未|\b(?:not|no|never|without|cannot|non)\b")
_NUMBERED = re.compile(
    r"^(?:"
    r"第\s?[一二三四五六1-6]\s?(?:步|阶段|个|项|是|,|，|、|:|：)|步骤\s?[一二三四五六1-6]|[一二三四五六]\s?[、.]"
    r"|(?:首先|其次|然后|接着|接下来|随后|最后|最终)(?!一|的|几|两|那|状态|结果)"
    r"|\(?[1-6]\s?(?:[.)、:：]|）)(?!\d)|[①-⑥]|[a-f][.)]\s"
    r"|(?:step|stage)\s?(?:[1-6]|one|two|three|four|five|six)\b"
    r"|(?:first|firstly|second|secondly|third|fourth|fifth|next|last|lastly)\s?[,:]|(?:then|finally)\b"
    r")",
    re.IGNORECASE,
)


def distinct_options(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No two options of an item say the same, in either language."""
    for index, item in enumerate(loaded.question.items):
        for (first, one), (second, other) in combinations(enumerate(options_of(item)), 2):
            for language in LANGUAGES:
                verdict = _likeness(one.text.get(language), other.text.get(language))
                if verdict is not None:
                    message, warning = verdict
                    path = ("items", index, "options", second, "text", language)
                    yield loaded.fault(path, f"{message} options[{first}]", warning=warning)


def distinct_reasons(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Every option has a reason of its own."""
    for index, item in enumerate(loaded.question.items):
        for (first, one), (second, other) in combinations(enumerate(options_of(item)), 2):
            for language in LANGUAGES:
                if squash(one.why.get(language)) == squash(other.why.get(language)):
                    yield loaded.fault(
                        ("items", index, "options", second, "why", language),
                        f"is the reason of options[{first}] again: say what is wrong with this one",
                    )


def longest_key(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The key of a single item is not far longer than the next longest option."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, SingleItem):
            continue
        position = item.options.index(item.key)
        for language in LANGUAGES:
            key = display_width(item.key.text.get(language))
            others = _widths(item.options, language, correct=False)
            path = ("items", index, "options", position, "text", language)
            if _stands_out(key, max(others)):
                yield loaded.fault(
                    path,
                    f"the key is {key} columns wide, the longest wrong option {max(others)}: that tells it",
                )
            elif key >= max(others) + _LONG_COLUMNS and key >= _LONG_RATIO * mean(others):
                yield loaded.fault(
                    path,
                    f"the key is the longest option ({key} columns, the next {max(others)})",
                    warning=True,
                )


def longer_keys(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The keys of a multiple item are, on average, not far longer than the wrong options."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, MultipleItem):
            continue
        for language in LANGUAGES:
            keys = mean(_widths(item.options, language, correct=True))
            others = mean(_widths(item.options, language, correct=False))
            if _stands_out(keys, others):
                yield loaded.fault(
                    ("items", index, "options"),
                    f"the keys ({language}) have {keys:.0f} columns on average, the wrong options {others:.0f}",
                    warning=True,
                )


def parallel_punctuation(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Either all options of an item end with a full stop or none does."""
    for index, item in enumerate(loaded.question.items):
        for language in LANGUAGES:
            ends = [option.text.get(language).endswith(_FULL_STOPS) for option in options_of(item)]
            if any(ends) and not all(ends):
                odd = ends.index(sum(ends) * 2 <= len(ends))
                yield loaded.fault(
                    ("items", index, "options", odd, "text", language),
                    "some options end with a full stop and some do not",
                    warning=True,
                )


def unnumbered_steps(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The options of an ordering item do not say their place."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, OrderingItem):
            continue
        for position, option in enumerate(item.options):
            for language in LANGUAGES:
                found = _NUMBERED.match(option.text.get(language))
                if found:
                    yield loaded.fault(
                        ("items", index, "options", position, "text", language),
                        f"begins with {found.group().strip()!r}, which tells its place in the order",
                    )


def _likeness(one: str, other: str) -> tuple[str, bool] | None:
    """Say how two options are too much alike and whether that is only a warning; None when they differ.

    Options of a good item often share all but one word (增大 against 减小), so a word put in the place of
    another, another order, a negation, a number or a formula is a difference; words merely added are none.
    """
    if squash(one) == squash(other):
        return "has the same text as", False
    if numbers.numbers_in(one).digits != numbers.numbers_in(other).digits:
        return None
    if formulas_in(one) != formulas_in(other) or similarity(one, other) <= _ALIKE:
        return None
    if _contrast(_words(one), _words(other)):
        return "differs by a word or two: what they share belongs in the stem; compare", True
    return "has nearly the same text as", False


def _words(text: str) -> list[str]:
    """Split a text into Latin words, single Chinese characters and marks, case folded."""
    return _TOKEN.findall(text.casefold())


def _contrast(one: list[str], other: list[str]) -> bool:
    if sorted(one) == sorted(other):
        return True
    changes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for kind, first, first_end, second, second_end in changes:
        if kind == "replace":
            return True
        added = " ".join(one[first:first_end] + other[second:second_end])
        if kind != "equal" and _NEGATION.search(added):
            return True
    return False


def _stands_out(wide: float, next_widest: float) -> bool:
    return wide >= _LONGEST_RATIO * next_widest and wide >= next_widest + _LONGEST_COLUMNS


def _widths(options: tuple[Choice, ...], language: Language, *, correct: bool) -> list[int]:
    return [display_width(option.text.get(language)) for option in options if option.correct == correct]
