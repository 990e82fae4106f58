"""What boards are read from: scores in their order, the histogram, sums of teams (decisions 20, 22)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import Board, Standing
from bot.domain.teams import Contributor, TeamRules, TeamScore
from bot.storage.tables import board_histogram, board_scores, memberships, team_contributions, team_scores

# Columns of the ranking's index: for these alone it is the best way, whatever a planner knows of the table.
_PLACES = select(board_scores.c.user_id, board_scores.c.points, board_scores.c.reached_at).where(
    exists().where(memberships.c.guild_id == board_scores.c.guild_id, memberships.c.user_id == board_scores.c.user_id)
)


class Rankings:
    """The reading half of boards. Nothing here reads the ledger, or more rows than it returns and scores there are."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def top(self, board: Board, limit: int) -> list[Standing]:
        """Return the best members with points who are shown on boards: most points first, then who was there first."""
        scores = board_scores.c
        best = (
            _PLACES.where(*_is(board), scores.shown.is_(True), scores.points > 0)
            .order_by(scores.points.desc(), scores.reached_at, scores.user_id)
            .limit(limit)
        )
        rows = sorted(await self._connection.execute(_standings(board, best.subquery())), key=_in_order)
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
        scores, member = board_scores.c, memberships.c
        query = (
            select(scores.user_id, scores.points, scores.answers, scores.right, member.name)
            .outerjoin(memberships, (member.user_id == scores.user_id) & (member.guild_id == scores.guild_id))
            .where(*_is(board), scores.user_id == user_id)
        )
        row = (await self._connection.execute(query)).first()
        if row is None or row.points <= 0:
            return None
        return _standing(row, 1 + await self._sum_members(board, above=row.points))

    async def around(self, board: Board, standing: Standing, reach: int) -> list[Standing]:
        """Return the `reach` shown members just above and just below a standing, in the board's order, without it."""
        scores = board_scores.c
        reached_at = select(scores.reached_at).where(*_is(board), scores.user_id == standing.user_id).scalar_subquery()
        place = tuple_(scores.reached_at, scores.user_id)
        own = tuple_(reached_at, standing.user_id)
        shown = _PLACES.where(*_is(board), scores.shown.is_(True))
        up = (scores.points, scores.reached_at.desc(), scores.user_id.desc())
        down = (scores.points.desc(), scores.reached_at, scores.user_id)
        # Four ranges of the ranking's index, each read from its near end: OR would make it one long scan.
        ranges = (
            shown.where(scores.points == standing.points, place < own).order_by(*up[1:]).limit(reach),
            shown.where(scores.points > standing.points).order_by(*up).limit(reach),
            shown.where(scores.points == standing.points, place > own).order_by(*down[1:]).limit(reach),
            shown.where(scores.points < standing.points, scores.points > 0).order_by(*down).limit(reach),
        )
        near = union_all(*(select(part.subquery()) for part in ranges)).subquery()
        rows = sorted(await self._connection.execute(_standings(board, near)), key=_in_order)
        own_place = await self._connection.execute(select(reached_at))
        mine = (-standing.points, own_place.scalar_one(), standing.user_id)
        above = [row for row in rows if _in_order(row) < mine][-reach:]
        below = [row for row in rows if _in_order(row) > mine][:reach]
        return await self._ranked(board, standing, [*above, *below])

    async def members(self, board: Board) -> int:
        """Return how many shown members have points on the board."""
        return await self._sum_members(board, above=0)

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
        query = select(totals.team_id, totals.points, totals.members, totals.reached_at).where(*_is(board, team_scores))
        return {
            int(row.team_id): TeamScore(row.points, row.members, row.reached_at)
            for row in await self._connection.execute(query)
        }

    async def contributors(self, board: Board, team_id: int, limit: int) -> list[Contributor]:
        """Return who earned most for a team, best first; nameless who is not shown, or had their data deleted."""
        earned, member = team_contributions.c, memberships.c
        is_shown = and_(member.hidden.is_(False), member.left_at.is_(None))
        query = (
            select(earned.user_id, earned.points, earned.answers, earned.right, member.name, is_shown.label("shown"))
            .outerjoin(memberships, (member.user_id == earned.user_id) & (member.guild_id == earned.guild_id))
            .where(*_is(board, team_contributions), earned.team_id == team_id, earned.answers > 0)
            .order_by(earned.points.desc(), earned.user_id)
            .limit(limit)
        )
        enough = TeamRules().answers
        return [
            Contributor(
                row.user_id, row.name if row.shown else None, row.points, row.answers, row.right, row.answers >= enough
            )
            for row in await self._connection.execute(query)
        ]

    async def _ranked(self, board: Board, standing: Standing, rows: Sequence[Any]) -> list[Standing]:
        """Give neighbours of a standing their ranks: what stands between them and it is a few scores."""
        if not rows:
            return []
        histogram = board_histogram.c
        least, most = min(row.points for row in rows), max(row.points for row in rows)
        query = select(histogram.points, histogram.members).where(
            *_is(board, board_histogram),
            histogram.points > min(least, standing.points),
            histogram.points <= max(most, standing.points),
        )
        heights = {row.points: row.members for row in await self._connection.execute(query)}

        def rank(points: int) -> int:
            above = sum(members for height, members in heights.items() if standing.points < height <= points)
            below = sum(members for height, members in heights.items() if points < height <= standing.points)
            return int(standing.rank - above + below)

        return [_standing(row, rank(row.points)) for row in rows]

    async def _sum_members(self, board: Board, above: int) -> int:
        histogram = board_histogram.c
        query = select(func.coalesce(func.sum(histogram.members), 0)).where(
            *_is(board, board_histogram), histogram.points > above
        )
        return int((await self._connection.execute(query)).scalar_one())


def _standings(board: Board, places: Subquery) -> Select[Any]:
    """Look up what the ranking's index does not hold, for places that were found in it."""
    scores, member = board_scores.c, memberships.c
    return (
        select(places, scores.answers, scores.right, member.name)
        .outerjoin(board_scores, and_(*_is(board), scores.user_id == places.c.user_id))
        .outerjoin(memberships, (member.guild_id == board.guild_id) & (member.user_id == places.c.user_id))
    )


def _standing(row: Any, rank: int) -> Standing:
    return Standing(row.user_id, row.name or "", row.points, row.answers, row.right, rank)


def _in_order(row: Any) -> tuple[Any, ...]:
    return (-row.points, row.reached_at, row.user_id)


def _is(board: Board, table: Any = board_scores) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.guild_id == board.guild_id,
        table.c.window == board.window,
        table.c.period == board.period,
        table.c.topic == board.topic,
    )
