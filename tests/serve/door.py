"""What the tests of the door share: an empty home, a key, and a client."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.dates import instant_us
from regulars.serve import create_app
from regulars.settings import Settings
from regulars.store import Home, make_home

with warnings.catch_warnings():  # Starlette's client warns of the HTTP library it stands on
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def empty_home(place: Path) -> Home:
    """Make a home that has heard nothing."""
    return make_home(place, Settings(shop="Harbour Street", currency="EUR"), now_us=instant_us(NOW))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Home]:
    """A home that has heard nothing."""
    made = empty_home(tmp_path / "home")
    yield made
    made.close()


def basic(key: str) -> dict[str, str]:
    """Return the header with which Segment's clients send a key."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def door_client(home: Home) -> TestClient:
    """Return a client that may send events of the source 'web'."""
    client = TestClient(create_app(home, now=lambda: NOW), raise_server_exceptions=False)
    client.headers.update(basic(home.write_keys.make("web", now_us=instant_us(NOW))))
    return client


def viewed(number: str, user: str = "u1") -> dict[str, Any]:
    """Return one event as a client sends it."""
    return {
        "type": "track",
        "messageId": number,
        "userId": user,
        "event": "Product Viewed",
        "properties": {"name": "Green tea"},
        "timestamp": "2026-11-23T11:00:00.000Z",
    }


def count(home: Home) -> int:
    """Count the traces that count."""
    found = home.stock.heard()
    return int(found.inbox.num_rows) + sum(live.rows for live in home.stock.segments.live())
