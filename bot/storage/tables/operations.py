"""The bot's own book-keeping, what admins did, and whose data was deleted."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bot.storage.columns import Instant, RowId
from bot.storage.tables.base import metadata

# One row per process that ran: a gap between two beats is an outage (decision 21).
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False, index=True),
)

# Which commands each application has registered with Discord (decision 9).
command_registrations = Table(
    "command_registrations",
    metadata,
    Column("application_id", BigInteger, primary_key=True, autoincrement=False),
    Column("payload_hash", Text, nullable=False),
    Column("registered_at", Instant, nullable=False),
)

# What admins did to points and teams, and why. The ledger's ids are not referred to: an entry may be erased.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("action", String(30), nullable=False),
    # The member it was done to, if one was.
    Column("subject_id", BigInteger),
    Column("ledger_id", BigInteger),
    Column("team_id", BigInteger),
    Column("reason", String(400), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "guild_id", "id"),
    Index(None, "subject_id"),
    sqlite_autoincrement=True,
)

# That a member had everything deleted, without saying who: replayed after a restore (decision 23).
erasures = Table(
    "erasures",
    metadata,
    # HMAC-SHA256 of the member's id in hexadecimal digits.
    Column("member_hash", String(64), primary_key=True),
    Column("erased_at", Instant, nullable=False),
)

# What this database keeps to itself, as hexadecimal digits: the key of the erasures.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(128), nullable=False),
)
