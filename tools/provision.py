"""Provides what the project needs on a bare Debian: apt packages, uv, an environment from the hashed lock.

Standard library only: it runs before anything is installed.

    python3 tools/provision.py run       what `make demo` needs
    python3 tools/provision.py dev       that, and what tests, checks and training need
    python3 tools/provision.py uv ARGS   uv with the registry that pip is configured for
"""

from __future__ import annotations

import ast
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
FONTS = Path("/usr/share/fonts/truetype")
TESSDATA = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")

RUN_PROGRAMS = {"tesseract": "tesseract-ocr", "pdftoppm": "poppler-utils"}
# opencv-python is linked against these, though nothing here opens a window.
RUN_LIBRARIES = {"GL": "libgl1", "glib-2.0": "libglib2.0-0"}
DEV_PROGRAMS = {"chromium": "chromium", "git": "git"}
DEV_FONTS = {"liberation": "fonts-liberation", "dejavu": "fonts-dejavu-core"}


class ProvisionError(Exception):
    """Told to the user as it is."""


def missing_packages(mode: str) -> list[str]:
    """The Debian packages that are needed and not there."""
    programs = RUN_PROGRAMS | DEV_PROGRAMS if mode == "dev" else RUN_PROGRAMS
    missing = [package for program, package in programs.items() if not shutil.which(program)]
    missing += [package for library, package in RUN_LIBRARIES.items() if not find_library(library)]
    if not _has_english():
        missing.append("tesseract-ocr-eng")
    if mode == "dev":
        missing += [package for folder, package in DEV_FONTS.items() if not (FONTS / folder).is_dir()]
    return missing


def _has_english() -> bool:
    if os.environ.get("TESSDATA_PREFIX"):
        return True
    return any(next(Path(folder).rglob("eng.traineddata"), None) for folder in TESSDATA if Path(folder).is_dir())


def install_packages(packages: Sequence[str]) -> None:
    """Installs Debian packages as root or through sudo.

    Raises:
        ProvisionError: neither is possible, or apt-get failed; the message holds the command to give by hand.
    """
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo apt-get update && sudo {shlex.join(install)}"
    if not shutil.which("apt-get"):
        raise ProvisionError(f"these are needed and missing (Debian's names): {' '.join(packages)}")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and (not shutil.which("sudo") or _run(["sudo", "-n", "true"], quiet=True) != 0):
        raise ProvisionError(f"needed and missing: {' '.join(packages)}. Install them with:\n\n    {by_hand}\n")
    print(f"installing {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A failed update is no reason to give up: the lists that are there may do.
    _run([*as_root, "apt-get", "update", "-qq"], environment)
    if _run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *install, "-qq"], environment, quiet=True) != 0:
        raise ProvisionError(f"apt-get could not install {' '.join(packages)}. Try:\n\n    {by_hand}\n")


def pip_settings(listing: str) -> dict[str, str]:
    """pip's settings for installing, from `pip config list`: the environment before files, install before global."""
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in listing.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(f"{section}."):
                settings[name.removeprefix(f"{section}.")] = str(ast.literal_eval(value))
    return settings


