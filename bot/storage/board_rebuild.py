"""Aggregates as a whole: for a check against the ledger, and for putting them anew (decision 19)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.boards import Board, Score
from bot.domain.teams import Contribution, TeamScore
from bot.storage.board_statements import key_of
from bot.storage.locks import take_turn
from bot.storage.tables import board_histogram, board_scores, memberships, team_contributions, team_scores

_AGGREGATES = (board_scores, board_histogram, team_contributions, team_scores)


class BoardRebuildRepository:
    """Members come in ranges of ids, so that a server of any size fits into memory."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def clear(self, guild_id: int) -> None:
        """Delete a server's aggregates; nobody else counts for it until the transaction ends."""
        await take_turn(self._connection, guild_id)
        for table in _AGGREGATES:
            await self._connection.execute(delete(table).where(table.c.guild_id == guild_id))

    async def put_scores(self, guild_id: int, scores: Mapping[tuple[Board, int], Score]) -> None:
        """Insert scores; who is not shown is marked so."""
        if not scores:
            return
        unseen = await self._not_shown(guild_id, {user_id for _, user_id in scores})
        rows = [
            key_of(board) | {"user_id": user_id, "shown": user_id not in unseen} | asdict(score)
            for (board, user_id), score in scores.items()
        ]
        await self._connection.execute(insert(board_scores), rows)

    async def put_contributions(self, contributions: Mapping[tuple[Board, int, int], Contribution]) -> None:
        """Insert contributions to teams."""
        rows = [
            key_of(board) | {"team_id": team_id, "user_id": user_id} | asdict(earned)
            for (board, team_id, user_id), earned in contributions.items()
        ]
        if rows:
            await self._connection.execute(insert(team_contributions), rows)

    async def put_teams(self, scores: Mapping[tuple[Board, int], TeamScore]) -> None:
        """Insert the sums of teams."""
        rows = [key_of(board) | {"team_id": team_id} | asdict(score) for (board, team_id), score in scores.items()]
        if rows:
            await self._connection.execute(insert(team_scores), rows)

    async def put_histogram(self, guild_id: int) -> None:
        """Count the histogram anew from the scores that are there."""
        rows = [
            key_of(board) | {"points": points, "members": members}
            for (board, points), members in (await self.count_histogram(guild_id)).items()
        ]
        if rows:
            await self._connection.execute(insert(board_histogram), rows)

    async def load_scores(self, guild_id: int, first: int, last: int) -> dict[tuple[Board, int], Score]:
        """Return the scores of members from one id to another, both included, by board and member."""
        scores = board_scores.c
        query = select(board_scores).where(scores.guild_id == guild_id, scores.user_id.between(first, last))
        return {
            (Board(guild_id, row.window, row.period, row.topic), row.user_id): Score(
                row.points, row.answers, row.right, row.reached_at
            )
            for row in await self._connection.execute(query)
        }

    async def load_contributions(
        self, guild_id: int, first: int, last: int
    ) -> dict[tuple[Board, int, int], Contribution]:
        """Return the contributions of members from one id to another, both included, by board, team and member."""
        earned = team_contributions.c
        query = select(team_contributions).where(earned.guild_id == guild_id, earned.user_id.between(first, last))
        return {
            (Board(guild_id, row.window, row.period, row.topic), row.team_id, row.user_id): Contribution(
                row.points, row.answers, row.right
            )
            for row in await self._connection.execute(query)
        }

    async def load_teams(self, guild_id: int) -> dict[tuple[Board, int], TeamScore]:
        """Return the sums of all teams, by board and team."""
        query = select(team_scores).where(team_scores.c.guild_id == guild_id)
        return {
            (Board(guild_id, row.window, row.period, row.topic), row.team_id): TeamScore(
                row.points, row.members, row.reached_at
            )
            for row in await self._connection.execute(query)
        }

    async def load_histogram(self, guild_id: int) -> dict[tuple[Board, int], int]:
        """Return how many members have how many points, by board and points; nothing where nobody has."""
        query = select(board_histogram).where(board_histogram.c.guild_id == guild_id, board_histogram.c.members != 0)
        rows = await self._connection.execute(query)
        return {(Board(guild_id, row.window, row.period, row.topic), row.points): row.members for row in rows}

    async def count_histogram(self, guild_id: int) -> dict[tuple[Board, int], int]:
        """Return what the histogram must say, counted from the scores of those who are shown."""
        scores = board_scores.c
        columns = (scores.window, scores.period, scores.topic, scores.points)
        query = (
            select(*columns, func.count().label("members"))
            .where(scores.guild_id == guild_id, scores.shown.is_(True), scores.points > 0)
            .group_by(*columns)
        )
        rows = await self._connection.execute(query)
        return {(Board(guild_id, row.window, row.period, row.topic), row.points): row.members for row in rows}

    async def wrongly_shown(self, guild_id: int) -> int:
        """Return how many scores are marked otherwise than their member is."""
        scores, member = board_scores.c, memberships.c
        is_shown = member.hidden.is_(False) & member.left_at.is_(None)
        query = (
            select(func.count())
            .select_from(board_scores)
            .join(memberships, (member.user_id == scores.user_id) & (member.guild_id == scores.guild_id))
            .where(scores.guild_id == guild_id, scores.shown != is_shown)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def _not_shown(self, guild_id: int, user_ids: Iterable[int]) -> set[int]:
        member, ids = memberships.c, sorted(user_ids)
        query = select(member.user_id).where(
            member.guild_id == guild_id,
            member.user_id.between(ids[0], ids[-1]),
            member.hidden.is_(True) | member.left_at.is_not(None),
        )
        return {int(user_id) for user_id in (await self._connection.execute(query)).scalars()}
