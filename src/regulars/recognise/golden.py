"""Golden: of all that was said of a customer, what stands, and what it stands before. A view; nothing is overwritten.

Of several values of a field the one given last stands, of those given at one instant the one given most often. Every
value keeps the source, the day and the record that it was last heard from, so that each can be looked up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["FACTS", "Fact", "Golden", "golden"]

FACTS: Final = ("name", "company", "street", "postcode", "city", "email", "phone")  # what tells who somebody is
REACHED: Final = frozenset({"email", "phone"})


class Trace(Protocol):
    """What is asked of a trace. Instants are UTC microseconds, days are counted since 1970-01-01."""

    @property
    def trace_id(self) -> str: ...
    @property
    def subject(self) -> int: ...
    @property
    def happened_at(self) -> int: ...
    @property
    def day(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def who(self) -> tuple[str, ...]: ...
    @property
    def attributes(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a field: where it was last heard from, on which day since 1970-01-01, and in how many traces."""

    value: str
    source: str
    day: int
    record: int
    trace: str
    times: int


@dataclass(frozen=True, slots=True)
class Golden:
    """A field of a customer: the value that stands, and the others that were given, the latest first."""

    field: str
    stands: Fact
    others: tuple[Fact, ...]


def golden(traces: Iterable[Trace]) -> tuple[Golden, ...]:
    """Return the fields that some traces of one customer give, those that tell who they are first."""
    given: dict[str, dict[str, list[Trace]]] = {}
    for trace in traces:
        for field, value in said_in(trace):
            given.setdefault(field, {}).setdefault(value, []).append(trace)
    order = {field: place for place, field in enumerate(FACTS)}
    fields = sorted(given, key=lambda field: (order.get(field, len(order)), field))
    return tuple(golden_of(field, given[field]) for field in fields)


def golden_of(field: str, values: dict[str, list[Trace]]) -> Golden:
    """Return one field."""
    last = {
        value: max(traces, key=lambda trace: (trace.happened_at, trace.trace_id)) for value, traces in values.items()
    }
    ranked = sorted(
        values,
        key=lambda value: (last[value].happened_at, len(values[value]), last[value].trace_id),
        reverse=True,
    )
    facts = [
        Fact(
            value,
            last[value].source,
            last[value].day,
            last[value].subject,
            last[value].trace_id,
            len(values[value]),
        )
        for value in ranked
    ]
    return Golden(field, facts[0], tuple(facts[1:]))


def said_in(trace: Trace) -> Iterator[tuple[str, str]]:
    """Return what a trace says of its customer: further columns of its file, and how they are reached."""
    attributes = json.loads(trace.attributes) if trace.attributes else {}
    for field, value in attributes.items():
        if str(value).strip():
            yield field, str(value).strip()
    if not attributes.get("name") and attributes.get("last_name"):
        yield "name", " ".join(filter(None, (attributes.get("first_name"), attributes["last_name"])))
    for key in trace.who:
        kind, _, value = key.partition(":")
        if kind in REACHED:
            yield kind, value
