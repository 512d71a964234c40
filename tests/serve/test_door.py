"""The door: who may send, what is taken in, what is turned away and how that is said."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import heard
from regulars.dates import instant_us
from regulars.errors import Busy
from regulars.receiving import receive_all
from regulars.serve import create_app, create_door
from regulars.store import Home

from .door import NOW, TestClient, basic, count, door_client, empty_home, fresh, viewed

__all__ = ["fresh"]

JSON = {"Content-Type": "application/json"}
HOOK = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes long").decode()
SECONDS = str(int(NOW.timestamp()))


def test_every_call_of_segment_is_taken_in(fresh: Home) -> None:
    """Each of the six calls and both kinds of batch keep what they bring, and answer as Segment does."""
    client = door_client(fresh)
    at = {"timestamp": "2026-11-23T11:00:00Z", "userId": "u1"}
    calls: dict[str, dict[str, Any]] = {
        "identify": {"traits": {"email": "ann@example.org", "name": "Ann"}, "anonymousId": "a-1"},
        "track": {"event": "Product Viewed", "properties": {"name": "Cup"}},
        "page": {"name": "Home"},
        "screen": {"name": "Start"},
        "group": {"groupId": "g1", "traits": {"name": "Harbour Ltd"}},
        "alias": {"previousId": "a-1"},
    }
    for name, body in calls.items():
        answer = client.post(f"/v1/{name}", json={**body, **at, "messageId": name})
        assert (answer.status_code, answer.json()) == (200, {"success": True}), name
    for name in ("batch", "import"):
        assert client.post(f"/v1/{name}", json={"batch": [viewed(name)]}).json() == {"success": True}
    kinds = sorted(row["kind"] for row in fresh.stock.heard().inbox.to_pylist())
    assert kinds == ["introduced"] * 3 + ["viewed"] * 5
    whos = {tuple(row["who"]) for row in fresh.stock.heard().inbox.to_pylist() if row["kind"] == "introduced"}
    assert ("customer:web:u1", "customer:web:anonymous:a-1", "email:ann@example.org") in whos


def test_a_retry_is_no_second_trace(fresh: Home) -> None:
    """The same body sent again is answered alike, and changes nothing."""
    client, body = door_client(fresh), {"batch": [viewed("m1"), viewed("m2")]}
    for _ in range(3):
        assert client.post("/v1/batch", json=body).json() == {"success": True}
    assert count(fresh) == 2


def test_a_refused_event_is_named_and_the_rest_goes_on(fresh: Home) -> None:
    """The answer says which event was refused and why."""
    client = door_client(fresh)
    answer = client.post("/v1/batch", json={"batch": [viewed("m1"), viewed("m2") | {"event": "Button Clicked"}]})
    assert answer.status_code == 200
    assert answer.json()["refused_count"] == 1
    assert answer.json()["refused"][0]["error"] == "we have no kind for the event 'Button Clicked'"
    assert count(fresh) == 1


def test_who_has_no_key_is_turned_away(fresh: Home) -> None:
    """No key, a wrong key, an ended key: 401, and nothing is kept."""
    client = TestClient(create_app(fresh, now=lambda: NOW), raise_server_exceptions=False)
    assert client.post("/v1/track", json=viewed("m1")).status_code == 401
    assert client.post("/v1/track", json=viewed("m1"), headers=basic("wrong")).status_code == 401
    assert client.post("/v1/track", json=viewed("m1"), headers={"Authorization": "Basic %%%"}).status_code == 401
    key = fresh.write_keys.make("web", now_us=instant_us(NOW))
    assert client.post("/v1/track", json=viewed("m1"), headers=basic(key)).status_code == 200
    assert client.post("/v1/track", json=viewed("m2") | {"writeKey": key}).status_code == 200
    fresh.write_keys.end("web", now_us=instant_us(NOW))
    answer = client.post("/v1/track", json=viewed("m3"), headers=basic(key))
    assert (answer.status_code, answer.json()["error"]) == (401, "This write key has ended.")
    assert count(fresh) == 2


def test_bodies_are_limited_on_every_side(fresh: Home) -> None:
    """Too large, too large once unpacked, an event too large, no JSON, too deep, another type: each has its answer."""
    client = door_client(fresh)
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
    event = json.dumps(viewed("m1") | {"properties": {"name": "x" * 40_000}}).encode()
    packed = {**JSON, "Content-Encoding": "gzip"}
    cases: list[tuple[bytes, dict[str, str], int]] = [
        (b"x" * 600_000, JSON, 413),
        (bomb, packed, 413),
        (event, JSON, 413),
        (b"no gzip", packed, 400),
        (gzip.compress(b"{}")[:-4], packed, 400),
        (b"{", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON, 400),
        (b'{"a": NaN}', JSON, 400),
        (b"\xff\xfe{}", JSON, 400),
        (b"[]", JSON, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {**JSON, "Content-Encoding": "br"}, 415),
    ]
    for content, headers, status in cases:
        answer = client.post("/v1/track", content=content, headers=headers)
        assert answer.status_code == status, (content[:20], headers, answer.text)
        assert set(answer.json()) == {"error", "now"}
    assert client.post("/v1/batch", json={"batch": 1}).status_code == 400
    assert client.post("/v1/batch", content=gzip.compress(b'{"batch":[]}'), headers=packed).status_code == 200
    assert count(fresh) == 0


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["type", "messageId", "userId", "anonymousId", "event", "properties", "traits", "timestamp", "previousId"]
INSIDE = ["order_id", "total", "products", "rating", "scale", "company", "address", "email", "phone", "currency"]
EVENTS = st.dictionaries(st.sampled_from(FIELDS), ANYTHING).flatmap(
    lambda fields: st.builds(
        lambda call, name, inside: (
            {"messageId": "m", "timestamp": "2026-11-23T11:00:00Z", "userId": "u"}
            | fields
            | {"type": call, "event": name, "properties": inside, "traits": inside}
        ),
        st.sampled_from(["identify", "track", "page", "group", "alias"]),
        st.sampled_from(["Order Completed", "Order Refunded", "Product Reviewed", "Ticket Closed", "Promise Made"]),
        st.dictionaries(st.sampled_from(INSIDE), ANYTHING),
    )
)


def test_no_body_makes_the_door_fail(tmp_path: Path) -> None:
    """Whatever is sent, the answer is never a failure of ours: events with anything in their fields, or plain noise."""
    home = empty_home(tmp_path / "home")
    client = door_client(home)

    @settings(max_examples=120, deadline=None)
    @given(st.lists(EVENTS | ANYTHING, max_size=3), st.binary(max_size=200))
    def fuzzed(events: list[Any], noise: bytes) -> None:
        text = json.dumps({"batch": events, "sentAt": events[0] if events else None})
        assert client.post("/v1/batch", content=text, headers=JSON).status_code == 200
        clouds = json.dumps([{"specversion": "1.0", **one} for one in events if isinstance(one, dict)])
        batched = {"Content-Type": "application/cloudevents-batch+json"}
        assert client.post("/v1/events", content=clouds, headers=batched).status_code == 200
        assert client.post("/v1/track", content=noise, headers=JSON).status_code in (200, 400)

    fuzzed()
    home.close()


def test_when_it_is_busy_the_sender_is_told_to_come_back(fresh: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy catalogue answers 503 with Retry-After, and a later try succeeds."""
    client = door_client(fresh)

    def busy(*_: object, **__: object) -> None:
        raise Busy("The catalogue is in use.", now="Try again.")

    with monkeypatch.context() as patched:
        patched.setattr("regulars.serve.gathering.receive_all", busy)
        answer = client.post("/v1/track", json=viewed("m1"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert client.post("/v1/track", json=viewed("m1")).status_code == 200
    assert count(fresh) == 1


def test_requests_that_come_together_are_kept_in_few_commits(fresh: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty senders at once are all answered, and share commits."""
    commits: list[int] = []

    def counted(home: Home, several: Any, **values: Any) -> Any:
        commits.append(len(several))
        return receive_all(home, several, **values)

    monkeypatch.setattr("regulars.serve.gathering.receive_all", counted)
    app = create_app(fresh, now=lambda: NOW)
    headers = basic(fresh.write_keys.make("web", now_us=instant_us(NOW)))
    with TestClient(app, raise_server_exceptions=False) as client:
        threads = [
            threading.Thread(
                target=client.post, args=("/v1/track",), kwargs={"json": viewed(f"m{n}"), "headers": headers}
            )
            for n in range(40)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert count(fresh) == sum(commits) == 40
    assert len(commits) < 40


def test_the_door_alone_shows_no_page(fresh: Home) -> None:
    """Where other computers may come, there is nothing to read."""
    client = TestClient(create_door(fresh, now=lambda: NOW), base_url="http://shop.example:8766")
    key = fresh.write_keys.make("web", now_us=instant_us(NOW))
    for path in ("/", "/customers", "/heard", "/static/regulars.css", "/v1/track"):
        answer = client.get(path)
        assert answer.status_code in (404, 405), path
        assert answer.json()["error"] == "Nothing is taken in at this address."
    answer = client.post("/v1/track", json=viewed("m1"), headers=basic(key))
    assert answer.json() == {"success": True}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_cloud_events_are_taken_in_all_three_modes(fresh: Home) -> None:
    """Source and id are the number, the type the kind, the subject the customer where the data name nobody."""
    client = door_client(fresh)
    cloud = {
        "specversion": "1.0",
        "id": "7",
        "source": "/shop",
        "type": "com.example.order.completed",
        "subject": "u9",
        "time": "2026-11-23T11:00:00Z",
        "data": {"order_id": "55", "total": 9.5},
    }
    structured = {"Content-Type": "application/cloudevents+json"}
    assert client.post("/v1/events", content=json.dumps(cloud), headers=structured).json() == {"success": True}
    batched = {"Content-Type": "application/cloudevents-batch+json; charset=utf-8"}
    assert (
        client.post("/v1/events", content=json.dumps([cloud, cloud | {"id": "8"}]), headers=batched).status_code == 200
    )
    binary = {f"ce-{name}": str(value) for name, value in cloud.items() if name != "data"}
    answer = client.post("/v1/events", json=cloud["data"], headers=binary)
    assert answer.json() == {"success": True}
    (order,) = fresh.stock.heard().inbox.to_pylist()
    assert (order["kind"], order["amount_minor"], order["who"]) == ("ordered", 950, ["customer:web:u9", "order:web:55"])
    assert client.post("/v1/events", json={}).status_code == 415
    assert client.post("/v1/events", content="{}", headers=structured).status_code == 400


def hook_headers(body: bytes, kind: str, at: str = SECONDS) -> dict[str, str]:
    """Sign a body as one of the services does."""
    key = HOOK.encode()

    def sign(content: bytes, secret: bytes = key) -> bytes:
        return hmac.new(secret, content, hashlib.sha256).digest()

    if kind == "standard":
        secret = base64.b64decode(HOOK.removeprefix("whsec_"))
        good = base64.b64encode(sign(f"msg_1.{at}.".encode() + body, secret)).decode()
        return {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": f"v1,AAAA v1,{good}"}
    if kind == "stripe":
        return {"Stripe-Signature": f"t={at},v1={sign(f'{at}.'.encode() + body).hex()}"}
    if kind == "hub":
        return {"X-Hub-Signature-256": f"sha256={sign(body).hex()}"}
    name = {"shopify": "X-Shopify-Hmac-Sha256", "woocommerce": "X-WC-Webhook-Signature"}[kind]
    return {name: base64.b64encode(sign(body)).decode()}


SHOPIFY = {
    "id": 820982911946154500,
    "created_at": "2026-11-23T06:00:00-05:00",
    "total_price": "21.00",
    "currency": "EUR",
    "email": "jon@example.com",
    "customer": {"id": 115310627314723950, "first_name": "Jon", "last_name": "Smith", "email": "jon@example.com"},
    "line_items": [{"id": 1, "title": "Cup", "price": "10.50", "quantity": 2, "sku": "C1"}],
}
WOO = {
    "id": 727,
    "currency": "EUR",
    "total": "29.35",
    "customer_id": 0,
    "date_created_gmt": "2026-11-22T22:28:02",
    "billing": {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org", "city": "Ghent"},
    "line_items": [{"id": 315, "name": "Tea", "quantity": 2, "total": "6.00", "price": 3, "sku": "T1"}],
}
CHARGE = {"id": "ch_1", "amount": 1250, "currency": "eur", "customer": "cus_1", "amount_refunded": 250}
STANDARD = {
    "type": "order.completed",
    "timestamp": "2026-11-23T11:00:00Z",
    "data": {"customer_id": "c1", "order_id": "9"},
}
HOOKS: list[tuple[str, dict[str, str], dict[str, Any], list[str]]] = [
    ("shopify", {"X-Shopify-Topic": "orders/create"}, SHOPIFY, ["bought", "introduced", "ordered"]),
    ("woocommerce", {"X-WC-Webhook-Topic": "order.created"}, WOO, ["bought", "introduced", "ordered"]),
    (
        "stripe",
        {},
        {"id": "evt_1", "type": "charge.succeeded", "created": 1795430000, "data": {"object": CHARGE}},
        ["paid"],
    ),
    (
        "stripe",
        {},
        {"id": "evt_2", "type": "charge.refunded", "created": 1795430000, "data": {"object": CHARGE}},
        ["returned"],
    ),
    ("standard", {}, STANDARD, ["ordered"]),
    ("hub", {}, STANDARD | {"id": "7"}, ["ordered"]),
]


@pytest.mark.parametrize(
    ("kind", "topic", "body", "kinds"), HOOKS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_signed_hook_is_taken_in(
    fresh: Home,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    topic: dict[str, str],
    body: dict[str, Any],
    kinds: list[str],
) -> None:
    """Each service's signature is read, its body understood, a retry known, and a changed body turned away."""
    monkeypatch.setenv("REGULARS_HOOK_MY_SHOP", HOOK)
    client = TestClient(create_app(fresh, now=lambda: NOW), raise_server_exceptions=False)
    content = json.dumps(body).encode()
    headers = {**topic, **hook_headers(content, kind)}
    for _ in range(2):
        answer = client.post("/v1/hooks/my-shop", content=content, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert sorted(row["kind"] for row in fresh.stock.heard().inbox.to_pylist()) == kinds
    assert client.post("/v1/hooks/my-shop", content=content + b" ", headers=headers).status_code == 401
    assert client.post("/v1/hooks/other", content=content, headers=headers).status_code == 401
    assert client.post("/v1/hooks/my-shop", content=content).status_code == 401


@pytest.mark.parametrize("kind", ["standard", "stripe"])
def test_an_old_hook_cannot_be_played_again(fresh: Home, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A good signature of ten minutes ago, or with no instant, is turned away."""
    monkeypatch.setenv("REGULARS_HOOK_SHOP", HOOK)
    client = TestClient(create_app(fresh, now=lambda: NOW))
    for at in (str(int(SECONDS) - 600), str(int(SECONDS) + 600), "soon", ""):
        answer = client.post("/v1/hooks/shop", content=b"{}", headers=hook_headers(b"{}", kind, at))
        assert answer.status_code == 401


def test_a_hook_that_means_nothing_to_us_is_accepted_and_not_kept(fresh: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender need not try again; the reason is told, and noted for the owner."""
    monkeypatch.setenv("REGULARS_HOOK_SHOP", HOOK)
    client = TestClient(create_app(fresh, now=lambda: NOW))
    content = json.dumps({"id": 1, "created_at": "2026-11-23T11:00:00Z"}).encode()
    headers = {"X-Shopify-Topic": "products/update", **hook_headers(content, "shopify")}
    answer = client.post("/v1/hooks/shop", content=content, headers=headers)
    assert (answer.status_code, answer.json()["kept"]) == (202, 0)
    assert answer.json()["reason"] == "we have no kind for the event 'shopify products/update'"
    assert heard.refusals(fresh)[0].source == "shop"
    assert count(fresh) == 0


def test_the_page_shows_a_day_of_events_and_what_was_refused(fresh: Home) -> None:
    """What was heard names the day's batch, and the name we have no kind for."""
    client = door_client(fresh)
    client.post("/v1/batch", json={"batch": [viewed("m1"), viewed("m2") | {"event": "Button Clicked"}]})
    text = client.get("/heard").text
    assert "events of 2026-11-23" in text
    assert "Button Clicked" in text
