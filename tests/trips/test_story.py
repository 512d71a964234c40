"""One person's story, end to end: each file that comes in changes the page as it should, and nothing else."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from regulars import loop
from regulars.finding import fetched
from regulars.respond import as_text
from regulars.respond.briefing import THEIRS
from regulars.store import Home
from regulars.town import Written

from .conftest import NOW, heard


def page(home: Home, who: str, day: str) -> str:
    """Return the text of a page, as of a day, without the foot."""
    return as_text(loop.brief(home, who, now=NOW, as_of=date.fromisoformat(day))).split("\nAs of ")[0]


def test_from_a_promise_to_a_repair(tmp_path: Path) -> None:
    """An order is promised, is late, comes, is complained about and answered; the page follows each step by the day."""
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,promised_on,delivered_at,amount,currency\n"
        "77,M1,2026-03-01 10:00:00,2026-03-10,2026-03-14 12:00:00,40.00,EUR\n",
        encoding="utf-8",
    )
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,customer_id,opened_at,closed_at,department,subject,message\n"
        "T1,M1,2026-03-15 09:00:00,2026-03-18 09:00:00,delivery,complaint,The cake came after the feast.\n",
        encoding="utf-8",
    )
    home = heard(tmp_path / "home", [tmp_path / "orders.csv", tmp_path / "tickets.csv"])
    assert "Nothing open." in page(home, "M1", "2026-03-01")
    assert "Order 77 is promised – due 10 Mar 2026" in page(home, "M1", "2026-03-05")
    assert "due today" in page(home, "M1", "2026-03-10")
    late = page(home, "M1", "2026-03-12")
    assert "has not come: 2 days overdue" in late
    assert "Find order 77, promised for 10 Mar 2026, and tell them the truth and a date" in late
    assert "Order 77 came 4 days late on 14 Mar 2026" in page(home, "M1", "2026-03-14")
    complained = page(home, "M1", "2026-03-16")
    assert "“The cake came after the feast.”" in complained
    assert "Answer their complaint of 15 Mar 2026" in complained
    answered = page(home, "M1", "2026-03-18")
    assert "Nothing open." in answered
    assert "Nothing needed today" in answered


def test_what_was_said_then_is_what_is_said_of_then(home: Home, town: Written, tmp_path: Path) -> None:
    """The page as of an earlier day is the page that only the rows of that day would have given."""
    then = town.last - timedelta(days=60)
    cut = tmp_path / "cut"
    cut.mkdir()
    for path in town.folder.glob("*.csv"):
        earlier(path, cut / path.name, then)
    old = heard(tmp_path / "old", sorted(cut.glob("*.csv")))
    run = loop.turn(old, as_of=then, now=NOW)
    key_lists = old.runs.table(run, "customers", ["key_list"]).column("key_list").to_pylist()
    numbered = [[key for key in keys if key.startswith("customer:")] for keys in key_lists]
    names = [keys[0].rpartition(":")[2] for keys in numbered if keys][::40]
    for name in names:
        assert page(home, name, then.isoformat()) == page(old, name, then.isoformat())


def earlier(path: Path, cut: Path, then: date) -> None:
    """Write only what a system would have exported at the end of a day."""
    began = (
        "joined_on",
        "ordered_at",
        "returned_at",
        "opened_at",
        "rated_at",
        "reviewed_at",
        "occurred_at",
        "noted_at",
        "promised_at",
        "referred_at",
        "contacted_at",
        "recorded_at",
    )
    later = ("delivered_at", "closed_at", "kept_at")
    with path.open(encoding="utf-8", newline="") as source, cut.open("w", encoding="utf-8", newline="") as kept:
        rows = csv.DictReader(source)
        assert rows.fieldnames
        written = csv.DictWriter(kept, rows.fieldnames, lineterminator="\n")
        written.writeheader()
        known = orders_by(path.parent / "orders.csv", then) if "line_no" in rows.fieldnames else None
        for row in rows:
            day = next((row[name][:10] for name in began if name in row), None)
            if (day is not None and day > then.isoformat()) or (known is not None and row["order_id"] not in known):
                continue
            row |= {name: "" for name in later if row.get(name, "")[:10] > then.isoformat()}
            written.writerow(row)


def orders_by(path: Path, then: date) -> set[str]:
    """Return the orders that had been placed by a day."""
    with path.open(encoding="utf-8", newline="") as source:
        return {row["order_id"] for row in csv.DictReader(source) if row["ordered_at"][:10] <= then.isoformat()}


def test_the_same_question_gives_the_same_run_to_the_bit(home: Home, town: Written) -> None:
    """A run that is worked out again from nothing is the same run, byte by byte."""
    run = loop.turn(home, as_of=town.last, now=NOW)
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    home.runs.close()
    shutil.rmtree(run.folder)
    again = loop.turn(home, as_of=town.last, now=NOW)
    assert again.run_id == run.run_id
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == before


def test_every_forecast_is_kept(home: Home, town: Written) -> None:
    """A turn keeps one forecast per customer who ever bought, with its base rate and the day it falls due."""
    run = loop.turn(home, as_of=town.last, now=NOW)
    kept = pq.read_table(run.folder / "forecasts.parquet")
    bought = {row["customer"] for row in home.runs.table(run, "portraits").to_pylist() if row["visits"]}
    assert set(kept.column("customer").to_pylist()) == bought
    assert all(0 <= p <= 1 for p in kept.column("p").to_pylist())
    assert set((kept.column("due_day").to_numpy() - kept.column("made_day").to_numpy()).tolist()) == {30}


def test_today_names_those_we_owe_first(home: Home, town: Written) -> None:
    """Today's rows are repairs, the weightiest first, and each leads to a page whose action it is."""
    loop.turn(home, as_of=town.last, now=NOW)
    found = loop.today(home)
    assert 0 < len(found.rows) <= home.settings.today_rows
    for row in found.rows:
        assert row.choice == loop.brief(home, row.customer, now=NOW).choice
    stages = [row.choice.stage for row in found.rows]
    assert stages == sorted(stages, key=["hygiene", "value"].index)


def test_nobody_who_is_owed_is_sold_to(home: Home, town: Written) -> None:
    """In the whole town, a customer with a debt is given a repair and nothing else."""
    run = loop.turn(home, as_of=town.last, now=NOW)
    owed = sorted(set(home.runs.table(run, "debts").column("customer").to_pylist()))
    assert len(owed) > 30
    for number in owed:
        found = loop.told(home, run, fetched(home, run, number))
        unsure = found.material.customer.sure < THEIRS
        assert found.material.choice.action.purpose == ("none" if unsure else "service")
