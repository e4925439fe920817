"""tools/compare_edgar.py tells what differs between an export and a filing."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

etree = pytest.importorskip("lxml.etree")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "compare_edgar.py"
    spec = importlib.util.spec_from_file_location("compare_edgar", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def document(title: str, shares: str, notes: str = "", more: str = "") -> object:
    return etree.fromstring(
        f"<ownershipDocument><issuer><issuerCik>0000000001</issuerCik></issuer>{more}<nonDerivativeTable>"
        f"<nonDerivativeHolding><securityTitle><value>{title}</value>{notes}</securityTitle><postTransactionAmounts>"
        f"<sharesOwnedFollowingTransaction><value>{shares}</value></sharesOwnedFollowingTransaction>"
        "</postTransactionAmounts></nonDerivativeHolding></nonDerivativeTable></ownershipDocument>"
    )


def test_values_and_markers_that_differ_are_told(tool: ModuleType) -> None:
    filed = document("Common Stock", "28586", '<footnoteId id="F1"/>')
    found = tool.compare("a.xml", document("Common Stock", "28.586"), filed)
    place = "/nonDerivativeTable[1]/nonDerivativeHolding[1]"
    assert [(d.place.removeprefix(place), d.filed, d.exported) for d in found] == [
        ("/securityTitle[1]/footnoteId", "F1", ""),
        ("/postTransactionAmounts[1]/sharesOwnedFollowingTransaction[1]/value[1]", "28586", "28.586"),
    ]


def test_other_spellings_of_the_same_are_none(tool: ModuleType) -> None:
    more = "<notSubjectToSection16>false</notSubjectToSection16><schemaVersion>X0306</schemaVersion>"
    assert tool.compare("a.xml", document("Common  Stock", "500"), document("Common Stock", "500.00", more=more)) == []
