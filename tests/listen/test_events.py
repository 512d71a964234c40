"""Events: what each means, whom it names, what is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regulars.listen import KINDS, Found, Hearing, hear, kind_of_event, kind_of_type, translated
from regulars.listen.event_names import MORE, NAMES
from regulars.listen.hooks import hook_events

DOCS = Path(__file__).parents[2] / "docs" / "events.md"
AT = "2026-11-23T11:00:00Z"
NOW_US = 1_795_435_200_000_000  # 23 November 2026, 12:00
HEARING = Hearing("web", "events", 1, NOW_US, NOW_US)
ROW = re.compile(r"^\| ([A-Z][\w ]+) \| ([^|]*) \| `(\w+)`", re.MULTILINE)


def nothing_known(keys: Any) -> Found:
    """Know of no earlier order."""
    return Found([""] * len(keys), np.zeros(len(keys), np.int64))


def traces_of(*events: object) -> list[dict[str, Any]]:
    """Hear some events, and return their traces."""
    found = translated(events, file="events", zone="UTC", currency="EUR")
    assert found.refused == []
    made = [hear(piece, mapping, hearing=HEARING, find=nothing_known) for mapping, piece in found.pieces]
    assert [fault for one in made for fault in one.refused] == []
    return [row for one in made for row in one.traces.to_pylist()]


def event(call: str, **fields: Any) -> dict[str, Any]:
    """Return an event of a call."""
    return {"type": call, "messageId": "m1", "userId": "u1", "timestamp": AT, **fields}


def test_the_documentation_names_every_event_and_its_kind() -> None:
    """The table of docs/events.md is what the code knows: no name more, none less."""
    told = {}
    for name, others, kind in ROW.findall(DOCS.read_text(encoding="utf-8")):
        for one in (name, *filter(None, others.split(", "))):
            assert kind_of_event(one) == kind, one
            told[" ".join(one.replace("_", " ").lower().split())] = kind
    words = {kind for kind in KINDS if kind not in told}
    assert told == {name: kind for name, kind in NAMES.items() if name not in words}
    assert set(MORE) <= set(told)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_sent(kind: str) -> None:
    """An event under the name of each kind makes a trace of that kind, numbered by its messageId."""
    more = {
        "rating": 4,
        "text": "Good",
        "amount": 5,
        "ticket_id": "t1",
        "order_id": "1",
        "name": "Cup",
        "email": "a@b.eu",
    }
    made = traces_of(event("track", event=KINDS[kind].segment, properties=more))
    assert [trace["kind"] for trace in made] == [kind]
    assert made[0]["source_id"] == f"{kind}:{'1' if kind == 'ordered' else 'm1'}"
    assert made[0]["happened_at"] == NOW_US - 3_600_000_000


def test_an_identify_names_a_customer_in_every_way_it_can() -> None:
    """User, anonymous number, e-mail and telephone are identifiers; names, company and address are kept."""
    traits = {
        "email": "Ann@Example.org",
        "phone": "+32 471 23 45 67",
        "firstName": "Ann",
        "lastName": "Lee",
        "company": {"name": "Harbour Ltd"},
        "address": {"street": "Quay 1", "postalCode": "9000", "city": "Ghent", "country": "BE"},
        "password": "needle",
        "age": 44,
    }
    (trace,) = traces_of(event("identify", traits=traits, anonymousId="a1", context={"ip": "10.0.0.1"}))
    assert trace["who"] == ["customer:web:u1", "customer:web:anonymous:a1", "email:ann@example.org", "phone:471234567"]
    assert json.loads(trace["attributes"]) == {
        "first_name": "Ann",
        "last_name": "Lee",
        "company": "Harbour Ltd",
        "street": "Quay 1",
        "postcode": "9000",
        "city": "Ghent",
    }


def test_alias_names_both_and_group_the_company() -> None:
    """An alias says that two numbers are one customer; a group is where a customer works, not a person."""
    (alias,) = traces_of(event("alias", previousId="a1"))
    assert alias["who"] == ["customer:web:u1", "customer:web:a1", "customer:web:anonymous:a1"]
    (group,) = traces_of(event("group", groupId="g1", traits={"name": "Harbour Ltd", "email": "all@harbour.example"}))
    assert (group["who"], json.loads(group["attributes"])) == (["customer:web:u1"], {"company": "Harbour Ltd"})


def test_pages_are_views_without_the_query_of_their_address() -> None:
    """What was looked at is the page's name, its title or its path."""
    named = [
        event("page", name="Home"),
        event("page", messageId="m2", properties={"title": "Tea"}),
        event("screen", messageId="m3", properties={"path": "/tea?email=ann@example.org"}),
    ]
    assert [(trace["kind"], trace["item"]) for trace in traces_of(*named)] == [
        ("viewed", "Home"),
        ("viewed", "Tea"),
        ("viewed", "/tea"),
    ]


