"""Monitor: signs that too much was made one, and the merges that wait for a human's word.

Where records go wrong in numbers (a till that writes one telephone for everybody, a list of one company's names),
likeness makes one large customer of many people. No such merge is made by itself: a group that is large beside what is
usual among these records waits, each of its parts a customer of its own, until somebody says that it is one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["FEWEST", "Figures", "figures", "held_back", "most_of"]

Ints = npt.NDArray[np.int64]
FEWEST: Final = 10  # records that likeness may always make one
USUAL: Final = 2  # times what is usual: what 99 of 100 people with several records do not go beyond
PEOPLE: Final = 100  # with several records, from which on something is usual


def most_of(a: Ints, b: Ints) -> int:
    """Return how many records likeness may make one by itself: 10, or twice what 99 of 100 people with several have.

    `a` and `b` are the pairs of records that are alike enough to be one. A record with n such partners is of a person
    with n + 1 records, and stands for one of these n + 1. Of fewer than 100 such people, nothing is usual.

    >>> first, other = np.triu_indices(8, 1)
    >>> people = 8 * np.arange(100)[:, None]
    >>> most_of((people + first).ravel(), (people + other).ravel())
    16
    >>> most_of(first, other)
    10
    """
    _, partners = np.unique(np.concatenate([a, b]), return_counts=True)
    sizes, records = np.unique(partners + 1, return_counts=True)
    people = np.cumsum(records / sizes)
    if not len(people) or people[-1] < PEOPLE:
        return FEWEST
    return max(FEWEST, USUAL * int(sizes[np.searchsorted(people, 0.99 * people[-1])]))


def held_back(group: Ints, solid: Ints, most: int) -> Ints:
    """Return the groups without those that wait: more than `most` records, and not one part by numbers or by word.

    >>> held_back(np.zeros(3, np.int64), np.array([0, 0, 2]), 2).tolist()
    [0, 0, 2]
    >>> held_back(np.zeros(3, np.int64), np.array([0, 0, 2]), 3).tolist()
    [0, 0, 0]
    """
    records = np.bincount(group, minlength=len(group))[group]
    return np.asarray(np.where(records > most, solid, group))


@dataclass(frozen=True, slots=True)
class Figures:
    """What tells whether too much was made one.

    `joined` is the share of records that are with another; `largest` the records of the customer with most of them and
    `identifiers` the most that one customer carries, order numbers left out; `hub` the most customers that carry one
    identifier; `waiting` the records that wait and `groups` of how many people they would be; `most` the records that
    likeness may make one.
    """

    records: int
    customers: int
    joined: float
    largest: int
    identifiers: int
    hub: int
    waiting: int
    groups: int
    most: int

    @property
    def said(self) -> str:
        """What was made one, in words."""
        return (
            f"recognition: {self.records:,} records are {self.customers:,} customers, {self.joined:.1%} of the records "
            f"are with another; the largest has {self.largest:,} records and the most identifiers on one are "
            f"{self.identifiers:,}; the identifier that most customers carry is carried by {self.hub:,}"
        )

    @property
    def waiting_said(self) -> str:
        """What waits, in words."""
        people = "one customer" if self.groups == 1 else f"{self.groups:,} customers"
        return (
            f"recognition: {self.waiting:,} records look like {people} of more than {self.most} records each; "
            "they are kept apart until somebody says that they are one"
        )


def figures(members: pa.Table, keys: pa.Table, *, most: int) -> Figures:
    """Count in the members and identifiers of a run what tells whether too much was made one."""
    sizes = pc.value_counts(members.column("customer")).field("counts").to_numpy()
    waits = members.column("waits").drop_null()
    subjects, customers = members.column("subject").to_numpy(), members.column("customer").to_numpy()
    orders = pc.starts_with(keys.column("key"), "order:")
    carried = keys.filter(pc.and_not(pc.is_in(keys.column("subject"), members.column("subject")), orders))
    whose = customers[np.searchsorted(subjects, carried.column("subject").to_numpy())]
    whole = pc.rank(carried.column("key"), tiebreaker="dense").to_numpy().astype(np.int64)
    pairs = np.unique(np.column_stack([whole, whose]), axis=0)
    return Figures(
        records=members.num_rows,
        customers=len(sizes),
        joined=float(sizes[sizes > 1].sum() / members.num_rows) if members.num_rows else 0.0,
        largest=int(sizes.max(initial=0)),
        identifiers=most_often(pairs[:, 1]),
        hub=most_often(pairs[:, 0]),
        waiting=len(waits),
        groups=len(pc.unique(waits)),
        most=most,
    )


def most_often(values: Ints) -> int:
    """Return how often the value occurs that occurs most often."""
    return int(np.unique(values, return_counts=True)[1].max(initial=0))
