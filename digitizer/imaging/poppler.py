"""Pages drawn by poppler's pdftoppm, and what it says against them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np

from digitizer.document.page import Pixels
from digitizer.errors import InputError, MissingComponentError

_TOLD = 200
"""Letters of a complaint that are told: poppler goes on for lines, up to hundreds."""


def draw_page(path: Path, page: int, dpi: float, timeout: float) -> tuple[Pixels, str]:
    """The page, uint8 (height, width), as a viewer shows it, at that resolution, and poppler's last complaint or "".

    timeout: seconds.

    Raises:
        InputError: it cannot be drawn, or comes out blank with a complaint that says why.
        MissingComponentError: poppler is not installed.
    """
    command = ["pdftoppm", "-r", f"{dpi:.6f}", "-f", str(page), "-l", str(page), "-singlefile", "-gray", "-cropbox"]
    try:
        done = subprocess.run([*command, str(path.absolute())], capture_output=True, timeout=timeout, check=False)
    except FileNotFoundError as error:
        raise MissingComponentError("poppler is not installed", "Install it: apt-get install poppler-utils") from error
    except subprocess.TimeoutExpired as error:
        message = f"{path}: page {page} cannot be rendered within {timeout:.0f} seconds"
        raise InputError(message, "Export the file again.") from error
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "Warning" not in line]
    picture = cv2.imdecode(np.frombuffer(done.stdout, np.uint8), cv2.IMREAD_GRAYSCALE) if done.stdout else None
    if picture is None:
        told = (lines or [f"pdftoppm ended with {done.returncode}"])[-1]
        raise InputError(f"{path}: page {page} cannot be rendered ({told[:_TOLD]})", "Export the file again.")
    pixels = np.asarray(picture, dtype=np.uint8)
    complaint = errors[-1][:_TOLD] if errors else ""
    if lines and int(pixels.min()) == int(pixels.max()):
        message = f"{path}: page {page} comes out blank ({(complaint or lines[-1])[:_TOLD]})"
        raise InputError(message, "Open it in a viewer; if it is not blank there, print it to a new PDF or an image.")
    return pixels, complaint
