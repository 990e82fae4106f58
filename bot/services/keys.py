"""The item of a delivery as it is graded: the text that was shown, with the key that holds now (decisions 10, 15)."""

from bot.domain.deliveries import Delivery
from bot.domain.kinds import SingleItem
from bot.storage import Transaction


async def item_as_shown(tx: Transaction, delivery: Delivery) -> SingleItem:
    """Return the item with the key that its author gave it."""
    item = await tx.revisions.get(delivery.revision)
    assert isinstance(item, SingleItem)  # noqa: S101 - nothing else is ever claimed (decision 11)
    return item


async def item_as_graded(tx: Transaction, delivery: Delivery) -> SingleItem:
    """Return the item with the key that holds: the author's, or the one an admin corrected it to."""
    item = await item_as_shown(tx, delivery)
    return item if delivery.corrected_key is None else item.with_key(delivery.corrected_key)
