"""Rules on LaTeX: what is not drawable, or drawn as raw text, never reaches a member."""

import re
from collections.abc import Iterator
from functools import cache

from bot.content.faults import Fault
from bot.content.lint.measures import CODE_SPAN, HAS_CJK, formulas_in, without_formulas
from bot.content.lint.passages import passages
from bot.content.questions import LoadedQuestion
from bot.domain.mathtext import as_formula, card_formulas, has_stray_dollar

_MACRO = re.compile(
    r"\\(?:frac|sqrt|sum|prod|int|log|exp|nabla|partial|mathbb|mathrm|mathcal|mathbf|text|operatorname|times|cdot|"
    r"le|leq|ge|geq|neq|approx|propto|to|infty|in|alpha|beta|gamma|delta|epsilon|varepsilon|theta|lambda|mu|pi|"
    r"sigma|tau|phi|varphi|psi|omega|hat|bar|tilde|left|right|odot|otimes|oplus|ldots|cdots|sim|top|Vert)(?![a-z])"
)


def balanced_dollars(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Every formula that is opened is closed."""
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            bare = CODE_SPAN.sub(" ", text)
            if "$$" in bare:
                yield loaded.fault(path, "has $$: inline formulas take one $, displayed ones stand in `formulas`")
            elif has_stray_dollar(text):
                yield loaded.fault(path, "has a $ without a partner: close the formula, or write money as USD")


def no_raw_latex(loaded: LoadedQuestion) -> Iterator[Fault]:
    """LaTeX stands between dollars."""
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            found = _MACRO.search(without_formulas(text))
            if found and not has_stray_dollar(text):
                yield loaded.fault(path, f"has {found.group()} outside $…$: members would read the raw LaTeX")


def no_chinese_in_formulas(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Formulas hold no Chinese: the font has none, and both languages share them."""
    for index, formula in enumerate(loaded.question.formulas):
        if HAS_CJK.search(formula):
            yield loaded.fault(("formulas", index), "holds Chinese: formulas are drawn once for both languages")
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            for formula in formulas_in(text):
                if HAS_CJK.search(formula):
                    yield loaded.fault(path, f"${formula}$ holds Chinese: move the words out of the dollars")


def drawable_formulas(loaded: LoadedQuestion) -> Iterator[Fault]:
    """The renderer draws every formula, displayed or inline, without complaint."""
    for index, formula in enumerate(loaded.question.formulas):
        problem = _problem(formula)
        if problem:
            yield loaded.fault(("formulas", index), f"cannot be drawn: {problem}")
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            for formula in formulas_in(text):
                problem = _problem(formula)
                if problem:
                    yield loaded.fault(path, f"${formula}$ cannot be drawn: {problem}")


def one_line_formulas(loaded: LoadedQuestion) -> Iterator[Fault]:
    """A formula inside running text fits a line; what needs a picture is displayed, or an option by itself."""
    for passage in passages(loaded.question):
        for path, _, text in passage.readings():
            tall = card_formulas(text)
            if tall and as_formula(text) is None:
                yield loaded.fault(path, f"${tall[0]}$ does not fit a line: move it to `formulas`", warning=True)


@cache
def _problem(formula: str) -> str:
    """Return what mathra says about a formula ("column 9: …"), or nothing. Chinese has its own rule."""
    if HAS_CJK.search(formula):
        return ""
    import mathra  # 20 ms and only the linter needs it here

    if formula.strip("$") != formula:
        return "column 1: the dollars do not belong in it"
    try:
        mathra.render(formula, strict=True)
    except ValueError as error:
        return str(error)
    return ""
