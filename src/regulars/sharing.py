"""Sharing: who shares a home with whom, and who speaks for which organisation. Worked out with a run, read for a page.

It is a view for the seller. It never joins histories, and what it tells of others goes through the guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dates import date_of, day_number
from .finding import fetched
from .recognise import ACCOUNTS, HOUSEHOLDS, PURPOSE, Customer, Shared, accounts, homes, household_of, households
from .recognise import account_links as links_of
from .restriction import left_alone
from .store import Engine, Home, Known, Run

__all__ = ["TABLES", "first_days", "shared_homes", "shared_tables", "works_for"]

TABLES: Final = ("households", "lives_in", "works_for")
DAY_US: Final = 86_400_000_000
LIVES_IN: Final = pa.schema([("customer", pa.int64()), ("household", pa.int64())])


def shared_tables(home: Home, cards: pa.Table, members: pa.Table, keys: pa.Table) -> dict[str, pa.Table]:
    """Return the households (by household), who lives in which, and who speaks for which organisation (by customer).

    A record counts from the day on which its first identifier was seen.
    """
    if not cards.num_rows:
        return dict(zip(TABLES, (shape.empty_table() for shape in (HOUSEHOLDS, LIVES_IN, ACCOUNTS)), strict=True))
    record = cards.column("record").to_numpy()
    subjects, whose = (members.column(name).to_numpy() for name in ("subject", "customer"))
    order = np.argsort(subjects)
    customer = whose[order][np.searchsorted(subjects[order], record)]
    first = first_days(keys)
    at = np.searchsorted(first.column("subject").to_numpy(), record)
    day = first.column("day").to_numpy()[at]
    with Engine(Known(rows=len(record)), as_of_us=0, as_of_day=0, knobs={}, spill=home.staging) as engine:
        bench = engine.beside()
        stays = households(homes(bench, cards, customer=customer), record, customer=customer, day=day)
        work = links_of(accounts(bench, cards), cards, customer=customer, day=day)
    lives = stays.select(["customer", "household"]).sort_by([("customer", "ascending"), ("household", "ascending")])
    work = work.sort_by([("customer", "ascending"), ("account", "ascending")])
    return dict(zip(TABLES, (stays, lives, work), strict=True))


def first_days(keys: pa.Table) -> pa.Table:
    """Return the day (since 1970) on which each record's first identifier was seen, sorted by record."""
    first = keys.group_by("subject").aggregate([("first_us", "min")]).sort_by("subject")
    return pa.table({"subject": first.column("subject"), "day": first.column("first_us_min").to_numpy() // DAY_US})


def shared_homes(home: Home, run: Run, customer: Customer) -> tuple[Shared, ...]:
    """Return what may be said of the homes that a customer shares. Who asked to be left alone is not counted."""
    if not noted(run):
        return ()
    mine = home.runs.fetch(run, "lives_in", customer.number).column("household").to_pylist()
    stays = [home.runs.fetch(run, "households", number, key="household") for number in mine]
    if not stays:
        return ()
    table = pa.concat_tables(stays)
    table = table.filter(pc.invert(pc.is_in(table.column("customer"), left_alone(home, run))))
    people = sorted(set(table.column("customer").to_pylist()))
    agreed = {number for number in people if agrees(home, run, number)}
    labels = {number: fetched(home, run, number).label for number in people} if len(agreed) == len(people) else {}
    day = day_number(date_of(run.as_of_us, home.settings.zoneinfo))
    return household_of(customer.number, table, day=day, consents=agreed, labels=labels)


def agrees(home: Home, run: Run, customer: int) -> bool:
    """Tell whether a customer agreed that the others of their household are named beside them."""
    said = home.runs.fetch(run, "consents", customer).to_pylist()
    return any(row["purpose"] == PURPOSE and row["given"] for row in said)


def works_for(home: Home, run: Run, customer: Customer) -> list[Mapping[str, Any]]:
    """Return the organisations with a name that a customer speaks for today: domain, role, and how that is known."""
    if not noted(run):
        return []
    rows = home.runs.fetch(run, "works_for", customer.number).to_pylist()
    return [row for row in rows if row["to_day"] is None and row["name"]]


def noted(run: Run) -> bool:
    """Tell whether a run has these tables; one of an earlier version has not."""
    return "recognition" in run.notes
