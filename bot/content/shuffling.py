"""The order of options wherever they leave the bot: shuffled, since authors tend to write the key first."""

import hashlib

from bot.domain.kinds import Item, NumericItem, Option


def shuffled(item: Item) -> list[Option]:
    """Return the options in an order that depends on the text alone: the same in every export of it."""
    options: tuple[Option, ...] = () if isinstance(item, NumericItem) else item.options
    return sorted(options, key=lambda option: hashlib.sha256(f"{item.revision} {option.id}".encode()).digest())
