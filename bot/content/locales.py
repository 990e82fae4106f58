"""Reads content/locales/{en,zh-CN}.yaml: nested keys become dotted ones, and both files must match."""

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from bot.content.documents import Document, read_document
from bot.content.faults import ContentError, Fault
from bot.domain.localized import Language
from bot.domain.texts import Texts

FILES: dict[Language, str] = {"en": "en.yaml", "zh": "zh-CN.yaml"}


def load_texts(content_dir: Path) -> Texts:
    """Read the catalogues.

    Raises:
        ContentError: With every fault: a key that one language lacks, or placeholders that differ.
    """
    faults: list[Fault] = []
    documents = {
        language: read_document(content_dir / "locales" / name, str(content_dir / "locales" / name))
        for language, name in FILES.items()
    }
    catalogues: dict[Language, dict[str, str]] = {}
    for language, document in documents.items():
        faults += document.faults
        catalogues[language] = {}
        _flatten(document, document.data, (), catalogues[language], faults)
    _compare(documents, catalogues, faults)
    if faults:
        raise ContentError(faults)
    return Texts(catalogues)


def _flatten(document: Document, data: Any, path: tuple[str, ...], into: dict[str, str], faults: list[Fault]) -> None:
    if isinstance(data, dict):
        for key, value in data.items():
            _flatten(document, value, (*path, key), into, faults)
    elif isinstance(data, str) and data:
        into[".".join(path)] = data
        try:
            _placeholders(data)
        except ValueError as error:
            faults.append(document.fault(path, f"has a broken placeholder: {error}"))
    else:
        faults.append(document.fault(path, "must be a text"))


def _compare(
    documents: Mapping[Language, Document],
    catalogues: Mapping[Language, Mapping[str, str]],
    faults: list[Fault],
) -> None:
    for language, counterpart in (("en", "zh"), ("zh", "en")):
        for key, message in catalogues[language].items():  # type: ignore[index]
            path = tuple(key.split("."))
            document = documents[language]  # type: ignore[index]
            twin = catalogues[counterpart].get(key)  # type: ignore[index]
            if twin is None:
                # Chinese has no plural, so a singular form exists in English only.
                if not (language == "en" and key.endswith(".one")):
                    faults.append(document.fault(path, f"is missing in {FILES[counterpart]}"))  # type: ignore[index]
            elif language == "en" and _safe_placeholders(message) != _safe_placeholders(twin):
                faults.append(document.fault(path, f"has other placeholders than {FILES['zh']}"))


def _safe_placeholders(message: str) -> set[str]:
    try:
        return _placeholders(message)
    except ValueError:
        return set()


def _placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}
