"""After a little new, only whom it touches is worked out again, and the result is what everything would have given."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from regulars import loop
from regulars.catching_up import models_of
from regulars.looking import look_at, open_engine
from regulars.recognise import KEYS, Naming
from regulars.recognition import recognised, weights_of
from regulars.sharing import shared_tables
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
        known = recognised(engine, weights=weights_of(before))
        links, members = known.links, known.members
        engine.give("links", links)
        engine.give("members", members)
        looked = look_at(engine, links, members, as_of, horizon_days=horizon, models=models_of(before))
        tables = tables_of(
            engine, looked, as_of, base=before.notes["base"], horizon_days=horizon, model=f"BGNBD {before.code}"
        )
        tables |= {"cards": known.evidence.cards, "pairs": known.evidence.pairs}
        tables["keys"] = engine.run(KEYS)
        tables |= shared_tables(home, known.evidence.cards, members, tables["keys"])
        return tables | {"heard": pa.table({"heard": [str(heard_of(engine))]})}


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
    """A contact whose name and e-mail address another customer carries: from now on they are one."""
    people = [person for person in rows_of(town, "customers.csv") if person["email"]]
    first, second = people[3], people[11]
    return [second | {"customer_id": first["customer_id"]}]


def an_older_order(town: Written) -> Rows:
    """An order of long ago, heard late, of somebody whose street others write too: they have lived there longer."""
    streets = Counter(person["street"] for person in rows_of(town, "customers.csv") if person["street"])
    homes = {person["customer_id"]: streets[person["street"]] for person in rows_of(town, "customers.csv")}
    order = next(order for order in rows_of(town, "orders.csv") if homes.get(order["customer_id"], 0) > 1)
    return [
        order
        | {
            "order_id": "N8",
            "ordered_at": "2015-01-02 09:00:00",
            "promised_on": "2015-01-05",
            "delivered_at": "2015-01-05 08:00:00",
        }
    ]


NEWS: dict[str, tuple[str, Callable[[Written], Rows]]] = {
    "new orders": ("orders.csv", new_orders),
    "corrections": ("orders.csv", corrected_orders),
    "a newcomer": ("orders.csv", a_newcomer),
    "an older order": ("orders.csv", an_older_order),
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


def test_what_people_said_is_caught_up_too(mine: Home, town: Written, tmp_path: Path) -> None:
    """A verdict is worked out with everything; news of whom it is about then gives what everything would have given."""
    members = mine.runs.table(mine.runs.current(), "members").to_pylist()
    whole = next(row["customer"] for row in members if row["customer"] != row["subject"])
    parts = sorted(row["subject"] for row in members if row["customer"] == whole)
    others = sorted({row["customer"] for row in members} - {whole})
    path = written(tmp_path / "orders.csv", new_orders(town))
    first = loop.turn(mine, as_of=NOW.date(), now=NOW)
    naming = Naming(next(one for one in parts if one != whole), whole, 77, 1)
    mine.verdicts.make("split", [(whole, one, "different") for one in parts if one != whole], naming=naming, now_us=1)
    for one, other in zip(others[::7], others[3::7], strict=False):
        mine.verdicts.make("same", [(one, other, "same")], now_us=2)
    before = loop.turn(mine, as_of=NOW.date(), now=NOW)
    assert before.notes["models_of"] == ""
    loop.hear(mine, [path], source="shop", now=NOW + timedelta(hours=1))
    run = loop.turn(mine, as_of=NOW.date(), now=NOW)
    assert run.notes["models_of"] == before.run_id
    full = with_these_models(mine, before, NOW.date())
    del full["heard"]
    for table, rows in full.items():
        kept = mine.runs.table(run, table)
        assert rows.cast(kept.schema).equals(kept), table
    for verdict in mine.verdicts.all():
        mine.verdicts.end(verdict.number, now_us=3)
    ended = loop.turn(mine, as_of=NOW.date(), now=NOW, afresh=True)
    caught = {row["subject"]: row["customer"] for row in mine.runs.table(ended, "members").to_pylist()}
    assert caught == {row["subject"]: row["customer"] for row in mine.runs.table(first, "members").to_pylist()}


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
