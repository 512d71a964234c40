"""Downstream: everything that would change for the customers concerned if somebody's word on who is who counted.

The customers are worked out twice, with the models of the run that pages show: as they are, and as they would be.
Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .catching_up import models_of
from .dates import date_of, instant_us
from .errors import Restricted
from .finding import fetched
from .identity import Ruling
from .looking import look_at, open_engine
from .loop import told
from .money import Money
from .recognise import KEYS, LINKS, Claim, code_of, members_table
from .recognition import recognised, weights_of
from .store import Home, Known, Run
from .store.claims import Verdict
from .store.rewrite import workplace
from .understand import PURCHASES
from .working import tables_of

__all__ = ["Change", "Seen", "foreseen", "foreseen_end"]

MOST_TOLD: Final = 50  # customers whose pages are compared; beyond that only their records are counted
NOWHERE: Final = 1 << 62  # the number of a verdict that is only tried out


@dataclass(frozen=True, slots=True)
class Seen:
    """What a customer comes to, before or after: records, traces, orders, spending, open promises, consents, lines."""

    code: str
    label: str
    records: int
    sure: float
    alone: bool = False  # they asked to be left alone: kept, not scored, not briefed
    traces: int = 0
    orders: int = 0
    spent: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    consents: tuple[tuple[str, str, bool], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a word on who is who would change: the customers concerned as they are, and as they would be."""

    as_of: date
    before: tuple[Seen, ...]
    after: tuple[Seen, ...]
    records: int  # that would be with another customer
    more: int  # customers concerned that are not told one by one

    @property
    def stricter(self) -> tuple[str, ...]:
        """The consents that somebody gave and that would not count any more, since another record withdrew them."""
        given = {consent[:2] for seen in self.before for consent in seen.consents if consent[2]}
        withdrawn = {consent[:2] for seen in self.after for consent in seen.consents if not consent[2]}
        return tuple(" ".join(filter(None, pair)) or "everything" for pair in sorted(given & withdrawn))

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The lines that would be new on a page, each with the code of its customer."""
        there = {(seen.code, *line) for seen in self.before for line in seen.lines}
        after = [(seen.code, key, text) for seen in self.after for key, text in seen.lines]
        return tuple((code, text) for code, key, text in after if (code, key, text) not in there)


def foreseen(home: Home, ruling: Ruling, *, now: datetime) -> Change:
    """Say what would change if a ruling counted."""
    known = home.known()
    return compared(home, known, (*known.claims, *ruling.claims(now_us=instant_us(now), number=NOWHERE)))


def foreseen_end(home: Home, verdict: Verdict) -> Change:
    """Say what would change if a verdict ended."""
    known = home.known()
    return compared(home, known, tuple(claim for claim in known.claims if claim.number != verdict.number))


def compared(home: Home, known: Known, claims: tuple[Claim, ...]) -> Change:
    """Compare the customers as the claims that count make them with those that other claims would make."""
    run = home.runs.current()
    as_of = date_of(run.as_of_us, home.settings.zoneinfo)
    with open_engine(home, as_of, known) as engine:
        now = recognised(engine, weights=weights_of(run))
        most = now.evidence.weights.most
        now_members, then_members = now.members, members_table(now.links, now.evidence.pairs, claims, most=most)
    concerned = differing(now_members, then_members)
    before, after = (
        seen(home, known, run, members.filter(pc.is_in(members.column("subject"), concerned)), now.evidence.pairs)
        for members in (now_members, then_members)
    )
    moved = pc.sum(pc.cast(pc.not_equal(now_members.column("customer"), then_members.column("customer")), pa.int64()))
    more = max(0, len(before) - MOST_TOLD) + max(0, len(after) - MOST_TOLD)
    return Change(as_of, tuple(before[:MOST_TOLD]), tuple(after[:MOST_TOLD]), int(moved.as_py() or 0), more)


def differing(one: pa.Table, other: pa.Table) -> pa.Array:
    """Return all records of customers that are not the same in two tables of members, or not as sure."""
    unlike = pc.or_(
        pc.not_equal(one.column("customer"), other.column("customer")),
        pc.not_equal(one.column("sure"), other.column("sure")),
    )
    found = [
        table.filter(pc.is_in(table.column("customer"), table.filter(unlike).column("customer"))).column("subject")
        for table in (one, other)
    ]
    return pc.unique(pa.chunked_array([chunk for column in found for chunk in column.chunks], pa.int64()))


def seen(home: Home, known: Known, run: Run, members: pa.Table, pairs: pa.Table) -> list[Seen]:
    """Work out some customers, and say what each comes to; nothing of it is kept."""
    as_of, horizon = date_of(run.as_of_us, home.settings.zoneinfo), home.settings.horizon_days
    models = models_of(run) if run.notes["models"]["rhythm"] else None
    if not members.num_rows:
        return []
    with open_engine(home, as_of, known) as engine:
        engine.narrow("told", members.column("subject"))
        engine.narrow("keys_known", members.column("subject"))
        links = engine.run(LINKS)
        engine.give("links", links)
        engine.give("members", members)
        looked = look_at(engine, links, members, as_of, horizon_days=horizon, models=models)
        tables = tables_of(engine, looked, as_of, base=run.notes["base"], horizon_days=horizon, model="")
        tables["keys"] = engine.run(KEYS)
        tables["pairs"] = pairs.filter(pc.is_in(pairs.column("a"), members.column("subject")))
        bought = engine.run(PURCHASES).to_pylist()
    with workplace(home.staging) as folder:
        notes = {name: value for name, value in run.notes.items() if name != "recognition"}  # homes are not tried out
        tried = replace(run, run_id=folder.name, folder=folder, notes=notes)
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        numbers = sorted(set(members.column("customer").to_pylist()))
        found = [seen_one(home, tried, number, bought) for number in numbers[:MOST_TOLD]]
        home.runs.put_away(tried)
    return found + [Seen(code_of(number), "", 0, 1.0) for number in numbers[MOST_TOLD:]]


def seen_one(home: Home, run: Run, number: int, bought: Sequence[Mapping[str, object]]) -> Seen:
    """Say what one customer comes to."""
    customer = fetched(home, run, number)
    base = Seen(customer.code, customer.label, len(customer.subjects), customer.sure)
    try:
        story = told(home, run, customer)
    except Restricted:
        return replace(base, alone=True)
    mine = [row for row in bought if row["customer"] == number]
    spent: dict[str, int] = {}
    for row in mine:
        spent[str(row["currency"])] = spent.get(str(row["currency"]), 0) + int(str(row["minor"]))
    portrait = story.material.portrait
    return replace(
        base,
        traces=story.timeline.num_rows,
        orders=sum(int(str(row["orders"])) for row in mine),
        spent=tuple(str(Money(minor, currency)) for currency, minor in sorted(spent.items()) if minor),
        open=tuple(debt.kind for debt in (*portrait.debts, *portrait.due_soon)),
        consents=tuple((one.channel, one.purpose, one.given) for one in story.material.consents),
        lines=tuple((line.it.key, line.it.text) for line in story.page.lines),
    )
