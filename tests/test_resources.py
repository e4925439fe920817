from __future__ import annotations

from pathlib import Path

import pytest

from digitizer import resources
from digitizer.errors import MissingComponentError


def test_models_lie_in_the_package_or_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "digitizer"
    monkeypatch.setattr(resources, "PACKAGE", package)
    with pytest.raises(MissingComponentError, match="no models"):
        resources.models_folder()
    for folder in (tmp_path / "site" / "models", package / "models"):
        (folder / "f").mkdir(parents=True)
        (folder / "f" / "form.yaml").touch()
        assert resources.models_folder() == folder
