from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def provision(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("provision", root / "tools" / "provision.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["provision"] = module
    spec.loader.exec_module(module)
    return module


LISTING = """:env:.find-links='/'
global.cert='/etc/ssl/mine.pem'
global.extra-index-url='file:///a/simple\\nfile:///b/simple'
global.index-url='file:///global'
install.index-url='file:///install'
site.index-url='ignored'
"""


def test_uv_uses_the_registry_of_pip(provision: ModuleType) -> None:
    variables = provision.uv_environment(provision.pip_settings(LISTING), {})
    assert variables["UV_DEFAULT_INDEX"] == "file:///install"
    assert variables["UV_INDEX"] == "file:///a/simple file:///b/simple"
    assert variables["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert variables["UV_FIND_LINKS"] == "/"
    assert variables["SSL_CERT_FILE"] == "/etc/ssl/mine.pem"


def test_what_is_set_for_uv_stands(provision: ModuleType) -> None:
    given = {"UV_INDEX_URL": "file:///own", "SSL_CERT_FILE": "/own.pem", "UV_FIND_LINKS": "/own"}
    variables = provision.uv_environment(provision.pip_settings(LISTING), given)
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE", "UV_FIND_LINKS"} & set(variables)


def test_without_settings_uv_is_left_alone(provision: ModuleType) -> None:
    assert not [v for v in provision.uv_environment(provision.pip_settings(""), {}) if "INDEX" in v or "LINKS" in v]


def test_links_to_folders_that_are_gone_are_left_out(provision: ModuleType) -> None:
    settings = {"find-links": "/no/such/folder https://example.org/wheels"}
    assert provision.uv_environment(settings, {})["UV_FIND_LINKS"] == "https://example.org/wheels"


def test_only_what_is_missing_is_installed(
    provision: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert provision.missing_packages("run") == ["tesseract-ocr", "poppler-utils"]
    for program in ("tesseract", "pdftoppm"):
        (tmp_path / program).touch(0o755)
    assert provision.missing_packages("run") == []
    assert "chromium" in provision.missing_packages("dev")


def fake_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(("sudo", "told"), [("", "sudo apt-get install -y"), ("exit 1", "sudo apt-get install -y")])
def test_without_root_or_sudo_the_command_is_told(
    provision: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sudo: str, told: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    fake_program(tmp_path, "apt-get", "exit 99")
    if sudo:
        fake_program(tmp_path, "sudo", sudo)
    with pytest.raises(provision.ProvisionError, match=told):
        provision.install_packages(["poppler-utils"])


def test_root_and_sudo_install(provision: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    fake_program(tmp_path, "apt-get", f'echo "$@" >> {log}')
    fake_program(tmp_path, "sudo", f'echo sudo >> {log}; shift; "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for user in (0, 1000):
        log.write_text("")
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        provision.install_packages(["poppler-utils"])
        assert "update" in log.read_text()
        assert "install -y --no-install-recommends poppler-utils" in log.read_text()
        assert ("sudo" in log.read_text()) == (user != 0)


def test_nowhere_to_install(provision: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(provision.ProvisionError, match="Debian's names"):
        provision.install_packages(["poppler-utils"])


def test_bad_arguments(provision: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert provision.main(["everything"]) == 2
    assert "tools/provision.py run" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_are_hashed_and_name_no_registry(root: Path, name: str) -> None:
    text = (root / name).read_text()
    assert "://" not in text
    assert "index-url" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    pinned = [block for block in blocks if re.match(r"[a-z0-9._-]+==", block)]
    assert len(pinned) > 30
    assert all("--hash=sha256:" in block for block in pinned)


def test_the_locks_agree(root: Path) -> None:
    run, dev = (
        {tuple(line.split(" ")[0].split("==")) for line in (root / name).read_text().splitlines() if "==" in line[:60]}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert run <= dev
