r"""YAML with line numbers: a file becomes plain data plus the line of every value, or a list of faults.

Stricter than YAML: a key written twice is a fault (PyYAML keeps the last one silently), and so is a control
character, which is what `"\theta"` in double quotes turns into.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.content.faults import Fault
from bot.content.hygiene import tidy, untidy

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[Hashable, ...]
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # all but the line break
# libyaml recurses in C, where depth ends the process instead of raising.
_DEEP = re.compile(r"(?:[\[{]|[-?] )\s*+(?:(?:[\[{]|[-?] |\w++: *+[\[{])\s*+){300}")
# Pydantic's types of errors in an author's words; the names in braces come from the error's context.
_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "too_short": "has too few entries (at least {min_length})",
    "too_long": "has too many entries (at most {max_length})",
    "string_type": "must be text: put it in quotes",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "takes at most {max_length} characters",
    "string_pattern_mismatch": "does not match {pattern}",
    "literal_error": "must be {expected}",
    "model_type": "must be a mapping of fields",
    "model_attributes_type": "must be a mapping of fields",
    "tuple_type": "must be a list",
    "union_tag_not_found": "does not name its kind",
    "union_tag_invalid": "has the kind '{tag}'; there is {expected_tags}",
}


class Document:
    """The content of one YAML file: `data`, and where each value stands.

    `hygiene` holds faults of characters that were replaced in `data` (hygiene.py): they fail a check, not a start.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: Any = None
        self.faults: list[Fault] = []
        self.hygiene: list[Fault] = []
        self._lines: dict[Path_, int] = {}

    def line(self, path: Path_) -> int:
        """Return the line of the value at a path of keys and indexes, or of its nearest known parent."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def fault(self, path: Path_, message: str, *, entry: str = "", prefix: int = 0, warning: bool = False) -> Fault:
        """Make a fault at a path. `prefix` leading steps are left out of the field's name."""
        return Fault(self.name, self.line(path), entry, field_name(path[prefix:]), message, warning)

    def validation_faults(self, error: ValidationError, base: Path_, *, entry: str = "") -> list[Fault]:
        """Translate a pydantic error below `base` into faults with lines."""
        details = error.errors(include_url=False)
        found = []
        for detail in details:
            if _is_miscount(detail["loc"], detail["type"], [other["loc"] for other in details]):
                continue
            path = self._resolve(base, detail["loc"], absent=detail["type"] == "missing")
            template = _MESSAGES.get(detail["type"])
            message = template.format(**detail.get("ctx", {})) if template else detail["msg"]
            shown = field_name(path[len(base) :])
            found.append(Fault(self.name, self.line(path), entry, shown, message.removeprefix("Value error, ")))
        return found

    def _resolve(self, base: Path_, location: tuple[int | str, ...], *, absent: bool) -> Path_:
        """Follow pydantic's location; steps that are union tags, not keys of the file, are dropped.

        `absent`: the last step is a key that the file lacks.
        """
        path = base
        for index, step in enumerate(location):
            candidate = (*path, step)
            if candidate in self._lines or (absent and index == len(location) - 1):
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
                self.faults.append(Fault(self.name, key_node.start_mark.line + 1, "", "", "a key must be plain text"))
                continue
            key = key_node.value
            if key in result:
                line = key_node.start_mark.line + 1
                self.faults.append(Fault(self.name, line, "", field_name((*path, key)), "this key stands twice"))
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
        bad = _CONTROL.search(text)
        if bad:
            self.faults.append(
                self.fault(path, f"holds the control character {bad[0]!r}: write LaTeX in single quotes or a block")
            )
        if text.isascii():
            return text
        lookalike = untidy(text)
        if lookalike is not None:
            self.hygiene.append(self.fault(path, lookalike))
        return tidy(text) if lookalike else text


def _is_miscount(location: tuple[int | str, ...], kind: str, others: list[tuple[int | str, ...]]) -> bool:
    """Whether "too few entries" only means that some are wrong: pydantic counts the valid ones."""
    inside = (other for other in others if len(other) > len(location))
    return kind == "too_short" and any(other[: len(location)] == location for other in inside)


def field_name(path: Path_) -> str:
    """Write a path as an author reads it: `items[0].options[2].why.zh`."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else str(step)
    return name


def read_document(path: Path, name: str) -> Document:
    """Read a YAML file. What cannot be read or parsed becomes a fault of the document, whose data is then None."""
    document = Document(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        document.faults.append(Fault(name, line, "", "", f"is not UTF-8 (byte {error.start})"))
        return document
    except OSError as error:
        document.faults.append(Fault(name, 1, "", "", f"cannot be read: {error.strerror or error}"))
        return document
    try:
        if _DEEP.search(text):
            raise RecursionError
        _parse(document, text)
    except RecursionError:
        # Thousands of open brackets, or an alias to a node that holds it.
        document.faults.append(Fault(name, 1, "", "", "is nested too deeply"))
    return document


def _syntax_fault(error: yaml.MarkedYAMLError, name: str, text: str) -> Fault:
    """Name the line where the problem shows, or where the unfinished thing began if only the file's end shows it."""
    marks = [mark.line + 1 for mark in (error.problem_mark, error.context_mark) if mark]
    last = len(text.splitlines())
    line = next((mark for mark in marks if mark <= last), last or 1)
    what = " ".join(part for part in (error.context, error.problem) if part)
    return Fault(name, line, "", "", f"is not valid YAML: {what}")


def _parse(document: Document, text: str) -> None:
    name = document.name
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        document.faults.append(_syntax_fault(error, name, text))
        return
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        document.faults.append(Fault(name, line, "", "", f"is not valid YAML: {getattr(error, 'reason', error)}"))
        return
    if node is not None:
        document.data = document.build(node)
