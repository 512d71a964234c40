"""What every answer carries, and what no answer gives away."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from html import unescape

import pytest
from starlette.testclient import TestClient

from regulars import loop
from regulars.errors import Busy, SettingsError
from regulars.recognise.customer import code_of
from regulars.serve import create_app, serve
from regulars.serve.app import listening
from regulars.serve.headers import HEADERS
from regulars.store import Home

from .conftest import client_of
from .shop import NOW, SCRIPT

OURS = '<script src="/static/desk.js" defer></script>'
LINKS = re.compile(r'(?:href|src|action)="([^"]*)"')


@pytest.fixture
def paths(code: str, home: Home) -> list[str]:
    keys = [line.it.key for line in loop.story(home, code, now=NOW).page.lines]
    return [
        "/",
        "/customers",
        f"/customers/{code}",
        f"/customers/{code}/timeline",
        f"/customers/{code}/mirror",
        "/heard",
        *(f"/customers/{code}/why/{key}" for key in keys),
    ]


def test_every_answer_carries_the_headers(client: TestClient, paths: list[str]) -> None:
    """Pages, files, mistakes and refusals alike."""
    answers = [client.get(path) for path in (*paths, "/static/regulars.css", "/static/nothing.css", "/nowhere")]
    answers += [client.delete("/"), client.get("/", headers={"host": "elsewhere.example"})]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "charset=utf-8" in answer.headers["content-type"]
    policy = HEADERS["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy  # our own file alone: it keeps notes while there is no connection
    assert "connect-src 'self';" in policy


def test_no_page_about_people_is_kept_by_the_browser(client: TestClient, paths: list[str]) -> None:
    """Pages are not stored; the style sheet may be."""
    assert {client.get(path).headers["cache-control"] for path in paths} == {"no-store"}
    assert client.post("/customers", data={"text": "a"}).headers["cache-control"] == "no-store"
    assert client.get("/static/regulars.css").headers["cache-control"] == "no-cache"


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    """A name that points at this computer from elsewhere gets nothing."""
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    for own in ("127.0.0.1:8765", "localhost:8765", "[::1]:8765"):
        assert client.get("/", headers={"host": own}).status_code == 200


def test_what_is_not_there_always_gets_the_same_page(client: TestClient, code: str) -> None:
    """An unknown code, a wrong one, an unknown line and an unknown address cannot be told apart."""
    unknown = code_of(12345)
    wrong = [
        *(f"/customers/{unknown}{rest}" for rest in ("", "/timeline", "/why/who")),
        *(f"/customers/{text}" for text in ("nobody", "Ann%20Lee", code.upper(), f"%20{code}")),
        *(f"/customers/{code}{rest}" for rest in ("/why/nothing", "/why/who@2026-10-01", "/timeline?page=999")),
        "/nowhere",
    ]
    answers = [client.get(path) for path in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_no_link_carries_personal_data(client: TestClient, paths: list[str], home: Home, code: str) -> None:
    """Links, forms and titles hold the opaque code, never a name, an address or a number of the customer."""
    customer = loop.resolve(home, home.runs.current(), code)
    needles = [*customer.name.lower().split(), *(key.rsplit(":", 1)[1].lower() for key in customer.keys)]
    assert len(needles) > 2
    for path in paths:
        page = client.get(path).text
        written = LINKS.findall(page) + re.findall(r"<title>.*? · Regulars</title>", page)
        assert written
        for text in written:
            assert not [needle for needle in needles if len(needle) > 2 and needle in text.lower()]


def test_reading_changes_nothing(client: TestClient, paths: list[str], home: Home) -> None:
    """No visit and no search moves the counter of the catalogue, or makes a run."""
    before = (home.catalogue.one("select version from home")["version"], sorted(home.runs.folder.iterdir()))
    for path in paths:
        assert client.get(path).status_code == 200
        client.get(f"{path}@2026-09-30")
    client.post("/customers", data={"text": "a"})
    assert (home.catalogue.one("select version from home")["version"], sorted(home.runs.folder.iterdir())) == before


def test_only_the_search_takes_a_post(client: TestClient, paths: list[str]) -> None:
    """Whatever else is posted, put or deleted is refused."""
    for path in paths:
        assert client.put(path).status_code == 405
        if path != "/customers":
            assert client.post(path).status_code == 405


def test_words_of_customers_are_never_code(rude_client: TestClient, rude: Home) -> None:
    """A name, item, town, complaint and department written as a script are shown as text on every page."""
    run = rude.runs.current()
    code = loop.resolve(rude, run, "R1").code
    keys = [line.it.key for line in loop.story(rude, code, now=NOW).page.lines]
    pages = [
        "/",
        f"/customers/{code}",
        f"/customers/{code}/timeline",
        *(f"/customers/{code}/why/{key}" for key in keys),
    ]
    texts = [rude_client.get(path).text for path in pages]
    texts.append(rude_client.post("/customers", data={"text": "script"}).text)
    texts.append(rude_client.post("/customers", data={"text": f'"{SCRIPT}'}).text)
    for text in texts:
        assert "<script" not in text.replace(OURS, "", 1)
        assert "<img" not in text
    assert all("gotcha" in unescape(text) for text in texts[:3])
    assert '<bdi dir="auto">&lt;script&gt;' in texts[1]


def test_a_mistake_of_ours_leaves_no_name_in_the_log(
    home: Home, code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page and the log share a reference; neither holds what the error said."""

    def fail(_home: Home, *, now: datetime) -> None:
        raise ValueError("Harriet Singh, 0791 234 567")

    monkeypatch.setattr(loop, "today", fail)
    with caplog.at_level(logging.DEBUG):
        answer = client_of(home).get("/")
    assert answer.status_code == 500
    reference = re.search(r"reference (\w{4})", answer.text)
    assert reference
    assert reference[1] in caplog.text
    assert "ValueError in " in caplog.text
    assert "Harriet" not in caplog.text + answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "example.org", ""])  # noqa: S104
def test_another_host_than_this_computer_is_refused(home: Home, host: str) -> None:
    """Without a login nobody else may reach the pages; the message names the way round."""
    with pytest.raises(SettingsError, match=r"no login yet.*ssh -L 8765:127\.0\.0\.1:8765"):
        serve(home, host=host)


def test_a_port_in_use_is_said_in_words() -> None:
    """A second server on the same port is told to take another."""
    with listening("127.0.0.1", 0) as taken, pytest.raises(Busy, match="--port"):
        listening("127.0.0.1", taken.getsockname()[1])


def test_there_is_no_list_of_addresses_to_read(home: Home) -> None:
    """The framework's own pages are off."""
    client = TestClient(create_app(home, now=lambda: NOW))
    assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}
