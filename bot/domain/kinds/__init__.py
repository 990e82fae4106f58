"""Item kinds, one file each: a frozen model plus its grading rule."""

from typing import Annotated

from pydantic import Field

from bot.domain.kinds.base import Choice, Grade, ItemBase, Listing, Option, Response
from bot.domain.kinds.multiple import MultipleItem
from bot.domain.kinds.numeric import NumericItem
from bot.domain.kinds.ordering import OrderingItem
from bot.domain.kinds.single import SingleItem

Item = Annotated[SingleItem | MultipleItem | NumericItem | OrderingItem, Field(discriminator="kind")]

__all__ = [
    "Choice",
    "Grade",
    "Item",
    "ItemBase",
    "Listing",
    "MultipleItem",
    "NumericItem",
    "Option",
    "OrderingItem",
    "Response",
    "SingleItem",
]
