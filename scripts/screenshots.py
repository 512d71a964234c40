"""Take pictures of the pages in a real browser, over the real server. `python scripts/screenshots.py FOLDER [--all]`.

Without `--all` only the picture of the README is taken. The town is made on the spot; nobody in it exists.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
SHOWN = "C000166"


@contextmanager
def served(home: Home) -> Iterator[str]:
    """Serve a home on a free port, and say where."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(home, now=lambda: datetime.now(UTC)), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        pass
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def town_home() -> Iterator[Home]:
    """Make the town and hear it."""
    with tempfile.TemporaryDirectory() as place:
        town = write(Path(place) / "town")
        home = make_home(
            Path(place) / "home",
            Settings(shop="Harbour Street Stores", currency="EUR"),
            now_us=instant_us(datetime.now(UTC)),
        )
        loop.hear(home, sorted(town.folder.glob("*.csv")), source="shop", now=datetime.now(UTC))
        loop.turn(home, as_of=town.last, now=datetime.now(UTC))
        yield home
        home.close()


def taken(browser: Browser, address: str, path: str, out: Path, *, size: str, dark: bool, whole: bool = True) -> None:
    """Take one picture."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        java_script_enabled=False,
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(address + path)
    page.screenshot(path=out, full_page=whole)
    context.close()


def main(folder: Path, *, everything: bool) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with town_home() as home, served(home) as address, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        code = loop.resolve(home, home.runs.current(), SHOWN).code
        paths = {
            "briefing": f"/customers/{code}",
            "today": "/",
            "timeline": f"/customers/{code}/timeline",
            "why": f"/customers/{code}/why/gap",
        }
        if everything:
            for name, path in paths.items():
                for size in SIZES:
                    for dark in (False, True):
                        taken(
                            browser,
                            address,
                            path,
                            folder / f"{name}-{size}-{'dark' if dark else 'light'}.png",
                            size=size,
                            dark=dark,
                        )
        else:
            taken(browser, address, paths["briefing"], folder / "briefing-desk-light.png", size="desk", dark=False)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), everything="--all" in sys.argv)
