"""What all item kinds share: the stem, the options with their stable ids, and what grading returns."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from bot.domain.localized import Localized, Value

OPTION_ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,30}$"
ITEM_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Response:
    """One member's answer to one item.

    `options` holds option ids: the picks of a single or multiple item, the chosen order of an ordering item.
    `value` is the number entered for a numeric item, in the item's unit.
    """

    options: tuple[str, ...] = ()
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of grading: `share` of the full credit (0 to 1, exact) and whether it is all of it."""

    share: Fraction

    @property
    def correct(self) -> bool:
        """Whether the response earns full credit."""
        return self.share == 1


class Listing(Value):
    """Lines of code, the same for readers of either language; shown as a code block with its colours."""

    language: Literal["python", "text", "bash", "json", "sql"] = "python"
    text: str = Field(min_length=1, max_length=900)


class Option(Value):
    """One option of an item, with the reason that is shown after the answer.

    `id` stays the same when the text is edited only if the author writes it down; otherwise it is a hash of
    the Chinese text, so that reordering options never changes what an open delivery stored (decision 10).
    """

    id: str = Field(default="", pattern=rf"{OPTION_ID_PATTERN}|^$")
    correct: bool = True
    text: Localized
    why: Localized

    @model_validator(mode="before")
    @classmethod
    def _derive_id(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("id"):
            return data
        text = data.get("text")
        zh = text.get("zh") if isinstance(text, dict) else getattr(text, "zh", None)
        if not isinstance(zh, str):
            return data
        folded = unicodedata.normalize("NFKC", zh).strip().encode()
        return {**data, "id": "h" + hashlib.sha256(folded).hexdigest()[:10]}


class Choice(Option):
    """An option of a single or multiple item: the author must say whether it is right."""

    correct: bool


class ItemBase(Value):
    """A closed exercise that belongs to a question. `code`: the listing that the stem speaks of, shown under it."""

    id: str = Field(pattern=ITEM_ID_PATTERN, max_length=80)
    difficulty: int = Field(ge=1, le=5)
    stem: Localized
    code: Listing | None = None

    @cached_property
    def revision(self) -> str:
        """The hash of everything a member could have been shown; names the row that keeps this text."""
        shown = self.model_dump(mode="json", exclude={"code"} if self.code is None else None)
        canonical = json.dumps(shown, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:24]

    @property
    def question_id(self) -> str:
        """The id of the question that the item belongs to (its id up to the dot)."""
        return self.id.partition(".")[0]


def check_distinct(options: tuple[Option, ...]) -> None:
    """Refuse options that share an id.

    Raises:
        ValueError: If two options have the same id (the same Chinese text, or the same explicit id).
    """
    ids = [option.id for option in options]
    for option_id in ids:
        if ids.count(option_id) > 1:
            raise ValueError(f"two options have the id {option_id} (same text, or the same id written twice)")


def find_option(options: tuple[Option, ...], option_id: str) -> Option:
    """Return the option with that id.

    Raises:
        ValueError: If the item has no such option.
    """
    for option in options:
        if option.id == option_id:
            return option
    raise ValueError(f"no option {option_id}")
