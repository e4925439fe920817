"""Scores records against truth, shows a run and its mistakes as pages, and measures speed."""

from digitizer.evaluation.metrics import Evaluation, evaluate_records

__all__ = ["Evaluation", "evaluate_records"]
