"""A content folder of the size that the bank is meant to reach: the shipped questions, repeated under other ids."""

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.settings import shipped_content_dir

QUESTIONS = 270
_Entry = dict[str, Any]


def write_full_bank(folder: Path) -> int:
    """Write the folder and return how many questions it has. It has no fault that the shipped content has not."""
    shutil.copytree(shipped_content_dir(), folder)
    files = {path: _read(path) for path in sorted(folder.glob("questions/**/*.yaml"))}
    shipped = sum(map(len, files.values()))
    rounds = -(-QUESTIONS // shipped)
    for path, entries in files.items():
        repeated = [_repeat(entry, number) for number in range(2, rounds + 1) for entry in entries]
        text = yaml.dump(entries + repeated, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
    return rounds * shipped


def _repeat(entry: _Entry, number: int) -> _Entry:
    """Return the entry under another id; prompt and stems say so, since none may stand twice in a bank."""
    other = copy.deepcopy(entry)
    other["id"] = f"{entry['id']}-{number}"
    for text in (other["prompt"], *(item["stem"] for item in other["items"])):
        for language in ("zh", "en"):
            text[language] = f"[{number}] {text[language]}"
    for item in other["items"]:
        item["id"] = other["id"] + item["id"].removeprefix(entry["id"])
    return other


def _read(path: Path) -> list[_Entry]:
    entries: list[_Entry] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return entries
