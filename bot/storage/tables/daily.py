"""Schedules, slots, deliveries, attempts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from bot.storage.columns import Instant, Json, RowId
from bot.storage.tables.base import metadata

# One row per channel for ever: `removed` and `paused` are what people set, `suspended_reason` what the bot found.
schedules = Table(
    "schedules",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("time", String(8), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("topics", Json, nullable=False),
    Column("difficulty", Integer),
    Column("days", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("mention_role_id", BigInteger),
    Column("reveal_after_seconds", Integer),
    Column("thread", Boolean, nullable=False),
    Column("admin_channel_id", BigInteger),
    Column("paused", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("suspended_reason", String(40)),
    Column("suspended_at", Instant),
    Column("effective_from", Instant, nullable=False),
    Column("next_local_date", Date),
    Column("next_due_at", Instant),
    Column("seed", String(32), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("feedback", String(10), nullable=False, server_default="delayed"),
    Index(None, "next_due_at"),
    Index(None, "guild_id"),
)

# What was ever shown stays: grading and reveals read this, never the file (decision 10).
item_revisions = Table(
    "item_revisions",
    metadata,
    Column("hash", String(24), primary_key=True),
    Column("item_id", String(80), nullable=False),
    Column("json", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("channel_id", BigInteger, ForeignKey("schedules.channel_id"), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(40)),
    Column("tries", Integer, nullable=False),
    Column("owner", String(80)),
    Column("lease_until", Instant),
    Column("next_try_at", Instant),
    Column("claimed_at", Instant),
    Column("posted_at", Instant),
    UniqueConstraint("channel_id", "local_date"),
    CheckConstraint("state IN ('pending', 'claimed', 'sending', 'unknown', 'posted', 'skipped')", name="state"),
    Index(None, "state", "next_try_at"),
    sqlite_autoincrement=True,
)

# The id stands in custom_ids of messages that outlive any row, so it is never used again.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("slot_id", BigInteger, ForeignKey("slots.id"), nullable=False, unique=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("language", String(2), nullable=False),
    Column("question_id", String(80), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("revision", String(24), ForeignKey("item_revisions.hash"), nullable=False),
    Column("option_order", Json, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("message_id", BigInteger),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("reveal_state", String(10), nullable=False),
    Column("reveal_reason", String(40)),
    Column("reveal_tries", Integer, nullable=False),
    Column("reveal_owner", String(80)),
    Column("reveal_lease_until", Instant),
    Column("reveal_next_try_at", Instant),
    Column("reveal_claimed_at", Instant),
    Column("reveal_message_id", BigInteger),
    Column("revealed_at", Instant),
    Column("created_at", Instant, nullable=False),
    # The schedule's when it was posted: a change of it must not reopen answers that were told.
    Column("feedback", String(10), nullable=False, server_default="delayed"),
    # The revision stays as it was shown; this is the option that is right instead of its key.
    Column("corrected_key", String(40)),
    Column("voided_at", Instant),
    # A reveal stood when an admin mended the delivery: a reply to it says so.
    Column("correction_needed", Boolean, nullable=False, server_default=false()),
    Column("correction_message_id", BigInteger),
    CheckConstraint(
        "reveal_state IN ('waiting', 'pending', 'claimed', 'sending', 'unknown', 'posted', 'skipped')",
        name="reveal_state",
    ),
    Index(None, "guild_id", "closed_at"),
    Index(None, "closed_at", "closes_at"),
    Index(None, "reveal_state", "reveal_next_try_at"),
    Index(None, "channel_id", "cycle"),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("context_kind", String(10), nullable=False),
    Column("context_id", BigInteger, nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("question_id", String(80), nullable=False),
    Column("revision", String(24), ForeignKey("item_revisions.hash"), nullable=False),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger),
    Column("user_id", BigInteger, nullable=False),
    Column("options", Json, nullable=False),
    Column("value", Float),
    Column("guessed", Boolean, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
    # The member's team at the click: what they earn by it stays there.
    Column("team_id", BigInteger),
    # Null until the delivery closes: nothing that tells right from wrong exists before (decision 13).
    Column("share_numerator", Integer),
    Column("share_denominator", Integer),
    Column("answered_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("context_kind", "context_id", "item_id", "user_id"),
    Index(None, "user_id", "item_id"),
    sqlite_autoincrement=True,
)

# "Once per cause and day" (decision 27).
notices = Table(
    "notices",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("cause", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("sent_at", Instant, nullable=False),
)
