"""Servers and members: settings, and who was seen where."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, false, true

from bot.storage.columns import Instant
from bot.storage.tables.base import metadata

guilds = Table(
    "guilds",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("timezone", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    # False while the zone is a default that nobody has chosen: the first schedule's takes its place.
    Column("zone_chosen", Boolean, nullable=False, server_default=true()),
    # The season that is running; 0 while none is.
    Column("season", Integer, nullable=False, server_default="0"),
    # Whether an admin must approve a team that members make, and how many members such a team may have.
    Column("team_approval", Boolean, nullable=False, server_default=false()),
    Column("team_size", Integer, nullable=False, server_default="50"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

member_settings = Table(
    "member_settings",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(2)),
    Column("timezone", String(64)),
    Column("updated_at", Instant, nullable=False),
)

# Learned from interactions: there is no members intent.
memberships = Table(
    "memberships",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("left_at", Instant),
    Column("checked_at", Instant),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Index(None, "user_id"),
)
