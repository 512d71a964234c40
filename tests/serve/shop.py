"""A small shop to look at: a town of 120 people, heard and turned once, and a file with bad manners."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from regulars import loop
from regulars.dates import instant_us
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.town import write

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SCRIPT = "<script>alert('gotcha')</script>"
RUDE = f'{SCRIPT}"><img src=x onerror=alert(1)>'

OPINION = "Always difficult and rude."


def town_home(place: Path) -> Home:
    """Make a home that has heard a small town."""
    town = write(place / "town", seed=7, people=120, days=400)
    return heard(place / "home", sorted(town.folder.glob("*.csv")))


def rude_home(place: Path) -> Home:
    """Make a home whose one customer is called by a script, and quotes one."""
    place.mkdir(parents=True, exist_ok=True)
    days = [NOW - timedelta(days=7 * week + 1) for week in range(5)]
    files = [
        table(
            place / "customers.csv",
            ["customer_id", "name", "company", "city", "email", "created_at"],
            [["R1", RUDE, RUDE, RUDE, "rude@example.org", f"{days[-1]:%Y-%m-%d}"]],
        ),
        table(
            place / "orders.csv",
            ["order_id", "customer_id", "ordered_at", "item", "quantity", "amount"],
            [[f"O{n}", "R1", f"{day:%Y-%m-%d %H:%M}", RUDE, 1, "4.50"] for n, day in enumerate(days)],
        ),
        table(
            place / "tickets.csv",
            ["ticket_id", "customer_id", "opened_at", "subject", "message", "department", "status"],
            [["T1", "R1", f"{days[0]:%Y-%m-%d %H:%M}", "complaint", RUDE, RUDE, "open"]],
        ),
        table(
            place / "notes.csv",
            ["note_id", "customer_id", "noted_at", "department", "text"],
            [["N1", "R1", f"{days[0]:%Y-%m-%d %H:%M}", "counter", OPINION]],
        ),
    ]
    return heard(place / "home", files)


def heard(path: Path, files: list[Path]) -> Home:
    """Make a home that has heard some files, and turn the loop."""
    settings = Settings(shop="Harbour Street Stores", zone="Europe/Brussels", currency="EUR")
    home = make_home(path, settings, now_us=instant_us(NOW))
    loop.hear(home, files, source="shop", now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW)
    return home


def table(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path
