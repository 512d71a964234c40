"""A shop on each kind of catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.store import Home

from ..store.postgres import another_schema, postgres, postgres_server  # noqa: F401 - fixtures
from .shop import shop


@pytest.fixture
def needle() -> str:
    """128 bits that stand nowhere else."""
    return hashlib.blake2b(b"a needle", digest_size=16).hexdigest()


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kind of catalogue in turn."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    monkeypatch.setenv("REGULARS_DATABASE", address)
    return str(request.param)


@pytest.fixture
def kept(kind: str, tmp_path: Path, needle: str) -> Iterator[Home]:
    """The shop on each kind of catalogue."""
    home = shop(tmp_path, needle)
    yield home
    home.close()


@pytest.fixture
def home(tmp_path: Path, needle: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The shop with its catalogue in a file."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    made = shop(tmp_path, needle)
    yield made
    made.close()
