"""Hear: the rows of a file become traces, a whole column at a time. The public verb of `listen`.

It reads text columns, refuses what cannot be meant (with line, column, value and advice) and returns the rest as a
table in the shape of `trace.SCHEMA`. `whose.py` finds out who and when, `carried.py` what, `numbering.py` under which
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .carried import Carried, carried
from .column import Column, Flags, Ints
from .files import Piece
from .mapping import Mapping, shape_named
from .numbering import numbers_of, subject_of
from .refused import Refused
from .shapes import Make, Shape
from .sheet import Hearing, Sheet
from .times import days_of
from .trace import SCHEMA, trace_id
from .whose import Find, Whose, late, whose
from .words import kind_by_word, known_words

__all__ = ["Heard", "hear"]


@dataclass(frozen=True, slots=True)
class Heard:
    """The traces of some rows (a table in `SCHEMA`), and the rows that need a look."""

    traces: pa.Table
    refused: list[Refused]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that make one kind of trace: which, when, whether by an instant of their own, and of which kind."""

    make: Make
    rows: Ints
    when: Ints
    own: Flags
    kinds: list[str]


def hear(piece: Piece, mapping: Mapping, *, hearing: Hearing, find: Find) -> Heard:
    """Turn some rows of a file into traces. What cannot be read is refused row by row; the rest goes on."""
    sheet, shape = Sheet(piece, mapping, hearing), shape_named(mapping.shape)
    found = whose(sheet, shape, find=find)
    fields = carried(sheet, shape)
    made = [traces_of(make, sheet, shape, found, fields) for make in shape.makes]
    traces = pa.concat_tables([SCHEMA.empty_table(), *(table for table in made if table)], promote_options="permissive")
    refused = sheet.refused()
    if refused:  # a later trace of the row may have had the fault; then the earlier ones do not count either
        lines = pa.array([fault.row for fault in refused], pa.int64())
        traces = traces.filter(pc.invert(pc.is_in(traces.column("row"), lines)))
    return Heard(traces, refused)


def traces_of(make: Make, sheet: Sheet, shape: Shape, found: Whose, fields: Carried) -> pa.Table | None:
    """Make one kind of trace of every row that has it."""
    kinds = kinds_of(make, sheet, found, fields)
    if make.when == shape.makes[0].when:
        when, there, own = found.happened, ~found.blank & (found.happened > 0), found.own
    else:
        column = sheet.times(make.when)
        when, there, own = column.values, column.present & ~found.blank, column.present
        late(sheet, make.when, when, there)
    rows = np.array([row for row in np.flatnonzero(there).tolist() if kinds[row] and row not in sheet.faults], np.int64)
    if not len(rows):
        return None
    chosen = Chosen(make, rows, when[rows], own[rows], [str(kinds[row]) for row in rows.tolist()])
    return assembled(chosen, sheet, shape, found=found, fields=fields)


def kinds_of(make: Make, sheet: Sheet, found: Whose, fields: Carried) -> list[str | None]:
    """Return the kind of each row's trace; a word or a sign in the row may decide it, and None means none is made."""
    if make.kind == "bought":
        return ["returned" if back else "bought" for back in fields.given_back]
    if not make.only_if:
        return [make.kind] * sheet.size
    texts = sheet.texts(make.only_if)
    decided = {text: kind_by_word(make.kind, text) for text in set(texts)}
    if "?" in decided.values():
        for row, text in enumerate(texts):
            if decided[text] == "?" and not found.blank[row]:
                reason = "we do not know this word" if text else "this cell is empty"
                sheet.fault(row, make.only_if, reason, known_words(make.kind))
    return [decided[text] for text in texts]


