"""Numeric: enter a number, right within a tolerance."""

import math
import re
import unicodedata
from fractions import Fraction
from typing import Literal

from pydantic import Field

from bot.domain.kinds.base import Grade, ItemBase, Response
from bot.domain.localized import Localized, Value


class NumericAnswer(Value):
    """The key of a numeric item. `tolerance` is absolute and in the same `unit` as `value`."""

    value: float = Field(allow_inf_nan=False)
    tolerance: float = Field(ge=0, allow_inf_nan=False)
    unit: str = Field(max_length=20)


class NumericMistake(Value):
    """A number that a known mistake leads to, and what the mistake is."""

    value: float = Field(allow_inf_nan=False)
    why: Localized


class NumericItem(ItemBase):
    """A stem that asks for one number; `why` shows the working."""

    kind: Literal["numeric"]
    answer: NumericAnswer
    mistakes: tuple[NumericMistake, ...] = Field(min_length=1, max_length=5)
    why: Localized

    def accepts(self, value: float) -> bool:
        """Whether a value lies within the tolerance (with a hair for binary rounding)."""
        slack = 1e-9 * max(1.0, abs(self.answer.value))
        return abs(value - self.answer.value) <= self.answer.tolerance + slack

    def mistake_for(self, value: float) -> NumericMistake | None:
        """Return the known mistake that leads to this value, compared with the item's own tolerance."""
        for mistake in self.mistakes:
            if abs(value - mistake.value) <= max(self.answer.tolerance, 1e-9 * max(1.0, abs(mistake.value))):
                return mistake
        return None

    def grade(self, response: Response) -> Grade:
        """Grade one number.

        Raises:
            ValueError: If the response holds no finite number.
        """
        if response.value is None or not math.isfinite(response.value):
            raise ValueError("a numeric item takes one finite number")
        return Grade(Fraction(int(self.accepts(response.value))))

    def parse(self, text: str) -> float | None:
        """Read a number as people type it: `1,024`, `１．５`, `2e10`, `3.5 GB` (in the item's unit). None: not one."""
        folded = unicodedata.normalize("NFKC", text).replace("−", "-").strip().casefold()
        if self.answer.unit:
            unit = unicodedata.normalize("NFKC", self.answer.unit).casefold()
            folded = folded.removesuffix(unit).strip()
        folded = re.sub(r"(?<=\d)[,_ ](?=\d{3}(\D|$))", "", folded)
        try:
            value = float(folded)
        except ValueError:
            return None
        return value if math.isfinite(value) else None
