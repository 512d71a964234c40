"""A PostgreSQL server to test on: the one that is named, one that answers here, or one started from its binaries."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

NAMED = "REGULARS_TEST_POSTGRES"
HERE = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server; without one the test is skipped, except where every test has to run."""
    if NAMED in os.environ:
        yield os.environ[NAMED]
    elif answers(HERE):
        yield HERE
    elif folder := binaries():
        with started(folder) as address:
            yield address
    else:
        missing = f"no PostgreSQL: set {NAMED}, start one on port 5432, or install its binaries"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of a fresh schema, dropped at the end."""
    with schema(postgres_server) as address:
        yield address


@pytest.fixture
def another_schema(postgres_server: str) -> Iterator[str]:
    """The address of one more."""
    with schema(postgres_server) as address:
        yield address


@contextmanager
def schema(server: str) -> Iterator[str]:
    """Make a schema of its own, and drop it with everything in it."""
    name = f"test_{token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("create schema {}").format(Identifier(name)))
    try:
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(SQL("drop schema {} cascade").format(Identifier(name)))


def answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def binaries() -> Path | None:
    """Return the folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    return found[-1].parent if found else Path(elsewhere).parent if elsewhere else None


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """Start a server of its own in a new folder; it refuses to be root, so root starts it as somebody else."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = Path(tempfile.mkdtemp(prefix="regulars-postgres-"))
    other = {"user": "postgres"} if os.geteuid() == 0 else {}
    if other:
        shutil.chown(place, "postgres")
    data, log = str(place / "data"), str(place / "log")
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1"

    def run(*words: str) -> None:
        subprocess.run([folder / words[0], *words[1:]], check=True, capture_output=True, cwd=place, **other)

    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        run("pg_ctl", "-D", data, "-m", "fast", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
