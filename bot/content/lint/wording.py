"""Rules on wording that tells the key or trips the reader. All are warnings: words have more than one use."""

import re
from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.lint.measures import CJK, as_seen
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import Choice, MultipleItem, SingleItem
from bot.domain.localized import LANGUAGES, Language

_ABSOLUTE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"总是|永远|从不|从来|绝不|绝对(?!值|位置|误差|路径|坐标|温度)|(?<!不)一定(?!程度|的|数量|范围|比例|量|概率|要)"
        r"|必然|必定|毫无|任何情况|(?<!并)不可能(?!性)|完全(?!图|二叉|平方|相同|一致|不同|匹配|信息)"
    ),
    "en": re.compile(
        r"\b(?:always|never|impossible|absolutely|completely|entirely|guarantee[sd]?|under no circumstances"
        r"|in (?:all|any|every) cases?|no matter (?:what|how))\b",
        re.IGNORECASE,
    ),
}
_HEDGE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"通常|往往|一般(?!化|性|式)|(?<!不)可能(?!性)|有时|多半|大多|倾向于|在一定程度上|或许"),
    "en": re.compile(
        r"\b(?:usually|often|typically|generally|sometimes|may|might|tends? to|likely|in most cases|mostly)\b",
        re.IGNORECASE,
    ),
}
# Only a negation that turns the question round: "which does not", 哪项不正确; not "a loss that does not fall".
_NEGATIVE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?:下列|以下|下面|哪(?:一|个|项|种|些|条|几)|选出|找出)[^。？?；，,]{0,24}?"
        r"(?P<word>不(?:正确|对(?!称|应|齐|比)|属于|是(?!不)|成立|准确|符合|适合|合理|恰当|包括|包含|应该?|会|能(?!力)|需要)"
        r"|错误(?=的是|的一|$|[？?。（(])|有误|除了)"
        # The subject of the negation is what the options are: 哪个位置不计算损失, not 哪种改动能让训练不发散.
        r"|哪(?:一)?[个项种些][^。？?；，,的能让使可会要]{0,3}(?P<bare>不)(?!同|变|再|断|过|仅|只|止|为|等)"
    ),
    "en": re.compile(
        r"\b(?:which|what|choose|select|pick)\b[^.?;,]{0,70}?(?<!that )(?<!which )(?<!who )"
        r"(?:\b(?:is|are|does|do|would|will|can|should|has|have) (?P<word>not|never)\b"
        r"|\b(?:is|are|does|do|would|ca|should|has|have)(?P<short>n['’]t)\b"
        r"|\b(?:is|are) (?P<false>false|incorrect|wrong|untrue|least \w+)(?=\W*$|[ ,;:]*\())"
        r"|\b(?P<except>except)\b(?! for)",
        re.IGNORECASE,
    ),
}
_BOLD = re.compile(r"\*\*[^*]+\*\*")
# A run of this many Chinese characters, or a Latin word this long, shared by stem and key only is a clang.
_RUN_ZH, _WORD_EN = 5, 8


def absolutes(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Absolutes do not stand in wrong options only."""
    for index, item in _choice_items(loaded):
        for language in LANGUAGES:
            keys, others = _texts(item.options, language)
            marked = [text for text in others if _ABSOLUTE[language].search(text)]
            if len(marked) > 1 and not any(_ABSOLUTE[language].search(text) for text in keys):
                word = _first_word(_ABSOLUTE[language], marked[0])
                yield loaded.fault(
                    ("items", index, "options"),
                    f"absolutes ({word!r}, {language}) stand in {len(marked)} wrong options and in no right one",
                    warning=True,
                )


def hedges(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Hedges do not stand in the key only."""
    for index, item in _choice_items(loaded):
        for language in LANGUAGES:
            keys, others = _texts(item.options, language)
            marked = [text for text in keys if _HEDGE[language].search(text)]
            if len(marked) == len(keys) and not any(_HEDGE[language].search(text) for text in others):
                word = _first_word(_HEDGE[language], marked[0])
                yield loaded.fault(
                    ("items", index, "options"),
                    f"a hedge ({word!r}, {language}) stands in the key only",
                    warning=True,
                )


def negative_stem(loaded: LoadedQuestion) -> Iterator[Fault]:
    """A stem that asks for what is not so prints the negation in bold."""
    for index, item in _choice_items(loaded):
        for language in LANGUAGES:
            stem = item.stem.get(language)
            found = _NEGATIVE[language].search(stem)
            if found and not _BOLD.search(stem):
                word = next(word for word in found.groups() if word)
                yield loaded.fault(
                    ("items", index, "stem", language),
                    f"is negative: ask for what is so, or set **{word}** in bold",
                    warning=True,
                )


def clang(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No telling word of the stem comes back in the key alone."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, SingleItem):
            continue
        for language in LANGUAGES:
            keys, others = _texts(item.options, language)
            echoes = _telling(item.stem.get(language), language) & _telling(keys[0], language)
            echoes -= {echo for echo in echoes if any(echo in text.lower() for text in others)}
            if echoes:
                yield loaded.fault(
                    ("items", index, "options", item.options.index(item.key), "text", language),
                    f"only the key repeats {max(sorted(echoes), key=len)!r} from the stem",
                    warning=True,
                )


def _choice_items(loaded: LoadedQuestion) -> Iterator[tuple[int, SingleItem | MultipleItem]]:
    for index, item in enumerate(loaded.question.items):
        if isinstance(item, SingleItem | MultipleItem):
            yield index, item


def _texts(options: tuple[Choice, ...], language: Language) -> tuple[list[str], list[str]]:
    keys = [option.text.get(language) for option in options if option.correct]
    others = [option.text.get(language) for option in options if not option.correct]
    return keys, others


def _first_word(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""


def _telling(text: str, language: Language) -> set[str]:
    """Return the long Latin words and, in Chinese, all runs of a fixed number of characters."""
    seen = as_seen(text).lower()
    words = set(re.findall(rf"[a-z][a-z-]{{{_WORD_EN - 1},}}", seen))
    if language == "zh":
        for run in re.findall(f"[{CJK}]{{{_RUN_ZH},}}", seen):
            words |= {run[start : start + _RUN_ZH] for start in range(len(run) - _RUN_ZH + 1)}
    return words
