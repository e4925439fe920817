import numpy as np
import pytest

from digitizer.document.page import Pixels


@pytest.fixture
def marked() -> Pixels:
    """A grey page with a black block in its upper left corner and a grey bar at its foot; (330, 255)."""
    pixels = np.full((330, 255), 255, np.uint8)
    pixels[20:90, 15:60] = 0
    pixels[300:320, 30:230] = 120
    return pixels
