"""The tables as the newest migration leaves them. Snowflakes are BIGINT; instants are UTC."""

from bot.storage.tables.base import metadata
from bot.storage.tables.daily import attempts, deliveries, item_revisions, notices, schedules, slots
from bot.storage.tables.members import guilds, member_settings, memberships
from bot.storage.tables.operations import audit_entries, command_registrations, erasures, heartbeats, secrets
from bot.storage.tables.points import board_histogram, board_scores, ledger, team_contributions, team_scores
from bot.storage.tables.practice import cards, quiz_items, quiz_sessions, review_logs
from bot.storage.tables.teams import seasons, team_departures, team_invitations, team_members, teams

__all__ = [
    "attempts",
    "audit_entries",
    "board_histogram",
    "board_scores",
    "cards",
    "command_registrations",
    "deliveries",
    "erasures",
    "guilds",
    "heartbeats",
    "item_revisions",
    "ledger",
    "member_settings",
    "memberships",
    "metadata",
    "notices",
    "quiz_items",
    "quiz_sessions",
    "review_logs",
    "schedules",
    "seasons",
    "secrets",
    "slots",
    "team_contributions",
    "team_departures",
    "team_invitations",
    "team_members",
    "team_scores",
    "teams",
]
