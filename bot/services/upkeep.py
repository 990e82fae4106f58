"""Looking after the database: boards rebuilt from the ledger, and a check that both say the same (decision 19)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.boards import Board, scores_of
from bot.domain.ledger import LedgerEntry
from bot.domain.teams import TeamRules, TeamScore, contributions_of, team_scores_of
from bot.storage import Storage, Transaction

# Members whose entries are in memory at once.
BATCH = 2_000
LOWEST_ID = -(2**63)


@dataclass(frozen=True, slots=True)
class BoardFault:
    """A server whose boards do not say what its ledger says: how many rows differ, of each kind."""

    guild_id: int
    scores: int
    histogram: int
    teams: int = 0


class UpkeepService:
    """What an operator does, with the bot running or not."""

    def __init__(self, storage: Storage, rules: TeamRules | None = None, batch: int = BATCH) -> None:
        self._storage = storage
        self._rules = rules or TeamRules()
        self._batch = batch

    async def rebuild_boards(self) -> int:
        """Compute all boards anew from the ledger, one server a transaction; returns the number of scores."""
        async with self._storage.read() as tx:
            guild_ids = await tx.ledger.guild_ids()
        total = 0
        for guild_id in guild_ids:
            async with self._storage.write() as tx:
                total += await self._rebuild(tx, guild_id)
        return total

    async def check_boards(self) -> list[BoardFault]:
        """Compare the boards of every server with its ledger."""
        async with self._storage.read() as tx:
            guild_ids = await tx.ledger.guild_ids()
        faults = []
        for guild_id in guild_ids:
            async with self._storage.read() as tx:
                fault = await self._compare(tx, guild_id)
            if fault.scores or fault.histogram or fault.teams:
                faults.append(fault)
        return faults

    async def _rebuild(self, tx: Transaction, guild_id: int) -> int:
        total, teams = 0, dict[tuple[Board, int], TeamScore]()
        await tx.board_rebuild.clear(guild_id)
        async for _, entries in self._members(tx, guild_id):
            scores = scores_of(entries)
            await tx.board_rebuild.put_scores(guild_id, scores)
            await tx.board_rebuild.put_contributions(contributions_of(entries))
            self._add_teams(teams, entries)
            total += len(scores)
        await tx.board_rebuild.put_teams(teams)
        await tx.board_rebuild.put_histogram(guild_id)
        return total

    async def _compare(self, tx: Transaction, guild_id: int) -> BoardFault:
        scores = await tx.board_rebuild.wrongly_shown(guild_id)
        earned, teams = 0, dict[tuple[Board, int], TeamScore]()
        before = LOWEST_ID
        async for last, entries in self._members(tx, guild_id):
            # From the last batch's end on, so that rows of members without entries are seen as well.
            kept = await tx.board_rebuild.load_scores(guild_id, before, last)
            scores += _differences(kept, scores_of(entries))
            contributions = await tx.board_rebuild.load_contributions(guild_id, before, last)
            earned += _differences(contributions, contributions_of(entries))
            self._add_teams(teams, entries)
            before = last + 1
        scores += len(await tx.board_rebuild.load_scores(guild_id, before, -LOWEST_ID - 1))
        earned += len(await tx.board_rebuild.load_contributions(guild_id, before, -LOWEST_ID - 1))
        histogram = _differences(
            await tx.board_rebuild.load_histogram(guild_id), await tx.board_rebuild.count_histogram(guild_id)
        )
        earned += _differences(await tx.board_rebuild.load_teams(guild_id), teams)
        return BoardFault(guild_id, scores, histogram, earned)

    async def _members(self, tx: Transaction, guild_id: int) -> AsyncIterator[tuple[int, list[LedgerEntry]]]:
        """Yield the last id and the entries of one batch of members after another."""
        after = LOWEST_ID
        while user_ids := await tx.ledger.user_ids(guild_id, after, self._batch):
            after = user_ids[-1]
            yield after, await tx.ledger.list_members(guild_id, user_ids[0], after)

    def _add_teams(self, teams: dict[tuple[Board, int], TeamScore], entries: list[LedgerEntry]) -> None:
        for key, score in team_scores_of(entries, self._rules).items():
            if key in teams:
                teams[key].merge(score)
            else:
                teams[key] = score


def _differences(kept: Mapping[Any, object], wanted: Mapping[Any, object]) -> int:
    return sum(kept.get(key) != wanted.get(key) for key in kept.keys() | wanted.keys())
