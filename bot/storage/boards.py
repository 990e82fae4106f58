"""Aggregates of the ledger, kept in the transaction that appends to it (decisions 19, 20)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import Board, LedgerEntry, Score, Standing, boards_of
from bot.storage.locks import take_turn
from bot.storage.tables import board_histogram, board_scores, memberships
from bot.storage.upserts import insert_for


class BoardRepository:
    """Scores per board and member, and the histogram that ranks are read from."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: LedgerEntry, *, right: bool) -> None:
        """Count an entry that was just appended on every board it belongs to.

        Those who count for one server take turns: scores and histogram are read and written in several steps.
        """
        await take_turn(self._connection, entry.guild_id)
        boards = list(boards_of(entry))
        before = await self._points_before(boards, entry.user_id)
        keys = [_key(board) for board in boards]
        await self._connection.execute(
            _count_score(self._connection),
            [
                key
                | {"user_id": entry.user_id, "points": entry.points, "answers": entry.answers, "right": int(right)}
                | {"reached_at": entry.occurred_at}
                for key in keys
            ],
        )
        moves = []
        for key in keys:
            old = before.get((key["window"], key["topic"]))
            if old is None or entry.points:
                moves.append(key | {"points": (old or 0) + entry.points, "members": 1})
            if old is not None and entry.points:
                moves.append(key | {"points": old, "members": -1})
        if moves:
            await self._connection.execute(_move_members(self._connection), moves)

    async def load(self, guild_id: int) -> dict[tuple[Board, int], Score]:
        """Return every score of a server as the aggregates have it, by board and member."""
        rows = await self._connection.execute(select(board_scores).where(board_scores.c.guild_id == guild_id))
        return {
            (Board(guild_id, row.window, row.period, row.topic), row.user_id): Score(
                row.points, row.answers, row.right, row.reached_at
            )
            for row in rows
        }

    async def load_histogram(self, guild_id: int) -> dict[tuple[Board, int], int]:
        """Return how many members of a server have how many points, by board and points; nothing where nobody has."""
        query = select(board_histogram).where(board_histogram.c.guild_id == guild_id, board_histogram.c.members != 0)
        rows = await self._connection.execute(query)
        return {(Board(guild_id, row.window, row.period, row.topic), row.points): row.members for row in rows}

    async def replace(self, guild_id: int, scores: Mapping[tuple[Board, int], Score]) -> None:
        """Put these scores, and the histogram that follows from them, in the place of a server's aggregates."""
        await take_turn(self._connection, guild_id)
        for table in (board_scores, board_histogram):
            await self._connection.execute(delete(table).where(table.c.guild_id == guild_id))
        rows = [_key(board) | {"user_id": user_id} | asdict(score) for (board, user_id), score in scores.items()]
        if rows:
            await self._connection.execute(insert(board_scores), rows)
            counted = Counter((board, score.points) for (board, _), score in scores.items())
            members = [_key(board) | {"points": points, "members": n} for (board, points), n in counted.items()]
            await self._connection.execute(insert(board_histogram), members)

    async def _points_before(self, boards: Sequence[Board], user_id: int) -> dict[tuple[str, str], int]:
        scores = board_scores.c
        query = select(scores.window, scores.topic, scores.points).where(
            scores.guild_id == boards[0].guild_id,
            scores.user_id == user_id,
            or_(*(and_(scores.window == b.window, scores.period == b.period, scores.topic == b.topic) for b in boards)),
        )
        return {(row.window, row.topic): row.points for row in await self._connection.execute(query)}

    async def top(self, board: Board, limit: int) -> list[Standing]:
        """Return the best members with points who are shown on boards: most points first, then who was there first."""
        scores, member = board_scores.c, memberships.c
        query = (
            select(scores.user_id, member.name, scores.points, scores.answers, scores.right)
            .join(memberships, (member.user_id == scores.user_id) & (member.guild_id == scores.guild_id))
            .where(*_is(board), scores.points > 0, member.hidden.is_(False), member.left_at.is_(None))
            .order_by(scores.points.desc(), scores.reached_at, scores.user_id)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).all()
        standings, rank = [], 0
        for place, row in enumerate(rows, start=1):
            if place == 1 or row.points != rows[place - 2].points:
                rank = place
            standings.append(Standing(row.user_id, row.name, row.points, row.answers, row.right, rank))
        return standings

    async def own(self, board: Board, user_id: int) -> Standing | None:
        """Return one member's standing, hidden or not, or None without points on this board."""
        scores, member = board_scores.c, memberships.c
        query = (
            select(scores.points, scores.answers, scores.right, member.name)
            .outerjoin(memberships, (member.user_id == scores.user_id) & (member.guild_id == scores.guild_id))
            .where(*_is(board), scores.user_id == user_id)
        )
        row = (await self._connection.execute(query)).first()
        if row is None or row.points <= 0:
            return None
        rank = 1 + await self._sum_members(board, above=row.points)
        return Standing(user_id, row.name or "", row.points, row.answers, row.right, rank)

    async def of_topics(self, guild_id: int, user_id: int, topics: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return a member's (answers, right) of all time for those of the topics in which there are any."""
        scores = board_scores.c
        query = select(scores.topic, scores.answers, scores.right).where(
            scores.guild_id == guild_id,
            scores.window == "all",
            scores.period == "",
            scores.topic.in_(topics),
            scores.user_id == user_id,
            scores.answers > 0,
        )
        return {row.topic: (row.answers, row.right) for row in await self._connection.execute(query)}

    async def members(self, board: Board) -> int:
        """Return how many members have points on the board."""
        return await self._sum_members(board, above=0)

    async def _sum_members(self, board: Board, above: int) -> int:
        histogram = board_histogram.c
        query = select(func.coalesce(func.sum(histogram.members), 0)).where(
            histogram.guild_id == board.guild_id,
            histogram.window == board.window,
            histogram.period == board.period,
            histogram.topic == board.topic,
            histogram.points > above,
        )
        return int((await self._connection.execute(query)).scalar_one())


def _key(board: Board) -> dict[str, Any]:
    return {"guild_id": board.guild_id, "window": board.window, "period": board.period, "topic": board.topic}


def _count_score(connection: AsyncConnection) -> Any:
    """One statement for all boards of an entry: executed with a list, it costs one round trip."""
    table, new = board_scores.c, insert_for(connection, board_scores)
    # When the member got their points, whatever order the entries are counted in: a daily's are dated back.
    earlier = and_(table.points > 0, table.reached_at > new.excluded.reached_at)
    keeps = or_(new.excluded.points == 0, earlier)
    return new.on_conflict_do_update(
        index_elements=["guild_id", "window", "period", "topic", "user_id"],
        set_={
            "points": table.points + new.excluded.points,
            "answers": table.answers + new.excluded.answers,
            "right": table.right + new.excluded.right,
            "reached_at": case((keeps, table.reached_at), else_=new.excluded.reached_at),
        },
    )


def _move_members(connection: AsyncConnection) -> Any:
    table, new = board_histogram.c, insert_for(connection, board_histogram)
    return new.on_conflict_do_update(
        index_elements=["guild_id", "window", "period", "topic", "points"],
        set_={"members": table.members + new.excluded.members},
    )


def _is(board: Board) -> tuple[ColumnElement[bool], ...]:
    scores = board_scores.c
    return (
        scores.guild_id == board.guild_id,
        scores.window == board.window,
        scores.period == board.period,
        scores.topic == board.topic,
    )
