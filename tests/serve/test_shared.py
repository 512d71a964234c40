"""Shared identifiers, in the browser: listed with the reason, a ruling tried out, kept, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars.store import Home

from .conftest import client_of
from .shop import heard, table

CROWD = "phone:614960001"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Home]:
    """A shop where eight people gave one telephone, and one of them a mailbox with markup in it."""
    names = ["Ben Abel", "Cleo Birch", "Dora Coster", "Emil Dunn", "Fay Ernst", "Gus Falk", "Hana Groot", "Ivo Hale"]
    rows = [[f"C{n}", name, f"c{n}@example.org", "0161 496 0001"] for n, name in enumerate(names)]
    file = table(tmp_path / "customers.csv", ["customer_id", "name", "email", "phone"], rows)
    made = heard(tmp_path / "home", [file])
    yield made
    made.close()


@pytest.fixture
def desk(shop: Home) -> TestClient:
    return client_of(shop)


def test_a_ruling_is_tried_out_kept_and_taken_back(shop: Home, desk: TestClient) -> None:
    """Nothing changes before somebody keeps it; no identifier stands in an address."""
    page = desk.get("/shared").text
    assert CROWD in page
    assert "shared telephone" in page
    assert "8 customer numbers" in page
    tried = desk.post("/shared", data={"key": CROWD, "ruled": "own"})
    assert "Nothing is changed yet" in tried.text
    assert "8 customers are 1 with it" in tried.text
    assert shop.rulings.in_force() == ()
    kept = desk.post("/shared", data={"key": CROWD, "ruled": "own", "keep": "yes"}, follow_redirects=False)
    assert (kept.status_code, kept.headers["location"]) == (303, "/shared")
    assert shop.rulings.in_force() == ((CROWD, "own"),)
    assert "What somebody ruled" in desk.get("/shared").text
    desk.post("/shared", data={"key": CROWD, "ruled": "", "keep": "yes"})
    assert shop.rulings.in_force() == ()


def test_what_cannot_be_meant_changes_nothing(shop: Home, desk: TestClient) -> None:
    """A ruling that is none, an identifier that nobody carries, and a form of another site."""
    away = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert desk.post("/shared", data={"key": CROWD, "ruled": "mine"}).status_code == 400
    assert desk.post("/shared", data={"key": "", "ruled": "own"}).status_code == 400
    assert desk.post("/shared", data={"key": "phone:1", "ruled": "own"}).status_code == 404
    assert desk.post("/shared", data={"key": CROWD, "ruled": "own", "keep": "yes"}, headers=away).status_code == 403
    assert shop.rulings.in_force() == ()
