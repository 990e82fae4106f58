"""The ledger, and the aggregates that boards read."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, true

from bot.storage.columns import Instant, RowId
from bot.storage.tables.base import metadata

# Append-only. Everything a board needs is frozen in the row (decision 19).
ledger = Table(
    "ledger",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger),
    # Negative: a random id in the place of a member who had their data deleted.
    Column("user_id", BigInteger, nullable=False),
    Column("team_id", BigInteger),
    Column("source", String(10), nullable=False),
    Column("attempt_id", BigInteger, ForeignKey("attempts.id"), index=True),
    Column("question_id", String(80), nullable=False),
    Column("item_id", String(80), nullable=False),
    Column("revision", String(24), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("season", Integer, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("points", Integer, nullable=False),
    # What the entry adds to the counts of answers and of right answers; negative when it takes another one back.
    Column("answers", Integer, nullable=False, server_default="1"),
    Column("right", Integer, nullable=False, server_default="0"),
    Column("reason", String(20), nullable=False),
    # The entry that this one voids or restores.
    Column("amends_id", BigInteger, ForeignKey("ledger.id"), index=True),
    Column("occurred_at", Instant, nullable=False),
    # Null in rows older than the column.
    Column("written_at", Instant),
    Index(None, "guild_id", "user_id", "local_date"),
    Index(None, "guild_id", "id"),
    sqlite_autoincrement=True,
)

# Aggregates kept in the transaction that appends to the ledger. A board is (guild, window, period, topic).
# Without row ids SQLite keeps each in one tree, ordered by its key, and a board is one range of it.
board_scores = Table(
    "board_scores",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("window", String(8), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("reached_at", Instant, nullable=False),
    # False for members who opted out or have left: they are in no ranking, and in no histogram.
    Column("shown", Boolean, nullable=False, server_default=true()),
    Index(None, "guild_id", "user_id"),
    sqlite_with_rowid=False,
)
Index(
    "ix_board_scores_ranking",
    board_scores.c.guild_id,
    board_scores.c.window,
    board_scores.c.period,
    board_scores.c.topic,
    board_scores.c.shown,
    board_scores.c.points.desc(),
    board_scores.c.reached_at,
    board_scores.c.user_id,
)

# How many shown members stand at each score above zero: a rank is a sum over scores, not over members (decision 20).
board_histogram = Table(
    "board_histogram",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("window", String(8), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("points", Integer, primary_key=True, autoincrement=False),
    Column("members", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What each member earned for each team. Members who have left it stay in it: the points do.
team_contributions = Table(
    "team_contributions",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("window", String(8), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("team_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Index(None, "guild_id", "user_id"),
    sqlite_with_rowid=False,
)

# Sums over the contributions of those with enough answers to count (decision 22); the mean is the score.
team_scores = Table(
    "team_scores",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("window", String(8), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("topic", String(80), primary_key=True),
    Column("team_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    Column("reached_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
