"""Fake steps for runs that start often: their worker processes do not load what reads pages, which fakes never do."""

from __future__ import annotations

from dataclasses import dataclass

from batch.fakes import FakeSteps
from digitizer.batch import pool

# Here, so that the workers of a cluster, which import this with the steps, do without it too.
pool.PRELOADED = ["digitizer.batch.run"]


@dataclass(frozen=True)
class LightSteps(FakeSteps):
    """As FakeSteps."""
