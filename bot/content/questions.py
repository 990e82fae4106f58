"""Reads content/topics.yaml and content/questions/**/*.yaml into a QuestionBank."""

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.content.documents import Document, read_document
from bot.content.faults import ContentError, Fault
from bot.domain.bank import QuestionBank
from bot.domain.questions import Question
from bot.domain.topics import TopicNode, TopicTree


@dataclass
class LoadedQuestion:
    """A question with the place it was read from, for faults found later."""

    question: Question
    document: Document
    index: int

    def fault(self, path: tuple[Any, ...], message: str, *, warning: bool = False) -> Fault:
        """Make a fault at a path inside this question's entry."""
        return self.document.fault((self.index, *path), message, entry=self.question.id, prefix=1, warning=warning)


@dataclass
class Loading:
    """What reading the files gave: the questions that are well-formed, and every fault.

    `folder` is the content folder, None for a file that lies in none. `hygiene` are the faults that a check shows
    and that no start is refused for, since the text was mended as it was read.
    """

    questions: list[LoadedQuestion] = field(default_factory=list)
    topics: TopicTree = field(default_factory=lambda: TopicTree(()))
    faults: list[Fault] = field(default_factory=list)
    hygiene: list[Fault] = field(default_factory=list)
    folder: Path | None = None


def read_questions(content_dir: Path) -> Loading:
    """Read topics and questions, collecting faults instead of stopping at the first."""
    with _collector_paused():
        return _read_questions(content_dir)


def _read_questions(content_dir: Path) -> Loading:
    loading = Loading(folder=content_dir)
    loading.topics = _read_topics(content_dir, loading.faults)
    retired = _read_retired(content_dir)
    seen: dict[str, str] = {}
    root = content_dir / "questions"
    for path in sorted(root.rglob("*.yaml")):
        expected_topic = path.relative_to(root).with_suffix("").as_posix()
        for loaded in _read_file(path, _display_name(path, content_dir), loading):
            _check_place(loaded, loading, expected_topic, retired, seen)
    for path in sorted(root.rglob("*.yml")):
        loading.faults.append(Fault(_display_name(path, content_dir), 1, "", "", "must end in .yaml to be read"))
    if not loading.questions and not loading.faults:
        loading.faults.append(Fault(_display_name(root, content_dir), 1, "", "", "holds no questions"))
    return loading


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector out: a bank is a million small objects that stay, and looking at them is a quarter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_file(path: Path) -> Loading:
    """Read one file of questions that lies in no content folder: nothing is asked of its place and topic."""
    loading = Loading()
    _read_file(path, str(path), loading)
    return loading


def load_bank(content_dir: Path) -> QuestionBank:
    """Read the whole bank.

    Raises:
        ContentError: With every fault, if there is any.
    """
    loading = read_questions(content_dir)
    if loading.faults:
        raise ContentError(loading.faults)
    return QuestionBank((loaded.question for loaded in loading.questions), loading.topics)


def _read_file(path: Path, name: str, loading: Loading) -> list[LoadedQuestion]:
    """Add a file's questions and faults to the loading, and return the questions."""
    document = read_document(path, name)
    if document.data is not None and not isinstance(document.data, list):
        document.faults.append(Fault(name, 1, "", "", "must be a list of questions (each begins with `- id:`)"))
        document.data = None
    entries = document.data or []
    loading.faults += [_name_entry(fault, document, entries) for fault in document.faults]
    loading.hygiene += [_name_entry(fault, document, entries) for fault in document.hygiene]
    found = (_read_question(document, index, entry, loading.faults) for index, entry in enumerate(entries))
    questions = [loaded for loaded in found if loaded is not None]
    loading.questions += questions
    return questions


def _name_entry(fault: Fault, document: Document, entries: list[Any]) -> Fault:
    """Give a fault that was found while parsing the id of the question it stands in."""
    inside = [index for index in range(len(entries)) if document.line((index,)) <= fault.line]
    if fault.entry or not inside or not fault.field.startswith("["):
        return fault
    return replace(fault, entry=_entry_id(entries[inside[-1]], inside[-1]), field=fault.field.partition("].")[2])


def _entry_id(entry: Any, index: int) -> str:
    return str(entry.get("id") or f"entry {index + 1}") if isinstance(entry, dict) else f"entry {index + 1}"


def _read_question(document: Document, index: int, entry: Any, faults: list[Fault]) -> LoadedQuestion | None:
    if not isinstance(entry, dict):
        faults.append(document.fault((index,), "must be a mapping with the fields of a question"))
        return None
    try:
        return LoadedQuestion(Question.model_validate(entry), document, index)
    except ValidationError as error:
        faults += document.validation_faults(error, (index,), entry=_entry_id(entry, index))
        return None


def _check_place(
    loaded: LoadedQuestion, loading: Loading, expected_topic: str, retired: set[str], seen: dict[str, str]
) -> None:
    question = loaded.question
    place = f"{loaded.document.name}:{loaded.document.line((loaded.index,))}"
    if question.id in seen:
        loading.faults.append(loaded.fault(("id",), f"is used already at {seen[question.id]}"))
    seen.setdefault(question.id, place)
    if question.id in retired:
        loading.faults.append(loaded.fault(("id",), "was retired (content/retired.txt): ids are never used again"))
    topic = loading.topics.find(question.topic)
    if topic is None and not any(loading.topics):
        return  # the tree could not be read, which is a fault of its own
    if topic is None:
        loading.faults.append(loaded.fault(("topic",), f"{question.topic} is not in content/topics.yaml"))
    elif not topic.leaf:
        loading.faults.append(loaded.fault(("topic",), f"{question.topic} has subtopics: name one of them"))
    elif question.topic != expected_topic:
        loading.faults.append(loaded.fault(("topic",), f"{question.topic} belongs in questions/{question.topic}.yaml"))


def _read_topics(content_dir: Path, faults: list[Fault]) -> TopicTree:
    path = content_dir / "topics.yaml"
    name = _display_name(path, content_dir)
    if not path.is_file():
        faults.append(Fault(name, 1, "", "", "is missing"))
        return TopicTree(())
    document = read_document(path, name)
    faults += [*document.faults, *document.hygiene]
    nodes = []
    if document.data is not None and not isinstance(document.data, list):
        faults.append(Fault(name, 1, "", "", "must be a list of topics (each begins with `- id:`)"))
        return TopicTree(())
    for index, entry in enumerate(document.data or []):
        try:
            nodes.append(TopicNode.model_validate(entry))
        except ValidationError as error:
            faults += document.validation_faults(error, (index,))
    return TopicTree.from_nodes(nodes)


def _read_retired(content_dir: Path) -> set[str]:
    path = content_dir / "retired.txt"
    if not path.is_file():
        return set()
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return {line for line in lines if line}


def _display_name(path: Path, content_dir: Path) -> str:
    """Name a file the way an author opens it: with the content folder as given on the command line."""
    return str(content_dir / path.relative_to(content_dir))
