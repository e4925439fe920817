"""Learned models in ONNX, run by onnxruntime where it is installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def open_session(model: Path) -> Any:
    """onnxruntime's session of a model, on one thread; it tells nobody.

    Raises:
        ImportError: onnxruntime is not installed.
    """
    # Nothing leaves the machine; onnxruntime reads this when it is imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread: pages are spread over processes, and threads of one page would fight over the cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
