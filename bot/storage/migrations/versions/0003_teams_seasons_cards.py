"""Teams, seasons, amended ledger entries, cards, erasures; boards that leave hidden members out."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant, RowId

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BOARD = "guild_id, \"window\", period, topic"


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('id', RowId, nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=False),
    sa.Column('action', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('ledger_id', sa.BigInteger(), nullable=True),
    sa.Column('team_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_audit_entries_guild_id_id'), 'audit_entries', ['guild_id', 'id'], unique=False)
    op.create_index(op.f('ix_audit_entries_subject_id'), 'audit_entries', ['subject_id'], unique=False)
    op.create_table('cards',
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Integer(), nullable=False),
    sa.Column('stability', sa.Float(), nullable=True),
    sa.Column('difficulty', sa.Float(), nullable=True),
    sa.Column('due_at', Instant, nullable=False),
    sa.Column('last_review_at', Instant, nullable=True),
    sa.Column('reviews', sa.Integer(), nullable=False),
    sa.Column('lapses', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('user_id', 'question_id', name=op.f('pk_cards'))
    )
    op.create_index(op.f('ix_cards_user_id_due_at'), 'cards', ['user_id', 'due_at'], unique=False)
    op.create_table('erasures',
    sa.Column('member_hash', sa.String(length=64), nullable=False),
    sa.Column('erased_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('member_hash', name=op.f('pk_erasures'))
    )
    op.create_table('seasons',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('started_at', Instant, nullable=False),
    sa.Column('started_by', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', Instant, nullable=True),
    sa.Column('ended_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('guild_id', 'number', name=op.f('pk_seasons'))
    )
    op.create_index('uq_seasons_running', 'seasons', ['guild_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('secrets',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_secrets'))
    )
    op.create_table('team_contributions',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=8), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('team_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'team_id', 'user_id', name=op.f('pk_team_contributions')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_team_contributions_guild_id_user_id'), 'team_contributions', ['guild_id', 'user_id'], unique=False)
    op.create_table('team_scores',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=8), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('team_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('reached_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'team_id', name=op.f('pk_team_scores')),
    sqlite_with_rowid=False
    )
    op.create_table('teams',
    sa.Column('id', RowId, nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_key', sa.String(length=160), nullable=False),
    sa.Column('captain_id', sa.BigInteger(), nullable=True),
    sa.Column('role_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.Column('ended_at', Instant, nullable=True),
    sa.CheckConstraint("state IN ('pending', 'active', 'disbanded')", name=op.f('ck_teams_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sqlite_autoincrement=True
    )
    op.create_index('uq_teams_name', 'teams', ['guild_id', 'name_key'], unique=True, sqlite_where=sa.text("state <> 'disbanded'"), postgresql_where=sa.text("state <> 'disbanded'"))
    op.create_index('uq_teams_role', 'teams', ['guild_id', 'role_id'], unique=True, sqlite_where=sa.text("state <> 'disbanded'"), postgresql_where=sa.text("state <> 'disbanded'"))
    op.create_table('team_departures',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('team_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('left_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_departures_team_id_teams')),
    sa.PrimaryKeyConstraint('guild_id', 'user_id', 'team_id', name=op.f('pk_team_departures'))
    )
    op.create_table('team_invitations',
    sa.Column('team_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('invited_by', sa.BigInteger(), nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_invitations_team_id_teams')),
    sa.PrimaryKeyConstraint('team_id', 'user_id', name=op.f('pk_team_invitations'))
    )
    op.create_index(op.f('ix_team_invitations_user_id'), 'team_invitations', ['user_id'], unique=False)
    op.create_table('team_members',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('team_id', sa.BigInteger(), nullable=False),
    sa.Column('via', sa.String(length=10), nullable=False),
    sa.Column('joined_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_members_team_id_teams')),
    sa.PrimaryKeyConstraint('guild_id', 'user_id', name=op.f('pk_team_members'))
    )
    op.create_index(op.f('ix_team_members_team_id'), 'team_members', ['team_id'], unique=False)
    op.create_table('review_logs',
    sa.Column('id', RowId, nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('attempt_id', sa.BigInteger(), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('reviewed_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempts.id'], name=op.f('fk_review_logs_attempt_id_attempts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_logs')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_review_logs_attempt_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_review_logs_user_id_reviewed_at'), 'review_logs', ['user_id', 'reviewed_at'], unique=False)
    op.create_index(op.f('ix_quiz_sessions_guild_id_created_at'), 'quiz_sessions', ['guild_id', 'created_at'], unique=False)
    op.add_column('attempts', sa.Column('team_id', sa.BigInteger(), nullable=True))
    op.add_column('guilds', sa.Column('zone_chosen', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('guilds', sa.Column('team_approval', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('guilds', sa.Column('team_size', sa.Integer(), server_default='50', nullable=False))
    _widen_ledger()
    _rebuild_boards()
    _describe_to_the_planner()


def _widen_ledger() -> None:
    op.add_column('ledger', sa.Column('answers', sa.Integer(), server_default='1', nullable=False))
    op.add_column('ledger', sa.Column('right', sa.Integer(), server_default='0', nullable=False))
    op.add_column('ledger', sa.Column('written_at', Instant, nullable=True))
    # Alembic adds no constraint to a table of SQLite; both databases read this.
    op.execute('ALTER TABLE ledger ADD COLUMN amends_id BIGINT CONSTRAINT fk_ledger_amends_id_ledger REFERENCES ledger (id)')
    op.execute("""UPDATE ledger SET "right" = 1 WHERE reason IN ('right', 'corrected')""")
    op.execute("UPDATE ledger SET answers = 0 WHERE reason = 'corrected'")
    op.create_index(op.f('ix_ledger_amends_id'), 'ledger', ['amends_id'], unique=False)
    op.create_index(op.f('ix_ledger_attempt_id'), 'ledger', ['attempt_id'], unique=False)
    op.create_index(op.f('ix_ledger_guild_id_id'), 'ledger', ['guild_id', 'id'], unique=False)


def _rebuild_boards() -> None:
    """Copy the scores into a table without row ids, note who is shown, and count the histogram anew.

    What was earned before the first season is on no season's board any more.
    """
    op.rename_table('board_scores', 'board_scores_0002')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER INDEX pk_board_scores RENAME TO pk_board_scores_0002')
    op.drop_index('ix_board_scores_ranking', table_name='board_scores_0002')
    op.drop_table('board_histogram')
    op.create_table('board_histogram',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=8), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('points', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'points', name=op.f('pk_board_histogram')),
    sqlite_with_rowid=False
    )
    op.create_table('board_scores',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=8), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('reached_at', Instant, nullable=False),
    sa.Column('shown', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'user_id', name=op.f('pk_board_scores')),
    sqlite_with_rowid=False
    )
    op.execute(f"""
        INSERT INTO board_scores ({_BOARD}, user_id, points, answers, "right", reached_at, shown)
        SELECT {_BOARD}, user_id, points, answers, "right", reached_at, NOT EXISTS (
            SELECT 1 FROM memberships AS member WHERE member.guild_id = old.guild_id
            AND member.user_id = old.user_id AND (member.hidden OR member.left_at IS NOT NULL))
        FROM board_scores_0002 AS old WHERE period <> 's0'""")
    op.execute(f"""
        INSERT INTO board_histogram ({_BOARD}, points, members)
        SELECT {_BOARD}, points, count(*) FROM board_scores WHERE shown AND points > 0 GROUP BY {_BOARD}, points""")
    op.drop_table('board_scores_0002')
    op.create_index('ix_board_scores_ranking', 'board_scores', ['guild_id', 'window', 'period', 'topic', 'shown', sa.text('points DESC'), 'reached_at', 'user_id'], unique=False)
    op.create_index(op.f('ix_board_scores_guild_id_user_id'), 'board_scores', ['guild_id', 'user_id'], unique=False)


# Rows of the table, then how many of them share the first column of the index, the first two, and so on.
_STATISTICS = (
    ('board_scores', 'ix_board_scores_guild_id_user_id', '1000000 10 1'),
    ('team_contributions', 'ix_team_contributions_guild_id_user_id', '1000000 10 1'),
    ('ledger', 'ix_ledger_guild_id_user_id_local_date', '1000000 10 2 1'),
)


def _describe_to_the_planner() -> None:
    """Tell SQLite that a member has few of a server's rows, which its planner does not suppose by itself.

    Without it a member's scores are looked for among all of their server's.
    """
    if op.get_bind().dialect.name != 'sqlite':
        return
    op.execute('ANALYZE sqlite_schema')
    for table, index, figures in _STATISTICS:
        op.execute(f"DELETE FROM sqlite_stat1 WHERE tbl = '{table}' AND idx = '{index}'")
        op.execute(f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{figures}')")
    op.execute('ANALYZE sqlite_schema')
