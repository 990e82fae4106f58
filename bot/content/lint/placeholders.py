"""Rule on what `bank new` left for the author to fill in."""

import re
from collections.abc import Iterator
from typing import Any

from bot.content.faults import Fault
from bot.content.lint.passages import Path
from bot.content.questions import LoadedQuestion

_PLACEHOLDER = re.compile(r"\bTODO\b|\bFIXME\b|待补|待填")


def nothing_to_do(loaded: LoadedQuestion) -> Iterator[Fault]:
    """No field still says TODO."""
    for path, text in _strings(loaded.question.model_dump(mode="json"), ()):
        found = _PLACEHOLDER.search(text)
        if found and path[0] != "code":
            yield loaded.fault(path, f"still says {found.group()}")


def _strings(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _strings(value, (*path, index))
