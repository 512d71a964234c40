"""F5: traces come in any order, in any parts, by files and by feeds: what is known in the end is the same.

What differs by nature is left out of the comparison: which file and row a trace came from, when it was heard, and what
is derived from these (the name of a run). Rows that borrow their customer or instant from another row cannot come
before it: they are refused until then, so the lines of orders take no part here.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from regulars import loop
from regulars.dates import day_number, instant_us
from regulars.listen.trace import SCHEMA
from regulars.looking import base_rate, look, open_engine
from regulars.recognise import KEYS
from regulars.respond import as_text
from regulars.settings import Settings
from regulars.sharing import shared_tables
from regulars.store import Home, make_home, open_home
from regulars.town import write
from regulars.working import heard_of, tables_of

from ..store.made import everything
from .children import PATIENCE, Notes, child, done, told, use
from .scale import chance, scaled

ORDERS = 500  # permutations
PROGRAMS = 2
PEOPLE = 700  # of the town: about 10,000 traces
FILES = ("customers", "orders", "consents", "tickets", "ratings", "reviews")
PAGES = 4
BY_NATURE = ("heard_at", "file_id", "row", "replaces")
SEEDS = ["first"]
Rows = list[tuple[str, int]]  # files and lines


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_gives_the_same_timeline_features_and_pages(
    seed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five hundred permutations, each in parts of any size."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    town = write(tmp_path / "town", seed=7, people=max(40, scaled(PEOPLE)), days=300)
    for path in town.folder.glob("*.csv"):
        if path.stem not in FILES:
            path.unlink()
    now = datetime.combine(town.last + timedelta(days=1), time(12), tzinfo=UTC)
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(now))
    loop.hear(home, sorted(town.folder.glob("*.csv")), source="shop", now=now)
    run = loop.turn(home, as_of=town.last, now=now)
    expected = known(home, town.last, run.run_id, home)
    count = everything(home).num_rows
    home.close()
    parts = [list(range(scaled(ORDERS)))[first::PROGRAMS] for first in range(PROGRAMS)]
    done(
        *[
            child(hear_in_any_order, str(tmp_path), f"{town.last}", now.isoformat(), seed, part, place)
            for place, part in enumerate(parts)
        ],
        patience=6 * PATIENCE,
    )
    found = [line for place in range(PROGRAMS) for line in told(tmp_path / f"book-{place}")]
    print(f"{len(found)} permutations of {count} traces, {sum(batches for _, _, batches in found)} parts")
    assert len(found) == scaled(ORDERS)
    assert [(seed, number) for number, hashes, _ in found if hashes != expected] == []


def hear_in_any_order(place: str, last: str, now: str, seed: str, numbers: list[int], program: int) -> None:
    """Bring all rows of the town to new homes, each time in another order."""
    use("")
    folder, notes = Path(place), Notes(Path(place) / f"book-{program}")
    reference = open_home(folder / "home")
    run_id, traces = reference.runs.current().run_id, by_row(reference)
    tables = (folder / "town").glob("*.csv")
    files = {path.name: list(csv.reader(path.open(newline="", encoding="utf-8"))) for path in tables}
    rows = [(name, line) for name, lines in files.items() for line in range(1, len(lines))]
    for number in numbers:
        random, path = chance("order", seed, number), folder / f"home-{program}-{number}"
        home = make_home(path, Settings(currency="EUR"), now_us=0)
        home.mapping_path("shop").write_bytes(reference.mapping_path("shop").read_bytes())
        parts = in_parts(random, list(rows))
        for step, part in enumerate(parts):
            moment = datetime.fromisoformat(now) + timedelta(minutes=step)
            if random.random() < 0.3:
                heard_as_files(home, path / "staging", files, part, moment)
            else:
                kept_as_traces(home, random, [one for row in part for one in traces[row]], moment)
        notes.say(number, known(home, date.fromisoformat(last), run_id, reference), len(parts))
        home.close()


def in_parts(random: Random, rows: Rows) -> list[Rows]:
    """Shuffle rows and cut them into parts."""
    random.shuffle(rows)
    cuts = sorted(random.sample(range(1, len(rows)), random.randint(1, 4)))
    return [rows[first:end] for first, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def by_row(home: Home) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return the traces that each row of each file made."""
    names = {row["file_id"]: row["name"] for row in home.catalogue.all("select file_id, name from file")}
    found: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in everything(home).to_pylist():
        found[names[row["file_id"]], row["row"] - 1].append(row)
    return found


def heard_as_files(home: Home, folder: Path, files: dict[str, list[list[str]]], part: Rows, now: datetime) -> None:
    """Hear some rows, each in a file of the name it came from."""
    paths = []
    for name in sorted({name for name, _ in part}):
        paths.append(folder / name)
        with paths[-1].open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened).writerows([files[name][0], *(files[name][line] for one, line in part if one == name)])
    refused = [fault for heard in loop.hear(home, paths, source="shop", now=now) for fault in heard.refused]
    assert refused == []
    for path in paths:
        path.unlink()


def kept_as_traces(home: Home, random: Random, rows: list[dict[str, Any]], now: datetime) -> None:
    """Keep some traces as a feed would, a few at a time."""
    while rows:
        size = random.randint(1, 150)
        few, rows = rows[:size], rows[size:]
        plain = [{name: row[name] for name in SCHEMA.names} for row in few]
        home.keep(pa.Table.from_pylist(plain, schema=SCHEMA), now_us=instant_us(now))


def known(home: Home, last: date, run_id: str, reference: Home) -> list[str]:
    """Return hashes of the timeline, of every table of a run, and of some pages."""
    timeline = everything(home).drop_columns(list(BY_NATURE)).to_pylist()
    with open_engine(home, last) as engine:
        horizon = home.settings.horizon_days
        looked = look(engine, last, horizon_days=horizon, gather=True)
        base = base_rate(looked.rhythm.histories, day_number(last), horizon)
        tables = tables_of(engine, looked, last, base=base, horizon_days=horizon, model="")
        tables["keys"], heard = engine.run(KEYS), heard_of(engine)
        assert looked.evidence
        tables |= {"cards": looked.evidence.cards, "pairs": looked.evidence.pairs}
        tables |= shared_tables(home, looked.evidence.cards, looked.members, tables["keys"])
    features = {name: table.to_pylist() for name, table in sorted(tables.items())}
    return [sha256_of(timeline), sha256_of([features, heard]), sha256_of(pages(home, tables, heard, run_id, reference))]


def pages(home: Home, tables: dict[str, pa.Table], heard: dict[str, Any], run_id: str, reference: Home) -> list[str]:
    """Return some pages of a run of these tables; how the models did on earlier days is taken from the reference."""
    like = reference.runs.named(run_id)
    assert like
    run = replace(like, run_id="any", folder=home.runs.folder / "any", notes=like.notes | heard)
    assert home.runs.write(run, tables, settings="", rewritten=home.runs.rewritten())
    customers = tables["customers"].column("customer").to_pylist()
    some = customers[:: len(customers) // PAGES]
    return [as_text(loop.told(home, run, loop.fetched(home, run, one)).page) for one in some]


def sha256_of(found: Any) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]
