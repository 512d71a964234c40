"""The pages of keeping: what was heard, the mirror, who is left alone, what is paused, which run is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import loop, privacy
from regulars.dates import instant_us
from regulars.serve import create_app, render_mirror
from regulars.settings import Settings
from regulars.store import Home, make_home

from .conftest import client_of
from .shop import NOW, OPINION, rude_home, table
from .test_pages import words_of


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Home]:
    """A small home that a test may change: one customer with a complaint, and a colleague's opinion of them."""
    made = rude_home(tmp_path)
    yield made
    made.close()


def lines_of(page: str) -> str:
    """Return what a reader reads, on one line."""
    return re.sub(r"\s+", " ", words_of(page))


def test_every_page_names_its_run_and_leads_to_what_was_heard(client: TestClient, home: Home, code: str) -> None:
    """The run stands once at the foot of each page, with its day."""
    run = home.runs.current().run_id
    for path in (
        "/",
        "/customers",
        "/heard",
        *(f"/customers/{code}{rest}" for rest in ("", "/timeline", "/why/who", "/mirror")),
    ):
        page = client.get(path).text
        assert f"As of 1 Nov 2026 · run {run}" in page.partition('<footer class="below">')[2]
        assert page.count('href="/heard"') == 1


def test_what_was_heard_names_every_file(client: TestClient, home: Home) -> None:
    """Batches newest first, each file with what became of its rows, the sources and when they were last heard."""
    page = lines_of(client.get("/heard").text)
    for batch in home.origins.batches():
        assert str(batch["name"]) in page
    assert "last heard 1 Nov 2026, 13:00" in page
    assert "traces new" in page
    assert "<form" not in client.get("/heard").text


def test_rows_that_need_a_look_stand_with_their_reason(own: Home, tmp_path: Path) -> None:
    """File, line, column, value, reason and advice, escaped."""
    rows = [[f"P{n}", "R1", "2026-10-01 10:00", "1.00"] for n in range(12)]
    rows[3][2] = "<b>2026-13-45</b>"
    loop.hear(
        own,
        [table(tmp_path / "more.csv", ["order_id", "customer_id", "ordered_at", "amount"], rows)],
        source="till",
        now=NOW,
    )
    page = client_of(own).get("/heard").text
    assert "&lt;b&gt;2026-13-45&lt;/b&gt;" in page
    assert "<b>2026" not in page
    assert "more.csv, line 5, column ordered_at" in lines_of(page)
    assert "1 row needs a look" in page


def test_an_empty_home_has_heard_nothing(tmp_path: Path) -> None:
    """Before anything was turned the page says so, and has no run to name."""
    home = make_home(tmp_path / "home", Settings(), now_us=instant_us(NOW))
    page = lines_of(client_of(home).get("/heard").text)
    assert "Nothing has been heard yet." in page
    assert "Nothing is worked out yet" in page
    home.close()


def test_a_paused_source_is_named_on_every_page(own: Home) -> None:
    """One line says since when its figures are stale; what was heard says why. Heard again, the line goes."""
    own.pause("shop", "orders.csv has no column ordered_at any more.", now_us=instant_us(NOW - timedelta(days=3)))
    client, code = client_of(own), privacy.find(own, "R1").customer.code
    for path in ("/", "/customers", "/heard", f"/customers/{code}", f"/customers/{code}/timeline"):
        assert "Figures from shop are stale since 29 Oct 2026." in lines_of(client.get(path).text)
    assert "orders.csv has no column ordered_at any more." in lines_of(client.get("/heard").text)
    own.unpause("shop")
    assert "stale" not in client.get("/").text


