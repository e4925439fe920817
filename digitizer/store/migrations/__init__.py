"""Alembic's migrations, run by digitizer.store.migrate."""
