"""Instant feedback as a setting; corrected and withdrawn daily questions."""

import sqlalchemy as sa
from alembic import op

from bot.storage.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("feedback", sa.String(length=10), server_default="delayed", nullable=False))
    op.add_column("deliveries", sa.Column("feedback", sa.String(length=10), server_default="delayed", nullable=False))
    op.add_column("deliveries", sa.Column("corrected_key", sa.String(length=40), nullable=True))
    op.add_column("deliveries", sa.Column("voided_at", Instant, nullable=True))
    op.add_column(
        "deliveries", sa.Column("correction_needed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("deliveries", sa.Column("correction_message_id", sa.BigInteger(), nullable=True))
