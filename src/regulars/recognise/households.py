"""Households: who shares a home. A view for the seller, and never a reason to take two people for one.

People who wrote one whole address are held together first. A home is then one or several such writings, and cards with
half an address or none, that are of one home by what they have in common (`home_evidence.py`): average linkage over
people, so that one strong pair hangs nobody on a chain.

An address of more than a dozen people is a tower, a dormitory or a shop, and one where most write for a company is a
place of work: their people are listed together, with the reason, and are no household.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .home_evidence import weighed
from .home_writings import Writings, compared, turns, written
from .linkage import average_linkage
from .mailboxes import is_free
from .matching.candidates import Skipped
from .matching.match import Bench

__all__ = ["HOUSEHOLDS", "LARGE", "Homes", "homes", "households", "left_on"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LARGE: Final = 12  # people; the largest household of a census of 10,000 has 12
TOO_MANY: Final = "many people at one address"
AT_WORK: Final = "a place of work"
ALIKE, NEARLY, KEY = "writes the same address", "writes nearly the same address", "shares a telephone or mailbox"
WHOLE: Final = 0.99  # how sure it is that people who write one whole address live together; of census records 0.999
HOUSEHOLDS: Final = pa.schema(
    [
        *((name, pa.int64()) for name in ("household", "customer")),
        *((name, pa.int32()) for name in ("from_day", "to_day")),
        ("why", pa.string()),
        ("sure", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Homes:
    """For each card: its home (the first card of it), people, best evidence in bits, how it is known, and a reason.

    `bits` is infinite where somebody else writes the same address. `placed` tells the cards that say where they belong,
    `by_key` those that a shared telephone or mailbox ties. `reason` is empty for a household, else it says in words why
    those who are together here are none.
    """

    home: Ints
    people: Ints
    bits: Floats
    placed: Flags
    by_key: Flags
    reason: npt.NDArray[np.object_]
    skipped: tuple[Skipped, ...]


def homes(bench: Bench, cards: pa.Table, *, customer: Ints | None = None) -> Homes:
    """Return the home of each clean card. `customer`, where it is known, says whose cards are whose.

    A customer's cards without any address belong to the address most of their cards give; two addresses stay two homes.
    Places of work, and places of many people, are nobody's home and take in nothing.
    """
    if not len(cards):
        none, no = np.empty(0, np.int64), np.empty(0, np.bool_)
        return Homes(none, none, np.empty(0), no, no, np.empty(0, object), ())
    skipped: list[Skipped] = []
    writings = written(cards)
    a, b = compared(writings, skipped)
    bits, by_key = weighed(bench, writings, a, b)
    together = grouped(writings, (a, b), bits)
    person = writings.faces
    if customer is not None:
        person = customer
        fit = reasons(cards, together[writings.writing], person) == ""
        skipped.clear()
        writings = written(cards, customer, fit)
        a, b = compared(writings, skipped)
        bits, by_key = weighed(bench, writings, a, b)
        together = grouped(writings, (a, b), bits)
    label = together[writings.writing]
    _, earliest, place = np.unique(label, return_index=True, return_inverse=True)
    home = earliest[place]
    linked = together[a] == together[b]
    best, keyed = np.full(len(writings.first), -np.inf), np.zeros(len(writings.first), np.bool_)
    for side in (a, b):
        np.maximum.at(best, side[linked], bits[linked])
        keyed[side[linked & by_key]] = True
    best[writings.people > 1] = np.inf
    known = (best > -np.inf)[writings.writing] | writings.whole
    reason = reasons(cards, home, person)
    return Homes(
        home, counted(home, person), best[writings.writing], known, keyed[writings.writing], reason, tuple(skipped)
    )


def grouped(writings: Writings, pairs: tuple[Ints, Ints], bits: Floats) -> Ints:
    """Return the group of each writing. The mean is over people, so that one misspelt line cannot outvote a house."""
    people = writings.people
    ends = np.cumsum(people)
    item = ends - people
    rows = np.arange(int(ends[-1]))
    a, b = pairs
    must = rows, np.repeat(item, people)
    weight = bits * people[a] * people[b]
    return np.asarray(average_linkage(len(rows), (item[a], item[b]), weight, must=must)[item])


def counted(home: Ints, person: Ints) -> Ints:
    """Return how many people the home of each card has."""
    each = np.unique(np.column_stack([home, person]), axis=0)
    return np.asarray(np.bincount(each[:, 0], minlength=int(home.max()) + 1)[home])


def reasons(cards: pa.Table, home: Ints, person: Ints) -> npt.NDArray[np.object_]:
    """Return why those who are together are no household, in words; empty where they may be one."""
    domains = cards.column("domain").combine_chunks().dictionary_encode()
    of_work = np.array([not is_free(domain) for domain in domains.dictionary.to_pylist()] + [False], np.bool_)
    domain = of_work[pc.fill_null(domains.indices, -1).to_numpy(zero_copy_only=False)]
    company = pc.is_valid(cards.column("company")).to_numpy(zero_copy_only=False)
    placed = pc.is_valid(cards.column("street")).to_numpy(zero_copy_only=False)
    size = int(home.max()) + 1
    here = np.bincount(home[placed], minlength=size)
    working = np.bincount(home[placed & (domain | company)], minlength=size)
    family = pc.fill_null(cards.column("family").combine_chunks().dictionary_encode().indices, -1)
    codes = family.to_numpy(zero_copy_only=False).astype(np.int64)
    named = np.unique(np.column_stack([home, codes])[codes >= 0], axis=0)
    surnames = np.bincount(named[:, 0], minlength=size)
    office = (working * 2 >= here) & (working > 1) & (surnames > 1)
    reason = np.where(office[home], AT_WORK, "").astype(object)
    reason[counted(home, person) > LARGE] = TOO_MANY
    return reason


def households(homes: Homes, records: Ints, *, customer: Ints, day: Ints) -> pa.Table:
    """Return who belongs to which household, from which day to which: rows of HOUSEHOLDS, for homes of two or more.

    `records`, `customer` and `day` (days since 1970) are one entry per card. A household bears the number of its first
    record. Somebody who is later known only at another home, alone or not, has left (`to_day` is the first day there);
    somebody known at both in turns belongs to both.
    """
    fit = (homes.reason == "") & homes.placed
    rows = np.flatnonzero(fit)
    rows = rows[np.lexsort([day[rows], customer[rows], homes.home[rows]])]
    if not len(rows):
        return HOUSEHOLDS.empty_table()
    starts = np.flatnonzero(turns(np.column_stack([homes.home, customer])[rows]))
    first, last = day[rows[starts]], day[rows[np.append(starts[1:], len(rows)) - 1]]
    who = customer[rows[starts]]
    written_alike = np.maximum.reduceat(homes.bits[rows], starts)
    by_key = np.logical_or.reduceat(homes.by_key[rows], starts)
    until = left_on(who, first, last)
    why = np.where(np.isinf(written_alike), ALIKE, np.where(by_key, KEY, NEARLY)).tolist()
    number = records[homes.home[rows[starts]]]
    several = counted(np.where(fit, homes.home, -1) + 1, customer)[rows[starts]] > 1
    sure = np.minimum(WHOLE, 1 / (1 + np.exp2(-np.minimum(written_alike, 60.0))))
    columns = [number, who, first.astype(np.int32), pa.array(until, pa.int32()), why, sure]
    found = pa.table(columns, schema=HOUSEHOLDS).filter(pa.array(several))
    return found.sort_by([("household", "ascending"), ("customer", "ascending")])


def left_on(who: Ints, first: Ints, last: Ints) -> list[int | None]:
    """Return for each stay the day it ended: the first day elsewhere after its last day; None while it goes on.

    >>> left_on(np.array([7, 7, 8]), np.array([100, 200, 100]), np.array([150, 300, 150]))
    [200, None, None]
    """
    begun: dict[int, list[int]] = {}
    for person, day in sorted(zip(who.tolist(), first.tolist(), strict=True)):
        begun.setdefault(person, []).append(day)
    ends = zip(who.tolist(), last.tolist(), strict=True)
    return [next((day for day in begun[person] if day > end), None) for person, end in ends]
