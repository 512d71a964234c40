"""A real browser over the real server, where there is one on this machine."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from regulars import holding, loop
from regulars.listen import Held
from regulars.privacy import held
from regulars.serve import create_app, render_briefing, render_mirror
from regulars.store import Home

from ..serve.shop import NOW, town_home

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return where the browser is: $CHROMIUM, or one on the path."""
    named = os.environ.get("CHROMIUM")
    return named if named and Path(named).exists() else shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser, or a skip that says what is missing."""
    tools = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine; name one with CHROMIUM")
    with tools.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


def strangers(home: Home) -> None:
    """Let two strangers wait, one of them with an address as long as they come."""
    for number, sender in enumerate(
        ("zoe@elsewhere.example", "zoe@elsewhere.example", f"{'a' * 60}@{'b' * 60}.example")
    ):
        head = f"From: {sender}\nDate: Mon, {number + 1} Jun 2026 09:00:00 +0000\nMessage-ID: <{number}@x>\n\n"
        holding.sieved(home, Held("box.eml", head.encode()), source="mailbox", now=NOW)


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """Serve a home, and yield its address."""
    config = uvicorn.Config(create_app(home, now=lambda: NOW), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(None, server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def shop(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """The address of a served shop, one page of every kind (and the letter), and the codes of today's customers."""
    place = tmp_path_factory.mktemp("served")
    with closing(town_home(place)) as home, serving(home) as address:
        strangers(home)
        codes = [row.customer for row in loop.today(home).rows]
        letter = render_briefing(loop.story(home, codes[0], now=NOW), place=home.origins.place)
        (place / "letter.html").write_text(letter, encoding="utf-8")
        copy = render_mirror(held(home, codes[0], now=NOW))
        (place / "copy.html").write_text(copy, encoding="utf-8")
        one = f"{address}/customers/{codes[0]}"
        yield (
            address,
            {
                "today": f"{address}/",
                "find": f"{address}/customers",
                "briefing": one,
                "timeline": f"{one}/timeline",
                "why": f"{one}/why/state",
                "action": f"{one}/why/action",
                "habit": f"{one}/why/who",
                "mirror": f"{one}/mirror",
                "heard": f"{address}/heard",
                "records": f"{one}/records",
                "review": f"{address}/review",
                "shared": f"{address}/shared",
                "senders": f"{address}/senders",
                "nothing": f"{address}/nowhere",
                "letter": (place / "letter.html").as_uri(),
                "copy": (place / "copy.html").as_uri(),
            },
            codes,
        )
