"""The first five minutes: a stranger's own file becomes a briefing, by clicks alone, without a script."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars.store import Home

from ..serve.door import empty_home
from ..serve.shop import NOW
from .conftest import serving

pytestmark = pytest.mark.browser

MOST_INTERACTIONS = 25
PEOPLE = ["Ann Berg", "Ben Roy", "Cy Hall", "Dee Fox", "Eva Lind", "Fay Moss"]
HEADERS = ["Order No", "Customer", "E-mail", "Date", "Product", "Qty", "Total", "Card number"]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[str, Home]]:
    """The address of a served home that has heard nothing."""
    with closing(empty_home(tmp_path / "home")) as home, serving(home) as address:
        yield address, home


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    """A file as a shopkeeper has it: bought every fortnight, days before months and none above 12, one bad row."""
    path = tmp_path / "Orders 2026.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADERS)
        for number in range(60):
            who, name = f"p{number % 6}", PEOPLE[number % 6]
            day = (NOW - timedelta(days=7 * (60 - number))).replace(day=1 + number % 12)
            table.writerow([number, name, f"{who}@example.org", f"{day:%d/%m/%Y}", "Rye", 1, "4,50", "-"])
        table.writerow([60, "Ben Roy", "p1@example.org", "soon", "Rye", 1, "4,50", "-"])
    return path


def test_own_file_to_a_briefing_and_back(browser: Any, empty: tuple[str, Home], own_file: Path) -> None:
    """From the first page to somebody's briefing in at most 25 interactions; then Undo, and nobody is known."""
    address, home = empty
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page, done = context.new_page(), 0
    page.goto(address)
    steps: list[tuple[str, str, str]] = [
        ("click", "a:has-text('Hear a file')", ""),
        ("give", "#files", str(own_file)),
        ("click", "button:has-text('Continue')", ""),
        ("check", "input[name=dates][value=day]", ""),
        ("click", "button:has-text('Check every row')", ""),
        ("click", "button:has-text('Keep it')", ""),
        ("click", "p:has-text('here last') a >> nth=0", ""),
    ]
    for how, where, what in steps:
        page.wait_for_selector(where, timeout=60_000)
        if how == "give":
            page.set_input_files(where, what)
        elif how == "check":
            page.check(where)
        else:
            page.click(where)
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, where
        done += 1
    assert page.locator("h1").inner_text() in PEOPLE
    assert page.locator(".b5 .do").is_visible()
    assert done <= MOST_INTERACTIONS
    assert home.runs.current().customers == 6
    page.goto(f"{address}/heard")
    page.click(".batch a")
    page.click("button:has-text('Undo')")
    page.wait_for_selector("text=Taken back", timeout=60_000)
    page.goto(address)
    assert "Nobody is known yet" in page.locator("h1").inner_text()
    context.close()
