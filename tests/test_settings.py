"""How settings given in the environment are understood."""

import pytest
from pydantic import ValidationError

from digitizer.settings import Settings


@pytest.mark.parametrize(
    ("given", "meant"),
    [("true", "doubtful"), ("1", "doubtful"), ("False", "none"), ("0", "none"), ("all", "all"), ("none", "none")],
)
def test_whether_there_is_a_second_reader_can_be_said_by_yes_and_no(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: str
) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", given)
    assert Settings().double == meant


def test_a_setting_that_is_none_of_its_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_DOUBLE", "perhaps")
    with pytest.raises(ValidationError, match="double"):
        Settings()
