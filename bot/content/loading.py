"""Everything a process reads from the content folder, checked, with a cache that keeps the start fast (decision 32)."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.content.faults import ContentError, Fault, shown
from bot.content.jobs import read_jobs
from bot.content.locales import load_texts
from bot.content.questions import read_questions
from bot.domain.bank import QuestionBank
from bot.domain.jobs import Posting
from bot.domain.questions import Question
from bot.domain.texts import Texts
from bot.domain.topics import Topic, TopicTree


@dataclass(frozen=True, slots=True)
class Content:
    """What the bot shows: questions, postings, messages."""

    bank: QuestionBank
    postings: tuple[Posting, ...]
    texts: Texts


@dataclass(frozen=True, slots=True)
class _Snapshot:
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    postings: tuple[Posting, ...]


class _Head(BaseModel):
    """The first line of a cache; the questions follow, one a line."""

    topics: tuple[Topic, ...]
    postings: tuple[Posting, ...]
    questions: int


def load_content(content_dir: Path, cache_dir: Path | None) -> Content:
    """Read the folder, or the cache of exactly these files when they were read before.

    Only what keeps the bot from working is looked for, in the words of `bank check`; the rest of the check is about
    craft, takes several times as long, and is run by authors and by the tests.

    Raises:
        ContentError: With every such fault.
    """
    content_dir = shown(content_dir)
    texts = load_texts(content_dir)
    cache = cache_dir / f"content-{_fingerprint(content_dir)}.jsonl" if cache_dir else None
    snapshot = _read_cache(cache) if cache else None
    if snapshot is None:
        snapshot = _read_files(content_dir)
        if cache is not None:
            _write_cache(cache, snapshot)
    bank = QuestionBank(snapshot.questions, TopicTree(snapshot.topics))
    return Content(bank, snapshot.postings, texts)


def _read_files(content_dir: Path) -> _Snapshot:
    from bot.content.lint import breaking_faults  # needed only when the content has changed

    loading = read_questions(content_dir)
    faults: list[Fault] = [*loading.faults, *breaking_faults(loading.questions)]
    jobs = read_jobs(content_dir, loading.topics)
    faults += jobs.faults
    faults = [fault for fault in faults if not fault.warning]
    if faults:
        raise ContentError(set(faults))
    return _Snapshot(
        topics=tuple(loading.topics),
        questions=tuple(loaded.question for loaded in loading.questions),
        postings=tuple(jobs.postings),
    )


def _fingerprint(content_dir: Path) -> str:
    """Hash the files that are read and the code that reads them: any change to either makes the cache another file."""
    package = Path(__file__).resolve().parent.parent
    code = [*package.glob("domain/**/*.py"), *package.glob("content/**/*.py")]
    data = [
        content_dir / "topics.yaml",
        content_dir / "retired.txt",
        *content_dir.glob("questions/**/*.yaml"),
        *content_dir.glob("jobs/*.yaml"),
    ]
    digest = hashlib.sha256()
    for path in sorted(code) + sorted(data):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{path.name}:{len(content)}:".encode())
            digest.update(content)
    return digest.hexdigest()[:20]


def _read_cache(path: Path) -> _Snapshot | None:
    """Read line by line: to parse the whole at once leaves holes of half its size in the heap, for good."""
    try:
        with path.open("rb") as lines:
            head = _Head.model_validate_json(next(lines, b""))
            questions = tuple(Question.model_validate_json(line) for line in lines)
    except (OSError, ValidationError):
        return None
    return _Snapshot(head.topics, questions, head.postings) if len(questions) == head.questions else None


def _write_cache(path: Path, snapshot: _Snapshot) -> None:
    """Keep the snapshot and drop older ones. A folder that cannot be written costs time at the next start, no more."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        head = _Head(topics=snapshot.topics, postings=snapshot.postings, questions=len(snapshot.questions))
        lines = [head.model_dump_json(), *(question.model_dump_json() for question in snapshot.questions)]
        unfinished.write_text("\n".join(lines), encoding="utf-8")
        unfinished.replace(path)
        for old in path.parent.glob("content-*.json*"):
            if old != path:
                old.unlink(missing_ok=True)
