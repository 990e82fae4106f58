"""`bank`: what authors run. Every command returns an exit code: 0 done, 1 the content is at fault or unknown."""

import argparse
import difflib
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import bot
from bot.cli import bank_review
from bot.cli.bank_preview import preview
from bot.cli.bank_skeleton import skeleton
from bot.content.bank_export import export_csv, export_json
from bot.content.faults import ContentError, Fault, shown
from bot.content.jobs import read_jobs
from bot.content.questions import Loading, load_bank, read_file, read_questions
from bot.content.schema import question_schema
from bot.domain.bank import QuestionBank
from bot.domain.localized import LANGUAGES, Language

DEFAULT_CONTENT_DIR = Path(bot.__file__).resolve().parent.parent / "content"
_EXPORTS: dict[str, Callable[[QuestionBank], str]] = {"json": export_json, "csv": export_csv}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `bank` and its sub-commands; each sets `handler`, a function of the parsed arguments."""
    parser = subparsers.add_parser("bank", help="check, preview and export the question bank")
    commands = parser.add_subparsers(dest="bank_command", required=True, metavar="COMMAND")

    check_ = commands.add_parser("check", help="lint the content; exit 1 and say what is wrong, file by file")
    check_.add_argument("path", nargs="?", type=Path, metavar="PATH", help="content folder, or a file or folder in it")
    check_.set_defaults(handler=lambda arguments: check(arguments.path))

    export_ = commands.add_parser("export", help="write the whole bank as JSON, CSV or an Anki deck")
    export_.add_argument("--format", choices=["anki", *sorted(_EXPORTS)], required=True)
    export_.add_argument("--output", type=Path, metavar="F", help="file to write; standard output if left out")
    export_.add_argument("--lang", choices=LANGUAGES, default="zh", help="of an Anki deck; the others hold both")
    export_.set_defaults(handler=lambda arguments: export(arguments.format, arguments.output, arguments.lang))

    stats_ = commands.add_parser("stats", help="count questions and items")
    stats_.set_defaults(handler=lambda arguments: stats())

    new_ = commands.add_parser("new", help="print an entry to fill in")
    new_.add_argument("topic", metavar="TOPIC", help="a leaf of content/topics.yaml, for example basics/decoding")
    new_.set_defaults(handler=lambda arguments: new(arguments.topic))

    preview_ = commands.add_parser("preview", help="print a question as members read it")
    preview_.add_argument("id", metavar="ID")
    preview_.add_argument("--lang", choices=LANGUAGES, default="zh")
    preview_.set_defaults(handler=lambda arguments: show(arguments.id, arguments.lang))

    formulas_ = commands.add_parser("formulas", help="write a page with every formula of the bank, to look at")
    formulas_.add_argument("--output", type=Path, metavar="F", default=Path("formulas.html"))
    formulas_.set_defaults(handler=lambda arguments: formulas(arguments.output))

    bank_review.register(commands, content_dir)

    schema_ = commands.add_parser("schema", help="write the JSON schema of question files, for editors")
    schema_.add_argument("--output", type=Path, metavar="F", help="file to write; standard output if left out")
    schema_.set_defaults(handler=lambda arguments: _write(question_schema(), arguments.output))


def check(path: Path | None = None) -> int:
    """Lint questions, review records and postings; print every fault, then one line that sums up.

    Warnings do not fail the check.

    A path inside a content folder shows the faults of that file or folder only, but the whole bank is read,
    since ids must be unique in it. A file that lies in no content folder is checked alone.
    """
    from bot.content.lint import lint  # a tenth of the time in which `run` starts, and not needed there

    target = (path or content_dir()).absolute()
    root = _content_root(target)
    if not target.exists():
        loading = Loading(faults=[Fault(str(path), 1, "", "", "does not exist")])
    elif root is not None:
        loading = read_questions(shown(root))
    elif target.is_file():
        loading = read_file(shown(target))
    else:
        loading = read_questions(shown(target))
    faults = lint(loading)
    if loading.folder is not None:
        jobs = read_jobs(loading.folder, loading.topics)
        faults = sorted({*faults, *jobs.faults, *jobs.hygiene})
    counted = len(loading.questions)
    if root is not None and target != root:
        shared = root / "topics.yaml"  # when it is broken, no file is right
        faults = [fault for fault in faults if _lies_in(Path(fault.file), target) or _lies_in(Path(fault.file), shared)]
        counted = sum(_lies_in(Path(loaded.document.name), target) for loaded in loading.questions)
    for fault in faults:
        print(fault)
    errors = sum(not fault.warning for fault in faults)
    print(f"{counted} questions: {errors} errors, {len(faults) - errors} warnings")
    return 1 if errors else 0


def export(form: str, output: Path | None, language: Language = "zh") -> int:
    """Write the bank in a format. Broken content is told on stderr and nothing is written."""
    bank = _load()
    if bank is None:
        return 1
    if form == "anki":
        return _export_anki(bank, language, output)
    return _write(_EXPORTS[form](bank), output, bom=form == "csv")


def _export_anki(bank: QuestionBank, language: Language, output: Path | None) -> int:
    from bot.content.anki_export import export_anki

    if output is None:
        return _complain("an Anki deck is no text: name a file, --output mianjing.apkg")
    try:
        notes = export_anki(bank, bank.topics, language, output)
    except OSError as error:
        return _complain(f"{output} cannot be written: {error.strerror}")
    print(f"{output}: {notes} notes", file=sys.stderr)
    return 0


def stats() -> int:
    """Print the counts of the bank."""
    from bot.content import bank_stats  # imports the linter

    bank = _load()
    if bank is None:
        return 1
    for line in bank_stats.lines(bank_stats.measure(list(bank))):
        print(line)
    return 0


def new(topic: str) -> int:
    """Print a skeleton entry for a topic, and on stderr where it goes."""
    folder = content_dir()
    leaves = [known.path for known in read_questions(shown(folder)).topics if known.leaf]
    if topic not in leaves:
        near = difflib.get_close_matches(topic, leaves, n=3, cutoff=0.4) or leaves
        return _complain(f"{topic} is no leaf of {shown(folder / 'topics.yaml')}; there is {', '.join(near)}")
    file = folder / "questions" / f"{topic}.yaml"
    print(skeleton(topic, f"{datetime.now(UTC):%Y-%m}", new_file=not file.exists()), end="")
    print(f"append this to {shown(file)}, then run: python -m bot bank check {shown(file)}", file=sys.stderr)
    return 0


def show(question_id: str, language: Language) -> int:
    """Print one question; an item's id names its question."""
    bank = _load()
    if bank is None:
        return 1
    question = bank.find(question_id.partition(".")[0], None)
    if question is None:
        near = difflib.get_close_matches(question_id, [known.id for known in bank], n=3)
        return _complain(f"no question {question_id}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    print(preview(question, bank.topics, language), end="")
    return 0


def formulas(output: Path) -> int:
    """Write the page of formulas; 1 when one of them cannot be drawn."""
    from bot.cli.bank_formulas import formula_page  # draws: mathra and resvg

    bank = _load()
    if bank is None:
        return 1
    page, count, broken = formula_page(bank)
    print(f"{output}: {count} formulas, {broken} cannot be drawn", file=sys.stderr)
    return max(_write(page, output), int(broken > 0))


def content_dir() -> Path:
    """Return the content folder: `MIANJING_CONTENT_DIR`, else the one beside the package."""
    return Path(os.environ.get("MIANJING_CONTENT_DIR") or DEFAULT_CONTENT_DIR)


def _load() -> QuestionBank | None:
    try:
        return load_bank(shown(content_dir()))
    except ContentError as error:
        print(error, file=sys.stderr)
        _complain("the bank has faults: python -m bot bank check")
        return None


def _write(text: str, output: Path | None, *, bom: bool = False) -> int:
    """Write to a file or to stdout. `bom` lets spreadsheets recognise UTF-8 in a file."""
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        output.write_text(text, encoding="utf-8-sig" if bom else "utf-8", newline="")
    except OSError as error:
        return _complain(f"{output} cannot be written: {error.strerror}")
    return 0


def _content_root(target: Path) -> Path | None:
    """Return the content folder that a path is or lies in: the one that holds topics.yaml or questions/."""
    for folder in (target, *target.parents):
        if (folder / "topics.yaml").is_file() and (folder / "questions").is_dir():
            return folder
    return None


def _lies_in(file: Path, target: Path) -> bool:
    return target == file.absolute() or target in file.absolute().parents


def _complain(message: str) -> int:
    print(f"mianjing: {message}", file=sys.stderr)
    return 1