def test_the_steps_of_a_ticket_and_a_promise_meet_in_one_case() -> None:
    """Opened by one event, closed by another: both are about the same ticket."""
    made = traces_of(
        event("track", event="Ticket Opened", properties={"ticket_id": "t7"}),
        event("track", messageId="m2", event="Ticket Closed", properties={"ticket_id": "t7"}),
        event("track", messageId="m3", event="Promise Made", properties={"promise_id": "p1", "due_at": "2026-12-01"}),
    )
    assert [trace["about"] for trace in made] == ["ticket:web:t7", "ticket:web:t7", "promise:web:p1"]
    assert made[2]["due_at"] is not None


def test_views_rest_on_consent_and_orders_on_the_contract() -> None:
    """Each kind is kept for its own purpose and on its own ground."""
    made = traces_of(
        event("track", event="Product Viewed"),
        event("track", event="Order Completed", messageId="m2"),
        event("track", event="Consent Withdrawn", messageId="m3", properties={"channel": "e-mail"}),
    )
    assert {trace["kind"]: (trace["purpose"], trace["basis"]) for trace in made} == {
        "viewed": ("tracking", "consent"),
        "ordered": ("service", "contract"),
        "withdrew": ("service", "legal obligation"),
    }


def test_ratings_may_name_their_scale() -> None:
    """A nine of ten is no nine of five."""
    (trace,) = traces_of(event("track", event="Rating Given", properties={"rating": 9, "scale": "0-10"}))
    assert (trace["rating_milli"], trace["scale_low"], trace["scale_high"]) == (9_000, 0, 10)


def test_instants_may_be_seconds_or_milliseconds() -> None:
    """A count is written out; the first of the four names that is filled in counts."""
    for at in ({"timestamp": 1_795_431_600}, {"timestamp": None, "sentAt": 1_795_431_600_000}, {"timestamp": AT}):
        (trace,) = traces_of(event("page") | at)
        assert trace["happened_at"] == 1_795_431_600_000_000


def test_types_are_read_from_their_last_words() -> None:
    """A dotted type means what its end says; a version at the end says nothing."""
    known = {
        "com.example.order.completed": "ordered",
        "com.example.order.completed.v1": "ordered",
        "orderCompleted": "ordered",
        "shop/product-viewed": "viewed",
        "com.example.button.clicked": "",
        "": "",
        "v1": "",
    }
    assert {name: kind_of_type(name) for name in known} == known


def test_a_refund_of_a_charge_is_what_was_given_back_this_time() -> None:
    """Stripe says how much in all; the earlier part was told before."""
    charge = {"id": "ch", "amount": 1000, "amount_refunded": 700, "currency": "jpy", "customer": "c1"}
    body = {
        "id": "e",
        "created": 1_795_431_600,
        "data": {"object": charge, "previous_attributes": {"amount_refunded": 300}},
    }
    (trace,) = traces_of(*hook_events("stripe charge.refunded", "", body))
    assert (trace["kind"], trace["amount_minor"], trace["currency"]) == ("returned", 400, "JPY")
