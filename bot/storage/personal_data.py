"""One member's rows across all tables: read for an export, deleted by an erasure (decision 23)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, delete, exists, literal, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.privacy import Row
from bot.storage.locks import take_turn
from bot.storage.tables import (
    attempts,
    deliveries,
    ledger,
    memberships,
    quiz_items,
    quiz_sessions,
    review_logs,
    team_members,
    teams,
)
from bot.storage.traces import NOBODY, TRACES, Fate, Trace

# What tells right from wrong, by section: left out while the question is an open daily one (decision 13).
_WITHHELD: dict[str, tuple[str, ...]] = {
    "points": ("points", "answers", "right", "reason"),
    "reviews": ("rating",),
    "cards": ("state", "stability", "difficulty", "due_at", "lapses"),
    "attempts": ("share",),
    "items": ("points", "note"),
}
_TRACE_OF = {trace.section: trace for trace in TRACES}
_ITEM = tuple(column.name for column in quiz_items.columns if column.name != "session_id")


class PersonalDataRepository:
    """All that `TRACES` names."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def guild_ids(self, user_id: int) -> list[int]:
        """Return every server that has something on the member, by id."""
        query = union(
            *(
                select(table.c.guild_id).where(table.c.user_id == user_id, table.c.guild_id.is_not(None))
                for table in (memberships, attempts, quiz_sessions)
            )
        )
        return sorted(int(guild_id) for guild_id in (await self._connection.execute(query)).scalars())

    async def user_ids(self) -> list[int]:
        """Return every member of whom there is anything, by id."""
        query = union(*(select(trace.column).where(trace.column > NOBODY) for trace in TRACES))
        return sorted(int(user_id) for user_id in (await self._connection.execute(query)).scalars())

    async def read(self, user_id: int, sealed: Collection[str]) -> dict[str, list[Row]]:
        """Return the member's rows by section, oldest first, without what tells right from wrong of sealed questions.

        `sealed`: ids of questions. Other members' ids are never in it.
        """
        guild_ids = await self.guild_ids(user_id)
        sections = {}
        for trace in TRACES:
            table = trace.column.table
            columns = [table.c[name] for name in trace.shown]
            query = select(*columns).where(*_mine(trace, user_id, guild_ids)).order_by(*table.primary_key.columns)
            rows = [dict(row) for row in (await self._connection.execute(query)).mappings()]
            sections[trace.section] = [_told(trace.section, row, sealed) for row in rows]
        items = await self._quiz_items(user_id)
        for session in sections["quizzes"]:
            session["items"] = [_told("items", row, sealed) for row in items.get(session["id"], [])]
        return sections

    async def _quiz_items(self, user_id: int) -> dict[int, list[Row]]:
        query = (
            select(quiz_items)
            .join(quiz_sessions, quiz_sessions.c.id == quiz_items.c.session_id)
            .where(quiz_sessions.c.user_id == user_id)
            .order_by(quiz_items.c.session_id, quiz_items.c.position)
        )
        items: dict[int, list[Row]] = {}
        for row in (await self._connection.execute(query)).mappings():
            items.setdefault(row["session_id"], []).append({name: row[name] for name in _ITEM})
        return items

    async def lock(self, user_id: int, guild_ids: Sequence[int]) -> int:
        """Make everybody wait who writes about the member, until the transaction ends.

        In the order in which answers, quizzes and closings take these rows, so that nobody waits in a circle.

        Returns:
            The id of the member's newest quiz session, 0 without one. One that is started meanwhile waits for nobody
            at first, and is left alone: it is part of what comes afterwards.
        """
        answered = select(attempts.c.context_id).where(
            attempts.c.user_id == user_id, attempts.c.context_kind == "daily"
        )
        member, mine = memberships.c, quiz_sessions.c.user_id == user_id
        await self._lock(select(deliveries.c.id).where(deliveries.c.id.in_(answered)).order_by(deliveries.c.id))
        sessions = await self._lock(select(quiz_sessions.c.id).where(mine).order_by(quiz_sessions.c.id))
        await self._lock(select(member.guild_id).where(member.user_id == user_id).order_by(member.guild_id))
        await self._lock(select(attempts.c.id).where(attempts.c.user_id == user_id).order_by(attempts.c.id))
        for guild_id in guild_ids:
            await take_turn(self._connection, guild_id)
        return sessions[-1] if sessions else 0

    async def _lock(self, rows: Select[int]) -> Sequence[int]:
        return (await self._connection.execute(rows.with_for_update())).scalars().all()

    async def give_points_away(self, guild_id: int, user_id: int, alias: int, until: datetime | None) -> int:
        """Delete the member's entries in a server's ledger, and put those that a team lives on under another id.

        What is left of them says nothing of where and in what it was earned by whom. Boards are not touched.

        Returns:
            How many entries there were.
        """
        mine = _mine(_TRACE_OF["points"], user_id, [guild_id], until)
        going = select(ledger.c.id).where(*mine, ledger.c.team_id.is_(None))
        await self._connection.execute(
            update(ledger).where(ledger.c.amends_id.in_(going), ledger.c.id.not_in(going)).values(amends_id=None)
        )
        deleted = await self._connection.execute(delete(ledger).where(*mine, ledger.c.team_id.is_(None)))
        kept = await self._connection.execute(
            update(ledger)
            .where(*mine)
            .values(
                user_id=alias,
                # The old one holds the member's id.
                key=literal("erased:") + cast(ledger.c.id, String),
                channel_id=None,
                attempt_id=None,
            )
        )
        return deleted.rowcount + kept.rowcount

    async def has_points(self, guild_id: int, user_id: int) -> bool:
        """Whether the member has entries in a server's ledger."""
        query = select(ledger.c.id).where(ledger.c.guild_id == guild_id, ledger.c.user_id == user_id).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def delete(self, user_id: int, guild_ids: Sequence[int], newest_session: int, until: datetime | None) -> int:
        """Delete the member's other rows, and their id where the row is not about them.

        Entries of the ledger, boards and teams have been seen to. `newest_session` is what `lock` returned; `until`:
        only what was written up to then.

        Returns:
            How many rows there were.
        """
        await self._free_attempts(user_id, until)
        sessions = [*_mine(_TRACE_OF["quizzes"], user_id, guild_ids, until), quiz_sessions.c.id <= newest_session]
        going = select(quiz_sessions.c.id).where(*sessions)
        await self._connection.execute(delete(quiz_items).where(quiz_items.c.session_id.in_(going)))
        touched = 0
        for trace in TRACES:
            mine = sessions if trace.section == "quizzes" else _mine(trace, user_id, guild_ids, until)
            statement = _erasing(trace, mine)
            if statement is not None:
                touched += (await self._connection.execute(statement)).rowcount
        is_member = exists().where(team_members.c.team_id == teams.c.id, team_members.c.user_id == user_id)
        await self._connection.execute(
            update(teams).where(teams.c.captain_id == user_id, ~is_member).values(captain_id=None)
        )
        return touched

    async def _free_attempts(self, user_id: int, until: datetime | None) -> None:
        """Take away what refers to attempts that are about to go."""
        going = select(attempts.c.id).where(*_mine(_TRACE_OF["attempts"], user_id, [], until))
        await self._connection.execute(update(ledger).where(ledger.c.attempt_id.in_(going)).values(attempt_id=None))
        await self._connection.execute(delete(review_logs).where(review_logs.c.attempt_id.in_(going)))


