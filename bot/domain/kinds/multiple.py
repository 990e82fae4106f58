"""Multiple choice: any number of options may be right."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.kinds.base import Choice, Grade, ItemBase, Response, check_distinct, find_option


class MultipleItem(ItemBase):
    """One stem, three to six options, at least one right and one wrong."""

    kind: Literal["multiple"]
    options: tuple[Choice, ...] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _some_of_each(self) -> Self:
        check_distinct(self.options)
        keys = sum(option.correct for option in self.options)
        if not 0 < keys < len(self.options):
            raise ValueError("a multiple item needs at least one correct and one wrong option")
        return self

    def grade(self, response: Response) -> Grade:
        """Grade a set of picks: (right picks − wrong picks) / keys, never below 0 (decision 18).

        Raises:
            ValueError: If nothing is picked, an option is unknown, or one is picked twice.
        """
        if not response.options or len(set(response.options)) != len(response.options):
            raise ValueError("a multiple item takes one or more different options")
        picked = [find_option(self.options, option_id).correct for option_id in response.options]
        keys = sum(option.correct for option in self.options)
        right = sum(picked)
        wrong = len(picked) - right
        return Grade(max(Fraction(0), Fraction(right - wrong, keys)))
