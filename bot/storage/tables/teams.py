"""Teams of a server, and its seasons."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.columns import Instant, RowId
from bot.storage.tables.base import metadata

_STANDS = text("state <> 'disbanded'")

# A linked team belongs to a role and has no captain; the others belong to their captain.
teams = Table(
    "teams",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("name", String(40), nullable=False),
    # The name as two people would call it the same: see bot.domain.team_names.name_key.
    Column("name_key", String(160), nullable=False),
    Column("captain_id", BigInteger),
    Column("role_id", BigInteger),
    Column("state", String(10), nullable=False),
    # Whether anybody may join, or only those who are invited.
    Column("open", Boolean, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('pending', 'active', 'disbanded')", name="state"),
    Index("uq_teams_name", "guild_id", "name_key", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    Index("uq_teams_role", "guild_id", "role_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    sqlite_autoincrement=True,
)

# The key says it: a member is in one team of a server.
team_members = Table(
    "team_members",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", BigInteger, ForeignKey("teams.id"), nullable=False, index=True),
    # "joined", or "role" while the member wears the team's role.
    Column("via", String(10), nullable=False),
    Column("joined_at", Instant, nullable=False),
)

# The latest time that a member left each team: the cool-down before the next one runs from the last of them.
team_departures = Table(
    "team_departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", BigInteger, ForeignKey("teams.id"), primary_key=True, autoincrement=False),
    # Whether the captain or an admin took the member out: then only an invitation leads back into that team.
    Column("removed", Boolean, nullable=False),
    Column("left_at", Instant, nullable=False),
)

team_invitations = Table(
    "team_invitations",
    metadata,
    Column("team_id", BigInteger, ForeignKey("teams.id"), primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("invited_by", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "user_id"),
)

seasons = Table(
    "seasons",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    # From 1. The ledger says 0 for what was earned between seasons.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", BigInteger, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", BigInteger),
    Index(
        "uq_seasons_running",
        "guild_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
