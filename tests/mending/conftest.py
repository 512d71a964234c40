"""A home on each kind of catalogue, and one in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.settings import Settings
from regulars.store import Home, make_home

from ..store.postgres import another_schema, postgres, postgres_server  # noqa: F401 - fixtures


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with its catalogue in a file."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    made = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=1)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home on each kind of catalogue in turn."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    monkeypatch.setenv("REGULARS_DATABASE", address)
    made = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=1)
    yield made
    made.close()
