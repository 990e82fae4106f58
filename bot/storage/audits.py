"""The audit trail. Nothing here changes an entry that stands."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audits import AuditAction, AuditEntry
from bot.storage.tables import audit_entries, teams

# What the column holds; a longer reason is refused by whoever takes it from a person.
REASON_LIMIT = 400


class AuditRepository:
    """Rows of `audit_entries`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def write(
        self,
        guild_id: int,
        actor_id: int,
        action: AuditAction,
        reason: str,
        now: datetime,
        *,
        subject_id: int | None = None,
        ledger_id: int | None = None,
        team_id: int | None = None,
    ) -> None:
        """Note an act, in the transaction that does it. `reason` has at most 400 characters."""
        await self._connection.execute(
            insert(audit_entries).values(
                guild_id=guild_id,
                actor_id=actor_id,
                action=action,
                subject_id=subject_id,
                ledger_id=ledger_id,
                team_id=team_id,
                reason=reason[:REASON_LIMIT],
                created_at=now,
            )
        )

    async def list(
        self, guild_id: int, before_id: int | None, limit: int, subject_id: int | None = None
    ) -> list[AuditEntry]:
        """Return a server's latest acts, newest first: those before an id, and those done to a member, if given."""
        query = (
            select(audit_entries, teams.c.name.label("team"))
            .outerjoin(teams, teams.c.id == audit_entries.c.team_id)
            .where(audit_entries.c.guild_id == guild_id)
            .order_by(audit_entries.c.id.desc())
            .limit(limit)
        )
        if before_id is not None:
            query = query.where(audit_entries.c.id < before_id)
        if subject_id is not None:
            query = query.where(audit_entries.c.subject_id == subject_id)
        return [AuditEntry(**row) for row in (await self._connection.execute(query)).mappings()]
