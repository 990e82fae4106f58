"""Alembic migrations, run at start by Database.upgrade."""
