"""Notes and taps on a briefing: kept once, read back at once, and never with words in an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import loop, noting
from regulars.serve import create_app
from regulars.store import Home

from .conftest import client_of
from .shop import NOW, town_home

TOKEN = re.compile(r'name="token" value="([0-9a-f]{32})"')
TRACE = re.compile(r'name="trace" value="([0-9a-f]{32})"')
WORDS = "Asked for the rye loaf, sliced. Call back Friday."


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Home]:
    made = town_home(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(shop: Home) -> TestClient:
    return client_of(shop)


@pytest.fixture
def page(shop: Home) -> str:
    return f"/customers/{loop.today(shop).rows[0].customer}"


def token_of(desk: TestClient, page: str) -> str:
    found = TOKEN.search(desk.get(page).text)
    assert found
    return found[1]


def traces_of(shop: Home, page: str) -> list[str]:
    story = noting.up_to_date(shop, loop.story(shop, page.rpartition("/")[2], now=NOW), now=NOW)
    return [str(source) for source in story.timeline.column("source").to_pylist() if source == "desk"]


def test_a_note_is_kept_once_and_read_back(desk: TestClient, shop: Home, page: str) -> None:
    """A double click makes one trace; the answer leads back without the words, and offers the promise."""
    form = {"text": WORDS, "how": "visit", "token": token_of(desk, page)}
    first = desk.post(f"{page}/notes", data=form, follow_redirects=False)
    second = desk.post(f"{page}/notes", data=form, follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert re.fullmatch(rf"{page}\?said=[0-9a-f]{{32}}#said", first.headers["location"])
    assert len(traces_of(shop, page)) == 1
    read = desk.get(first.headers["location"]).text
    assert "Asked for the rye loaf, sliced." in read
    assert "due Friday 6 Nov 2026" in read
    assert "Asked for the rye loaf" in desk.get(f"{page}/timeline").text


def test_a_promise_is_kept_only_when_tapped(desk: TestClient, shop: Home, page: str) -> None:
    """Tapping twice keeps it once, and the read-back says it."""
    form = {"text": WORDS, "how": "note", "token": token_of(desk, page)}
    read = desk.post(f"{page}/notes", data=form).text
    trace = TRACE.findall(read)[0]
    assert len(traces_of(shop, page)) == 1
    for _ in range(2):
        read = desk.post(f"{page}/promises", data={"trace": trace, "place": "0"}).text
    assert "Keep this promise" not in read
    assert "due 6 Nov 2026" in read
    assert len(traces_of(shop, page)) == 2


def test_what_was_taken_back_is_as_if_it_had_never_come(desk: TestClient, shop: Home, page: str) -> None:
    """The content hash of the home is what it was."""
    before = shop.content()
    read = desk.post(f"{page}/notes", data={"text": WORDS, "token": token_of(desk, page)}).text
    assert shop.content() != before
    after = desk.post(f"{page}/back", data={"trace": TRACE.findall(read)[-1]})
    assert after.status_code == 200
    assert shop.content() == before


def test_done_is_shown_and_closes_nothing(desk: TestClient, page: str) -> None:
    """The page says that somebody said done; what is owed still stands there."""
    owed = re.findall(r'id="b2".*?</section>', desk.get(page).text, re.DOTALL)
    form = {"key": "action", "how": "done", "token": token_of(desk, page)}
    read = desk.post(f"{page}/taps", data=form).text
    assert "You said done on 1 Nov 2026; we will see whether it came." in read
    assert [len(re.findall("<li", part)) for part in re.findall(r'id="b2".*?</section>', read, re.DOTALL)] == [
        len(re.findall("<li", part)) for part in owed
    ]


def test_later_leaves_today_until_tomorrow(desk: TestClient, shop: Home, page: str) -> None:
    """Who was put off is not on today's list, and is back on the next day's."""
    link = f'href="{page}"'
    assert link in desk.get("/").text
    desk.post(f"{page}/taps", data={"key": "action", "how": "later", "token": token_of(desk, page)})
    assert link not in desk.get("/").text
    tomorrow = TestClient(create_app(shop, now=lambda: NOW + timedelta(days=1)))
    assert link in tomorrow.get("/").text


def test_wrong_is_said_from_then_on(desk: TestClient, page: str) -> None:
    """The briefing and the mirror page say who called a line wrong, and why; an opinion is kept back."""
    desk.post(
        f"{page}/taps",
        data={"key": "debt1", "how": "wrong", "reason": "It came on Tuesday", "token": token_of(desk, page)},
    )
    for path in (page, f"{page}/mirror"):
        assert "Called wrong by the house on 1 Nov 2026: “<bdi" in desk.get(path).text
        assert "It came on Tuesday" in desk.get(path).text
    form = {"key": "who", "how": "wrong", "reason": "They are always rude", "token": token_of(desk, page)}
    desk.post(f"{page}/taps", data=form)
    for path in (page, f"{page}/mirror", f"{page}/timeline"):
        assert "always rude" not in desk.get(path).text


def test_an_opinion_is_given_back_to_its_author_and_shown_to_nobody(desk: TestClient, page: str) -> None:
    """The read-back names the sentence for a quarter of an hour; the timeline never shows it."""
    read = desk.post(f"{page}/notes", data={"text": "Seemed annoyed.", "token": token_of(desk, page)})
    assert "Reads as an opinion" in read.text
    assert "Seemed annoyed" not in desk.get(f"{page}/timeline").text
    late = TestClient(create_app(desk.app.state.desk.home, now=lambda: NOW + timedelta(minutes=16)))
    assert "Seemed annoyed" not in late.get(str(read.url)).text


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://else.example"}]
)
def test_another_site_cannot_write(desk: TestClient, shop: Home, page: str, headers: dict[str, str]) -> None:
    """What a reader's browser is made to send from elsewhere is refused, and nothing is kept."""
    form = {"text": WORDS, "token": token_of(desk, page), "key": "action", "how": "done"}
    for path in ("notes", "taps", "promises", "back"):
        assert desk.post(f"{page}/{path}", data=form, headers=headers).status_code == 403
    assert traces_of(shop, page) == []


