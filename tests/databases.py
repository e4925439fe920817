"""A PostgreSQL database to test on: one that the environment names, or one made for the length of the test run."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from pwd import getpwnam
from typing import Any

import pytest
from sqlalchemy import create_engine, text

POSTGRES = "DIGITIZER_TEST_POSTGRES"
"""The environment variable with the URL of a PostgreSQL database in which tests may make and drop schemas."""
OWN = "own"
"""Its value where no test may be skipped: a server must start here."""

SERVER = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
"""Reached by its socket alone; a server that is thrown away need not survive a power cut."""

_begun: list[tuple[subprocess.Popen[bytes], Path]] = []


def empty_postgres() -> str:
    """The URL of a database without tables, another for each process that runs tests; skips where there is none."""
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    named = os.environ.get(POSTGRES, "")
    place, why = (named, "") if named not in ("", OWN) else begin_server()
    if not place and named == OWN:
        pytest.fail(why)
    if not place:
        pytest.skip(f"{why}, and {POSTGRES} names no database to test on")
    schema = f"digitizer_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    engine = create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return f"{place}{'&' if '?' in place else '?'}options=-csearch_path%3D{schema}"


@functools.cache
def begin_server() -> tuple[str, str]:
    """Starts a server of this process's own; returns its URL, or '' and why there is none."""
    programs = _programs()
    if programs is None:
        return "", "PostgreSQL is not installed"
    try:
        return _begin_server(programs), ""
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return "", f"PostgreSQL cannot be started ({error})"


def _begin_server(programs: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="digitizer-pg-"))
    who = _unprivileged()
    if who:
        shutil.chown(folder, who["user"], who["group"])
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    initdb = [programs / "initdb", "-D", data, *options]
    subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)
    settings = [word for setting in (*SERVER, f"unix_socket_directories={folder}") for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", data, *settings], cwd=folder, stderr=log, **who)
    _begun.append((server, folder))
    ready = [programs / "pg_isready", "--quiet", "--host", folder]
    for _ in range(600):
        if subprocess.run(ready, check=False).returncode == 0:
            return f"postgresql://postgres@/postgres?host={folder}"
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL does not start: {(folder / 'log').read_text()}")


def end_servers() -> None:
    """Ends what begin_server has started, whoever is still connected."""
    while _begun:
        server, folder = _begun.pop()
        server.send_signal(signal.SIGINT)
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them off the path, the newest version's is taken."""
    on_path = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    complete = [f for f in (*on_path, *reversed(debian)) if all((f / n).exists() for n in ("initdb", "postgres"))]
    return next(iter(complete), None)


def _unprivileged() -> dict[str, Any]:
    """As whom to run the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            group = getpwnam(name).pw_gid
        except KeyError:
            continue
        return {"user": name, "group": group, "extra_groups": ()}
    raise RuntimeError("neither a user postgres nor nobody to run PostgreSQL as")
