"""First tables: schedules to boards."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant, Json, RowId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('board_histogram',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=8), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('points', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'points', name=op.f('pk_board_histogram'))
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
    sa.PrimaryKeyConstraint('guild_id', 'window', 'period', 'topic', 'user_id', name=op.f('pk_board_scores'))
    )
    op.create_index('ix_board_scores_ranking', 'board_scores', ['guild_id', 'window', 'period', 'topic', 'points', 'reached_at'], unique=False)
    op.create_table('command_registrations',
    sa.Column('application_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('payload_hash', sa.Text(), nullable=False),
    sa.Column('registered_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_command_registrations'))
    )
    op.create_table('guilds',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('season', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.Column('updated_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('guild_id', name=op.f('pk_guilds'))
    )
    op.create_table('heartbeats',
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('started_at', Instant, nullable=False),
    sa.Column('beat_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('owner', name=op.f('pk_heartbeats'))
    )
    op.create_index(op.f('ix_heartbeats_beat_at'), 'heartbeats', ['beat_at'], unique=False)
    op.create_table('item_revisions',
    sa.Column('hash', sa.String(length=24), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('json', Json, nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_item_revisions'))
    )
    op.create_table('member_settings',
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('language', sa.String(length=2), nullable=True),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('updated_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_member_settings'))
    )
    op.create_table('memberships',
    sa.Column('guild_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('hidden', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('left_at', Instant, nullable=True),
    sa.Column('checked_at', Instant, nullable=True),
    sa.Column('first_seen_at', Instant, nullable=False),
    sa.Column('last_seen_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('guild_id', 'user_id', name=op.f('pk_memberships'))
    )
    op.create_index(op.f('ix_memberships_user_id'), 'memberships', ['user_id'], unique=False)
    op.create_table('notices',
    sa.Column('channel_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sent_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('channel_id', 'cause', 'day', name=op.f('pk_notices'))
    )
    op.create_table('quiz_sessions',
    sa.Column('id', RowId, nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=True),
    sa.Column('channel_id', sa.BigInteger(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('topics', Json, nullable=False),
    sa.Column('difficulty', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.Column('ended_at', Instant, nullable=True),
    sa.CheckConstraint("state IN ('running', 'finished', 'stopped')", name=op.f('ck_quiz_sessions_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_sessions')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_quiz_sessions_user_id_state'), 'quiz_sessions', ['user_id', 'state'], unique=False)
    op.create_index('uq_quiz_sessions_running', 'quiz_sessions', ['user_id'], unique=True, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_table('schedules',
    sa.Column('channel_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('time', sa.String(length=8), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('topics', Json, nullable=False),
    sa.Column('difficulty', sa.Integer(), nullable=True),
    sa.Column('days', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('mention_role_id', sa.BigInteger(), nullable=True),
    sa.Column('reveal_after_seconds', sa.Integer(), nullable=True),
    sa.Column('thread', sa.Boolean(), nullable=False),
    sa.Column('admin_channel_id', sa.BigInteger(), nullable=True),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('suspended_reason', sa.String(length=40), nullable=True),
    sa.Column('suspended_at', Instant, nullable=True),
    sa.Column('effective_from', Instant, nullable=False),
    sa.Column('next_local_date', sa.Date(), nullable=True),
    sa.Column('next_due_at', Instant, nullable=True),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=False),
    sa.Column('created_at', Instant, nullable=False),
    sa.Column('updated_at', Instant, nullable=False),
    sa.PrimaryKeyConstraint('channel_id', name=op.f('pk_schedules'))
    )
    op.create_index(op.f('ix_schedules_guild_id'), 'schedules', ['guild_id'], unique=False)
    op.create_index(op.f('ix_schedules_next_due_at'), 'schedules', ['next_due_at'], unique=False)
    op.create_table('attempts',
    sa.Column('id', RowId, nullable=False),
    sa.Column('context_kind', sa.String(length=10), nullable=False),
    sa.Column('context_id', sa.BigInteger(), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.String(length=24), nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=True),
    sa.Column('channel_id', sa.BigInteger(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('options', Json, nullable=False),
    sa.Column('value', sa.Float(), nullable=True),
    sa.Column('guessed', sa.Boolean(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('share_numerator', sa.Integer(), nullable=True),
    sa.Column('share_denominator', sa.Integer(), nullable=True),
    sa.Column('answered_at', Instant, nullable=False),
    sa.Column('changed_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['revision'], ['item_revisions.hash'], name=op.f('fk_attempts_revision_item_revisions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts')),
    sa.UniqueConstraint('context_kind', 'context_id', 'item_id', 'user_id', name=op.f('uq_attempts_context_kind_context_id_item_id_user_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_attempts_user_id_item_id'), 'attempts', ['user_id', 'item_id'], unique=False)
    op.create_table('quiz_items',
    sa.Column('session_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.String(length=24), nullable=False),
    sa.Column('option_order', Json, nullable=False),
    sa.Column('shown_at', Instant, nullable=True),
    sa.Column('answered_at', Instant, nullable=True),
    sa.Column('skipped', sa.Boolean(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['revision'], ['item_revisions.hash'], name=op.f('fk_quiz_items_revision_item_revisions')),
    sa.ForeignKeyConstraint(['session_id'], ['quiz_sessions.id'], name=op.f('fk_quiz_items_session_id_quiz_sessions')),
    sa.PrimaryKeyConstraint('session_id', 'position', name=op.f('pk_quiz_items'))
    )
    op.create_table('slots',
    sa.Column('id', RowId, nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('due_at', Instant, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=True),
    sa.Column('lease_until', Instant, nullable=True),
    sa.Column('next_try_at', Instant, nullable=True),
    sa.Column('claimed_at', Instant, nullable=True),
    sa.Column('posted_at', Instant, nullable=True),
    sa.CheckConstraint("state IN ('pending', 'claimed', 'sending', 'unknown', 'posted', 'skipped')", name=op.f('ck_slots_state')),
    sa.ForeignKeyConstraint(['channel_id'], ['schedules.channel_id'], name=op.f('fk_slots_channel_id_schedules')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slots')),
    sa.UniqueConstraint('channel_id', 'local_date', name=op.f('uq_slots_channel_id_local_date')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_slots_state_next_try_at'), 'slots', ['state', 'next_try_at'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', RowId, nullable=False),
    sa.Column('slot_id', sa.BigInteger(), nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.String(length=24), nullable=False),
    sa.Column('option_order', Json, nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('closes_at', Instant, nullable=True),
    sa.Column('closed_at', Instant, nullable=True),
    sa.Column('reveal_state', sa.String(length=10), nullable=False),
    sa.Column('reveal_reason', sa.String(length=40), nullable=True),
    sa.Column('reveal_tries', sa.Integer(), nullable=False),
    sa.Column('reveal_owner', sa.String(length=80), nullable=True),
    sa.Column('reveal_lease_until', Instant, nullable=True),
    sa.Column('reveal_next_try_at', Instant, nullable=True),
    sa.Column('reveal_claimed_at', Instant, nullable=True),
    sa.Column('reveal_message_id', sa.BigInteger(), nullable=True),
    sa.Column('revealed_at', Instant, nullable=True),
    sa.Column('created_at', Instant, nullable=False),
    sa.CheckConstraint("reveal_state IN ('waiting', 'pending', 'claimed', 'sending', 'unknown', 'posted', 'skipped')", name=op.f('ck_deliveries_reveal_state')),
    sa.ForeignKeyConstraint(['revision'], ['item_revisions.hash'], name=op.f('fk_deliveries_revision_item_revisions')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_deliveries_slot_id_slots')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('slot_id', name=op.f('uq_deliveries_slot_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_deliveries_channel_id_cycle'), 'deliveries', ['channel_id', 'cycle'], unique=False)
    op.create_index(op.f('ix_deliveries_closed_at_closes_at'), 'deliveries', ['closed_at', 'closes_at'], unique=False)
    op.create_index(op.f('ix_deliveries_guild_id_closed_at'), 'deliveries', ['guild_id', 'closed_at'], unique=False)
    op.create_index(op.f('ix_deliveries_reveal_state_reveal_next_try_at'), 'deliveries', ['reveal_state', 'reveal_next_try_at'], unique=False)
    op.create_table('ledger',
    sa.Column('id', RowId, nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=True),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('team_id', sa.BigInteger(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('attempt_id', sa.BigInteger(), nullable=True),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('item_id', sa.String(length=80), nullable=False),
    sa.Column('revision', sa.String(length=24), nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('season', sa.Integer(), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('occurred_at', Instant, nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempts.id'], name=op.f('fk_ledger_attempt_id_attempts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger')),
    sa.UniqueConstraint('key', name=op.f('uq_ledger_key')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_ledger_guild_id_user_id_local_date'), 'ledger', ['guild_id', 'user_id', 'local_date'], unique=False)
