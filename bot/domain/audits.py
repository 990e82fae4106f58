"""The audit trail: what admins did to points and teams, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# Each names a text under `audit.actions` in the catalogues.
AuditAction = Literal[
    "void",
    "restore",
    "team_approve",
    "team_disband",
    "team_hand_over",
    "team_link",
    "team_reject",
    "team_remove",
    "team_rename",
    "team_unlink",
]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act.

    `subject_id` is the member it was done to (negative: a random id in the place of one who had their data deleted),
    `ledger_id` the event of points, `team_id` the team, and `team` its name as it is now; each None where the act was
    done to no such thing. `reason` is what was typed, "" when the action takes none.
    """

    id: int
    guild_id: int
    actor_id: int
    action: AuditAction
    subject_id: int | None
    ledger_id: int | None
    team_id: int | None
    team: str | None
    reason: str
    created_at: datetime
