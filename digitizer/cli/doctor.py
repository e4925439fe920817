"""`digitizer doctor`: what is installed, what is missing and how to get it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import typer
from packaging.requirements import Requirement
from rich.box import SIMPLE_HEAD
from rich.table import Table

from digitizer import __version__
from digitizer.cli.console import output
from digitizer.errors import DigitizerError
from digitizer.fields.definitions import load_definitions
from digitizer.imaging.text_detector import detector_file, load_text_detector
from digitizer.reading.tesseract_probe import installed_languages, require_tesseract, tesseract_version
from digitizer.resources import models_folder
from digitizer.settings import Settings

MISSING = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One component. remedy: how to get it, '' where it is there; needed: whether nothing works without it."""

    component: str
    found: str
    remedy: str = ""
    needed: bool = True


def doctor() -> None:
    """Lists what is installed, in which versions, what is missing and how to get it."""
    findings = list(examine(Settings().language))
    table = Table("component", "found", "", header_style="dim", box=SIMPLE_HEAD, pad_edge=False)
    for finding in findings:
        fine = "[green]ok[/]" if not finding.remedy else "[red]missing[/]" if finding.needed else "[yellow]optional[/]"
        table.add_row(finding.component, finding.found, fine)
    console = output()
    console.print(table)
    for finding in findings:
        if finding.remedy:
            console.print(f"{finding.component}: {finding.remedy}", markup=False, soft_wrap=True)
    if any(finding.remedy and finding.needed for finding in findings):
        raise typer.Exit(MISSING)


def examine(language: str) -> Iterator[Finding]:
    """Every component in turn."""
    yield Finding("digitizer", __version__)
    yield Finding("python", sys.version.split()[0])
    yield _try("tesseract", tesseract_version)
    yield _try(f"language {language}", lambda: _languages(language))
    yield _program("pdftoppm", "poppler-utils", "-v", needed=True)
    yield from _packages()
    yield _try("models", _models)
    yield _text_detector()
    yield _program("chromium", "chromium", "--version", needed=False)


def _try(component: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(component, look())
    except DigitizerError as error:
        return Finding(component, str(error), error.remedy)


def _languages(language: str) -> str:
    require_tesseract(language)
    return ", ".join(installed_languages())


def _program(program: str, package: str, question: str, needed: bool) -> Finding:
    purpose = "" if needed else ", for drawing training pages and tests only"
    if shutil.which(program) is None:
        return Finding(program, f"not installed{purpose}", f"sudo apt-get install {package}", needed)
    try:
        done = subprocess.run([program, question], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(program, f"does not start ({error})", f"sudo apt-get install --reinstall {package}", needed)
    return Finding(program, ((done.stdout or done.stderr).splitlines() or ["installed"])[0], needed=needed)


def _packages() -> Iterator[Finding]:
    """The packages that this one says it needs."""
    try:
        requirements = metadata.requires("digitizer") or []
    except metadata.PackageNotFoundError:
        yield Finding("package", "not installed, run from its source", "pip install .")
        return
    for line in requirements:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield Finding(requirement.name, "not installed", f"pip install '{requirement}'")
            continue
        wrong = not requirement.specifier.contains(version, prereleases=True)
        yield Finding(requirement.name, version, f"pip install '{requirement}'" if wrong else "")


def _text_detector() -> Finding:
    """What finds the lines of text: without the learned detector, fewer are found on worn and photographed pages."""
    if detector_file() is None:
        remedy = "pip install 'digitizer[double]': finds lines on pages on which the ink alone does not tell them"
        return Finding("text detector", "OpenCV alone", remedy, needed=False)
    return Finding("text detector", load_text_detector().name)


def _models() -> str:
    folder = models_folder()
    return f"{', '.join(load_definitions([folder]))} in {folder}"
