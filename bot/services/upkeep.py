"""Looking after the database: boards rebuilt from the ledger, and a check that both say the same (decision 19)."""

from dataclasses import dataclass

from bot.domain.boards import scores_of
from bot.storage import Storage


@dataclass(frozen=True, slots=True)
class BoardFault:
    """A server whose boards do not say what its ledger says: how many scores and histogram rows differ."""

    guild_id: int
    scores: int
    histogram: int


class UpkeepService:
    """What an operator does, with the bot running or not."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def rebuild_boards(self) -> int:
        """Compute all boards anew from the ledger, one server a transaction; returns the number of scores."""
        async with self._storage.read() as tx:
            guild_ids = await tx.ledger.guild_ids()
        total = 0
        for guild_id in guild_ids:
            async with self._storage.write() as tx:
                scores = scores_of(await tx.ledger.list_guild(guild_id))
                await tx.boards.replace(guild_id, scores)
            total += len(scores)
        return total

    async def check_boards(self) -> list[BoardFault]:
        """Compare the boards of every server with its ledger."""
        async with self._storage.read() as tx:
            guild_ids = await tx.ledger.guild_ids()
        faults = []
        for guild_id in guild_ids:
            async with self._storage.read() as tx:
                wanted = scores_of(await tx.ledger.list_guild(guild_id))
                kept = await tx.boards.load(guild_id)
                histogram = await tx.boards.load_histogram(guild_id)
            counted: dict[object, int] = {}
            for (board, _), score in wanted.items():
                counted[board, score.points] = counted.get((board, score.points), 0) + 1
            scores = sum(kept.get(key) != wanted.get(key) for key in kept.keys() | wanted.keys())
            members = sum(histogram.get(key) != counted.get(key) for key in histogram.keys() | counted.keys())  # type: ignore[call-overload]
            if scores or members:
                faults.append(BoardFault(guild_id, scores, members))
        return faults
