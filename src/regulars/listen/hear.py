"""Hear: the rows of a file become traces, a whole column at a time. The public verb of `listen`.

It reads text columns, refuses what cannot be meant (with line, column, value and advice) and returns the rest as a
table in the shape of `trace.SCHEMA`. `whose.py` finds out who and when, `carried.py` what, `numbering.py` under which
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .carried import Carried, carried
from .column import Column, Flags, Ints, Texts
from .digests import ids_of
from .kept_cells import cells_of
from .mapping import Mapping, shape_named
from .numbering import numbers_of, states_of
from .refused import Refused
from .shapes import Make, Shape
from .sheet import Hearing, Sheet
from .source_file import Piece
from .times import days_of
from .trace import SCHEMA
from .whose import Find, Whose, late, whose
from .words import consent_by_word, kind_by_word, known_words

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
    kinds: Texts


def hear(piece: Piece, mapping: Mapping, *, hearing: Hearing, find: Find, room: int = 0) -> Heard:
    """Turn some rows of a file into traces. What cannot be read is refused row by row; the rest goes on.

    Of the first `room` refused rows the cells are kept too, so that they can be mended.
    """
    sheet, shape = Sheet(piece, mapping, hearing), shape_named(mapping.shape)
    found = whose(sheet, shape, find=find)
    fields = carried(sheet, shape)
    made = [traces_of(make, sheet, shape, found, fields) for make in shape.makes if make.unless not in mapping.columns]
    traces = pa.concat_tables([SCHEMA.empty_table(), *(table for table in made if table)], promote_options="permissive")
    refused = sheet.refused(cells_of(sheet, found.named, sorted(sheet.faults)[:room]))
    if refused:  # a later trace of the row may have had the fault; then the earlier ones do not count either
        lines = pa.array([fault.row for fault in refused], pa.int64())
        traces = traces.filter(pc.invert(pc.is_in(traces.column("row"), lines)))
    return Heard(traces, refused)


def traces_of(make: Make, sheet: Sheet, shape: Shape, found: Whose, fields: Carried) -> pa.Table | None:
    """Make one kind of trace of every row that has it."""
    kinds = kinds_of(make, sheet, found, fields)
    if make.channel:  # a list says what holds on the day it was written; the day we heard it is the nearest we know
        when = np.full(sheet.size, sheet.hearing.now_us)
        there, own = ~found.blank, np.zeros(sheet.size, np.bool_)
    elif make.when == shape.makes[0].when:
        when, there, own = found.happened, ~found.blank & (found.happened > 0), found.own
    else:
        column = sheet.times(make.when)
        when, there, own = column.values, column.present & ~found.blank, column.present
        late(sheet, make.when, when, there)
    rows = np.flatnonzero(there & (kinds.codes >= 0) & sheet.sound)
    if not len(rows):
        return None
    chosen = Chosen(make, rows, when[rows], own[rows], kinds.of_rows(rows))
    return assembled(chosen, sheet, shape, found=found, fields=fields)


def kinds_of(make: Make, sheet: Sheet, found: Whose, fields: Carried) -> Texts:
    """Return the kind of each row's trace, blank where none is made; a word or a sign in the row may decide it."""
    if make.kind == "bought":
        return Texts(fields.given_back.astype(np.int64), pa.array(["bought", "returned"]))
    if not make.only_if or (make.only_if not in sheet.mapping.columns and make.channel):
        return Texts.same(None if make.channel else make.kind, sheet.size)
    texts = sheet.texts(make.only_if)
    words = [*texts.distinct.to_pylist(), None]
    if make.channel:
        decided = [consent_by_word(text, inverted=make.inverted) for text in words]
    else:
        decided = [kind_by_word(make.kind, text) for text in words]
    codes = np.where(texts.codes < 0, len(texts.distinct), texts.codes)
    unknown = np.array([kind == "?" for kind in decided])[codes] & ~found.blank
    for row in np.flatnonzero(unknown).tolist():
        reason = "we do not know this word" if texts.codes[row] >= 0 else "this cell is empty"
        sheet.fault(row, make.only_if, reason, known_words(make.kind))
    return Texts(codes, pa.array(decided, pa.string())).without_nulls()


