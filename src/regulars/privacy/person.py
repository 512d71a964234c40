"""Person: whom a request means, as all that was ever heard has them. The noun on which every right is exercised.

Pages read the run that was turned last; a right must not. So a person is recognised afresh here, with everything that
was heard since, and nobody is asked to wait for the next turn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ..dates import day_number
from ..definition import read_definition
from ..errors import NotFound, NotReady
from ..finding import resolve
from ..listen import email_key, phone_key
from ..recognise import LINKS, Customer, code_of, number_of
from ..recognition import recognised, weights_shown
from ..store import Engine, Home, Run

__all__ = ["EVER_US", "Person", "find", "in_run", "keys_meant"]

EVER_US: Final = (1 << 63) - 1  # as of an instant after everything: nothing that was heard is missed
VERSIONS: Final = read_definition("privacy/versions")
OWN: Final = ("alone", "joins")
NAMED: Final = 5  # how many others are named where a text fits several


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the customer as recognised this moment, and which identifiers are theirs alone or shared."""

    customer: Customer
    own: tuple[str, ...]  # identifiers that lead to them and to nobody else, the strongest kind first
    shared: tuple[str, ...]  # identifiers that lead to others too, or prove nothing


def find(home: Home, text: str) -> Person:
    """Return the one person whom a text means, or say who comes near."""
    with home.engine(as_of_us=EVER_US, as_of_day=day_number(date.max)) as engine:
        known = recognised(engine, weights=weights_shown(home))
        links, members = known.links, known.members
        number = meant(home, links, members, text)
        subjects = members.filter(pc.equal(members.column("customer"), number)).column("subject")
        mine = links.filter(pc.is_in(links.column("subject"), subjects))
        engine.give("wanted", pa.table({"subject": subjects}))
        earlier = engine.run(VERSIONS).column("key").to_pylist() if engine.known.corrected else []
        own, shared = parted(engine, links, mine, earlier)
    return Person(known_as(home, number, sorted(subjects.to_pylist()), mine), own, shared)


def in_run(home: Home, run: Run, customer: Customer) -> Person:
    """Return a customer of a run as the person whom that run knows."""
    rows = home.runs.fetch(run, "keys", customer.number).to_pylist()
    own = {row["key"] for row in rows if row["verdict"] in OWN}
    shared = {row["key"] for row in rows} - own
    return Person(customer, tuple(sorted(own, key=strength)), tuple(sorted(shared, key=strength)))


def meant(home: Home, links: pa.Table, members: pa.Table, text: str) -> int:
    """Return the number of the customer whom a text means: by code, by identifier, or by the name that a run knows."""
    everybody, number = members.column("customer"), number_of(text)
    if number is not None and pc.any(pc.equal(everybody, number)).as_py():
        return number
    for record in (number, None if number is None else home.verdicts.gave(number)):
        if record is not None and (theirs := customers_of(members, [record])):
            return theirs[0]
    found = led_to(links, members, text)
    if not found:
        found = dict.fromkeys(customers_of(members, resolve(home, home.runs.current(), text).subjects), "")
    if len(found) > 1:
        near = "; ".join(f"{key or 'one of them'} = {code_of(one)}" for one, key in list(found.items())[:NAMED])
        raise NotFound(
            f"{text[:60]!r} leads to {len(found)} customers: {near}.", now="Give the code of the one you mean."
        )
    if not found:
        raise NotReady(f"{text[:60]!r} meant somebody who is gone since the last turn.", now="Run 'regulars turn'.")
    return next(iter(found))


def led_to(links: pa.Table, members: pa.Table, text: str) -> dict[int, str]:
    """Return the customers to whom an identifier leads, and which identifier it is."""
    if not (bare := text.strip()):
        return {}
    whole = pa.array([bare, *(key for key in (email_key(text), phone_key(text)) if key)], pa.string())
    keys = links.column("key")
    hits = links.filter(pc.or_(pc.ends_with(keys, pattern=f":{bare}"), pc.is_in(keys, whole)))
    return {
        number: key
        for key, subject in zip(hits.column("key").to_pylist(), hits.column("subject").to_pylist(), strict=True)
        for number in customers_of(members, [subject])
    }


