"""The list of all rules. A rule that is not listed here does not run."""

from collections.abc import Callable, Iterator, Sequence

from bot.content.faults import Fault
from bot.content.lint import (
    bank,
    convergence,
    formulas,
    grading,
    languages,
    limits,
    options,
    placeholders,
    references,
    sources,
    stems,
    wording,
)
from bot.content.questions import LoadedQuestion

QuestionRule = Callable[[LoadedQuestion], Iterator[Fault]]
BankRule = Callable[[Sequence[LoadedQuestion]], Iterator[Fault]]

QUESTION_RULES: tuple[QuestionRule, ...] = (
    options.distinct_options,
    options.distinct_reasons,
    options.longest_key,
    options.longer_keys,
    convergence.key_shares_most,
    options.parallel_punctuation,
    options.unnumbered_steps,
    references.letter_references,
    references.place_references,
    references.all_or_none_of_the_above,
    references.labelled_options,
    wording.absolutes,
    wording.hedges,
    wording.negative_stem,
    wording.clang,
    stems.stands_alone,
    languages.same_numbers,
    languages.same_formulas,
    languages.chinese_is_chinese,
    languages.english_is_english,
    languages.key_points_in_language,
    languages.neutral_units,
    languages.chinese_punctuation,
    formulas.balanced_dollars,
    formulas.no_raw_latex,
    formulas.no_chinese_in_formulas,
    formulas.drawable_formulas,
    formulas.one_line_formulas,
    placeholders.nothing_to_do,
    limits.body_fits,
    limits.reveal_fits,
    limits.answer_length,
    limits.short_length,
    grading.reference_answer_earns_points,
    grading.refused_answer_earns_nothing,
    grading.prompt_earns_nothing,
    grading.telling_aliases,
    grading.numeric_mistakes,
    grading.numeric_tolerance,
    sources.sources_are_sources,
    sources.sources_say_what_for,
)
BANK_RULES: tuple[BankRule, ...] = (
    bank.longest_is_not_key,
    convergence.likest_is_not_key,
    bank.enough_kinds,
    bank.unique_item_ids,
    stems.unique_stems,
    stems.unlike_stems,
    bank.unique_prompts,
)

# What a start is refused for; everything else is for authors.
BREAKING_RULES: tuple[QuestionRule, ...] = (limits.body_fits,)
BREAKING_BANK_RULES: tuple[BankRule, ...] = (bank.unique_item_ids,)
