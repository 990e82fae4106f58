"""Ordering: put the options into the right sequence."""

from fractions import Fraction
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.kinds.base import Grade, ItemBase, Option, Response, check_distinct


class OrderingItem(ItemBase):
    """Three to six options, stored in the right order."""

    kind: Literal["ordering"]
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        check_distinct(self.options)
        if not all(option.correct for option in self.options):
            raise ValueError("an ordering item lists its options in the right order and marks none as wrong")
        return self

    def grade(self, response: Response) -> Grade:
        """Grade a sequence: the share of adjacent pairs of the right order that it keeps (decision 18).

        Raises:
            ValueError: If the response is not a permutation of the options.
        """
        right = [option.id for option in self.options]
        if sorted(response.options) != sorted(right):
            raise ValueError("an ordering response names every option exactly once")
        given = set(pairwise(response.options))
        kept = sum(pair in given for pair in pairwise(right))
        return Grade(Fraction(kept, len(right) - 1))
