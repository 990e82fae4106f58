"""Quiz sessions, and what each member remembers (spaced repetition)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from bot.storage.columns import Instant, Json, RowId
from bot.storage.tables.base import metadata

quiz_sessions = Table(
    "quiz_sessions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger),
    Column("user_id", BigInteger, nullable=False),
    Column("mode", String(10), nullable=False),
    Column("topics", Json, nullable=False),
    Column("difficulty", Integer),
    Column("seconds", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('running', 'finished', 'stopped')", name="state"),
    Index(None, "user_id", "state"),
    Index(None, "guild_id", "created_at"),
    # One running session a member, in all servers together: what "resume" means is never in doubt.
    Index(
        "uq_quiz_sessions_running",
        "user_id",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    sqlite_autoincrement=True,
)

quiz_items = Table(
    "quiz_items",
    metadata,
    Column("session_id", BigInteger, ForeignKey("quiz_sessions.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(80), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("revision", String(24), ForeignKey("item_revisions.hash"), nullable=False),
    Column("option_order", Json, nullable=False),
    Column("shown_at", Instant),
    Column("answered_at", Instant),
    Column("skipped", Boolean, nullable=False),
    Column("points", Integer, nullable=False),
    Column("note", String(20)),
)

# One card per member and question, in all servers together: it is the same memory.
cards = Table(
    "cards",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("question_id", String(80), primary_key=True),
    Column("state", Integer, nullable=False),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("due_at", Instant, nullable=False),
    Column("last_review_at", Instant),
    Column("reviews", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Index(None, "user_id", "due_at"),
)

review_logs = Table(
    "review_logs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("question_id", String(80), nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("attempt_id", BigInteger, ForeignKey("attempts.id"), unique=True),
    # 1 Again, 2 Hard, 3 Good, 4 Easy.
    Column("rating", Integer, nullable=False),
    Column("reviewed_at", Instant, nullable=False),
    Index(None, "user_id", "reviewed_at"),
    sqlite_autoincrement=True,
)
