"""After a little new, only whom it touches is worked out again, and the result is what everything would have given."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from regulars import loop
from regulars.catching_up import models_of
from regulars.looking import look_at, open_engine
from regulars.recognise import KEYS, LINKS, members_table
from regulars.store import Home, Run, open_home
from regulars.town import Written
from regulars.working import heard_of, tables_of

from .conftest import NOW

Rows = list[dict[str, str]]
ORDER = "order_id,customer_id,ordered_at,channel,department,promised_on,delivered_at,status"


@pytest.fixture
def mine(home: Home, tmp_path: Path) -> Home:
    """A copy of the town's home, to change."""
    return open_home(Path(shutil.copytree(home.path, tmp_path / "home")))


def with_these_models(home: Home, before: Run, as_of: date) -> dict[str, pa.Table]:
    """Work out all tables from all traces, with the models of an earlier run."""
    horizon = home.settings.horizon_days
    with open_engine(home, as_of) as engine:
        links = engine.run(LINKS)
        members = members_table(links)
        engine.give("links", links)
        engine.give("members", members)
        looked = look_at(engine, links, members, as_of, horizon_days=horizon, models=models_of(before))
        tables = tables_of(
            engine, looked, as_of, base=before.notes["base"], horizon_days=horizon, model=f"BGNBD {before.code}"
        )
        return tables | {"keys": engine.run(KEYS), "heard": pa.table({"heard": [str(heard_of(engine))]})}


def rows_of(town: Written, name: str) -> Rows:
    with (town.folder / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def written(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def new_orders(town: Written) -> Rows:
    """Orders of today by three customers, one of them late already."""
    orders = rows_of(town, "orders.csv")
    moment = f"{town.last} 09:00:00"
    return [
        order
        | {
            "order_id": f"N{n}",
            "ordered_at": moment,
            "delivered_at": "",
            "status": "open",
            "promised_on": str(town.last),
        }
        for n, order in enumerate(orders[:3])
    ]


def corrected_orders(town: Written) -> Rows:
    """An order that has come after all, and one that was promised later."""
    first, second = [order for order in rows_of(town, "orders.csv") if order["promised_on"]][:2]
    return [
        first | {"promised_on": str(town.last - timedelta(days=3)), "delivered_at": f"{town.last} 08:00:00"},
        second | {"promised_on": str(town.last + timedelta(days=3))},
    ]


def a_newcomer(town: Written) -> Rows:
    """Somebody who has never ordered before."""
    first = rows_of(town, "orders.csv")[0]
    return [first | {"order_id": "N9", "customer_id": "C999999", "ordered_at": f"{town.last} 10:00:00"}]


def two_become_one(town: Written) -> Rows:
    """A contact whose e-mail address another customer carries: from now on they are one."""
    people = [person for person in rows_of(town, "customers.csv") if person["email"]]
    first, second = people[3], people[11]
    return [first | {"email": second["email"]}]


NEWS: dict[str, tuple[str, Callable[[Written], Rows]]] = {
    "new orders": ("orders.csv", new_orders),
    "corrections": ("orders.csv", corrected_orders),
    "a newcomer": ("orders.csv", a_newcomer),
    "two become one": ("customers.csv", two_become_one),
}


@pytest.mark.parametrize("what", NEWS)
def test_what_is_caught_up_is_what_everything_would_give(what: str, mine: Home, town: Written, tmp_path: Path) -> None:
    """Every table is equal bit by bit to the one worked out from all traces with the same models."""
    name, make = NEWS[what]
    first = [order | {"promised_on": str(town.last)} for order in rows_of(town, "orders.csv") if order["promised_on"]]
    loop.hear(mine, [written(tmp_path / "first.csv", first[7:8])], source="shop", now=NOW)  # a first correction
    before = loop.turn(mine, as_of=NOW.date(), now=NOW)
    assert before.notes["models_of"] == ""
    heard = loop.hear(mine, [written(tmp_path / name, make(town))], source="shop", now=NOW + timedelta(hours=1))
    assert sum(file.new for file in heard) + what.startswith(("corr", "two")) >= 1
    run = loop.turn(mine, as_of=NOW.date(), now=NOW)
    assert run.notes["models_of"] == before.run_id
    full = with_these_models(mine, before, NOW.date())
    assert full.pop("heard").column(0).to_pylist() == [str({name: run.notes[name] for name in ("heard", "newest_day")})]
    for table, rows in full.items():
        kept = mine.runs.table(run, table)
        other = [
            pair
            for pair in zip(rows.cast(kept.schema).to_pylist(), kept.to_pylist(), strict=False)
            if pair[0] != pair[1]
        ]
        assert other == [], table
    changed = [table for table in full if not mine.runs.table(before, table).equals(mine.runs.table(run, table))]
    assert {"customers", "portraits", "keys"} & set(changed)


def test_the_same_question_gives_the_same_run(mine: Home, town: Written, tmp_path: Path) -> None:
    """Asked twice it is worked out once; afresh it has models of its own; another day is another question."""
    path = written(tmp_path / "orders.csv", new_orders(town))
    loop.hear(mine, [path], source="shop", now=NOW)
    first = loop.turn(mine, as_of=town.last, now=NOW)
    assert loop.turn(mine, as_of=town.last, now=NOW + timedelta(hours=2)).run_id == first.run_id
    afresh = loop.turn(mine, as_of=town.last, now=NOW, afresh=True)
    assert (first.notes["models_of"] != "", afresh.notes["models_of"]) == (True, "")
    later = loop.turn(mine, as_of=town.last + timedelta(days=1), now=NOW)
    assert later.notes["models_of"] == ""
    shown = loop.brief(mine, first_customer(mine, afresh), now=NOW)
    assert shown.run_id == later.run_id


def first_customer(home: Home, run: Run) -> str:
    from regulars.recognise import customer_of

    return customer_of(home.runs.table(run, "customers").slice(0, 1).to_pylist()[0]).code


def test_what_was_merged_meanwhile_is_worked_out_afresh(mine: Home, town: Written, tmp_path: Path) -> None:
    """Where nobody can tell what is new, everything is new."""
    loop.hear(mine, [written(tmp_path / "orders.csv", new_orders(town))], source="shop", now=NOW)
    with mine.catalogue.transaction() as write:
        write.change("update segment set name = name || 'x'")
    for path in [*(mine.path / "segments").iterdir()]:
        path.rename(path.with_name(f"{path.name}x"))
    assert loop.turn(mine, as_of=town.last, now=NOW).notes["models_of"] == ""
