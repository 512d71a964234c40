"""The page of those who wait: who, how much and since when; a word on them is taken from our own pages only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import holding
from regulars.listen import Held
from regulars.store import Home

from .conftest import client_of
from .shop import NOW, SCRIPT, rude_home

CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART:20260310T090000Z
ATTENDEE:mailto:zoe@elsewhere.example
END:VEVENT
END:VCALENDAR
"""


def letter(sender: str, day: int) -> Held:
    """Write a letter."""
    head = f"From: {sender}\nDate: Mon, {day:02} Mar 2026 09:00:00 +0000\nMessage-ID: <{sender}{day}>\n\n"
    return Held("letter.eml", head.encode())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Home]:
    """A shop with two people who wait: one wrote twice and met it, the other wrote once."""
    made = rude_home(tmp_path)
    for given in (
        letter("zoe@elsewhere.example", 2),
        letter("zoe@elsewhere.example", 5),
        letter("o'neil@other.example", 4),
    ):
        holding.sieved(made, given, source="mailbox", now=NOW)
    holding.sieved(made, Held("shop.ics", CALENDAR.encode()), source="mailbox", now=NOW)
    yield made
    made.close()


@pytest.fixture
def desk(shop: Home) -> TestClient:
    return client_of(shop)


def word(desk: TestClient, sender: str, said: str, **headers: str) -> int:
    """Say a word on somebody, and return what was answered."""
    form = {"sender": sender, "word": said}
    return desk.post("/senders", data=form, headers=headers, follow_redirects=False).status_code


def test_who_waits_is_shown_with_how_much_and_since_when(desk: TestClient, shop: Home) -> None:
    """Those with most first, letters and meetings apart; the page of what was heard leads there."""
    page = desk.get("/senders").text
    assert "2 letters and 1 meeting" in page
    assert re.search(r"2 Mar 2026</time> to <time[^>]*>10 Mar 2026", page)
    count = len({one.sender for one in holding.waiting(shop)})
    assert count == 2
    heard = desk.get("/heard").text
    assert f"{count} senders wait" in heard
    assert 'href="/senders"' in heard


def test_an_address_is_never_code(desk: TestClient, shop: Home) -> None:
    """Whatever a stranger puts into an address is text."""
    with shop.catalogue.transaction() as write:
        write.change("update waiting set sender = ? where sender = ?", (f"{SCRIPT}@x.example", "zoe@elsewhere.example"))
    page = desk.get("/senders").text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_who_is_admitted_is_heard_and_waits_no_longer(desk: TestClient, shop: Home) -> None:
    """Their letters and their meeting count; a second click does nothing, and the address stands in no link."""
    answer = desk.post("/senders", data={"sender": "zoe@elsewhere.example", "word": "admit"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/senders?heard=3")
    page = desk.get("/senders?heard=3").text
    assert "3 heard." in page
    assert "zoe@elsewhere.example" not in page
    kinds = shop.stock.heard().inbox.select(["kind", "source"]).to_pylist()
    assert sorted(row["kind"] for row in kinds if row["source"] == "mailbox") == ["met", "wrote", "wrote"]
    again = desk.post("/senders", data={"sender": "zoe@elsewhere.example", "word": "admit"}, follow_redirects=False)
    assert again.headers["location"] == "/senders"


def test_who_is_refused_is_deleted_and_dropped_later(desk: TestClient, shop: Home) -> None:
    """The page says how many went."""
    assert word(desk, "zoe@elsewhere.example", "refuse") == 303
    assert "3 deleted." in desk.get("/senders?deleted=3").text
    assert "zoe@elsewhere.example" not in [one.sender for one in holding.waiting(shop)]
    found = holding.sieved(shop, letter("zoe@elsewhere.example", 9), source="mailbox", now=NOW)
    assert found.dropped == (("refused", "the house has refused this sender", 1),)


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://elsewhere.example"}],
)
def test_another_site_cannot_decide(desk: TestClient, shop: Home, headers: dict[str, str]) -> None:
    """What another page sends with a reader's browser is refused, and nobody is admitted."""
    before = holding.waiting(shop)
    assert word(desk, "zoe@elsewhere.example", "admit", **headers) == 403
    assert holding.waiting(shop) == before
    assert word(desk, "zoe@elsewhere.example", "admit", **{"sec-fetch-site": "same-origin"}) == 303


@pytest.mark.parametrize(
    ("sender", "said", "code"),
    [
        ("zoe@elsewhere.example", "marry", 400),
        ("", "admit", 400),
        ("a" * 300, "admit", 400),
        ("nobody@x.example", "refuse", 303),
    ],
)
def test_what_our_page_does_not_send_is_refused(
    desk: TestClient, shop: Home, sender: str, said: str, code: int
) -> None:
    """An unknown word, nobody, or too long an address; somebody who does not wait is left as they are."""
    before = holding.waiting(shop)
    assert (word(desk, sender, said), holding.waiting(shop)) == (code, before)
    assert shop.holding.senders() == []


def test_a_page_where_nobody_waits_says_so(rude_client: TestClient) -> None:
    """And the page of what was heard does not mention it; a forged count is not shown."""
    assert "Nobody waits." in rude_client.get("/senders").text
    assert "/senders" not in rude_client.get("/heard").text
    assert "heard." not in rude_client.get("/senders?heard=%3Cb%3E").text
    assert rude_client.get("/senders").headers["cache-control"] == "no-store"
