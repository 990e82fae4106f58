"""What boards are read from: scores in their order, the histogram, sums of teams (decisions 20, 22)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import Board, Standing
from bot.domain.teams import Contributor, TeamRules, TeamScore
from bot.storage.board_statements import key_of
from bot.storage.ranking_statements import AROUND, HEIGHTS, MEMBERS, OWN, TOP, on_board
from bot.storage.tables import board_scores, memberships, team_contributions, team_scores


class Rankings:
    """The reading half of boards. Nothing here reads the ledger, or more rows than it returns and scores there are."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def top(self, board: Board, limit: int) -> list[Standing]:
        """Return the best members with points who are shown on boards: most points first, then who was there first."""
        found = await self._connection.execute(TOP, key_of(board) | {"limit": limit})
        rows = sorted(found, key=_in_order)
        standings, rank = [], 0
        for place, row in enumerate(rows, start=1):
            if place == 1 or row.points != rows[place - 2].points:
                rank = place
            standings.append(_standing(row, rank))
        return standings

    async def own(self, board: Board, user_id: int) -> Standing | None:
        """Return one member's standing, shown or not, or None without points on this board.

        A member who is not shown has the rank that they would have.
        """
        own, _ = await self.own_among(board, user_id)
        return own

    async def own_among(self, board: Board, user_id: int) -> tuple[Standing | None, int]:
        """Return what `own` and `members` return: for little more than what one of them costs."""
        row = (await self._connection.execute(OWN, key_of(board) | {"user_id": user_id})).first()
        points = max(row.points, 0) if row is not None else 0
        counted = (await self._connection.execute(MEMBERS, key_of(board) | {"above": points})).one()
        own = _standing(row, 1 + int(counted.above)) if points else None
        return own, int(counted.members)

    async def around(self, board: Board, standing: Standing, reach: int) -> list[Standing]:
        """Return the `reach` shown members just above and just below a standing, in the board's order, without it."""
        own = {"user_id": standing.user_id, "own_points": standing.points, "limit": reach}
        rows = sorted(await self._connection.execute(AROUND, key_of(board) | own), key=_in_order)
        if not rows:
            return []
        mine = (-standing.points, rows[0].own_reached_at, standing.user_id)
        above = [row for row in rows if _in_order(row) < mine][-reach:]
        below = [row for row in rows if _in_order(row) > mine][:reach]
        return await self._ranked(board, standing, [*above, *below])

    async def members(self, board: Board) -> int:
        """Return how many shown members have points on the board."""
        return int((await self._connection.execute(MEMBERS, key_of(board) | {"above": 0})).scalar_one())

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

    async def team_scores(self, board: Board) -> dict[int, TeamScore]:
        """Return what every team has on the board, by team, disbanded ones too."""
        totals = team_scores.c
        query = select(totals.team_id, totals.points, totals.members, totals.reached_at).where(*on_board(team_scores))
        return {
            int(row.team_id): TeamScore(row.points, row.members, row.reached_at)
            for row in await self._connection.execute(query, key_of(board))
        }

    async def contributors(self, board: Board, team_id: int, limit: int) -> list[Contributor]:
        """Return who earned most for a team, best first; nameless who is not shown, or had their data deleted."""
        earned, member = team_contributions.c, memberships.c
        is_shown = and_(member.hidden.is_(False), member.left_at.is_(None))
        query = (
            select(earned.user_id, earned.points, earned.answers, earned.right, member.name, is_shown.label("shown"))
            .outerjoin(memberships, (member.user_id == earned.user_id) & (member.guild_id == earned.guild_id))
            .where(*on_board(team_contributions), earned.team_id == team_id, earned.answers > 0)
            .order_by(earned.points.desc(), earned.user_id)
            .limit(limit)
        )
        enough = TeamRules().answers
        return [
            Contributor(
                row.user_id, row.name if row.shown else None, row.points, row.answers, row.right, row.answers >= enough
            )
            for row in await self._connection.execute(query, key_of(board))
        ]

    async def _ranked(self, board: Board, standing: Standing, rows: Sequence[Any]) -> list[Standing]:
        """Give neighbours of a standing their ranks: what stands between them and it is a few scores."""
        least, most = min(row.points for row in rows), max(row.points for row in rows)
        between = {"least": min(least, standing.points), "most": max(most, standing.points)}
        found = await self._connection.execute(HEIGHTS, key_of(board) | between)
        heights = {row.points: row.members for row in found}

        def rank(points: int) -> int:
            above = sum(members for height, members in heights.items() if standing.points < height <= points)
            below = sum(members for height, members in heights.items() if points < height <= standing.points)
            return int(standing.rank - above + below)

        return [_standing(row, rank(row.points)) for row in rows]


def _standing(row: Any, rank: int) -> Standing:
    return Standing(row.user_id, row.name or "", row.points, row.answers, row.right, rank)


def _in_order(row: Any) -> tuple[Any, ...]:
    return (-row.points, row.reached_at, row.user_id)
