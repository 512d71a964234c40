"""Named: the identifiers that rows give: of people, the strongest first, and of the case they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from .column import Ints, Texts, combined, together
from .keys import email_keys, numbered_keys, phone_keys
from .shapes import Shape
from .sheet import Sheet

__all__ = ["Named", "named"]


@dataclass(frozen=True, slots=True)
class Named:
    """Who each row names, and what it is about: `keys` lists identifiers, the rest says which of them, -1 for none."""

    keys: pa.Array
    people: Ints  # (n, columns)
    case: Ints  # (n,) its order, ticket or promise
    order: Ints  # (n,)

    @property
    def first(self) -> Ints:
        """The strongest identifier of each row, -1 where it names nobody."""
        found = np.full(len(self.case), -1)
        for column in reversed(self.people.T):
            found = np.where(column >= 0, column, found)
        return found

    def also(self, places: Ints) -> Named:
        """Let each row name one more identifier, unless it does so already."""
        known = (self.people == places[:, None]).any(axis=1)
        return replace(self, people=np.column_stack([self.people, np.where(known, -1, places)]))

    def lists(self, rows: Ints) -> pa.Array:
        """Return the identifiers of some rows, a list each."""
        places = self.people[rows]
        there = places >= 0
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.count_nonzero(there, axis=1))])
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), self.keys.take(pa.array(places[there])))

    def spelt(self, rows: Ints) -> pa.Array:
        """Return the identifiers of some rows as they are written into the number of a row that has none."""
        codes, ones = combined(list(self.people[rows].T))
        return pa.array(map(str, self.lists(rows[ones]).to_pylist()), pa.string()).take(pa.array(codes))


def named(sheet: Sheet, shape: Shape) -> Named:
    """Read the identifiers of all rows."""
    groups = people(sheet)
    width = sum(map(len, groups))
    kind = "order" if shape.about == "order" else shape.case or shape.name.removesuffix("s")
    groups.append([numbered(sheet, shape.about, kind)])
    if shape.about != "order":
        groups.append([numbered(sheet, "order", "order")])
    places, keys = listed(groups)
    return Named(keys, each_once(places[:, :width]), places[:, width], places[:, -1])


def people(sheet: Sheet) -> list[list[Texts]]:
    """Return the identifiers of people, the strongest first, together those of one kind."""
    makers: dict[str, Callable[[pa.Array], pa.Array]] = {
        "customer": lambda texts: numbered_keys("customer", sheet.hearing.source, texts),
        "email": email_keys,
        "phone": phone_keys,
    }
    columns = {role: list(map(sheet.column, sheet.mapping.columns.get(role, ()))) for role in makers}
    return [[column.put(makers[role](column.distinct)) for column in some] for role, some in columns.items() if some]


def numbered(sheet: Sheet, role: str, kind: str) -> Texts:
    """Return the identifiers of what a source numbers in the column of a role."""
    column = sheet.played(role) if role else None
    if column is None:
        return Texts.same(None, sheet.size)
    return column.put(numbered_keys(kind, sheet.hearing.source, column.distinct))


def listed(groups: Sequence[Sequence[Texts]]) -> tuple[Ints, pa.Array]:
    """Return which identifier stands where, (n, columns), and the list of them; those of two groups are never equal."""
    columns, keys, size = list[Ints](), list[pa.Array](), 0
    for group in groups:
        places, distinct = together(group)
        columns.append(np.where(places >= 0, places + size, -1))
        keys.append(distinct)
        size += len(distinct)
    return np.hstack(columns), pa.concat_arrays(keys)


def each_once(places: Ints) -> Ints:
    """Leave out what a row has named before."""
    once = places.copy()
    for column in range(1, places.shape[1]):
        known = (places[:, :column] == places[:, column, None]).any(axis=1)
        once[known, column] = -1
    return once