def test_what_our_pages_do_not_send_is_refused(desk: TestClient, shop: Home, page: str) -> None:
    """No token, an empty note, an unknown line, a stranger's code, a heap of text: nothing is kept."""
    token = token_of(desk, page)
    tries = [
        (f"{page}/notes", {"text": WORDS}, 400),
        (f"{page}/notes", {"text": "x" * 40_000, "token": token}, 413),
        (f"{page}/notes", {"text": " ", "token": token}, 500),
        (f"{page}/taps", {"key": "nothing", "how": "done", "token": token}, 404),
        ("/customers/0000000000000/notes", {"text": WORDS, "token": token}, 404),
    ]
    for path, form, status in tries:
        assert desk.post(path, data=form).status_code == status, path
    assert desk.get(f"{page}/notes").status_code == 405
    assert traces_of(shop, page) == []


def test_a_note_that_waited_keeps_its_own_hour(desk: TestClient, page: str) -> None:
    """A note written offline says when it was written; a time that cannot be is not believed."""
    for written, shown in (("2026-11-01T09:30:00Z", "10:30"), ("2026-11-09T09:30:00Z", "13:00")):
        form = {"text": f"Came at {shown}", "token": token_of(desk, page), "written": written}
        desk.post(f"{page}/notes", data=form)
        item = desk.get(f"{page}/timeline").text.partition(f"Came at {shown}")[0].rpartition("<time")[2]
        assert shown in item


def test_the_forms_need_no_script(desk: TestClient, page: str) -> None:
    """Each form is posted to its own address, with its token; the paper letter has none."""
    text = desk.get(page).text
    assert text.count('data-queue="note"') == 1
    assert 'name="how" value="done"' in text
    assert "autofocus" not in text
