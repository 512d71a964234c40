"""A shop of a few dozen people. One is planted with a needle: 128 random bits that stand for all that is theirs."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regulars import loop
from regulars.dates import instant_us
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.store.rows import joined

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
PEOPLE = 30
VISITS = 36  # enough that the orders of all do not fit into an inbox
FIRST_NAMES = (
    "Ada",
    "Bea",
    "Cleo",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jane",
    "Karl",
    "Lena",
    "Max",
    "Nora",
    "Tess",
)
SHARED_PHONE = "020 7946 0999"


def written(place: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / name).open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([header, *rows])
    return place / name


def named(number: int) -> str:
    """Return what a person is called."""
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} Person {number}"


def mail(number: int, needle: str = "") -> str:
    """Return the e-mail address of a person; the first one's holds the needle."""
    return f"{needle or 'p'}@example.org" if number == 0 else f"p{number}@example.org"


def order(number: int, visit: int, needle: str = "") -> str:
    """Return the number of an order; the first one's first holds the needle."""
    return needle if needle and (number, visit) == (0, 0) else f"O{number}-{visit}"


def day_of(number: int, visit: int) -> datetime:
    """Return when a person came for the how-manieth time before now."""
    return NOW - timedelta(days=9 * visit + number % 7 + 1)


def files(place: Path, needle: str, people: int = PEOPLE) -> list[Path]:
    """Write the shop's files: who its customers are, what they bought, what they said, and what colleagues noted."""
    names = {0: f"Ann {needle}"}
    phones = dict.fromkeys(range(3), SHARED_PHONE)
    return [
        written(
            place,
            "customers.csv",
            ["customer_id", "name", "city", "email", "phone"],
            [
                [
                    f"C{n}",
                    names.get(n, named(n)),
                    "Harbour Town",
                    mail(n, needle),
                    phones.get(n, f"0300 555 1{n:03}"),
                ]
                for n in range(people)
            ],
        ),
        written(
            place,
            "orders.csv",
            ["order_id", "customer_id", "ordered_at", "item", "amount"],
            [
                [
                    order(n, visit, needle),
                    f"C{n}",
                    f"{day_of(n, visit):%Y-%m-%d %H:%M}",
                    "Rye",
                    "4.50",
                ]
                for n in range(people)
                for visit in range(VISITS)
            ],
        ),
    ]


def later_files(place: Path, needle: str) -> list[Path]:
    """Write what comes in small: complaints, a note, and a row that needs a look."""
    day = f"{NOW - timedelta(days=1):%Y-%m-%d %H:%M}"
    return [
        written(
            place,
            "tickets.csv",
            ["ticket_id", "customer_id", "opened_at", "subject", "message", "status"],
            [
                ["T0", "C0", day, "complaint", f"It is me, {needle}.", "open"],
                ["T3", "C3", day, "complaint", "Late.", "open"],
            ],
        ),
        written(
            place,
            "notes.csv",
            ["note_id", "customer_id", "noted_at", "text"],
            [["N0", "C0", day, f"Called {needle} back."], ["N4", "C4", day, "Always difficult."]],
        ),
        written(
            place,
            "signups.csv",
            ["name", "email", "created_at"],
            [["", f"{needle} at example", day], ["", "nobody at example", day]]
            + [[f"Visitor {n}", f"visitor{n}@example.org", day] for n in range(20)],
        ),
    ]


def shop(place: Path, needle: str, people: int = PEOPLE) -> Home:
    """Make a home that has heard the shop in a large batch and a small one, and turn the loop."""
    home = make_home(place / "home", Settings(shop="Harbour Street", currency="EUR"), now_us=instant_us(NOW))
    loop.hear(home, files(place / "files", needle, people), source="shop", now=NOW)
    loop.hear(home, later_files(place / "later", needle), source="shop", now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW)
    return home


def everything(home: Home) -> pa.Table:
    """Return every row that is kept, by its id and when it was heard."""
    tables = [pq.read_table(path) for path in home.stock.segments.paths()]
    table = joined([*tables, home.stock.inbox.table()])
    return table.sort_by([("trace_id", "ascending"), ("heard_at", "ascending")])


def of(home: Home, subjects: Sequence[int]) -> pa.Table:
    """Return every row of some records, whatever holds it."""
    table = everything(home)
    return table.filter(pc.is_in(table.column("subject"), pa.array(list(subjects), pa.int64())))


def others(home: Home, subjects: Sequence[int]) -> list[dict[str, Any]]:
    """Return every row of all other records."""
    table = everything(home)
    mine = pc.is_in(table.column("subject"), pa.array(list(subjects), pa.int64()))
    return table.filter(pc.invert(mine)).to_pylist()  # type: ignore[no-any-return]


def hits(home: Home, needle: str) -> list[str]:
    """Return every place in a home where a needle is: bytes of files, Parquet and ZIP unpacked, tables of a server."""
    found = [
        str(path.relative_to(home.path))
        for path in sorted(home.path.rglob("*"))
        if path.is_file() and holds(path, needle)
    ]
    for table in home.catalogue.tables():
        rows = home.catalogue.all(f'select * from "{table}"')
        if any(needle in text_of(value) for row in rows for value in row.values()):
            found.append(f"table {table}")
    return found


def text_of(value: object) -> str:
    """Return a value of a catalogue as text."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else str(value)


def holds(path: Path, needle: str) -> bool:
    """Tell whether a needle is in a file, packed or not."""
    content = path.read_bytes()
    if needle.encode() in content:
        return True
    if path.suffix == ".parquet":
        return needle in str(pq.read_table(path).to_pydict())
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(needle.encode() in packed.read(name) for name in packed.namelist())
    return False
