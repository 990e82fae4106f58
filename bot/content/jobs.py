"""Reads content/jobs/*.yaml into postings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.content.documents import Document, read_document
from bot.content.faults import ContentError, Fault
from bot.domain.jobs import Posting
from bot.domain.topics import TopicTree


@dataclass
class JobsLoading:
    """What reading the files gave: the postings that are well-formed, and every fault.

    `hygiene` are those that a check shows and that no start is refused for.
    """

    postings: list[Posting] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hygiene: list[Fault] = field(default_factory=list)


def read_jobs(content_dir: Path, topics: TopicTree) -> JobsLoading:
    """Read the postings in the order of files and entries, collecting faults instead of stopping at the first.

    A content folder without jobs is no fault: a server may run its own bank.
    """
    loading = JobsLoading()
    seen: dict[str, str] = {}
    root = content_dir / "jobs"
    for path in sorted(root.rglob("*.yaml")):
        document = read_document(path, str(path))
        loading.faults += document.faults
        loading.hygiene += document.hygiene
        if document.data is None:
            continue
        if not isinstance(document.data, list):
            loading.faults.append(
                Fault(document.name, 1, "", "", "must be a list of postings (each begins with `- id:`)")
            )
            continue
        for index, entry in enumerate(document.data):
            posting = _read_posting(document, index, entry, loading.faults)
            if posting is not None:
                loading.postings.append(posting)
                _check_place(posting, document, index, topics, seen, loading.faults)
    return loading


def load_postings(content_dir: Path, topics: TopicTree) -> tuple[Posting, ...]:
    """Read all postings.

    Raises:
        ContentError: With every fault, if there is any.
    """
    loading = read_jobs(content_dir, topics)
    if loading.faults:
        raise ContentError(loading.faults)
    return tuple(loading.postings)


def _read_posting(document: Document, index: int, entry: Any, faults: list[Fault]) -> Posting | None:
    if not isinstance(entry, dict):
        message = "must be a mapping with the fields of a posting"
        faults.append(document.fault((index,), message, entry=f"entry {index + 1}", prefix=1))
        return None
    try:
        return Posting.model_validate(entry)
    except ValidationError as error:
        entry_id = str(entry.get("id", f"entry {index + 1}"))
        faults += document.validation_faults(error, (index,), entry=entry_id)
        return None


def _check_place(
    posting: Posting,
    document: Document,
    index: int,
    topics: TopicTree,
    seen: dict[str, str],
    faults: list[Fault],
) -> None:
    """Check a posting against the topics and against those before it."""

    def fault(path: tuple[Any, ...], message: str) -> None:
        faults.append(document.fault((index, *path), message, entry=posting.id, prefix=1))

    place = f"{document.name}:{document.line((index,))}"
    for name, value in (("id", posting.id), ("url", posting.url.rstrip("/"))):
        if value in seen:
            fault((name,), f"is used already at {seen[value]}")
        seen.setdefault(value, place)
    for number, topic in enumerate(posting.topics):
        if topic not in topics:
            fault(("topics", number), f"{topic} is not in content/topics.yaml")
