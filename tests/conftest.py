"""Shared fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


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
