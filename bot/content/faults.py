"""What is wrong with a content file, in the words `file:line: id: field: what`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in one place. `line` counts from 1; `warning` faults are shown but do not fail a check."""

    file: str
    line: int
    entry: str
    field: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.line}"]
        if self.entry:
            parts.append(self.entry)
        if self.field:
            parts.append(self.field)
        text = self.message.replace("\n", " ")
        return ": ".join(parts) + (": warning: " if self.warning else ": ") + text


class ContentError(Exception):
    """Content cannot be used. Carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shown(path: Path) -> Path:
    """Shorten a path for display: relative to the current folder where it lies below it."""
    absolute = path.absolute()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path
