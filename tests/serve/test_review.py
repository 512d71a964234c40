"""Who is who, in the browser: one pair after another, a word on each, and the last one taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import review
from regulars.recognise import code_of
from regulars.store import Home

from .conftest import client_of
from .shop import heard, table

FIRST = ("Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jane", "Karl")
LAST = ("Abel", "Birch", "Coster", "Dunn", "Ernst", "Falk", "Groot", "Hale", "Ibsen", "Joost")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Home]:
    """A shop with some pairs in question: namesakes, and households with one telephone."""
    rows = [
        [f"P{n}", f"{FIRST[n % 10]} {LAST[n // 10]}", f"p{n}@example.org", f"0161 496 0{n // 2:03d}", f"{n} Mill Lane"]
        for n in range(100)
    ]
    rows += [[f"D{n}", *rows[n][1:]] for n in range(20)]  # who is one person, and no question
    rows += [
        ["X1", "Ida Olm", "", "0161 496 0901", "5 Field Street"],
        ["X2", "Ida Olm", "olm@post.example", "", ""],
        ["X3", "Ann Marsh", "", "0161 496 0900", "3 Field Street"],
        ["X4", "Ann Marsh", "marsh@post.example", "", "", "<b>Marsh</b> & Co"],
    ]
    rows = [[*row, ""][:6] for row in rows]
    file = table(tmp_path / "customers.csv", ["customer_id", "name", "email", "phone", "street", "company"], rows)
    made = heard(tmp_path / "home", [file])
    yield made
    made.close()


@pytest.fixture
def desk(shop: Home) -> TestClient:
    return client_of(shop)


def word(desk: TestClient, said: str, **more: str) -> str:
    """Say a word and return where it leads."""
    answer = desk.post("/review", data={"word": said, "after": "0", **more}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_pair_is_asked_answered_and_taken_back(shop: Home, desk: TestClient) -> None:
    """The buttons bear their keys; an answer is kept and leads on; Undo ends it, and a second Undo does nothing."""
    queue = review.questions(shop)
    first = queue[0]
    page = desk.get("/review").text
    assert f"{len(queue)} pairs are in question" in page
    assert re.findall(r'data-key="(.)"', page) == ["s", "d", "r", "n"]
    assert code_of(first.a) in page
    assert '<script src="/static/review.js" defer>' in page
    assert desk.get("/static/review.js").status_code == 200
    led = word(desk, "different", one=code_of(first.a), other=code_of(first.b))
    assert [verdict.said for verdict in shop.verdicts.all()] == ["different"]
    after = desk.get(led).text
    assert "Kept: different" in after
    assert f"{len(queue) - 1} pair is in question" in after
    number = led.rpartition("said=")[2]
    assert word(desk, "undo", number=number) == "/review?after=0"
    word(desk, "undo", number=number)
    assert [verdict.ended_us is None for verdict in shop.verdicts.all()] == [False]
    assert review.questions(shop) == queue


def test_not_now_leads_to_the_next_pair(shop: Home, desk: TestClient) -> None:
    """Nothing is kept, and behind the last pair the first one comes again."""
    queue = review.questions(shop)
    assert len(queue) > 1
    assert code_of(queue[1].a) in desk.get(word(desk, "later")).text
    assert shop.verdicts.all() == []
    assert code_of(queue[0].a) in desk.get(f"/review?after={len(queue)}").text


def test_nothing_is_taken_from_another_site_or_of_nobody(shop: Home, desk: TestClient) -> None:
    """A form of another site, a word that is none, and records that nobody knows change nothing."""
    first = review.questions(shop)[0]
    pair = {"one": code_of(first.a), "other": code_of(first.b), "word": "same", "after": "0"}
    away = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert desk.post("/review", data=pair, headers=away).status_code == 403
    assert desk.post("/review", data=pair | {"word": "merge"}).status_code == 400
    assert desk.post("/review", data=pair | {"after": "x"}).status_code == 400
    assert desk.post("/review", data=pair | {"one": "0000000000000", "other": "0000000000001"}).status_code == 404
    assert desk.post("/review", data={"word": "undo", "number": "x", "after": "0"}).status_code == 400
    assert shop.verdicts.all() == []


def test_what_records_say_is_escaped(shop: Home, desk: TestClient) -> None:
    """A name with markup in it is shown as it is written."""
    pages = [desk.get(f"/review?after={n}").text for n in range(len(review.questions(shop)))]
    assert any("&lt;b&gt;Marsh" in page for page in pages)
    assert not any("<b>Marsh" in page for page in pages)


def test_the_records_of_a_customer_and_their_weakest_link(client: TestClient, home: Home) -> None:
    """The page names each link with its evidence; of a customer of one record it says that there is only one."""
    run = home.runs.current()
    members = home.runs.table(run, "members").to_pylist()
    joined = next(row["customer"] for row in members if row["held"] == "model")
    page = client.get(f"/customers/{code_of(joined)}/records").text
    assert "The weakest link" in page
    assert re.search(r"alike: .*bits, \d+%", page)
    alone = next(row["customer"] for row in members if row["held"] == "alone")
    assert "There is only one record" in client.get(f"/customers/{code_of(alone)}/records").text
    assert client.get("/customers/0000000000000/records").status_code == 404
