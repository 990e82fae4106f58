"""Reading the bank: beside a bare parse of the same files, and from its cache. Drawing formulas for the first time."""

import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import yaml

from bot.content.lint import lint
from bot.content.loading import load_content
from bot.content.questions import load_bank, read_questions
from bot.pictures.formula import render_formula, render_formulas
from bot.settings import shipped_content_dir
from tests.benchmarks.measured import Measured, milliseconds, percentile

ROUNDS = 7


def measure() -> Sequence[Measured]:
    """Measure the shipped content; parse and read take turns, so that what else the machine does meets both."""
    folder = shipped_content_dir()
    files = sorted(folder.glob("questions/**/*.yaml"))
    pairs = [(milliseconds(lambda: _parse(files)), milliseconds(lambda: read_questions(folder))) for _ in range(ROUNDS)]
    ratio = statistics.median(read / parse for parse, read in pairs)
    parse = statistics.median(parse for parse, _ in pairs)
    with tempfile.TemporaryDirectory(prefix="mianjing-bench-") as name:
        cache = Path(name)
        load_content(folder, cache)
        cached = statistics.median(milliseconds(lambda: load_content(folder, cache)) for _ in range(ROUNDS))
    bank = load_bank(folder)
    on = f"{len(bank)} questions in {len(files)} files"
    return [
        Measured("read and validate, over PyYAML's C loader alone", ratio, "times", 1.5, f"{on}, parse {parse:.0f} ms"),
        Measured("load everything from the cache", cached, "ms", 300, on),
        Measured("lint of the whole bank, over reading it", _lint_ratio(folder), "times", 8, on),
        *_formulas([question.formulas for question in bank if question.formulas]),
    ]


def _lint_ratio(folder: Path) -> float:
    """Lint once: the formulas that it draws are remembered afterwards."""
    loading = read_questions(folder)
    reading = milliseconds(partial(read_questions, folder))
    return milliseconds(partial(lint, loading)) / reading


def _parse(files: Sequence[Path]) -> None:
    for path in files:
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _formulas(cards: Sequence[Sequence[str]]) -> Sequence[Measured]:
    """Draw each formula once, then each question's card; nothing is cached at this level."""
    render_formula("x")  # loads the libraries
    each = [milliseconds(partial(render_formula, formula)) for card in cards for formula in card]
    whole = [milliseconds(partial(render_formulas, card)) for card in cards]
    return [
        Measured("first render of a formula, p95", percentile(each, 0.95), "ms", 30, f"{len(each)} formulas"),
        Measured("first render of a question's card, p50", percentile(whole, 0.5), "ms", 60, f"{len(whole)} cards"),
    ]
