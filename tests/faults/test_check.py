"""A check is what follows: over generated files, a dry run counts what the hearing then counts, and keeps nothing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from regulars.errors import RegularsError
from regulars.intake import FileHeard, hear
from regulars.settings import Settings
from regulars.store import Home, make_home

from .scale import chance, scaled

FILES = 1_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AGAIN = 10  # of so many files one home hears, so that later ones repeat and correct earlier ones
ODD = ("", "n/a", "soon", "31/02/2026", "2031-01-01", "1900-01-01", "-", "1e9", "12,5", "€ 4", "\u2603", '"', "x" * 300)
HEADS = {
    "orders": ("order_id", "customer_id", "email", "ordered_at", "promised_at", "delivered_at", "status", "total"),
    "lines": ("order_id", "line", "customer_id", "ordered_at", "product", "quantity", "unit_price"),
    "tickets": ("ticket_id", "email", "opened_at", "closed_at", "subject", "message"),
    "ratings": ("response_id", "customer_id", "rated_at", "rating", "comment"),
    "customers": ("customer_id", "name", "email", "phone", "city"),
}


def cell(header: str, row: int, random: Random) -> str:
    """Make up what stands in one cell; about one in forty is odd."""
    if random.random() < 1 / 40:
        return random.choice(ODD)
    if header.endswith("_at"):
        return str(date(2025, 1, 1) + timedelta(days=row * 7 % 600 + random.choice((0, 0, 0, 1))))
    if header in ("line", "quantity", "rating"):
        return str(random.randint(1, 5))
    if header in ("total", "unit_price"):
        return f"{random.randint(-300, 9_999) / 100:.2f}"
    if header == "email":
        return f"c{row % 17}@example.org"
    return f"{header[:2].upper()}{row % (17 if header == 'customer_id' else 400)}"


def written(path: Path, shape: str, random: Random) -> Path:
    """Write a file of some rows, a few of them too short, too long or twice."""
    rows = [[cell(header, row, random) for header in HEADS[shape]] for row in range(random.randint(1, 40))]
    for row in rows:
        chosen = random.random()
        if chosen < 0.02:
            row.pop()
        elif chosen < 0.04:
            row.append("more")
    rows += random.sample(rows, k=random.choice((0, 0, 2)) % len(rows))
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADS[shape], *rows])
    return path


def counts(heard: Sequence[FileHeard]) -> list[tuple[object, ...]]:
    """Return everything that is said of files that were heard."""
    return [
        (one.name, one.rows, one.new, one.same, one.corrected, one.held_back, one.ahead, one.refused, one.new_columns)
        for one in heard
    ]


def told(home: Home, paths: Sequence[Path], source: str, *, dry_run: bool) -> list[tuple[object, ...]] | str:
    """Hear files and return what is said of them, or of why they cannot be heard."""
    try:
        return counts(hear(home, paths, source=source, now=NOW, dry_run=dry_run))
    except RegularsError as error:
        return str(error)


def test_a_check_counts_what_the_hearing_then_counts(tmp_path: Path) -> None:
    """New, corrected, heard before, held back and rows that need a look are the same; a check leaves all as it was."""
    random, heard, refused, corrected = chance("check"), 0, 0, 0
    for number in range(scaled(FILES)):
        if number % AGAIN == 0:
            home = make_home(tmp_path / f"home-{number}", Settings(currency="EUR"), now_us=1)
        shape = random.choice(list(HEADS))
        path = written(tmp_path / f"{shape}.csv", shape, random)
        before = home.content(), len(home.origins.batches())
        checked = told(home, [path], "shop", dry_run=True)
        assert (home.content(), len(home.origins.batches())) == before, f"file {number}"
        done = told(home, [path], "shop", dry_run=False)
        assert checked == done, f"file {number}"
        if isinstance(done, list):
            heard += 1
            refused += len(done[0][7])  # type: ignore[arg-type]
            corrected += int(str(done[0][4]))
            again = told(home, [path], "shop", dry_run=False)
            assert isinstance(again, list)
            assert [one[2] for one in again] == [0], f"file {number}"
        if number % AGAIN == AGAIN - 1:
            home.close()
    assert heard > 0.8 * scaled(FILES)
    assert refused > heard
    assert corrected > 0
    print(f"{heard:,} files heard, {refused:,} rows refused, {corrected:,} traces corrected")