def assembled(chosen: Chosen, sheet: Sheet, shape: Shape, *, found: Whose, fields: Carried) -> pa.Table:
    """Put the columns of a table of traces together."""
    hearing, mapping, make = sheet.hearing, sheet.mapping, chosen.make
    rows, when, size = chosen.rows, chosen.when, len(chosen.rows)
    named = found.named
    if make.kind == "ordered":  # an order's own number leads to whoever placed it
        named = named.also(named.case)
    columns = {
        "kind": chosen.kinds.words(),
        "happened_at": pa.array(when),
        "heard_at": pa.array(np.where(when < hearing.since_us, when, hearing.now_us)),
        "day": pa.array(days_of(when, ZoneInfo(mapping.zone))),
        "who": named.lists(rows),
        "about": Texts(named.case[rows], named.keys).array(),
        **what(make, mapping, fields, rows),
        **due(make, sheet, rows),
    }
    moments = np.where(chosen.own, when, 0)
    if make.channel:  # one per customer and channel: a later list that says otherwise corrects it
        numbers = states_of(make.channel, named, rows)
    else:
        numbers = numbers_of(sheet, shape, named, rows=rows, moments=moments, columns=columns)
    columns |= {
        "trace_id": ids_of(hearing.source, numbers, moments),
        "subject": pa.array(found.subject[rows]),
        "source": Texts.same(hearing.source, size).words(),
        "source_id": numbers,
        "file_id": pa.array(np.full(size, hearing.file_id)),
        "row": sheet.piece.rows.take(pa.array(rows)),
        "purpose": Texts.same(mapping.purpose, size).words(),
        "basis": Texts.same(mapping.basis, size).words(),
    }
    return pa.table([columns[part.name].cast(part.type) for part in SCHEMA], schema=SCHEMA)


def what(make: Make, mapping: Mapping, fields: Carried, rows: Ints) -> dict[str, pa.Array]:
    """Return the columns that say what a trace carries; a mere later step of a case carries none of it."""
    size = len(rows)

    def words(texts: Texts, *, always: bool = False) -> Texts:
        return texts.of_rows(rows) if make.carries or always else Texts.same(None, size)

    def numbers(column: Column | None) -> pa.Array:
        if column is None or not make.carries:
            return pa.nulls(size, pa.int64())
        values = np.abs(column.values[rows]) if make.kind in ("bought", "returned") else column.values[rows]
        return pa.array(values, pa.int64(), mask=~column.present[rows])

    amount, rating = numbers(fields.amount), numbers(fields.rating)
    priced, rated = pc.is_valid(amount).to_numpy(zero_copy_only=False), pc.is_valid(rating)
    currency = fields.currency.of_rows(rows)
    return {
        "item": words(fields.words["item"]).array(),
        "category": words(fields.words["category"]).array(),
        "quantity_milli": numbers(fields.quantity),
        "amount_minor": amount,
        "currency": Texts(np.where(priced, currency.codes, -1), currency.distinct).words(),
        "rating_milli": rating,
        "scale_low": pc.if_else(rated, mapping.scale[0], None),
        "scale_high": pc.if_else(rated, mapping.scale[1], None),
        "text": words(fields.words["text"]).array(),
        "language": words(fields.words["language"]).words(),
        "channel": (
            Texts.same(make.channel, size) if make.channel else words(fields.words["channel"], always=True)
        ).words(),
        "department": words(fields.words["department"], always=True).words(),
        "attributes": words(fields.attributes).array(),
    }


def due(make: Make, sheet: Sheet, rows: Ints) -> dict[str, pa.Array]:
    """Return the columns that say when something is due."""
    if not make.due:
        return {name: pa.nulls(len(rows), pa.int64()) for name in ("due_at", "due_day")}
    column = sheet.times(make.due)
    values, absent = column.values[rows], ~column.present[rows]
    days = days_of(values, ZoneInfo(sheet.mapping.zone))
    return {"due_at": pa.array(values, pa.int64(), mask=absent), "due_day": pa.array(days, pa.int64(), mask=absent)}
