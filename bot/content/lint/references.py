"""Rules against naming options by letter or place: options are shuffled each time they are shown."""

import re
from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.lint.passages import options_of, passages
from bot.content.questions import LoadedQuestion
from bot.domain.kinds import Item
from bot.domain.localized import LANGUAGES, Language

# A letter of its own: not the A of A100, Q-Former, C++ or F1. `(?![A-Za-z0-9...])` leaves Chinese behind it alone.
_LONE = r"[A-F](?![A-Za-z0-9_'’+#-])"
_LETTER_ZH = re.compile(
    rf"选项\s?{_LONE}"
    rf"|(?<![A-Za-z0-9]){_LONE}\s?(?:选项|项(?!目))"
    rf"|答案\s?(?:是|为|选|[:：])?\s?{_LONE}"
    rf"|(?:应选|该选|故选|所以选|因此选)\s?{_LONE}"
    rf"|选(?:择)?\s?{_LONE}(?=\s*(?:[。，,.;；、）)]|$))"
    rf"|(?<![A-Za-z0-9]){_LONE}(?:\s?[、,，和与/]\s?{_LONE})+\s?(?:项|选项|都正确|都对|都不对|都错|均正确|均错误)"
    rf"|(?<![A-Za-z0-9]){_LONE}\s?(?:是|为)?\s?(?:正确|错误|不正确|不对|错了|对的|错的)(?=的?(?:答案|选项|[，。；,;]|$))"
)
_LETTER_EN = re.compile(
    rf"\b(?:[Oo]ptions?|[Cc]hoices?|[Aa]nswers?|[Aa]lternatives?|[Dd]istractors?)(?::?\s)\s*\(?{_LONE}(?!/[A-Z])\)?"
    rf"|(?<![\w-])\(?{_LONE}\)?(?:\s(?:and|or|&)\s\(?{_LONE}\)?)?\s(?:is|are)\s(?:both\s|all\s|also\s)?(?:the\s)?"
    r"(?:correct|right|wrong|incorrect|true|false)\b(?!\s(?:positive|negative))"
)
# "Answer A question", "Option A model": a title-case or sentence article looks like a letter.
_ARTICLE = re.compile(r"(?:[Aa]nswers?|[Cc]hoices?)\sA\s[a-z]+")
_PLACE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"第\s?[一二三四五六1-6]\s?个?选项|上(?:一|面|述)个?选项|(?:前|后)[一二两三四]个?选项|最后一?个?选项|首个选项"
        r"|前[两三四]项(?=都|均|全|皆)"
    ),
    "en": re.compile(
        r"\b(?:first|second|third|fourth|fifth|last|previous|preceding)\s(?:two\s|three\s)?"
        r"(?:option|choice|distractor)s?\b"
        r"|\b(?:options?|choices?)\s(?:above|below|one|two|three|four|[1-6])\b",
        re.IGNORECASE,
    ),
}
_ALL_OR_NONE: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?:以上|上述|前述|上面)(?:的)?(?:选项|说法|答案|各项|几项|几点|三项|四项|内容)?(?:都|均|全|皆)"
        r"|(?:以上|上述|上面)(?:的)?(?:全部|所有|任何一项|任一项|各项|选项|两者|三者|四者)"
        r"|其[余他](?:各项|[两三四]项|选项)"
        r"|^(?:全部|全|都|均|皆)(?:都|是|不)?(?:正确|对|错|错误|不对|成立|不成立|不是|是)$"
        r"|没有(?:一个)?(?:正确|符合)的?(?:选项|答案)|^无正确(?:选项|答案)"
    ),
    "en": re.compile(
        r"\b(?:all|none|both|neither|any|either|each)\s(?:(?:two|three|four)\s)?(?:of\s)?(?:the\s|these\s)?(?:options\s|choices\s|answers\s)?above"
        r"\b(?![-\s](?:mentioned|threshold|average|layers?|zero|\d))"
        r"|^(?:all|none|both|neither)\sof\s(?:these|the\s(?:others?|other\soptions|options|choices|answers))$"
        r"|\bno\scorrect\s(?:option|answer|choice)\b",
        re.IGNORECASE,
    ),
}
_PAIR = re.compile(
    rf"^(?:(?:both|only)\s|(?:仅|只)有?\s?)?{_LONE}(?:\s?(?:、|,|，|和|与|and|&|or|或)\s?{_LONE})+\s?(?:都|均|only)?\.?$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\(?([A-F])\s?(?:[).:：．]|）|、(?![A-F]))\s*\S")


def letter_references(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No text names an option by its letter."""
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            for pattern in (_LETTER_ZH, _LETTER_EN):
                found = pattern.search(text)
                if found and not _ARTICLE.match(text, found.start()):
                    yield loaded.fault(
                        path,
                        f"names an option by letter ({found.group().strip()!r}): options are shuffled",
                    )


def place_references(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No text names an option by its place."""
    for passage in passages(loaded.question):
        for path, language, text in passage.readings():
            found = _PLACE[language].search(text)
            if found:
                yield loaded.fault(
                    path, f"names an option by place ({found.group()!r}): options are shuffled when shown"
                )


def all_or_none_of_the_above(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No option refers to the other options."""
    for index, item in enumerate(loaded.question.items):
        for position, option in enumerate(options_of(item)):
            for language in LANGUAGES:
                text = option.text.get(language).strip(" .。")
                found = _ALL_OR_NONE[language].search(text) or (_PAIR.match(text) if _is_pair(item, text) else None)
                if found:
                    yield loaded.fault(
                        ("items", index, "options", position, "text", language),
                        f"refers to the other options ({found.group()!r}), which stand in any order",
                    )


def labelled_options(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Options do not carry letters of their own (two or more that do are labels, one may be a matrix B)."""
    for index, item in enumerate(loaded.question.items):
        for language in LANGUAGES:
            labels = [_LABEL.match(option.text.get(language)) for option in options_of(item)]
            letters = {label.group(1) for label in labels if label}
            if len(letters) < 2 or letters <= _letters_in(item.stem.get(language)):
                continue
            first = next(position for position, label in enumerate(labels) if label)
            yield loaded.fault(
                ("items", index, "options", first, "text", language),
                "carries a letter of its own: letters are given when options are shown",
            )


def _is_pair(item: Item, text: str) -> bool:
    """Whether a text like "A and B" means options: matrices A and B are named in the stem."""
    return not _letters_in(text) <= _letters_in(item.stem.zh + " " + item.stem.en)


def _letters_in(text: str) -> set[str]:
    return set(re.findall(rf"(?<![A-Za-z0-9-]){_LONE}", text))
