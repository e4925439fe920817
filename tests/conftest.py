"""Shared fixtures and options."""

from __future__ import annotations

from pathlib import Path

import databases
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# A busy machine makes any example slow now and then; that says nothing about the code.
settings.register_profile("patient", parent=settings.default, deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden",
        action="store_true",
        help="write the records in tests/golden anew instead of comparing with them; read the diff",
    )
    parser.addoption(
        "--chaos", default=3, type=int, help="rounds of kill -9 in tests/batch/test_chaos.py (50: the long run)"
    )
    parser.addoption(
        "--damaged", default=16, type=int, help="damaged files in tests/batch/test_damaged.py (500: the long run)"
    )


def pytest_unconfigure() -> None:
    databases.end_servers()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The scans that lie beside the repository on some machines; tests that use it carry the marker `shared`."""
    folder = ROOT.parent / "shared"
    if not (folder / "sec").is_dir():
        pytest.skip("../shared, with scans to measure on, is not on this machine")
    return folder
