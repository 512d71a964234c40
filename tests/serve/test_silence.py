"""Pages name the sources that have gone quiet: all of them for the house, their own and the feeds for a customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import loop, privacy
from regulars.dates import instant_us
from regulars.heard import silent
from regulars.listening import expect, listen
from regulars.serve import create_app
from regulars.store import Home

from .shop import NOW, SCRIPT, rude_home, table
from .test_keeping import lines_of

LATER = NOW + timedelta(days=3)
QUIET = "Quiet. Nothing from shop since 1 Nov; something is expected every day."
HOUSE = ("/", "/customers", "/heard")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Home]:
    """A small home that a test may change."""
    made = rude_home(tmp_path)
    yield made
    made.close()


def client_at(home: Home, at: object = LATER) -> TestClient:
    """Return a client three days later."""
    return TestClient(create_app(home, now=lambda: at), raise_server_exceptions=False)  # type: ignore[arg-type, return-value]


def of_customer(home: Home) -> list[str]:
    """Return the pages of the only customer."""
    code = privacy.find(home, "R1").customer.code
    return [f"/customers/{code}{rest}" for rest in ("", "/timeline", "/why/who", "/mirror")]


def test_a_quiet_source_is_named_on_every_page(own: Home) -> None:
    """Once on each page, with since when and how often; not before it is late, nor where nothing is expected."""
    pages = [*HOUSE, *of_customer(own)]
    assert not any("Quiet." in client_at(own).get(path).text for path in pages)
    expect(own, "shop", 86_400)
    for path in pages:
        assert lines_of(client_at(own).get(path).text).count(QUIET) == 1, path
    assert "Quiet." not in client_at(own, NOW + timedelta(hours=30)).get("/").text


def test_a_customers_pages_name_what_they_rest_on(own: Home, tmp_path: Path) -> None:
    """A source from which this customer has nothing is named on pages of the house alone, unless it is a feed."""
    other = table(tmp_path / "more.csv", ["order_id", "customer_id", "ordered_at"], [["P1", "Z9", "2026-10-01 10:00"]])
    loop.hear(own, [other], source="fair", now=NOW)
    expect(own, "fair", 86_400)
    for path in HOUSE:
        assert "Nothing from fair since 1 Nov" in lines_of(client_at(own).get(path).text)
    for path in of_customer(own):
        assert "Nothing from fair" not in client_at(own).get(path).text
    (own.path / "feeds.toml").write_text('[feed.fair]\nkind = "folder"\npath = "fair"\n', encoding="utf-8")
    for path in of_customer(own):
        assert "Nothing from fair" in lines_of(client_at(own).get(path).text)


def test_a_paused_source_is_named_as_paused_only(own: Home) -> None:
    """It does speak; what it says is not heard."""
    expect(own, "shop", 86_400)
    own.pause("shop", "orders.csv has no column ordered_at any more.", now_us=instant_us(NOW))
    page = client_at(own).get("/").text
    assert "Paused." in page
    assert "Quiet." not in page
    assert silent(own, LATER) == ()


def test_a_source_called_by_a_script_is_only_a_name(own: Home, tmp_path: Path) -> None:
    """The name of a source is escaped."""
    other = table(tmp_path / "more.csv", ["order_id", "customer_id", "ordered_at"], [["P1", "R1", "2026-10-01 10:00"]])
    loop.hear(own, [other], source=SCRIPT, now=NOW)
    expect(own, SCRIPT, 3_600)
    for path in HOUSE:
        page = client_at(own).get(path).text
        assert "Quiet." in page
        assert SCRIPT not in page


def test_what_was_heard_shows_every_feed_and_its_fault(own: Home) -> None:
    """Kind, interval, the last answer, the reason of a failure and the next try; a file with mistakes is said."""
    feeds = own.path / "feeds.toml"
    feeds.write_text('[feed.drop]\nkind = "folder"\npath = "gone"\nevery = "2 hours"\n', encoding="utf-8")
    listen(own, now=NOW)
    page = lines_of(client_at(own).get("/heard").text)
    assert "folder, something is expected every 2 hours; last answered never" in page
    assert "Failed 1 time. 'gone' cannot be read (No such file or directory). Asked again 1 Nov 2026, 13:01." in page
    feeds.write_text('[feed.drop]\nkind = "pigeon"\n', encoding="utf-8")
    answer = client_at(own).get("/heard")
    assert answer.status_code == 200
    assert "No feed is asked." in answer.text
    assert "kind is" in answer.text
