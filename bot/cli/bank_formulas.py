"""`bank formulas`: every formula of the bank on one page, to be looked at: cards as Discord gets them, inline ones."""

import base64
import html
from collections.abc import Iterable, Iterator

from bot.content.lint.measures import formulas_in
from bot.content.lint.passages import passages
from bot.domain.bank import QuestionBank
from bot.domain.mathtext import render_formula
from bot.domain.questions import Question
from bot.pictures.formula import FormulaError, render_formulas

_HEAD = """<!doctype html><meta charset="utf-8"><title>Formulas</title>
<style>
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; background: #f2f3f5; margin: 2em; color: #1e1f22; }
figure { margin: 0 0 1.2em; break-inside: avoid; } img { max-width: 100%; display: block; }
figcaption { font: 12px/1.4 monospace; overflow-wrap: anywhere; } .wrong { color: #c00; font-weight: bold; }
main { columns: 2; } table { border-collapse: collapse; } td { padding: 2px 12px; border-bottom: 1px solid #ccc; }
</style>
"""


def formula_page(bank: QuestionBank) -> tuple[str, int, int]:
    """Return the page, the number of formulas on it and how many of them cannot be drawn."""
    cards = [(question, formula) for question in bank for formula in question.formulas]
    inline = sorted({formula for question in bank for formula in _inline(question)})
    figures, broken = [], 0
    for question, formula in cards:
        try:
            png = base64.b64encode(render_formulas([formula])).decode()
            picture = f'<img src="data:image/png;base64,{png}" alt="">'
        except FormulaError as error:
            broken += 1
            picture = f'<p class="wrong">{html.escape(str(error))}</p>'
        caption = f"{html.escape(question.id)}<br>{html.escape(formula)}"
        figures.append(f"<figure>{picture}<figcaption>{caption}</figcaption></figure>")
    body = f"<h1>{len(cards)} cards</h1><main>{''.join(figures)}</main>"
    return _HEAD + body + "".join(_inline_table(inline)), len(cards) + len(inline), broken


def _inline(question: Question) -> Iterator[str]:
    for passage in passages(question):
        for _, _, text in passage.readings():
            yield from formulas_in(text)


def _inline_table(formulas: Iterable[str]) -> Iterator[str]:
    rows = [
        f"<tr><td>{html.escape(render_formula(formula))}</td><td><code>{html.escape(formula)}</code></td></tr>"
        for formula in formulas
    ]
    yield f"<h1>{len(rows)} inline</h1><table>{''.join(rows)}</table>"
