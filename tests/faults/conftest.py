"""Homes to break, on both kinds of catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.settings import Settings
from regulars.store import Home, make_home

from ..store.made import NOW_US
from ..store.postgres import postgres, postgres_server  # noqa: F401 - fixtures


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of each kind of catalogue in turn; "" is a file in the home."""
    address = str(request.getfixturevalue("postgres")) if request.param == "postgres" else ""
    monkeypatch.setenv("REGULARS_DATABASE", address)
    return address


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An empty home with its catalogue in a file."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    opened = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=NOW_US)
    yield opened
    opened.close()
