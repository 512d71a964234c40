"""Two homes made once, and a client for each."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from regulars import loop
from regulars.serve import create_app
from regulars.store import Home

from .shop import NOW, rude_home, town_home

with warnings.catch_warnings():  # Starlette's client warns of the HTTP library it stands on
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home that has heard a small town."""
    made = town_home(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def rude(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with a customer called by a script."""
    made = rude_home(tmp_path_factory.mktemp("rude"))
    yield made
    made.close()


def client_of(home: Home) -> TestClient:
    """Return a client that sees what a browser would, errors included."""
    return TestClient(create_app(home, now=lambda: NOW), raise_server_exceptions=False)


@pytest.fixture
def client(home: Home) -> TestClient:
    return client_of(home)


@pytest.fixture
def rude_client(rude: Home) -> TestClient:
    return client_of(rude)


@pytest.fixture(scope="session")
def code(home: Home) -> str:
    """The customer at the top of today: there is always something to say about them."""
    return loop.today(home).rows[0].customer


@pytest.fixture(scope="session")
def stories(home: Home) -> list[loop.Story]:
    """The stories of everybody on today's list and of twelve others."""
    run = home.runs.current()
    numbers = home.runs.table(run, "customers", ["customer"]).column("customer").to_pylist()[:12]
    listed = [row.customer for row in loop.today(home).rows]
    codes = {*listed, *(loop.fetched(home, run, number).code for number in numbers)}
    return [loop.story(home, one, now=NOW) for one in sorted(codes)]