def customers_of(members: pa.Table, subjects: Sequence[int]) -> list[int]:
    """Return the customers of some records."""
    wanted = pa.array(list(subjects), pa.int64())
    return sorted(pc.unique(members.filter(pc.is_in(members.column("subject"), wanted)).column("customer")).to_pylist())


def parted(
    engine: Engine, links: pa.Table, mine: pa.Table, earlier: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part a person's identifiers: those of theirs alone, and those that are shared or prove nothing."""
    leading = pc.is_in(mine.column("verdict"), pa.array(OWN))
    own = set(mine.filter(leading).column("key").to_pylist())
    said = links.filter(pc.is_in(links.column("key"), pa.array(list(earlier), pa.string()))).column("key")
    own |= set(earlier) - set(said.to_pylist())
    proving = would_join(engine, sorted(own))
    shared = set(mine.column("key").to_pylist()) - proving
    return tuple(sorted(proving, key=strength)), tuple(sorted(shared, key=strength))


def would_join(engine: Engine, keys: Sequence[str]) -> set[str]:
    """Return the identifiers that would join two records which carry nothing else: a role address would not."""
    size = len(keys)
    pairs = {
        "key": pa.array([*keys, *keys], pa.string()),
        "subject": pa.array(range(2 * size), pa.int64()),
        "traces": pa.array([1] * (2 * size), pa.int64()),
        "first_us": pa.array([0] * (2 * size), pa.int64()),
        "first_heard_us": pa.array([0] * (2 * size), pa.int64()),
    }
    engine.give("keys_known", pa.table(pairs))
    engine.rule([one for one in engine.known.rulings if one[1] == "own"])  # one never to be used is still theirs
    judged = engine.run(LINKS)
    return set(judged.filter(pc.equal(judged.column("verdict"), "joins")).column("key").to_pylist())


def strength(key: str) -> tuple[int, str]:
    """Return the place of an identifier, the strongest kind first."""
    kinds = ("customer", "email", "phone", "order")
    kind = key.partition(":")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), key


def known_as(home: Home, number: int, subjects: list[int], mine: pa.Table) -> Customer:
    """Return a customer as their own traces name them, the newest first."""
    traces = home.timeline.fetch(tuple(subjects), as_of_us=EVER_US)
    given: dict[str, str] = {}
    for text in pc.drop_null(traces.column("attributes")).to_pylist():
        for name, value in names_in(json.loads(text)).items():
            given.setdefault(name, value)
    days = pc.min_max(traces.column("day")).as_py()
    keys = sorted({key for key in mine.column("key").to_pylist() if not key.startswith("order:")}, key=strength)
    return Customer(
        number,
        given.get("name", ""),
        given.get("company", ""),
        given.get("city", ""),
        tuple(keys),
        tuple(subjects),
        int(days["min"] or 0),
        int(days["max"] or 0),
    )


def names_in(told: dict[str, Any]) -> dict[str, str]:
    """Return what one trace says that a customer is called, as `recognise/customers.sql` reads it."""
    parted_name = f"{told.get('first_name') or ''} {told['last_name']}".strip() if told.get("last_name") else ""
    found = {"name": told.get("name") or parted_name, "company": told.get("company"), "city": told.get("city")}
    return {name: str(value) for name, value in found.items() if value}


def keys_meant(home: Home, text: str) -> list[str]:
    """Return the identifiers that a text may be: an e-mail address, a telephone, or a number of any source.

    Also for people of whom nothing is kept any more: whether one of these has a stone is all that can still be asked.
    """
    bare = text.strip()
    whole = [key for key in (email_key(bare), phone_key(bare)) if key]
    numbered = [
        f"{kind}:{source['name']}:{bare}" for source in home.origins.sources() for kind in ("customer", "order")
    ]
    return [*whole, *numbered, *([bare] if ":" in bare else [])]
