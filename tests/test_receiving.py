"""Receiving: kept once, refused one by one, undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars import heard
from regulars.dates import instant_us
from regulars.receiving import Sent, receive, receive_all
from regulars.settings import Settings
from regulars.store import Home, make_home

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRODUCTS = [
    {"product_id": "p1", "name": "Green tea", "price": 4.5, "quantity": 2, "category": "Tea"},
    {"product_id": "p2", "name": "Cup", "price": 12},
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home."""
    made = make_home(tmp_path / "home", Settings(shop="Harbour Street", currency="EUR"), now_us=instant_us(NOW))
    yield made
    made.close()


def track(number: str, event: str, **properties: Any) -> dict[str, Any]:
    """Return an event as a client sends it."""
    return {
        "type": "track",
        "messageId": number,
        "userId": "u1",
        "event": event,
        "properties": properties,
        "timestamp": "2026-11-23T11:00:00.123Z",
        "context": {"ip": "10.9.8.7", "userAgent": "needle-agent"},
    }


def order(number: str = "m1", order_id: str = "1001") -> dict[str, Any]:
    """Return an order of two lines."""
    return track(number, "Order Completed", order_id=order_id, total=21, currency="EUR", products=PRODUCTS)


def all_traces(home: Home) -> list[dict[str, Any]]:
    """Return everything that counts."""
    found = home.stock.heard()
    assert not found.paths
    return list(found.inbox.to_pylist())


def test_an_order_is_kept_with_its_lines(home: Home) -> None:
    """One event becomes an order and what was bought in it, dated as the event says."""
    got = receive(home, "web", [order()], now=NOW)
    assert (got.kept, got.same, got.refused) == (3, 0, ())
    traces = all_traces(home)
    assert sorted((one["kind"], one["item"], one["amount_minor"]) for one in traces if one["item"]) == [
        ("bought", "Cup", 1200),
        ("bought", "Green tea", 900),
    ]
    assert {one["about"] for one in traces} == {"order:web:1001"}
    assert {one["who"][0] for one in traces} == {"customer:web:u1"}
    assert {one["happened_at"] for one in traces} == {instant_us(datetime(2026, 11, 23, 11, 0, 0, 123000, tzinfo=UTC))}


def test_what_is_sent_twice_is_one_trace(home: Home) -> None:
    """A retry changes nothing but the count of what was known."""
    receive(home, "web", [order(), track("m2", "Product Viewed", name="Cup")], now=NOW)
    before = home.content()
    got = receive(home, "web", [order(), track("m2", "Product Viewed", name="Cup")], now=NOW + timedelta(minutes=1))
    assert (got.kept, got.same) == (0, 4)
    assert home.content() == before
    twice = receive_all(home, [Sent("web", [track("m3", "Cart Viewed")])] * 2, now=NOW)
    assert [(one.kept, one.same) for one in twice] == [(1, 0), (0, 1)]


def test_a_name_without_a_kind_is_refused_and_counted_and_the_rest_goes_on(home: Home) -> None:
    """What we do not know is told by name, once a day, and none of it is stored."""
    got = receive(home, "web", [track("m1", "Button Clicked"), track("m2", "Product Viewed"), 7], now=NOW)
    assert got.kept == 1
    assert [fault.reason for fault in got.refused] == [
        "we have no kind for the event 'Button Clicked'",
        "this is no event",
    ]
    receive(home, "web", [track("m9", "Button Clicked")], now=NOW)
    (batch,) = heard.batches(home)
    assert (batch.files[0].name, batch.files[0].rows, batch.files[0].refused) == ("events of 2026-11-23", 4, 3)
    assert [one.line for one in heard.refusals(home)] == [1, 3]


def test_a_bad_event_is_refused_with_its_reason(home: Home) -> None:
    """No id, no time, the future, nobody named, a bad amount: each is told apart."""
    bad: list[object] = [
        track("", "Product Viewed"),
        track("a", "Product Viewed") | {"timestamp": None},
        track("b", "Product Viewed") | {"timestamp": "2027-11-23T11:00:00Z"},
        track("c", "Product Viewed") | {"userId": None},
        track("d", "Order Completed", order_id="5", total="many", products=PRODUCTS),
        track("e", "Product Viewed") | {"timestamp": "yesterday"},
        track("f", "Product Viewed") | {"type": "sing"},
        None,
    ]
    got = receive(home, "web", bad, now=NOW)
    assert got.kept == 0
    assert [fault.row for fault in got.refused] == list(range(1, 9))
    reasons = [fault.reason for fault in got.refused]
    assert reasons[:4] == [
        "the event has no messageId",
        "the event has no timestamp",
        "the date is still to come",
        "nobody is named in this row",
    ]
    assert all_traces(home) == []


def test_what_names_only_its_order_finds_whose_it_is(home: Home) -> None:
    """A refund leans on an order heard before, and on one of the same delivery."""
    receive(home, "web", [order()], now=NOW)
    refund = track("r1", "Order Refunded", order_id="1001", total=21, currency="EUR") | {"userId": None}
    later = track("r2", "Order Refunded", order_id="1002", total=5) | {"userId": None}
    got = receive(home, "web", [later, refund, order("m7", "1002")], now=NOW)
    assert (got.kept, got.refused) == (5, ())
    given_back = [one for one in all_traces(home) if one["kind"] == "returned"]
    assert sorted(one["amount_minor"] for one in given_back) == [500, 2100]
    assert {one["who"][0] for one in given_back} == {"customer:web:u1"}


def test_a_day_of_a_source_is_one_batch_that_can_be_walked_and_undone(home: Home) -> None:
    """Origins, batches, walk and undo work for what was sent as for files."""
    empty = home.content()
    receive(home, "web", [track("x", "Nonsense")], now=NOW)
    receive(home, "web", [order()], now=NOW)
    receive(home, "app", [order()], now=NOW)
    receive(home, "web", [track("m5", "Product Viewed")], now=NOW + timedelta(days=1))
    assert [(one.source, one.files[0].name) for one in heard.batches(home)] == [
        ("web", "events of 2026-11-24"),
        ("app", "events of 2026-11-23"),
        ("web", "events of 2026-11-23"),
    ]
    traces = [one for one in all_traces(home) if one["source"] == "web" and one["kind"] == "ordered"]
    assert home.origins.place(traces[0]["file_id"], traces[0]["row"]) == "events of 2026-11-23, line 2"
    for batch in heard.batches(home):
        home.undo(batch.number, now_us=instant_us(NOW))
    assert home.content() == empty
    assert receive(home, "web", [order()], now=NOW).kept == 3


def test_many_events_are_folded_into_a_segment_and_still_known(home: Home) -> None:
    """Five thousand events are kept once, however often they come."""
    events = [track(f"n{n}", "Product Viewed", name=f"Item {n % 7}") | {"userId": f"u{n % 50}"} for n in range(5_000)]
    assert receive(home, "web", events, now=NOW).kept == 5_000
    assert home.stock.segments.paths()
    again = receive(home, "web", events, now=NOW)
    assert (again.kept, again.same) == (0, 5_000)


def test_nothing_unmapped_touches_the_disk(home: Home) -> None:
    """Context, addresses of machines and unknown properties are in no file of the home."""
    receive(home, "web", [order() | {"properties": {"order_id": "1", "secret_remark": "needle-remark"}}], now=NOW)
    home.catalogue.close()
    for path in home.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"needle" not in content and b"10.9.8.7" not in content, path
