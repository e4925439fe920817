"""Training examples: rows of features with the answer to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Examples:
    """features: float32 (examples, features); answers: bool (examples,)."""

    features: NDArray[np.float32]
    answers: NDArray[np.bool_]
