"""Rules on length: what Discord takes, and what a reader does."""

from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.lint.measures import count_characters, count_words
from bot.content.lint.passages import options_of, passages
from bot.content.questions import LoadedQuestion
from bot.domain.localized import LANGUAGES, Language, Localized

_PROMPT, _OPTION = 1500, 200
# Discord's 4,096 of an embed and 4,000 of a components message, less headings and labels.
_MESSAGE = 3900
_LABELS = 12
# Floor, ceiling and where it grows long; zh in 字, en in words.
_ANSWER: dict[Language, tuple[int, int, int]] = {"zh": (150, 500, 900), "en": (100, 350, 600)}
# Thirty seconds of speech.
_SHORT: dict[Language, int] = {"zh": 170, "en": 95}
_UNIT: dict[Language, str] = {"zh": "characters", "en": "words"}


def body_fits(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Prompts, stems and options fit the body of a post, by themselves and all together."""
    limits = {"prompt": _PROMPT, "stem": _PROMPT, "option": _OPTION}
    for passage in passages(loaded.question):
        limit = limits.get(passage.role)
        if limit is None:
            continue
        for path, _, text in passage.readings():
            if len(text) > limit:
                yield loaded.fault(path, f"has {len(text)} characters, a post takes {limit}")
    for index, item in enumerate(loaded.question.items):
        texts = [loaded.question.prompt, item.stem, *(option.text for option in options_of(item))]
        listing = len(item.code.text) if item.code else 0
        for language in LANGUAGES:
            yield from _fits(loaded, ("items", index), "the post of this item", texts, language, listing)


def reveal_fits(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The full answer, the reasons of an item and the follow-ups each fit one message."""
    question = loaded.question
    for language in LANGUAGES:
        texts = [question.short, question.answer] + ([question.correction] if question.correction else [])
        links = sum(len(source.title) + len(source.url) + _LABELS for source in question.sources)
        yield from _fits(loaded, ("answer", language), "the full answer with its sources", texts, language, links)
        asides = [text for follow_up in question.follow_ups for text in (follow_up.ask, follow_up.answer)]
        yield from _fits(loaded, ("follow_ups",), "the follow-ups together", asides, language)
        for index, item in enumerate(question.items):
            reasons = [item.stem] + [text for option in options_of(item) for text in (option.text, option.why)]
            listing = len(item.code.text) if item.code else 0
            yield from _fits(loaded, ("items", index, "options"), "the reasons together", reasons, language, listing)


def answer_length(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The reference answer is as long as one that would be spoken: neither a stub nor an essay."""
    for language in LANGUAGES:
        floor, long, ceiling = _ANSWER[language]
        text = loaded.question.answer.get(language)
        length, unit = _length(text, language), _UNIT[language]
        path = ("answer", language)
        if length < floor:
            yield loaded.fault(path, f"has {length} {unit}, a reference answer needs at least {floor}")
        elif length > ceiling:
            yield loaded.fault(path, f"has {length} {unit}, more than {ceiling}")
        elif length > long:
            yield loaded.fault(path, f"has {length} {unit}, {long} are plenty", warning=True)


def short_length(loaded: LoadedQuestion) -> Iterator[Fault]:
    """`short` can be said in thirty seconds."""
    for language in LANGUAGES:
        length = _length(loaded.question.short.get(language), language)
        if length > _SHORT[language]:
            yield loaded.fault(
                ("short", language),
                f"has {length} {_UNIT[language]}, in 30 seconds one says about {_SHORT[language]}",
                warning=True,
            )


def _fits(
    loaded: LoadedQuestion,
    path: tuple[str | int, ...],
    what: str,
    texts: list[Localized],
    language: Language,
    extra: int = 0,
) -> Iterator[Fault]:
    size = extra + sum(len(text.get(language)) + _LABELS for text in texts)
    if size > _MESSAGE:
        yield loaded.fault(path, f"{what} ({language}) come to {size} characters, a message takes {_MESSAGE}")


def _length(text: str, language: Language) -> int:
    return count_characters(text) if language == "zh" else count_words(text)
