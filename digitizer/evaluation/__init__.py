"""Scores records against truth, shows a run and its mistakes as pages, and measures speed."""

from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.report import write_report
from digitizer.evaluation.run import evaluate
from digitizer.evaluation.table import TextTable, tables

__all__ = ["Evaluation", "TextTable", "evaluate", "evaluate_records", "tables", "write_report"]
