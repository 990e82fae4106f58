"""Quiz sessions and their items."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kinds import Item
from bot.domain.quizzes import QuizItem, QuizMode, QuizSession, QuizState
from bot.storage.tables import quiz_items, quiz_sessions
from bot.storage.upserts import insert_for

# Statements of every answer are built once: building one takes longer than executing it.
_TOTAL = select(func.count()).where(quiz_items.c.session_id == quiz_sessions.c.id).scalar_subquery()
_SESSIONS = select(quiz_sessions, _TOTAL.label("total"))
_BY_ID = _SESSIONS.where(quiz_sessions.c.id == bindparam("session_id"))
_BY_ID_LOCKED = _BY_ID.with_for_update(of=quiz_sessions)
_ITEMS = select(quiz_items).where(quiz_items.c.session_id == bindparam("session_id")).order_by(quiz_items.c.position)
_MARK = update(quiz_items).where(
    quiz_items.c.session_id == bindparam("of_session"), quiz_items.c.position == bindparam("at_position")
)


class QuizRepository:
    """Rows of `quiz_sessions` and `quiz_items`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(
        self,
        *,
        mode: QuizMode,
        user_id: int,
        guild_id: int | None,
        channel_id: int | None,
        topics: tuple[str, ...],
        difficulty: int | None,
        seconds: int,
        places: list[tuple[Item, str, tuple[str, ...]]],
        now: datetime,
    ) -> int | None:
        """Insert a running session with its (item, topic, option order) places; None when the member has one."""
        row = insert_for(self._connection, quiz_sessions).values(
            guild_id=guild_id,
            channel_id=channel_id,
            user_id=user_id,
            mode=mode,
            topics=list(topics),
            difficulty=difficulty,
            seconds=seconds,
            state="running",
            created_at=now,
        )
        row = row.on_conflict_do_nothing().returning(quiz_sessions.c.id)
        session_id: int | None = (await self._connection.execute(row)).scalar_one_or_none()
        if session_id is None:
            return None
        values: list[dict[str, Any]] = [
            {
                "session_id": session_id,
                "position": position,
                "question_id": item.question_id,
                "topic": topic,
                "item_id": item.id,
                "revision": item.revision,
                "option_order": list(order),
                "skipped": False,
                "points": 0,
            }
            for position, (item, topic, order) in enumerate(places)
        ]
        await self._connection.execute(insert(quiz_items), values)
        return session_id

    async def find(self, session_id: int, *, lock: bool = False) -> QuizSession | None:
        """Return a session, or None. `lock` makes a second click on it wait, on PostgreSQL as well."""
        query = _BY_ID_LOCKED if lock else _BY_ID
        return _session((await self._connection.execute(query, {"session_id": session_id})).mappings().first())

    async def find_running(self, user_id: int) -> QuizSession | None:
        """Return the member's running session, or None."""
        query = _SESSIONS.where(quiz_sessions.c.user_id == user_id, quiz_sessions.c.state == "running")
        return _session((await self._connection.execute(query)).mappings().first())

    async def items(self, session_id: int) -> list[QuizItem]:
        """Return the session's places in order."""
        rows = await self._connection.execute(_ITEMS, {"session_id": session_id})
        return [_place(row) for row in rows.mappings()]

    async def mark(self, session_id: int, position: int, **values: Any) -> None:
        """Set columns of one place: shown_at, answered_at, skipped, points, note."""
        await self._connection.execute(_MARK, values | {"of_session": session_id, "at_position": position})

    async def answered_since(self, user_id: int, mode: QuizMode, since: datetime) -> int:
        """Return how many places of their sessions of a mode the member has answered since an instant."""
        query = (
            select(func.count())
            .select_from(quiz_sessions.join(quiz_items, quiz_items.c.session_id == quiz_sessions.c.id))
            .where(quiz_sessions.c.user_id == user_id, quiz_sessions.c.mode == mode, quiz_items.c.answered_at >= since)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def end(self, session_id: int, state: QuizState, now: datetime) -> bool:
        """End a running session; returns False when it was over already."""
        result = await self._connection.execute(
            update(quiz_sessions)
            .where(quiz_sessions.c.id == session_id, quiz_sessions.c.state == "running")
            .values(state=state, ended_at=now)
        )
        return bool(result.rowcount)


def _session(row: RowMapping | None) -> QuizSession | None:
    if row is None:
        return None
    values = {field.name: row[field.name] for field in fields(QuizSession)}
    values["topics"] = tuple(row["topics"])
    return QuizSession(**values)


def _place(row: RowMapping) -> QuizItem:
    values = {field.name: row[field.name] for field in fields(QuizItem)}
    values["option_order"] = tuple(row["option_order"])
    return QuizItem(**values)
