"""The bot's own book-keeping: heartbeats and the registration of commands (decisions 9, 21)."""

from datetime import datetime

from bot.domain.figures import Figures, figures_of
from bot.storage import Storage


class OperationService:
    """`owner` names this process."""

    def __init__(self, storage: Storage, owner: str) -> None:
        self._storage = storage
        self._owner = owner

    async def beat(self, now: datetime) -> None:
        """Note that this process is alive."""
        async with self._storage.write() as tx:
            await tx.operations.beat(self._owner, now)

    async def figures(self, due_after: datetime) -> Figures:
        """Return how the slots of all servers that came due after an instant have gone."""
        async with self._storage.read() as tx:
            return figures_of(await tx.slots.list_since(due_after))

    async def commands_changed(self, application_id: int, payload_hash: str) -> bool:
        """Whether the application has registered other commands than these, or none."""
        async with self._storage.read() as tx:
            return await tx.operations.registered_hash(application_id) != payload_hash

    async def commands_registered(self, application_id: int, payload_hash: str, now: datetime) -> None:
        """Note what the application has registered."""
        async with self._storage.write() as tx:
            await tx.operations.set_registered_hash(application_id, payload_hash, now)