def assembled(chosen: Chosen, sheet: Sheet, shape: Shape, *, found: Whose, fields: Carried) -> pa.Table:
    """Put the columns of a table of traces together."""
    hearing, mapping, make = sheet.hearing, sheet.mapping, chosen.make
    rows, when, size, places = chosen.rows, chosen.when, len(chosen.rows), chosen.rows.tolist()
    who = identifiers(make, found, places)
    columns: dict[str, Any] = {
        "kind": chosen.kinds,
        "happened_at": when,
        "heard_at": np.where(when < hearing.since_us, when, hearing.now_us),
        "day": days_of(when, ZoneInfo(mapping.zone)),
        "who": who,
        "about": [found.about[row] for row in places],
        **what(make, mapping, fields, rows),
        **due(make, sheet, rows),
    }
    moments = np.where(chosen.own, when, 0)
    numbers = numbers_of(sheet, shape, rows=rows, moments=moments, columns=columns)
    subjects = {key: subject_of(key) for key in {keys[0] for keys in who}}
    columns |= {
        "trace_id": [
            trace_id(hearing.source, number, at) for number, at in zip(numbers, moments.tolist(), strict=True)
        ],
        "subject": [subjects[keys[0]] for keys in who],
        "source": [hearing.source] * size,
        "source_id": numbers,
        "file_id": np.full(size, hearing.file_id),
        "row": sheet.piece.rows.take(pa.array(rows)),
        "purpose": [mapping.purpose] * size,
        "basis": [mapping.basis] * size,
    }
    return pa.table([arrow(columns[part.name], part.type) for part in SCHEMA], schema=SCHEMA)


def identifiers(make: Make, found: Whose, places: list[int]) -> list[list[str]]:
    """Return who each trace is of. An order's own number leads to whoever placed it."""
    if make.kind != "ordered":
        return [found.who[row] for row in places]
    cases = ((found.who[row], found.about[row]) for row in places)
    return [[*keys, case] if case and case not in keys else keys for keys, case in cases]


def what(make: Make, mapping: Mapping, fields: Carried, rows: Ints) -> dict[str, Any]:
    """Return the columns that say what a trace carries; a mere later step of a case carries none of it."""
    size, places = len(rows), rows.tolist()

    def words(values: list[str | None], *, always: bool = False) -> list[str | None]:
        return [values[row] for row in places] if make.carries or always else [None] * size

    def numbers(column: Column | None) -> pa.Array:
        if column is None or not make.carries:
            return pa.nulls(size, pa.int64())
        values = np.abs(column.values[rows]) if make.kind in ("bought", "returned") else column.values[rows]
        return pa.array(values, pa.int64(), mask=~column.present[rows])

    amount, rating = numbers(fields.amount), numbers(fields.rating)
    currency = pa.array([fields.currency[row] for row in places], pa.string())
    return {
        "item": words(fields.words["item"]),
        "category": words(fields.words["category"]),
        "quantity_milli": numbers(fields.quantity),
        "amount_minor": amount,
        "currency": pc.if_else(pc.is_valid(amount), currency, None),
        "rating_milli": rating,
        "scale_low": pc.if_else(pc.is_valid(rating), mapping.scale[0], None),
        "scale_high": pc.if_else(pc.is_valid(rating), mapping.scale[1], None),
        "text": words(fields.words["text"]),
        "language": words(fields.words["language"]),
        "channel": words(fields.words["channel"], always=True),
        "department": words(fields.words["department"], always=True),
        "attributes": words(fields.attributes),
    }


def due(make: Make, sheet: Sheet, rows: Ints) -> dict[str, Any]:
    """Return the columns that say when something is due."""
    if not make.due:
        return {name: pa.nulls(len(rows), pa.int64()) for name in ("due_at", "due_day")}
    column = sheet.times(make.due)
    values, absent = column.values[rows], ~column.present[rows]
    days = days_of(values, ZoneInfo(sheet.mapping.zone))
    return {"due_at": pa.array(values, pa.int64(), mask=absent), "due_day": pa.array(days, pa.int64(), mask=absent)}


def arrow(values: Any, kind: pa.DataType) -> pa.Array:
    """Make an Arrow array of a column; words are stored once each."""
    if not isinstance(values, list):
        return pa.array(values).cast(kind)
    return (
        pa.array(values, pa.string()).dictionary_encode().cast(kind)
        if pa.types.is_dictionary(kind)
        else pa.array(values, kind)
    )