def test_the_mirror_has_every_word_that_staff_see(client: TestClient, stories: list[loop.Story]) -> None:
    """Lines, evidence, action and what happened: the text of the staff's pages is part of the mirror's."""
    for story in stories:
        code = story.page.customer
        mirror, number = client.get(f"/customers/{code}/mirror"), 1
        pages = [mirror.text]
        while "Older</a>" in pages[-1]:
            number += 1
            pages.append(client.get(f"/customers/{code}/mirror?page={number}").text)
        text = " ".join(map(lines_of, pages))
        for line in story.page.lines:
            assert re.sub(r"\s+", " ", line.it.text) in text
            assert f"rule {line.rule}: {line.why}" in text
        timeline = unescape(client.get(f"/customers/{code}/timeline").text)
        for said in re.findall(r'<p class="quote">(.*?)</p>', timeline):
            assert words_of(said) in text
        assert client.get(f"/customers/{code}/mirror?page={number + 1}").status_code == 404
        assert client.get(f"/customers/{code}/mirror?page=x").status_code == 404


def test_the_mirror_is_no_back_door(rude_client: TestClient, rude: Home) -> None:
    """What the guard keeps back from staff stands in the customer's own copy, and not on a page that staff can open."""
    code = privacy.find(rude, "R1").customer.code
    served = lines_of(rude_client.get(f"/customers/{code}/mirror").text)
    copy = lines_of(render_mirror(privacy.held(rude, "R1", now=NOW)))
    assert OPINION not in served
    assert OPINION in copy
    for page in (served, copy):
        assert "Rule 4: a colleague's opinion" in page or "rule 4: a colleague's opinion" in page
    assert "1 more kept back" in served


def test_the_copy_needs_nothing_else(rude: Home) -> None:
    """One file: no address, no other file, no script, and words of customers are text."""
    page = render_mirror(privacy.held(rude, "R1", now=NOW))
    assert not re.findall(r'(?:href|src|action)="(?!#)', page)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_briefing_leads_to_the_mirror(client: TestClient, code: str) -> None:
    """One link, in words that say what it is for."""
    page = client.get(f"/customers/{code}").text
    assert f'href="/customers/{code}/mirror">See what they see</a>' in page
    back = client.get(f"/customers/{code}/mirror").text
    assert f'href="/customers/{code}"' in back


def test_a_restricted_customer_is_left_alone_on_every_page(own: Home) -> None:
    """One calm page with status 451 for briefing, timeline, evidence and mirror; none of them shows anything else."""
    code = privacy.restrict(own, "R1", now=NOW).customer.code
    client = client_of(own)
    answers = [client.get(f"/customers/{code}{rest}") for rest in ("", "/timeline", "/why/who", "/mirror")]
    assert {answer.status_code for answer in answers} == {451}
    assert len({answer.content for answer in answers}) == 1
    page = lines_of(answers[0].text)
    assert "Left alone" in page
    assert "restricted at their request since 1 Nov 2026: kept, not scored, not briefed." in page
    assert f"regulars restrict --lift {code}" in page
    assert answers[0].headers["cache-control"] == "no-store"
    assert code not in client.get("/").text
    found = client.post("/customers", data={"text": "R1"}).text
    assert "left alone at their request" in found


def test_a_forgotten_person_is_said_to_be_removed_without_a_name(own: Home) -> None:
    """Who looks for them by an identifier learns when, and how to let them in again; their code leads nowhere."""
    code = privacy.find(own, "R1").customer.code
    client = TestClient(create_app(own, now=lambda: NOW))
    privacy.forget(own, "R1", now=NOW)
    more = own.path.parent / "more.csv"
    table(more, ["order_id", "customer_id", "ordered_at", "amount"], [["Z1", "S2", "2026-10-01 10:00", "1.00"]])
    loop.hear(own, [more], source="till", now=NOW)
    loop.turn(own, as_of=NOW.date(), now=NOW)
    assert client.get(f"/customers/{code}").status_code == 404
    page = lines_of(client.post("/customers", data={"text": "rude@example.org"}).text)
    assert "This person asked to be removed on 1 Nov 2026." in page
    assert "regulars forget --lift IDENTIFIER" in page
    assert "asked to be removed" not in client.post("/customers", data={"text": "nobody@example.org"}).text
