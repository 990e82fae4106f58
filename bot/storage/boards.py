"""Aggregates of the ledger, kept in the transaction that appends to it (decisions 19, 20, 22)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import Board, boards_of
from bot.domain.ledger import LedgerEntry
from bot.domain.teams import TeamRules, counted
from bot.storage.board_statements import count_contribution, count_score, count_team, key_of, move_members
from bot.storage.locks import take_turn
from bot.storage.rankings import Rankings
from bot.storage.tables import board_scores, memberships, team_contributions


class BoardRepository(Rankings):
    """Scores per board and member or team, and the histogram that ranks are read from."""

    def __init__(self, connection: AsyncConnection, rules: TeamRules | None = None) -> None:
        super().__init__(connection)
        self._dialect = connection.dialect.name
        self._rules = rules or TeamRules()

    async def add(self, entry: LedgerEntry, *, shown: bool | None = None) -> None:
        """Count an entry that was just appended on every board it belongs to.

        `shown` spares the look whether boards show the member, to callers who know.
        Those who count for one server take turns: scores and histogram are read and written in several steps.
        """
        await take_turn(self._connection, entry.guild_id)
        boards = list(boards_of(entry))
        if not entry.erased:
            await self._add_to_members(entry, boards, shown)
        if entry.team_id is not None:
            await self._add_to_team(entry, boards)

    async def show(self, guild_id: int, user_id: int, shown: bool) -> None:
        """Take a member out of every ranking and histogram of a server, or put them back."""
        await take_turn(self._connection, guild_id)
        scores = board_scores.c
        changed = await self._connection.execute(
            update(board_scores)
            .where(scores.guild_id == guild_id, scores.user_id == user_id, scores.shown.is_(not shown))
            .values(shown=shown)
            .returning(scores.window, scores.period, scores.topic, scores.points)
        )
        await self._move(guild_id, [row for row in changed if row.points > 0], 1 if shown else -1)

    async def forget(self, guild_id: int, user_id: int, alias: int) -> None:
        """Take a member's scores away; what they earned for teams goes on under another id."""
        await take_turn(self._connection, guild_id)
        scores, earned = board_scores.c, team_contributions.c
        gone = await self._connection.execute(
            delete(board_scores)
            .where(scores.guild_id == guild_id, scores.user_id == user_id)
            .returning(scores.window, scores.period, scores.topic, scores.points, scores.shown)
        )
        await self._move(guild_id, [row for row in gone if row.shown and row.points > 0], -1)
        await self._connection.execute(
            update(team_contributions)
            .where(earned.guild_id == guild_id, earned.user_id == user_id)
            .values(user_id=alias)
        )

    async def _add_to_members(self, entry: LedgerEntry, boards: Sequence[Board], shown: bool | None) -> None:
        added = {"points": entry.points, "answers": entry.answers, "right": entry.right}
        if shown is None:
            shown = await self._is_shown(entry.guild_id, entry.user_id)
        values = added | {"user_id": entry.user_id, "reached_at": entry.occurred_at, "shown": shown}
        counted_on = await self._connection.execute(
            count_score(self._dialect), [key_of(board) | values for board in boards]
        )
        if not entry.points:
            counted_on.close()
            return
        now = {(row.window, row.topic): row for row in counted_on}
        moves = []
        for board in boards:
            row = now[board.window, board.topic]
            for points, members in ((row.points, 1), (row.points - entry.points, -1)):
                if row.shown and points > 0:
                    moves.append(key_of(board) | {"points": points, "members": members})
        if moves:
            await self._connection.execute(move_members(self._dialect), moves)

    async def _add_to_team(self, entry: LedgerEntry, boards: Sequence[Board]) -> None:
        added = {"points": entry.points, "answers": entry.answers, "right": entry.right}
        values = added | {"team_id": entry.team_id, "user_id": entry.user_id}
        earned = await self._connection.execute(
            count_contribution(self._dialect), [key_of(board) | values for board in boards]
        )
        now = {(row.window, row.topic): row for row in earned}
        sums = []
        for board in boards:
            row = now[board.window, board.topic]
            points, members = counted(row.points, row.answers, self._rules)
            before = counted(row.points - entry.points, row.answers - entry.answers, self._rules)
            change = {"points": points - before[0], "members": members - before[1]}
            sums.append(key_of(board) | change | {"team_id": entry.team_id, "reached_at": entry.occurred_at})
        await self._connection.execute(count_team(self._dialect), sums)

    async def _is_shown(self, guild_id: int, user_id: int) -> bool:
        member = memberships.c
        query = select(and_(member.hidden.is_(False), member.left_at.is_(None))).where(
            member.guild_id == guild_id, member.user_id == user_id
        )
        shown: bool | None = (await self._connection.execute(query)).scalar_one_or_none()
        return shown is not False

    async def _move(self, guild_id: int, rows: Sequence[Any], members: int) -> None:
        moves = [
            {"guild_id": guild_id, "window": row.window, "period": row.period, "topic": row.topic}
            | {"points": row.points, "members": members}
            for row in rows
        ]
        if moves:
            await self._connection.execute(move_members(self._dialect), moves)
