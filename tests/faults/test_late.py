"""F5: a trace comes late, up to a year. It changes what it should and nothing else, and no past date sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars import loop
from regulars.dates import instant_us
from regulars.respond import as_text
from regulars.settings import Settings
from regulars.store import Home, make_home

from ..store.made import DAY_US, everything, made
from .scale import chance, scaled

TRACES = 40
YEAR = 365  # days a trace may be late
DAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
SEEDS = ["first"]
# What is counted of each customer; the rest of a portrait is fitted to everybody, and one trace may move it a little.
COUNTED = ("customer", "currency", "first_day", "last_day", "visits", "silence", "spent", "gross", "promised", "late")
TABLES = ("customers", "members", "keys", "debts", "due_soon", "voice", "taste", "monthly", "touches", "consents")


def shop(path: Path) -> Home:
    """A home that has listened for more than a year: each payment was heard on the day it was made."""
    home = make_home(path, Settings(currency="EUR"), now_us=0)
    home.keep(made(["first"], happened_at=instant_us(NOON) - 500 * DAY_US), now_us=instant_us(NOON) - 500 * DAY_US)
    home.keep(paid(range(300), {}), now_us=instant_us(NOON))
    return home


def paid(numbers: Any, said: dict[str, Any]) -> pa.Table:
    """Make payments that were heard as they happened, or as is `said`."""
    rows = made(numbers, kind="bought", item="Bread").to_pylist()
    told = [row | {"heard_at": row["happened_at"]} | said for row in rows]
    return pa.Table.from_pylist(told, schema=made([0]).schema)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_late_trace_changes_its_customer_and_nobody_else(
    seed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of the day before it came stay as they were, whenever they are asked for."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    home, random = shop(tmp_path / "home"), chance("late", seed)
    before_day, shown = loop.turn(home, as_of=DAY, now=NOON), {}
    for customer in everybody(home, before_day):
        shown[customer] = page(home, before_day, customer)
    now, day = NOON + timedelta(days=1), DAY + timedelta(days=1)
    was = facts(home, loop.turn(home, as_of=day, now=now, show=False, afresh=True))
    for number in range(scaled(TRACES, least=3)):
        late = one_late(number, instant_us(NOON) - random.randrange(YEAR * DAY_US), heard_us=instant_us(now))
        assert home.keep(late, now_us=instant_us(now)) == 1
        run = loop.turn(home, as_of=day, now=now, show=False, afresh=True)
        its, found = owner(home, run, late.column("subject")[0].as_py()), facts(home, run)
        assert found[its] != was[its], (seed, number)
        assert {one: found[one] for one in found if one != its} == {one: was[one] for one in was if one != its}
        was = found
    again = loop.turn(home, as_of=DAY, now=now, show=False, afresh=True)
    assert again.run_id != before_day.run_id
    assert {customer: page(home, again, customer) for customer in everybody(home, again)} == shown
    assert everything(home).num_rows == 301 + scaled(TRACES, least=3)
    home.close()


def one_late(number: int, moment: int, *, heard_us: int) -> pa.Table:
    """Make a payment that was made at one moment and heard at another."""
    said = {"heard_at": heard_us, "happened_at": moment, "day": moment // DAY_US}
    row = paid([f"late-{number}"], said).to_pylist()[0]
    return paid([f"late-{number}"], said | {"trace_id": (moment // 1000).to_bytes(6, "big") + row["trace_id"][6:]})


def everybody(home: Home, run: loop.Run) -> list[int]:
    return list(home.runs.table(run, "customers", ["customer"]).column("customer").to_pylist())


def owner(home: Home, run: loop.Run, subject: int) -> int:
    members = home.runs.table(run, "members")
    return int(members.filter(pc.equal(members.column("subject"), subject)).column("customer")[0].as_py())


def page(home: Home, run: loop.Run, customer: int) -> str:
    """Return a customer's page without the name of its run."""
    return as_text(loop.told(home, run, loop.fetched(home, run, customer)).page).replace(run.run_id, "")


def facts(home: Home, run: loop.Run) -> dict[int, list[Any]]:
    """Return all that a run has counted, customer by customer."""
    found: dict[int, list[Any]] = {customer: [] for customer in everybody(home, run)}
    for name in TABLES:
        for row in home.runs.table(run, name).to_pylist():
            found[row["customer"]].append((name, row))
    for row in home.runs.table(run, "portraits", list(COUNTED)).to_pylist():
        found[row["customer"]].append(("portraits", row))
    return found
