"""Scores records against truth, shows a run and its mistakes as pages, and measures speed."""

from digitizer.evaluation.metrics import Evaluation, evaluate_records
from digitizer.evaluation.mistakes import write_evaluation_page
from digitizer.evaluation.report import write_report
from digitizer.evaluation.table import TextTable, tables
from digitizer.evaluation.truth import Truth, load_truths

__all__ = [
    "Evaluation",
    "TextTable",
    "Truth",
    "evaluate_records",
    "load_truths",
    "tables",
    "write_evaluation_page",
    "write_report",
]
