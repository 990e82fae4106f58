"""Figures for an admin's review, read when somebody asks for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.flags import FastAnswers
from bot.storage.tables import memberships, quiz_items, quiz_sessions

_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1)


class FlagRepository:
    """Reads of quizzes and memberships, within one server and a bounded number of quizzes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count_quizzes(self, guild_id: int, since: datetime, limit: int) -> int:
        """Return how many quizzes the server's members began since an instant; nothing above `limit` is counted."""
        recent = select(quiz_sessions.c.id).where(*_since(guild_id, since)).limit(limit).subquery()
        return int((await self._connection.execute(select(func.count()).select_from(recent))).scalar_one())

    async def fast_answers(
        self, guild_id: int, since: datetime, quizzes: int, fast: timedelta, at_least: int
    ) -> list[FastAnswers]:
        """Return members with at least so many quiz answers under `fast` after they were shown, most first.

        Of the quizzes begun since an instant the latest ones count, as many as `quizzes`.
        """
        session, item, member = quiz_sessions.c, quiz_items.c, memberships.c
        recent = (
            select(session.id, session.user_id)
            .where(*_since(guild_id, since))
            .order_by(session.created_at.desc())
            .limit(quizzes)
            .subquery()
        )
        quick = func.count().filter(self._milliseconds(item.shown_at, item.answered_at) < fast // _MILLISECOND)
        counted = (
            select(recent.c.user_id, func.count().label("answers"), quick.label("fast"))
            .join(quiz_items, item.session_id == recent.c.id)
            .where(item.answered_at.is_not(None), item.shown_at.is_not(None), recent.c.user_id > 0)
            .group_by(recent.c.user_id)
            .having(quick >= at_least)
            .subquery()
        )
        query = (
            select(counted, member.name)
            .outerjoin(memberships, (member.guild_id == guild_id) & (member.user_id == counted.c.user_id))
            .order_by(counted.c.fast.desc(), counted.c.answers, counted.c.user_id)
        )
        rows = await self._connection.execute(query)
        return [FastAnswers(row.user_id, row.name, row.answers, row.fast) for row in rows]

    async def first_seen(self, guild_id: int, user_ids: Sequence[int]) -> dict[int, datetime]:
        """Return when each of these members was first seen in the server; unknown ones are left out."""
        query = select(memberships.c.user_id, memberships.c.first_seen_at).where(
            memberships.c.guild_id == guild_id, memberships.c.user_id.in_(user_ids)
        )
        return {int(row.user_id): row.first_seen_at for row in await self._connection.execute(query)}

    def _milliseconds(self, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
        """Whole milliseconds between two columns. SQLite knows them as days, exact to a tenth of a millisecond."""
        if self._connection.dialect.name == "postgresql":
            return cast(func.round(func.extract("epoch", end - start) * 1000), BigInteger)
        return cast(func.round((func.julianday(end) - func.julianday(start)) * (_DAY // _MILLISECOND)), Integer)


def _since(guild_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return quiz_sessions.c.guild_id == guild_id, quiz_sessions.c.created_at >= since
