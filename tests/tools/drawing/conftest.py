from __future__ import annotations

from collections.abc import Iterator

import pytest

from digitizer.errors import MissingComponentError
from tools.drawing.render import Press, open_press


# Of the module, not the session: while one browser is open no other test can open its own.
@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    opened = open_press()
    try:
        page = opened.__enter__()
    except MissingComponentError as error:
        pytest.skip(str(error))
    yield page
    opened.__exit__(None, None, None)
