"""Hearing CSV, Excel and JSON Lines, against pandas and SQLAlchemy doing the same. `python benchmarks/listen.py`.

Both read the same file, understand its dates, and write its rows under a unique key, so that a second import of the
file changes nothing. Each step runs in a process of its own. We also guess what the columns mean, refuse broken rows
one by one, and keep everything undoable; they do not. Compare runs on one machine, not machines.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import Cost, machine, measured

HEADERS = (
    "order_id", "customer_id", "email", "ordered_at", "promised_on", "delivered_at", "amount", "currency", "city",
    "channel",
)  # fmt: skip
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
CITIES = ("Ghent", "Lille", "Porto", "Graz", "Turku")
CHANNELS = ("web", "till", "phone")
CHUNK = 50_000


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--csv", type=int, default=1_000_000)
    arguments.add_argument("--xlsx", type=int, default=200_000)
    arguments.add_argument("--jsonl", type=int, default=500_000)
    arguments.add_argument("--theirs", nargs=2, metavar=("FILE", "DATABASE"))
    given = arguments.parse_args()
    if given.theirs:
        theirs(*map(Path, given.theirs))
        return
    print(machine())
    print(f"{'':<36}{'CPU':>14} {'wall':>10} {'peak':>10}   rows a CPU second")
    with tempfile.TemporaryDirectory() as place:
        for ending, rows in (("csv", given.csv), ("xlsx", given.xlsx), ("jsonl", given.jsonl)):
            if rows:
                compare(Path(place), ending, rows)


def compare(place: Path, ending: str, rows: int) -> None:
    """Write a file, and have it imported twice by us and twice by them."""
    path, home, database = place / f"orders.{ending}", place / f"home-{ending}", place / f"{ending}.sqlite"
    {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}[ending](path, rows)
    what = f"{rows:,} rows of {ending}"
    ours = ("-m", "regulars", "--home", str(home), "--json", "hear", str(path), "--as", "shop")
    other = (__file__, "--theirs", str(path), str(database))
    for again in ("", " again"):
        cost, said = measured(*ours)
        file = json.loads(said)["files"][0]
        surely(file["rows"] == rows and bool(file["new"]) != bool(again), said)
        row(f"{what}{again}: regulars", cost, rows)
        cost, said = measured(*other)
        surely(int(said) == (0 if again else rows), said)
        row(f"{what}{again}: pandas", cost, rows)
    path.unlink()


def surely(right: bool, said: str) -> None:
    """Stop where an import did not do what is measured."""
    if not right:
        raise SystemExit(f"not what was to be measured: {said}")


def row(name: str, cost: Cost, rows: int) -> None:
    """Print one line of the table."""
    print(f"{name:<36}{cost}   {rows / cost.cpu_s:10,.0f}", flush=True)


def orders(rows: int) -> Iterator[list[str]]:
    """Yield orders of a shop, always the same ones."""
    chance = random.Random(7)  # noqa: S311 - rows, not secrets
    for number in range(rows):
        who, when = chance.randrange(rows // 10 + 1), FIRST + timedelta(seconds=number * 60)
        took = timedelta(hours=chance.randrange(24, 120))
        yield [
            f"O{number}", f"C{who}", f"customer{who}@example.org", f"{when:%Y-%m-%d %H:%M:%S}",
            f"{when + timedelta(days=3):%Y-%m-%d}", f"{when + took:%Y-%m-%d %H:%M:%S}",
            f"{chance.randrange(500, 20_000) / 100:.2f}", "EUR", chance.choice(CITIES), chance.choice(CHANNELS),
        ]  # fmt: skip


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS)
        writer.writerows(orders(rows))


def write_xlsx(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    sheet = made.create_sheet("Orders")
    sheet.append(HEADERS)
    for cells in orders(rows):
        dates = [datetime.fromisoformat(text) for text in cells[3:6]]
        sheet.append([*cells[:3], *dates, float(cells[6]), *cells[7:]])
    made.save(path)


def write_jsonl(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for cells in orders(rows):
            out.write(json.dumps(dict(zip(HEADERS, cells, strict=True))) + "\n")


def theirs(path: Path, database: Path) -> None:
    """Import a file with pandas and SQLAlchemy, and print how many rows were new."""
    import pandas as pd
    import sqlalchemy as sa
    from sqlalchemy.dialects.sqlite import insert

    readers = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".jsonl": lambda file: pd.read_json(file, lines=True)}
    frame = readers[path.suffix](path)
    dates = HEADERS[3:6]
    for header in dates:
        frame[header] = pd.to_datetime(frame[header])
    table = sa.Table(
        "orders",
        sa.MetaData(),
        *(
            sa.Column(
                header,
                sa.DateTime if header in dates else sa.Float if header == "amount" else sa.String,
                primary_key=header == "order_id",
            )
            for header in HEADERS
        ),
    )
    engine = sa.create_engine(f"sqlite:///{database}")
    table.create(engine, checkfirst=True)
    with engine.begin() as connection:
        count = sa.select(sa.func.count()).select_from(table)
        before = connection.scalar(count)
        for start in range(0, len(frame), CHUNK):
            records = frame.iloc[start : start + CHUNK].to_dict("records")
            connection.execute(insert(table).on_conflict_do_nothing(), records)
        sys.stdout.write(f"{connection.scalar(count) - before}\n")


if __name__ == "__main__":
    main()
