"""Counts of the bank, for authors who ask what is thin."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.content.lint.bank import KeyShare, key_share
from bot.domain.localized import LANGUAGES, Language
from bot.domain.questions import Question

# Entries of the source document: S001 to S198.
SEED_ENTRIES = frozenset(f"S{number:03}" for number in range(1, 199))


@dataclass(frozen=True)
class BankStats:
    """Numbers of questions by field and of items by kind; `seeds` are the entries of the source document covered.

    `languages` counts questions whose prompt, answer and items are all there in the language.
    """

    questions: int
    topics: Counter[str]
    forms: Counter[str]
    relevance: Counter[str]
    difficulty: Counter[str]
    tracks: Counter[str]
    status: Counter[str]
    kinds: Counter[str]
    languages: Counter[str]
    seeds: frozenset[str]
    longest_is_key: dict[Language, KeyShare]


def measure(questions: Sequence[Question]) -> BankStats:
    """Count the questions and items."""
    singles = [item for question in questions for item in question.singles]
    return BankStats(
        questions=len(questions),
        topics=Counter(question.topic for question in questions),
        forms=Counter(question.form for question in questions),
        relevance=Counter(question.relevance for question in questions),
        difficulty=Counter(str(question.difficulty) for question in questions),
        tracks=Counter(track for question in questions for track in question.tracks),
        status=Counter(question.status for question in questions),
        kinds=Counter(item.kind for question in questions for item in question.items),
        # Both are required of every text (localized.py), so that a question which loads has them.
        languages=Counter(language for question in questions for language in LANGUAGES),
        seeds=frozenset(seed for question in questions for seed in question.seed),
        longest_is_key={language: key_share(singles, language) for language in LANGUAGES},
    )


def lines(stats: BankStats) -> Iterator[str]:
    """Yield the counts as text: one `name<TAB>count` line each, below a heading."""
    yield f"questions\t{stats.questions}"
    yield f"items\t{stats.kinds.total()}"
    missing = sorted(SEED_ENTRIES - stats.seeds)
    yield f"seed entries covered\t{len(stats.seeds & SEED_ENTRIES)} of {len(SEED_ENTRIES)}"
    if missing:
        yield f"seed entries missing\t{' '.join(missing)}"
    groups = {
        "topic": sorted(stats.topics.items()),
        "form": stats.forms.most_common(),
        "relevance": stats.relevance.most_common(),
        "difficulty": sorted(stats.difficulty.items()),
        "track": stats.tracks.most_common(),
        "status": stats.status.most_common(),
        "kind": stats.kinds.most_common(),
        "language": stats.languages.most_common(),
    }
    for heading, counts in groups.items():
        yield f"\nby {heading}"
        yield from (f"  {name}\t{count}" for name, count in counts)
    yield "\nlongest option is the key (single items)"
    for language, found in stats.longest_is_key.items():
        yield f"  {language}\t{found.share:.0%} of {found.items}; chance {found.chance:.0%} ± {2 * found.deviation:.0%}"
