"""Every column that holds a member's id: what an export shows of its rows, and what an erasure does to them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, ColumnElement, func, literal

from bot.storage.columns import Instant
from bot.storage.tables import (
    attempts,
    audit_entries,
    board_scores,
    cards,
    ledger,
    member_settings,
    memberships,
    quiz_sessions,
    review_logs,
    schedules,
    seasons,
    team_contributions,
    team_departures,
    team_invitations,
    team_members,
    teams,
)

NOBODY = 0
_LONG_AGO = literal(datetime(2000, 1, 1, tzinfo=UTC), Instant)


class Fate(Enum):
    """What an erasure does where the id stands."""

    GOES = "the row is deleted"
    NOBODY = "the row is about something else: 0 takes the id's place"
    UNNAMED = "the row is what somebody else did: it stays without the id and without the words"
    POINTS = "the row is deleted, or stays for the team under a random id"
    COUNTED = "boards follow the ledger"
    TEAM = "the member leaves the team, and a captain is followed by another"


@dataclass(frozen=True, slots=True)
class Trace:
    """One column with members' ids.

    `section`: the name of the rows in an export, `shown` the columns of them: never another member's id. `latest`: when
    the id was written there, so that after a restore rows of before an erasure can be told from later ones.
    `by_server`: the table is read fast by server and member only.
    """

    section: str
    column: Column[int]
    latest: ColumnElement[Any]
    shown: tuple[str, ...]
    fate: Fate
    by_server: bool = False


_SCORE = ("guild_id", "window", "period", "topic")

# In the order in which an erasure works through them: what refers to a row goes before it.
TRACES: tuple[Trace, ...] = (
    Trace(
        "settings",
        member_settings.c.user_id,
        member_settings.c.updated_at,
        ("language", "timezone", "updated_at"),
        Fate.GOES,
    ),
    Trace(
        "servers",
        memberships.c.user_id,
        memberships.c.first_seen_at,
        ("guild_id", "name", "hidden", "left_at", "checked_at", "first_seen_at", "last_seen_at"),
        Fate.GOES,
    ),
    Trace(
        "points",
        ledger.c.user_id,
        func.coalesce(ledger.c.written_at, ledger.c.occurred_at, type_=Instant),
        tuple(column.name for column in ledger.columns if column.name != "user_id"),
        Fate.POINTS,
        by_server=True,
    ),
    Trace(
        "boards",
        board_scores.c.user_id,
        board_scores.c.reached_at,
        (*_SCORE, "points", "answers", "right", "reached_at", "shown"),
        Fate.COUNTED,
        by_server=True,
    ),
    Trace(
        "team_points",
        team_contributions.c.user_id,
        _LONG_AGO,
        (*_SCORE, "team_id", "points", "answers", "right"),
        Fate.COUNTED,
        by_server=True,
    ),
    Trace(
        "reviews",
        review_logs.c.user_id,
        review_logs.c.reviewed_at,
        ("id", "question_id", "item_id", "attempt_id", "rating", "reviewed_at"),
        Fate.GOES,
    ),
    Trace(
        "cards",
        cards.c.user_id,
        func.coalesce(cards.c.last_review_at, _LONG_AGO, type_=Instant),
        tuple(column.name for column in cards.columns if column.name != "user_id"),
        Fate.GOES,
    ),
    Trace(
        "attempts",
        attempts.c.user_id,
        attempts.c.changed_at,
        tuple(column.name for column in attempts.columns if column.name != "user_id"),
        Fate.GOES,
    ),
    Trace(
        "quizzes",
        quiz_sessions.c.user_id,
        quiz_sessions.c.created_at,
        tuple(column.name for column in quiz_sessions.columns if column.name != "user_id"),
        Fate.GOES,
    ),
    Trace(
        "team",
        team_members.c.user_id,
        team_members.c.joined_at,
        ("guild_id", "team_id", "via", "joined_at"),
        Fate.TEAM,
        by_server=True,
    ),
    Trace(
        "team_captain",
        teams.c.captain_id,
        teams.c.created_at,
        ("id", "guild_id", "name", "role_id", "state", "open", "created_at", "ended_at"),
        Fate.TEAM,
    ),
    Trace(
        "team_founder",
        teams.c.created_by,
        teams.c.created_at,
        ("id", "guild_id", "name", "role_id", "state", "open", "created_at", "ended_at"),
        Fate.NOBODY,
    ),
    Trace(
        "team_departures",
        team_departures.c.user_id,
        team_departures.c.left_at,
        ("guild_id", "team_id", "removed", "left_at"),
        Fate.GOES,
        by_server=True,
    ),
    Trace(
        "invitations_received",
        team_invitations.c.user_id,
        team_invitations.c.created_at,
        ("team_id", "created_at"),
        Fate.GOES,
    ),
    Trace(
        "invitations_sent",
        team_invitations.c.invited_by,
        team_invitations.c.created_at,
        ("team_id", "created_at"),
        Fate.NOBODY,
    ),
    Trace(
        "schedules",
        schedules.c.created_by,
        schedules.c.updated_at,
        ("guild_id", "channel_id", "time", "timezone", "topics", "language", "removed", "created_at", "updated_at"),
        Fate.NOBODY,
    ),
    Trace(
        "seasons_started",
        seasons.c.started_by,
        seasons.c.started_at,
        ("guild_id", "number", "name", "started_at"),
        Fate.NOBODY,
    ),
    Trace(
        "seasons_ended",
        seasons.c.ended_by,
        seasons.c.ended_at,
        ("guild_id", "number", "name", "ended_at"),
        Fate.NOBODY,
    ),
    Trace(
        "admin_acts_by_you",
        audit_entries.c.actor_id,
        audit_entries.c.created_at,
        ("guild_id", "action", "team_id", "reason", "created_at"),
        Fate.NOBODY,
    ),
    Trace(
        "admin_acts_about_you",
        audit_entries.c.subject_id,
        audit_entries.c.created_at,
        ("guild_id", "action", "ledger_id", "team_id", "reason", "created_at"),
        Fate.UNNAMED,
    ),
)
