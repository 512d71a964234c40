"""Take pictures of the pages in a real browser, over the real server. `python scripts/screenshots.py FOLDER [--all]`.

Without `--all` only the picture of the README is taken. The town is made on the spot; nobody in it exists.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from regulars import loop
from regulars.dates import instant_us
from regulars.serve import create_app
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.town import write

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
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
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
SHOWN = "C000166"  # an open complaint and late orders, after a hundred visits


@contextmanager
def served(home: Home, *, now: datetime) -> Iterator[str]:
    """Serve a home on a free port, and say where."""
    config = uvicorn.Config(create_app(home, now=lambda: now), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(None, server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def town_home() -> Iterator[tuple[Home, date]]:
    """Make the town and hear it; return its home and its last day."""
    with tempfile.TemporaryDirectory() as place:
        town = write(Path(place) / "town")
        now = noon(town.last)
        settings = Settings(shop="Harbour Street Stores", currency="EUR")
        home = make_home(Path(place) / "home", settings, now_us=instant_us(now))
        loop.hear(home, sorted(town.folder.glob("*.csv")), source="shop", now=now)
        loop.turn(home, as_of=town.last, now=now)
        yield home, town.last
        home.close()


def noon(day: date) -> datetime:
    """Return the middle of a day, so that the pictures do not depend on when they are taken."""
    return datetime.combine(day, clock(12), tzinfo=UTC)


def taken(browser: Browser, address: str, out: Path, *, size: str, dark: bool) -> None:
    """Take one picture of a whole page."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        java_script_enabled=False,
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=out, full_page=True)
    context.close()


def main(folder: Path, *, everything: bool) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with town_home() as (home, last), served(home, now=noon(last)) as address, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        one = f"{address}/customers/{loop.resolve(home, home.runs.current(), SHOWN).code}"
        taken(browser, one, folder / "briefing-desk-light.png", size="desk", dark=False)
        pages = {"briefing": one, "today": f"{address}/", "timeline": f"{one}/timeline", "why": f"{one}/why/gap"}
        for name, page in pages.items() if everything else ():
            for size in SIZES:
                for dark in (False, True):
                    path = folder / f"{name}-{size}-{'dark' if dark else 'light'}.png"
                    taken(browser, page, path, size=size, dark=dark)
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Name the folder for the pictures: python scripts/screenshots.py FOLDER [--all]")
    main(Path(sys.argv[1]), everything="--all" in sys.argv)
