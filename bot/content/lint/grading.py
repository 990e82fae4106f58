"""Rules that try the grading: key points against the reference answer, numbers against their mistakes."""

from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.questions import LoadedQuestion
from bot.domain.keypoints import match, normalise
from bot.domain.kinds import NumericItem
from bot.domain.localized import LANGUAGES, Language

_NAMES: dict[Language, str] = {"zh": "Chinese", "en": "English"}
# A tolerance beyond this share of the value accepts guesses.
_WIDE_TOLERANCE = 0.2


def reference_answer_earns_points(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The reference answer earns every key point, in both languages."""
    question = loaded.question
    for index, key_point in enumerate(question.key_points):
        for language in LANGUAGES:
            found = match(key_point, question.answer.get(language))
            for number, alias in enumerate(found.groups):
                if alias is None:
                    yield loaded.fault(
                        ("key_points", index, "any", number),
                        f"the {_NAMES[language]} reference answer holds none of these as whole words "
                        f"(a beginning is written hallucinat*): {', '.join(key_point.any[number])}",
                    )
            if found.rejected is not None:
                yield loaded.fault(
                    ("key_points", index, "reject"),
                    f"the {_NAMES[language]} reference answer holds the rejected phrase {found.rejected!r}",
                )


def refused_answer_earns_nothing(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The wrong answer that a key point names does not earn the point."""
    for index, key_point in enumerate(loaded.question.key_points):
        for language in LANGUAGES:
            if match(key_point, key_point.refuses.get(language)).earned:
                yield loaded.fault(
                    ("key_points", index, "refuses", language),
                    "this wrong answer earns the point: narrow the aliases or add a reject phrase",
                )


def prompt_earns_nothing(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Repeating the prompt earns no key point."""
    for index, key_point in enumerate(loaded.question.key_points):
        for language in LANGUAGES:
            if match(key_point, loaded.question.prompt.get(language)).earned:
                yield loaded.fault(
                    ("key_points", index, "any"),
                    f"the {_NAMES[language]} prompt alone earns this point: ask for a word of the answer",
                    warning=True,
                )


def telling_aliases(loaded: LoadedQuestion) -> Iterator[Fault]:
    """An alias is more than one character, and not a phrase that the same point rejects."""
    for index, key_point in enumerate(loaded.question.key_points):
        rejected = {normalise(phrase) for phrase in key_point.reject}
        for number, group in enumerate(key_point.any):
            for position, alias in enumerate(group):
                path = ("key_points", index, "any", number, position)
                if normalise(alias) in rejected:
                    yield loaded.fault(path, f"{alias!r} is an alias and a rejected phrase at once")
                elif len(normalise(alias)) < 2:
                    yield loaded.fault(path, f"{alias!r} is met by chance: use a longer phrase", warning=True)


def numeric_mistakes(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No known mistake counts as right, and the tolerance keeps well clear of all of them."""
    for index, item in enumerate(loaded.question.items):
        if not isinstance(item, NumericItem):
            continue
        for position, mistake in enumerate(item.mistakes):
            path = ("items", index, "mistakes", position)
            distance = abs(mistake.value - item.answer.value)
            if item.accepts(mistake.value):
                yield loaded.fault((*path, "value"), f"{mistake.value:g} would be accepted as right")
            elif item.answer.tolerance >= distance / 2:
                yield loaded.fault(
                    ("items", index, "answer", "tolerance"),
                    f"{item.answer.tolerance:g} is not under half the way to the mistake {mistake.value:g}",
                )
            if item.mistake_for(mistake.value) is not mistake:
                yield loaded.fault((*path, "value"), f"{mistake.value:g} cannot be told from an earlier mistake")


def numeric_tolerance(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The tolerance is small beside the value."""
    for index, item in enumerate(loaded.question.items):
        if isinstance(item, NumericItem) and item.answer.tolerance > _WIDE_TOLERANCE * abs(item.answer.value) > 0:
            yield loaded.fault(
                ("items", index, "answer", "tolerance"),
                f"{item.answer.tolerance:g} is more than a fifth of the value",
                warning=True,
            )
