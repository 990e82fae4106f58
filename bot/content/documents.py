"""YAML with line numbers: a file becomes plain data plus the line of every value, or a list of faults.

Stricter than YAML: a key written twice is a fault (PyYAML keeps the last one silently), and so is a control
character, which is what `"\\theta"` in double quotes turns into.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.content.faults import Fault

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[Hashable, ...]
_ALLOWED_CONTROL = {"\n"}
_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
}


class Document:
    """The content of one YAML file: `data`, and where each value stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: Any = None
        self.faults: list[Fault] = []
        self._lines: dict[Path_, int] = {}

    def line(self, path: Path_) -> int:
        """Return the line of the value at a path of keys and indexes, or of its nearest known parent."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def fault(
        self, path: Path_, message: str, *, entry: str = "", prefix: int = 0, warning: bool = False
    ) -> Fault:
        """Make a fault at a path. `prefix` leading steps are left out of the field's name."""
        return Fault(self.name, self.line(path), entry, field_name(path[prefix:]), message, warning)

    def validation_faults(self, error: ValidationError, base: Path_, *, entry: str = "") -> list[Fault]:
        """Translate a pydantic error below `base` into faults with lines."""
        found = []
        for detail in error.errors(include_url=False):
            path = self._resolve(base, detail["loc"])
            message = _MESSAGES.get(detail["type"], detail["msg"].removeprefix("Value error, "))
            shown = path[len(base) :] if detail["type"] != "missing" else (*path[len(base) :],)
            found.append(Fault(self.name, self.line(path), entry, field_name(shown), message))
        return found

    def _resolve(self, base: Path_, location: tuple[int | str, ...]) -> Path_:
        """Follow pydantic's location; steps that are union tags, not keys of the file, are dropped."""
        path = base
        for index, step in enumerate(location):
            candidate = (*path, step)
            if candidate in self._lines or index == len(location) - 1:
                path = candidate
        return path

    def build(self, node: yaml.Node, path: Path_ = ()) -> Any:
        """Turn a composed node into plain data, noting the line of every value."""
        self._lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._build_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._build_scalar(node, path)

    def _build_mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append(
                    Fault(self.name, key_node.start_mark.line + 1, "", "", "a key must be plain text")
                )
                continue
            key = key_node.value
            if key in result:
                line = key_node.start_mark.line + 1
                self.faults.append(
                    Fault(self.name, line, "", field_name((*path, key)), "this key stands twice")
                )
            result[key] = self.build(value_node, (*path, key))
            self._lines[(*path, key)] = key_node.start_mark.line + 1
        return result

    def _build_scalar(self, node: yaml.Node, path: Path_) -> Any:
        tag, text = node.tag, node.value
        try:
            if tag == "tag:yaml.org,2002:int":
                return int(text.replace("_", ""), 0 if not text.lstrip("+-").startswith("0") else 10)
            if tag == "tag:yaml.org,2002:float":
                return float(text.replace("_", ""))
        except ValueError:
            return text
        if tag == "tag:yaml.org,2002:bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if tag == "tag:yaml.org,2002:null":
            return None
        bad = sorted({c for c in text if (ord(c) < 32 or ord(c) == 127) and c not in _ALLOWED_CONTROL})
        if bad:
            self.faults.append(
                self.fault(
                    path,
                    f"holds the control character {bad[0]!r}: write LaTeX in single quotes or a block, not in double quotes",
                )
            )
        return text


def field_name(path: Path_) -> str:
    """Write a path as an author reads it: `items[0].options[2].why.zh`."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else str(step)
    return name


def read_document(path: Path, name: str) -> Document:
    """Read a YAML file. Syntax errors become faults of the document, whose data is then None."""
    document = Document(name)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        document.faults.append(Fault(name, 1, "", "", f"is not UTF-8 (byte {error.start})"))
        return document
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(part for part in (error.context, error.problem) if part)
        document.faults.append(Fault(name, line, "", "", f"is not valid YAML: {what}"))
        return document
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        document.faults.append(
            Fault(name, line, "", "", f"is not valid YAML: {getattr(error, 'reason', error)}")
        )
        return document
    if node is not None:
        document.data = document.build(node)
    return document
