"""Shared: identifiers that may not say who somebody is, why, and what people rule on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .dates import day_number, instant_us
from .errors import NotFound
from .listen import email_key, phone_key
from .recognise import DEMOTIONS, LINKS
from .recognition import recognised, weights_shown
from .store import Engine, Home

__all__ = ["Demoted", "Effect", "demoted", "effect_of", "key_meant", "rule"]

EVER_US: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Demoted:
    """An identifier that joins nobody: why, how many records carry it, and how many customer numbers these have."""

    key: str
    reason: str
    records: int
    people: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a ruling changes: how many records go to another customer, and how many customers there are with it."""

    records: int
    customers: int
    customers_before: int


def demoted(home: Home) -> list[Demoted]:
    """Return the identifiers that do not join, as of this moment, the most crowded first."""
    with opened(home) as engine:
        engine.give("links", engine.run(LINKS))
        rows = engine.run(DEMOTIONS).to_pylist()
    return [Demoted(row["key"], row["verdict"], row["records"], row["people"], row["since_us"]) for row in rows]


def key_meant(home: Home, text: str) -> str:
    """Return the one identifier that a text means: written whole, or an address, a telephone, a number."""
    bare = text.strip()
    whole = [key for key in (bare, email_key(bare), phone_key(bare)) if key]
    with opened(home) as engine:
        keys = pc.unique(engine.run(LINKS).column("key"))
    ruled = [key for key, _ in home.rulings.in_force()]
    hits = pc.or_(pc.is_in(keys, pa.array(whole, pa.string())), pc.ends_with(keys, pattern=f":{bare}"))
    found = sorted({*keys.filter(hits).to_pylist(), *(key for key in ruled if key in whole)})
    if not bare or len(found) != 1:
        many = f"means {len(found)} identifiers" if found else "is no identifier that we have heard"
        raise NotFound(f"{bare[:60]!r} {many}.", now="Give it whole, as 'regulars shared' lists it: kind:value.")
    return str(found[0])


def effect_of(home: Home, key: str, ruled: str) -> Effect:
    """Return what would change if an identifier were ruled on; nothing is kept."""
    rulings = dict(home.rulings.in_force())
    after = {one: said for one, said in {**rulings, key: ruled}.items() if said}
    found = []
    for said in (rulings, after):
        with opened(home) as engine:
            engine.rule(tuple(said.items()))
            found.append(recognised(engine, weights=weights_shown(home)).members.sort_by("subject").column("customer"))
    changed = pc.sum(pc.not_equal(found[0], found[1])).as_py() or 0
    before, now = (len(pc.unique(one)) for one in found)
    return Effect(changed, now, before)


def rule(home: Home, key: str, ruled: str, *, now: datetime) -> None:
    """Keep a ruling: own, never, or "" for what the policy says. It counts from the next turn on."""
    home.rulings.rule(key, ruled, now_us=instant_us(now))


def opened(home: Home) -> Engine:
    """Open an engine over everything that was ever heard."""
    return home.engine(as_of_us=EVER_US, as_of_day=day_number(date.max))
