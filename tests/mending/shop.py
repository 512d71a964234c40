"""A shop whose orders have a few wrong rows, and what spreadsheets do to a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from regulars.intake import FileHeard, hear
from regulars.mending import sheet
from regulars.store import Home
from regulars.store.rows import joined

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEADER = ["order_id", "customer_id", "email", "phone", "ordered_at", "total", "diary"]
Rows = list[dict[str, str]]


def good(number: int) -> list[str]:
    """Return a row without fault."""
    return [
        f"O{number}",
        f"C{number}",
        f"c{number}@example.org",
        f"+31 20 555 1{number:03}",
        f"2026-01-{number % 28 + 1:02}",
        f"{number}.50",
        "private",
    ]


def wrong() -> list[list[str]]:
    """Return rows with a day that is none, and one with an amount that is none."""
    rows = [good(number) for number in (51, 52, 53)]
    rows[0][4], rows[1][4], rows[2][5] = "2026-02-31", "soon", "=1+1"
    return rows


def right() -> list[list[str]]:
    """Return the same rows as they should have been."""
    rows = [good(number) for number in (51, 52, 53)]
    rows[0][4], rows[1][4], rows[2][5] = "2026-02-28", "2026-03-01", "-3.00"
    return rows


def written(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    """Write a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def heard(home: Home, path: Path, source: str = "shop", **more: Any) -> FileHeard:
    """Hear one file."""
    (found,) = hear(home, [path], source=source, now=NOW, **more)
    return found


def spoilt(home: Home, place: Path) -> FileHeard:
    """Hear the orders with their wrong rows."""
    return heard(home, written(place / "orders.csv", [*map(good, range(1, 31)), *wrong()]))


def handed_out(home: Home, source: str = "shop") -> Rows:
    """Hand out a sheet, and read it as a spreadsheet does."""
    text = sheet(home, source).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def mended(rows: Rows, fix: Callable[[dict[str, str]], None]) -> Rows:
    """Correct every row of a sheet."""
    for row in rows:
        fix(row)
    return rows


def as_right(row: dict[str, str]) -> None:
    """Correct a row of the spoilt orders."""
    found = next(one for one in right() if one[0] == row["order_id"])
    row["ordered_at"], row["total"] = found[4], found[5]


def saved(path: Path, rows: Rows, *, delimiter: str = ",", columns: Sequence[str] = ()) -> Path:
    """Save a sheet as a spreadsheet does."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns or list(rows[0]), delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def kept(home: Home) -> list[dict[str, Any]]:
    """Return all traces that count, without the number of their file."""
    tables = [pq.read_table(path) for path in home.stock.segments.paths()]
    table = joined([*tables, home.stock.inbox.table()]).sort_by([("trace_id", "ascending")])
    return table.drop_columns(["file_id"]).to_pylist()  # type: ignore[no-any-return]
