"""Where the time of a page goes: the pipeline's own stages, each with a clock around it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from digitizer.imaging.load import probe
from digitizer.settings import Settings

STAGES = ("load_page", "straighten", "segment", "read", "assemble")
"""The functions of the pipeline that are timed; none of them calls another."""


def time_stages(documents: Sequence[Path], settings: Settings) -> dict[str, float]:
    """Seconds a page in each stage, and in all else ("other"); models are loaded beforehand, as in a long run."""
    # Here, not above: it brings scikit-learn with it, seconds that no other part of the bench needs.
    from digitizer import loading, pipeline

    tools = loading.load_tools(settings)
    pages = 0
    with clocks(pipeline, STAGES) as spent:
        start = time.perf_counter()
        for path in documents:
            document = probe(path, settings)
            readings = [pipeline.read_page(document, page, settings) for page in range(1, document.pages + 1)]
            pipeline.assemble(document, readings, tools)
            pages += document.pages
        whole = time.perf_counter() - start
    stages = {name.removesuffix("_page"): seconds / pages for name, seconds in spent.items()}
    return {**stages, "other": max(0.0, whole / pages - sum(stages.values()))}


@contextmanager
def clocks(module: ModuleType, names: Sequence[str]) -> Iterator[Mapping[str, float]]:
    """Replaces the named functions of a module by timed ones while it lasts; gives the seconds spent in each.

    So the pipeline is timed as it is, and how its stages are strung together is written down in one place only.
    """
    originals = {name: getattr(module, name) for name in names if hasattr(module, name)}
    spent = dict.fromkeys(originals, 0.0)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - start

        return call

    try:
        for name, function in originals.items():
            setattr(module, name, timed(name, function))
        yield spent
    finally:
        for name, function in originals.items():
            setattr(module, name, function)