def _mine(
    trace: Trace, user_id: int, guild_ids: Sequence[int], until: datetime | None = None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [trace.column == user_id]
    if trace.by_server:
        conditions.append(trace.column.table.c.guild_id.in_(guild_ids))
    if until is not None:
        conditions.append(trace.latest <= until)
    return conditions


def _erasing(trace: Trace, mine: Sequence[ColumnElement[bool]]) -> Any:
    """Return the statement that does to a trace what is said there; None where that is done elsewhere."""
    table = trace.column.table
    if trace.fate is Fate.GOES:
        return delete(table).where(*mine)
    if trace.fate is Fate.NOBODY:
        return update(table).where(*mine).values({trace.column.name: NOBODY})
    if trace.fate is Fate.UNNAMED:
        return update(table).where(*mine).values({trace.column.name: None, "reason": ""})
    return None


def _told(section: str, row: Row, sealed: Collection[str]) -> Row:
    if "share_numerator" in row:
        numerator, denominator = row.pop("share_numerator"), row.pop("share_denominator")
        row["share"] = None if numerator is None else round(numerator / denominator, 4)
    if section in _WITHHELD:
        row["sealed"] = row["question_id"] in sealed
        if row["sealed"]:
            row |= dict.fromkeys(_WITHHELD[section])
    return row
