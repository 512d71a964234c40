"""Objects: many objects of JSON as tables. Their headers are all fields that any of them has, in the order first seen.

A list of goods inside each object, such as the lines of an order, is a table of its own, whose rows also carry what
their order says: so that orders and lines are heard together. Other lists of objects are named and left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from ..errors import InputError
from .carrier import Carrier, digest_of
from .flat import Flat, Number, flattened
from .header import filled
from .refused import Refused
from .source_file import Piece, SourceFile

__all__ = ["Found", "Object", "Objects", "open_objects"]

PIECE_ROWS: Final = 20_000
PIECE_BYTES: Final = 16_000_000  # of the texts of a piece, where they are long
MOST_COLUMNS: Final = 2_000
GOODS: Final = re.compile(
    r"(?:.*[._])?(?:sku|quantity|qty|product|product_?id|variant_?id|item_?id|article)", re.IGNORECASE
)
# What an object says of all its goods together; of one of them it would be wrong.
SUMS: Final = re.compile(
    r"(?:.*[._ ])?(?:sub_?total|total|price|amount|sum|value|revenue|tax|discounts?|shipping|quantity|qty|weight)"
    r"(?:_.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Object:
    """One object, with the line or place and the byte at which it begins."""

    number: int
    offset: int
    value: dict[str, Any]


Found = Object | Refused
Objects = Callable[[], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number, the byte at which it begins, and its cells."""

    number: int
    offset: int
    cells: dict[str, str]


@dataclass(slots=True)
class Fields:
    """The fields that were seen so far, in their order, each with whether it held only numbers."""

    numeric: dict[str, bool] = field(default_factory=dict)

    def add(self, cells: dict[str, str]) -> None:
        """Take note of a row."""
        known = self.numeric
        for name, text in cells.items():
            if known.get(name, True):
                known[name] = isinstance(text, Number) or (text == "" and known.get(name, True))

    @property
    def typed(self) -> frozenset[str]:
        """The fields that held only numbers."""
        return frozenset(name for name, numeric in self.numeric.items() if numeric)


def open_objects(carrier: Carrier, objects: Objects) -> list[SourceFile]:
    """Look at all objects of a file, and return them as a table, and each list of goods in them as another."""
    own, lists, count = Fields(), dict[str, Fields](), 0
    for one in objects():
        flat = flat_of(carrier, one)
        if isinstance(flat, Refused):
            continue
        count += 1
        own.add(flat.cells)
        for place, several in flat.lists.items():
            found = lists.setdefault(place, Fields())
            for cells in map(partial(cells_of, place), several):
                found.add(cells or {})
        if len(own.numeric) + sum(len(found.numeric) for found in lists.values()) > MOST_COLUMNS:
            raise InputError(
                f"The objects of {carrier} have more than {MOST_COLUMNS:,} different fields: they are no rows.",
                now="Export them with the same fields in each object.",
            )
    if not count or len(own.numeric) < 2:
        raise InputError(f"{carrier} is JSON without objects that could be rows.", now="Export it again.")
    goods = {place: found for place, found in lists.items() if any(map(GOODS.fullmatch, found.numeric))}
    left = [place for place in lists if place not in goods]
    notes = (f"not read, because they are lists of other things: {', '.join(left)[:400]}",) if left else ()
    return tables(carrier, objects, own, goods, notes)


def tables(
    carrier: Carrier, objects: Objects, own: Fields, goods: dict[str, Fields], notes: tuple[str, ...]
) -> list[SourceFile]:
    """Return the objects and their lists of goods as tables."""
    digest = digest_of(carrier)
    rows = partial(rows_of, carrier, objects)
    made = [table(carrier.name, own, rows, digest, notes)]
    for place, fields in goods.items():
        shared = {name: numeric for name, numeric in own.numeric.items() if not SUMS.fullmatch(name)}
        both = Fields({**shared, **fields.numeric})
        named = hashlib.sha256(f"{digest}/{place}".encode()).hexdigest()
        lines = partial(lines_of, carrier, objects, place)
        made.append(table(f"{carrier.name}/{place}", both, lines, named, ()))
    return made


def table(
    name: str, fields: Fields, rows: Callable[[], Iterator[Row | Refused]], digest: str, notes: tuple[str, ...]
) -> SourceFile:
    """Return rows as a table that can be heard."""
    names = tuple(fields.numeric)
    headers = filled(names)
    keys = dict(zip(headers, names, strict=True))
    return SourceFile(name, headers, partial(pieces_of, rows, keys, fields.typed), digest, notes)


def flat_of(carrier: Carrier, one: Found) -> Flat | Refused:
    """Flatten an object, or refuse it with what cannot be meant."""
    if isinstance(one, Refused):
        return one
    try:
        return flattened(one.value)
    except ValueError as error:
        return Refused(carrier.name, one.number, "", "", str(error), "Correct it and export it again.", one.offset)


def cells_of(place: str, value: dict[str, Any]) -> dict[str, str] | None:
    """Return the cells of an object in a list, or None where it cannot be meant."""
    try:
        return flattened(value, within=place).cells
    except ValueError:
        return None


def rows_of(carrier: Carrier, objects: Objects) -> Iterator[Row | Refused]:
    """Yield each object as a row."""
    for one in objects():
        flat = flat_of(carrier, one)
        if isinstance(flat, Refused):
            yield flat
        elif isinstance(one, Object):
            yield Row(one.number, one.offset, flat.cells)


def lines_of(carrier: Carrier, objects: Objects, place: str) -> Iterator[Row | Refused]:
    """Yield each object of a list in each object as a row, numbered through; what was refused is told elsewhere."""
    number = 0
    for one in objects():
        flat = flat_of(carrier, one)
        if isinstance(flat, Refused) or isinstance(one, Refused):
            continue
        for value in flat.lists.get(place, ()):
            number += 1
            cells = cells_of(place, value)
            name, advice = f"{carrier.name}/{place}", "Correct it and export it again."
            if cells is None:
                yield Refused(name, number, "", "", "this object cannot be read", advice, one.offset)
            else:
                yield Row(number, one.offset, {**flat.cells, **cells})


def pieces_of(
    rows: Callable[[], Iterator[Row | Refused]], keys: dict[str, str], typed: frozenset[str], only: tuple[str, ...]
) -> Iterator[Piece]:
    """Yield rows as pieces of the columns asked for; a field that a row does not have is blank."""
    wanted = [(header, keys[header]) for header in only]
    numbers = frozenset(header for header, key in wanted if key in typed)
    columns, held, refused, size = [list[str]() for _ in wanted], list[Row](), list[Refused](), 0
    for row in chain(rows(), (None,)):
        if isinstance(row, Refused):
            refused.append(row)
        elif row is not None:
            held.append(Row(row.number, row.offset, {}))
            for column, (_, key) in zip(columns, wanted, strict=True):
                text = row.cells.get(key, "")
                column.append(text)
                size += len(text)
        full = len(held) + len(refused) >= PIECE_ROWS or size >= PIECE_BYTES
        if full or (row is None and (held or refused)):
            table = pa.table([pa.array(column, pa.string()) for column in columns], names=list(only))
            lines = pa.array([one.number for one in held], pa.int64())
            offsets = pa.array([one.offset for one in held], pa.int64())
            yield Piece(table, lines, refused, numbers, offsets)
            columns, held, refused, size = [list[str]() for _ in wanted], [], [], 0
