"""Scores records against truth, shows a run and its mistakes as pages, and measures speed."""