def uv_environment(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that make uv, which does not read pip's configuration, use pip's registry; what is set stands."""
    wanted: dict[str, str] = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    if "index-url" in settings and "UV_INDEX_URL" not in environment:
        wanted["UV_DEFAULT_INDEX"] = settings["index-url"]
    if "extra-index-url" in settings and "UV_EXTRA_INDEX_URL" not in environment:
        wanted["UV_INDEX"] = " ".join(settings["extra-index-url"].split())
        # As pip does it. Safe here: the lock's hashes say which file is meant, whichever index has it.
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    links = [link for link in settings.get("find-links", "").split() if "://" in link or Path(link).is_dir()]
    if links:
        wanted["UV_FIND_LINKS"] = ",".join(links)
    for name, variable in (("cert", "SSL_CERT_FILE"), ("trusted-host", "UV_INSECURE_HOST"), ("proxy", "ALL_PROXY")):
        if name in settings:
            wanted[variable] = " ".join(settings[name].split())
    timeout = settings.get("timeout", settings.get("default-timeout", ""))
    if timeout:
        wanted["UV_HTTP_TIMEOUT"] = timeout
    return {variable: value for variable, value in wanted.items() if variable not in environment}


def environment_for_uv(python: str) -> dict[str, str]:
    """This process's environment with the registry that pip would use."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    environment = {k: v for k, v in os.environ.items() if k not in ("UV_SYSTEM_PYTHON", "VIRTUAL_ENV", "PYTHONPATH")}
    environment.update(uv_environment(pip_settings(listing), environment))
    home = Path(environment.get("HOME", "/nonexistent"))
    if not os.access(home, os.W_OK) and "UV_CACHE_DIR" not in environment:
        environment["UV_CACHE_DIR"] = str(BOOT / "cache")
    return environment


def find_pip() -> str:
    """A Python of at least 3.11 that has pip: this one, or another on the path.

    Raises:
        ProvisionError: there is none.
    """
    names = [sys.executable, *(f"python3.{minor}" for minor in (11, 12, 13, 14)), "python3"]
    paths = [Path(folder) / name for name in names for folder in os.get_exec_path()]
    for candidate in dict.fromkeys(str(path) for path in paths):
        if os.access(candidate, os.X_OK) and _run([candidate, "-m", "pip", "--version"], quiet=True) == 0:
            check = "import sys; sys.exit(sys.version_info < (3, 11))"
            if _run([candidate, "-c", check], quiet=True) == 0:
                return candidate
    raise ProvisionError("no Python 3.11 or newer with pip found. On Debian: sudo apt-get install python3-pip")


def get_uv(python: str) -> Path:
    """uv, installed by pip beside the project where it is not there yet."""
    uv = BOOT / "bin" / "uv"
    if not uv.exists():
        print("installing uv into .boot", flush=True)
        if _run([python, "-m", "pip", "install", "-qq", "--target", str(BOOT), "uv"]) != 0:
            raise ProvisionError("pip could not install uv; is a package registry within reach?")
    return uv


def make_environment(mode: str, python: str) -> None:
    """Makes .venv hold exactly the versions of the lock, and this project in place."""
    uv, environment = get_uv(python), environment_for_uv(python)
    inside = str(VENV / "bin" / "python")
    if _run([inside, "-c", "import encodings"], quiet=True) != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        _must([str(uv), "venv", "--quiet", "--python", python, str(VENV)], environment)
    lock = ROOT / ("requirements-dev.lock" if mode == "dev" else "requirements.lock")
    print(f"installing {lock.name} into .venv", flush=True)
    # The lock is whole. Without --no-deps a package would ask for the second build of OpenCV that the lock leaves out.
    whole = ["--no-deps", "--require-hashes", "-r", str(lock)]
    locked = [str(uv), "pip", "install", "--quiet", "--compile-bytecode", "--python", inside, *whole]
    if _run(locked, environment) != 0:
        # pip knows every way to reach a registry that its user has configured, also those that uv has no word for.
        print("uv could not; trying pip", flush=True)
        _must([python, "-m", "pip", "--python", inside, "install", "-q", *whole])
    here = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    _must([str(uv), "pip", "install", "--quiet", "--python", inside, *here], environment)


def provide(mode: str) -> None:
    """All of it, and the stamps that let make skip it next time."""
    missing = missing_packages(mode)
    if missing:
        install_packages(missing)
    make_environment(mode, find_pip())
    for stamp in ("run", "dev") if mode == "dev" else ("run",):
        (VENV / f".ready-{stamp}").touch()


def _run(command: Iterable[str], environment: Mapping[str, str] | None = None, quiet: bool = False) -> int:
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            list(command), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    except OSError:
        return 127
    return done.returncode


def _must(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    if _run(command, environment) != 0:
        raise ProvisionError(f"this failed: {shlex.join(command)}")


def main(arguments: Sequence[str]) -> int:
    """The command line; returns the exit code."""
    try:
        if arguments and arguments[0] == "uv":
            python = find_pip()
            return _run([str(get_uv(python)), *arguments[1:]], environment_for_uv(python))
        if list(arguments) not in (["run"], ["dev"]):
            print(__doc__, file=sys.stderr)
            return 2
        provide(arguments[0])
    except ProvisionError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
