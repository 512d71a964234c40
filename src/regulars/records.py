"""Records: what a customer is made of. Each is a customer as one source knows them, with what holds it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .recognise import FACTS, Customer, Golden, code_of, golden
from .store import Home, Run, traces
from .store.restrict import restricted_since

__all__ = ["Record", "facts_of", "records_of"]

HELD: Final = {
    "alone": "the only record",
    "key": "shares an identifier",
    "human": "a colleague said so",
    "model": "alike",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a customer: its identifiers, where it is from, its first and last day, and what holds it.

    `sure` is the probability that it belongs to the customer; `bits` the mean weight to the others where a model holds
    it.
    """

    number: int
    keys: tuple[str, ...]
    sources: tuple[str, ...]
    first_day: int
    last_day: int
    held: str
    sure: float
    bits: float | None

    @property
    def code(self) -> str:
        """The record's public code."""
        return code_of(self.number)

    @property
    def held_said(self) -> str:
        """What holds it, in words."""
        if self.held == "model" and self.bits is not None:
            return f"{HELD['model']}, {self.bits:+.1f} bits ({int(self.sure * 100)}%)"
        return HELD[self.held]


def facts_of(home: Home, run: Run, customer: Customer) -> tuple[Golden, ...]:
    """Return what stands of all that was said of a customer, and what it stands before.

    Nothing of one who has asked to be left alone.
    """
    if restricted_since(home.catalogue, customer.subjects) is not None:
        return ()
    whole = traces(home.timeline.fetch(customer.subjects, as_of_us=run.as_of_us))
    return tuple(one for one in golden(whole) if one.field in FACTS)


def records_of(home: Home, run: Run, customer: Customer) -> list[Record]:
    """Return the records of a customer, the first seen first."""
    mine = pa.array(customer.subjects, pa.int64())
    members = home.runs.table(run, "members")
    held = {row["subject"]: row for row in members.filter(pc.is_in(members.column("subject"), mine)).to_pylist()}
    keys: dict[int, list[str]] = {}
    for row in home.runs.fetch(run, "keys", customer.number).to_pylist():
        keys.setdefault(row["subject"], []).append(row["key"])
    timeline = home.timeline.fetch(customer.subjects, as_of_us=run.as_of_us).select(["subject", "source", "day"])
    found = []
    for number in customer.subjects:
        traces = timeline.filter(pc.equal(timeline.column("subject"), number))
        days = pc.min_max(traces.column("day")).as_py()
        found.append(
            Record(
                number,
                tuple(sorted(keys.get(number, ()), key=lambda key: (key.startswith("order:"), key))),
                tuple(sorted(set(traces.column("source").to_pylist()))),
                int(days["min"] or 0),
                int(days["max"] or 0),
                held[number]["held"],
                held[number]["sure"],
                held[number]["bits"],
            )
        )
    return sorted(found, key=lambda record: (record.first_day, record.number))
