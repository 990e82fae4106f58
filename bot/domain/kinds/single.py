"""Single choice: exactly one option is right."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.kinds.base import Choice, Grade, ItemBase, Response, check_distinct, find_option


class SingleItem(ItemBase):
    """One stem, three to five options, one key. The only kind that daily posts use (decision 11)."""

    kind: Literal["single"]
    options: tuple[Choice, ...] = Field(min_length=3, max_length=5)

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        check_distinct(self.options)
        keys = sum(option.correct for option in self.options)
        if keys != 1:
            raise ValueError(f"a single item has exactly one correct option, this one has {keys}")
        return self

    @property
    def key(self) -> Choice:
        """The right option."""
        return next(option for option in self.options if option.correct)

    def with_key(self, option_id: str) -> Self:
        """Return the item with another option as the right one; texts and reasons stay as they were written.

        Raises:
            ValueError: If the item has no such option.
        """
        find_option(self.options, option_id)
        options = (option.model_copy(update={"correct": option.id == option_id}) for option in self.options)
        return self.model_copy(update={"options": tuple(options)})

    def grade(self, response: Response) -> Grade:
        """Grade one picked option.

        Raises:
            ValueError: If the response is not exactly one known option.
        """
        if len(response.options) != 1:
            raise ValueError("a single item takes exactly one option")
        picked = find_option(self.options, response.options[0])
        return Grade(Fraction(int(picked.correct)))
