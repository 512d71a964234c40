"""Hear: the rows of a file become traces, a whole column at a time.

This is the public verb of `listen`. It reads text columns, refuses what cannot be meant (with line, column, value and
advice) and returns the rest as a table in the shape of `trace.SCHEMA`. Rows that name only an order borrow its customer
and its instant from the traces already heard, by way of `find`; nothing here knows where those are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..money import decimals_of
from .files import Piece
from .identifiers import email_key, numbered, order_key, phone_key, plain, source_key
from .mapping import Mapping, shape_named
from .refused import Refused
from .shapes import IDENTIFIERS, Make, Shape
from .trace import KINDS, SCHEMA, trace_id
from .values import Column, read_numbers, read_times

__all__ = ["COUNTED", "Find", "Found", "Heard", "Hearing", "hear"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COUNTED: Final = "~"  # begins the source_id of a row without a number of its own
DAY_US: Final = 86_400_000_000
HOUR_US: Final = 3_600_000_000
ATTRIBUTES: Final = (
    "name", "first_name", "last_name", "company", "street", "postcode", "city", "title", "status", "sku", "reason", "author", "staff", "method", "subject",
    "decision", "purpose", "referred", "event",
)  # fmt: skip
COMPLAINT: Final = re.compile(r"complain|refund|broken|damaged|late|wrong|missing|fault", re.IGNORECASE)
WITHDRAWN: Final = re.compile(r"withdr|revok|den(?:y|ied)|unsub|opt(?:ed)? ?out|no|false|0|stop", re.IGNORECASE)
GIVEN: Final = re.compile(r"given?|grant(?:ed)?|yes|true|1|opt(?:ed)? ?in|subscribed|accept(?:ed)?", re.IGNORECASE)
CANCELLED: Final = re.compile(r"cancel|void|unavailable|refus", re.IGNORECASE)
SEARCHED: Final = re.compile(r"search", re.IGNORECASE)
VIEWED: Final = re.compile(r"view|visit|open|page|screen|click|look", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What earlier traces say of some orders or customers: one entry per key asked, "" and 0 where nothing is known."""

    who: Sequence[str]
    happened_at: Ints


Find = Callable[[Sequence[str]], Found]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Under which name, number and instant a file is heard, and since when its source has been listened to."""

    source: str
    file: str
    file_id: int
    now_us: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The traces of some rows (a table in `SCHEMA`), and the rows that need a look."""

    traces: pa.Table
    refused: list[Refused]


@dataclass(slots=True)
class Sheet:
    """The rows of one piece while they are read: each role's column once, and the first fault of each row."""

    piece: Piece
    mapping: Mapping
    hearing: Hearing
    faults: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return int(self.piece.table.num_rows)

    def column(self, role: str) -> pa.Array | None:
        header = self.mapping.header(role)
        return None if header is None else self.piece.table.column(header).combine_chunks()

    def texts(self, role: str) -> list[str | None]:
        """Return a text column, tidied, with None for blanks."""
        return [None] * self.size if (column := self.column(role)) is None else tidied(column)

    def times(self, role: str) -> Column:
        column = self.column(role)
        if column is None:
            return Column(np.zeros(self.size, np.int64), np.zeros(self.size, np.bool_), {})
        read = read_times(column, zone=ZoneInfo(self.mapping.zone), order=self.mapping.dates)
        return self.noted(role, read, "Write it as 2026-03-31 or 2026-03-31 14:05.")

    def numbers(self, role: str, scale: int) -> Column | None:
        column = self.column(role)
        if column is None:
            return None
        return self.noted(role, read_numbers(column, scale=scale, comma=self.mapping.decimals == "comma"), "Write a plain number such as 12.50.")

    def noted(self, role: str, column: Column, advice: str) -> Column:
        for row, reason in column.wrong.items():
            self.fault(row, role, reason, advice)
        return column

    def fault(self, row: int, role: str, reason: str, advice: str) -> None:
        """Refuse a row; only its first fault is told."""
        header = self.mapping.header(role) or ""
        value = (self.piece.table.column(header)[row].as_py() or "") if header else ""
        self.faults.setdefault(row, (header, value[:200], reason, advice))

    def refused(self) -> list[Refused]:
        lines = self.piece.rows
        return [*self.piece.refused, *(Refused(self.hearing.file, lines[row].as_py(), *fault) for row, fault in sorted(self.faults.items()))]


def hear(piece: Piece, mapping: Mapping, *, hearing: Hearing, find: Find) -> Heard:
    """Turn some rows of a file into traces. What cannot be read is refused row by row; the rest goes on."""
    sheet = Sheet(piece, mapping, hearing)
    shape = shape_named(mapping.shape)
    blank = blanks(piece.table)
    who = people(sheet)
    about = cases(sheet, shape)
    main = sheet.times(shape.makes[0].when)
    happened, who = borrowed(sheet, shape, main, who, about, find, blank)
    fields = carried(sheet, shape)
    made = [traces_of(make, sheet, shape, happened, who, about, fields, blank) for make in shape.makes]
    traces = pa.concat_tables([SCHEMA.empty_table(), *(table for table in made if table is not None)], promote_options="permissive")
    refused = sheet.refused()
    if refused:
        traces = traces.filter(pc.invert(pc.is_in(traces.column("row"), pa.array([fault.row for fault in refused], pa.int64()))))
    return Heard(traces, refused)


def tidied(column: pa.Array) -> list[str | None]:
    """Tidy each distinct text of a column once."""
    coded = pc.dictionary_encode(column)
    tidy = [plain(text) or None for text in coded.dictionary.to_pylist()]
    return [None if code is None else tidy[code] for code in coded.indices.to_pylist()]


def blanks(table: pa.Table) -> Flags:
    """Mark the rows in which every column we read is empty; they are no rows."""
    empty = np.ones(table.num_rows, np.bool_)
    for column in table.columns:
        lengths = pc.utf8_length(pc.utf8_trim_whitespace(pc.fill_null(column, "")))
        empty &= lengths.to_numpy() == 0
    return empty


def people(sheet: Sheet) -> list[list[str]]:
    """Return the identifiers of each row, the strongest first."""
    makers: dict[str, Callable[[str], str | None]] = {
        "customer": lambda text: source_key(sheet.hearing.source, text),
        "email": email_key,
        "phone": phone_key,
    }
    found: list[list[str]] = [[] for _ in range(sheet.size)]
    for role in IDENTIFIERS:
        for header in sheet.mapping.columns.get(role, ()):
            texts = tidied(sheet.piece.table.column(header).combine_chunks())
            keys = {text: makers[role](text) for text in set(texts) if text}
            for keys_of_row, text in zip(found, texts, strict=True):
                if text and (key := keys[text]) and key not in keys_of_row:
                    keys_of_row.append(key)
    return found


def cases(sheet: Sheet, shape: Shape) -> list[str | None]:
    """Return what each row is about (its order, ticket or promise), as an identifier within the source."""
    if not shape.about:
        return [None] * sheet.size
    kind = "order" if shape.about == "order" else shape.name.removesuffix("s")
    source = sheet.hearing.source
    keys = {text: numbered(kind, source, text) for text in set(sheet.texts(shape.about)) if text}
    return [keys[text] if text else None for text in sheet.texts(shape.about)]


def borrowed(sheet: Sheet, shape: Shape, main: Column, who: list[list[str]], about: list[str | None], find: Find, blank: Flags) -> tuple[Ints, list[list[str]]]:
    """Fill in the customer and the instant of rows that name only their order, from the traces already heard."""
    happened = main.values.copy()
    orders = [order_key(sheet.hearing.source, text) if text else None for text in sheet.texts("order")] if shape.about != "order" else about
    asked: dict[int, str] = {}
    for row in range(sheet.size):
        if blank[row] or row in sheet.faults:
            continue
        key = orders[row] or (who[row][0] if who[row] else None)
        if key is not None and (not who[row] or not main.present[row]):
            asked[row] = key
    found = find(list(asked.values())) if asked else Found((), np.zeros(0, np.int64))
    for (row, key), known, instant in zip(asked.items(), found.who, found.happened_at, strict=True):
        if not who[row]:
            who[row] = [known] if known else [key]
        if not main.present[row]:
            happened[row] = instant
    for row in np.flatnonzero(~blank):
        judge(sheet, shape, int(row), happened, who)
    return happened, who


def judge(sheet: Sheet, shape: Shape, row: int, happened: Ints, who: list[list[str]]) -> None:
    """Refuse a row that nobody is named in, that has no date, or whose date is still to come."""
    when = shape.makes[0].when
    if not who[row]:
        sheet.fault(row, "customer", "nobody is named in this row", "Give a customer number, e-mail address or telephone.")
    if happened[row] == 0 and row not in sheet.faults:
        if shape.name == "customers":
            happened[row] = sheet.hearing.now_us
        elif sheet.mapping.dated:
            sheet.fault(row, when, "the date is missing", "Write it as 2026-03-31 or 2026-03-31 14:05.")
        else:
            sheet.fault(row, "order", "this row has no date of its own, and its order is not known yet", "Hear the orders first, or together with this file.")
    if happened[row] > sheet.hearing.now_us + DAY_US:
        sheet.fault(row, when, "the date is still to come", "Check the year, and whether day and month are the right way round.")


def carried(sheet: Sheet, shape: Shape) -> dict[str, Any]:
    """Read everything a trace may carry: what, how much, how good, in which words, by whom."""
    quantity = sheet.numbers("quantity", 1000)
    low, high = sheet.mapping.scale
    rating = sheet.numbers("rating", 1000)
    if rating is not None:
        for row in np.flatnonzero(rating.present & ((rating.values < low * 1000) | (rating.values > high * 1000))):
            sheet.fault(int(row), "rating", f"this is not on the scale from {low} to {high}", "Correct it, or name the scale in a mapping file.")
    currency = currencies(sheet)
    return {
        "quantity": quantity,
        "amount": amounts(sheet, quantity, currency),
        "currency": currency,
        "rating": rating,
        "item": sheet.texts("item") if "item" in sheet.mapping.columns else sheet.texts("sku"),
        "attributes": attributes(sheet, shape),
        **{role: sheet.texts(role) for role in ("category", "text", "language", "channel", "department")},
    }


def currencies(sheet: Sheet) -> list[str]:
    """Return each row's currency: its own, or the one its file is said to be in."""
    default = sheet.mapping.currency
    return [text.upper() if text and re.fullmatch(r"[A-Za-z]{3}", text) else default for text in sheet.texts("currency")]


def amounts(sheet: Sheet, quantity: Column | None, currency: list[str]) -> Column | None:
    """Return each row's value in minor units: as given, or quantity times unit price, half to even."""
    powers = np.array([10 ** decimals_of(code) for code in currency], dtype=np.int64)
    given = sheet.numbers("amount", 1_000_000)
    if given is not None:
        return Column(rounded(given.values * powers, 1_000_000), given.present, {})
    price = sheet.numbers("unit_price", 1_000_000)
    if price is None:
        return None
    count = quantity.values if quantity is not None else np.full(sheet.size, 1000, np.int64)
    there = price.present & (quantity.present if quantity is not None else True)
    large = np.abs(count.astype(np.float64) * price.values * powers) > 2**62
    if large.any():
        exact = [round_half_even(int(q) * int(p) * int(w), 1_000_000_000) for q, p, w in zip(count, price.values, powers, strict=True)]
        for row in np.flatnonzero([abs(value) >= 2**62 for value in exact]):
            sheet.fault(int(row), "unit_price", "quantity times price is too large to be meant", "Check both numbers.")
        return Column(np.array([value if abs(value) < 2**62 else 0 for value in exact], np.int64), there, {})
    return Column(rounded(count * price.values * powers, 1_000_000_000), there, {})


def rounded(values: Ints, by: int) -> Ints:
    """Divide whole numbers, half to even."""
    whole, rest = np.divmod(values, by)
    up = (2 * rest > by) | ((2 * rest == by) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.int64)


def round_half_even(value: int, by: int) -> int:
    """Divide one whole number of any size, half to even."""
    whole, rest = divmod(value, by)
    return whole + (2 * rest > by or (2 * rest == by and whole % 2 == 1))


def attributes(sheet: Sheet, shape: Shape) -> list[str | None]:
    """Return the mapped columns that have no field of their own, as JSON."""
    roles = [role for role in ATTRIBUTES if role in sheet.mapping.columns and not (role == "sku" and "item" not in sheet.mapping.columns)]
    if shape.about == "case" and "order" in sheet.mapping.columns:
        roles.append("order")
    if not roles:
        return [None] * sheet.size
    seen: dict[tuple[str | None, ...], str | None] = {}
    written = []
    for values in zip(*(sheet.texts(role) for role in roles), strict=True):
        if values not in seen:
            given = {role: value for role, value in zip(roles, values, strict=True) if value}
            seen[values] = json.dumps(given, ensure_ascii=False, sort_keys=True) if given else None
        written.append(seen[values])
    return written


def traces_of(make: Make, sheet: Sheet, shape: Shape, happened: Ints, who: list[list[str]], about: list[str | None], fields: dict[str, Any], blank: Flags) -> pa.Table | None:
    """Make one kind of trace of every row that has it."""
    if make.when == shape.makes[0].when:
        when, there = happened, ~blank & (happened > 0)
    else:
        column = sheet.times(make.when)
        when, there = column.values, column.present & ~blank & (column.values <= sheet.hearing.now_us + DAY_US)
    kinds = kinds_of(make, sheet, fields)
    rows = np.array([row for row in np.flatnonzero(there) if kinds[row] and row not in sheet.faults], dtype=np.int64)
    if not len(rows):
        return None
    due = sheet.times(make.due) if make.due else None
    return assembled(make, sheet, shape, rows, when[rows], [kinds[row] for row in rows], who, about, fields, due)


def kinds_of(make: Make, sheet: Sheet, fields: dict[str, Any]) -> list[str | None]:
    """Return the kind of each row's trace; a word in the row may decide it, and None means none is made."""
    if make.kind == "bought" and fields["quantity"] is not None:
        return ["returned" if value < 0 else "bought" for value in fields["quantity"].values]
    if not make.only_if:
        return [make.kind] * sheet.size
    texts = sheet.texts(make.only_if)
    decided = {text: kind_by_word(make.kind, text) for text in set(texts)}
    for row, text in enumerate(texts):
        if decided[text] == "?":
            sheet.fault(row, make.only_if, "we do not know this word", "Write 'viewed' or 'searched'." if make.kind == "viewed" else "Write 'given' or 'withdrawn'.")
    return [decided[text] for text in texts]


def kind_by_word(kind: str, text: str | None) -> str | None:
    """Tell the kind of a trace from the word in its row; "?" where the word says nothing.

    >>> kind_by_word("asked", "Complaint"), kind_by_word("consented", "opted out"), kind_by_word("cancelled", "delivered")
    ('complained', 'withdrew', None)
    """
    word = text or ""
    if kind == "asked":
        return "complained" if COMPLAINT.search(word) else "asked"
    if kind == "cancelled":
        return "cancelled" if CANCELLED.search(word) else None
    if kind == "consented":
        return "withdrew" if WITHDRAWN.match(word) else "consented" if GIVEN.match(word) else "?"
    by_name = {known.segment.lower(): known.word for known in KINDS.values() if known.segment}
    if word.lower() in by_name:
        return by_name[word.lower()]
    return "searched" if SEARCHED.search(word) else "viewed" if VIEWED.search(word) else "?"


def assembled(
    make: Make, sheet: Sheet, shape: Shape, rows: Ints, when: Ints, kinds: list[str | None], who: list[list[str]], about: list[str | None], fields: dict[str, Any], due: Column | None,
) -> pa.Table:  # fmt: skip
    """Put the columns of a table of traces together."""
    hearing, mapping, size = sheet.hearing, sheet.mapping, len(rows)
    keys = [who[row] + ([case] if make.kind == "ordered" and (case := about[row]) and case not in who[row] else []) for row in rows]
    subjects = {key: subject_of(key) for key in {row_keys[0] for row_keys in keys}}

    def carried_text(name: str, *, always: bool = False) -> list[str | None]:
        return [fields[name][row] for row in rows] if make.carries or always else [None] * size

    def carried_number(name: str) -> pa.Array:
        column: Column | None = fields[name] if make.carries else None
        if column is None:
            return pa.nulls(size, pa.int64())
        values = np.abs(column.values[rows]) if make.kind in ("bought", "returned") else column.values[rows]
        return pa.array(values, pa.int64(), mask=~column.present[rows])

    amount, rating = carried_number("amount"), carried_number("rating")
    columns: dict[str, Any] = {
        "kind": kinds,
        "happened_at": when,
        "heard_at": np.where(when < hearing.since_us, when, hearing.now_us),
        "day": days_of(when, ZoneInfo(mapping.zone)),
        "who": keys,
        "about": [about[row] for row in rows],
        "item": carried_text("item"),
        "category": carried_text("category"),
        "quantity_milli": carried_number("quantity"),
        "amount_minor": amount,
        "currency": pc.if_else(pc.is_valid(amount), pa.array([fields["currency"][row] for row in rows]), None),
        "rating_milli": rating,
        "scale_low": pc.if_else(pc.is_valid(rating), mapping.scale[0], None),
        "scale_high": pc.if_else(pc.is_valid(rating), mapping.scale[1], None),
        "text": carried_text("text"),
        "language": carried_text("language"),
        "due_at": pa.array(due.values[rows], pa.int64(), mask=~due.present[rows]) if due is not None else pa.nulls(size, pa.int64()),
        "due_day": pa.array(days_of(due.values[rows], ZoneInfo(mapping.zone)), pa.int64(), mask=~due.present[rows]) if due is not None else pa.nulls(size, pa.int64()),
        "channel": carried_text("channel", always=True),
        "department": carried_text("department", always=True),
        "attributes": carried_text("attributes"),
    }
    numbers = source_ids(sheet, shape, rows, columns)
    columns |= {
        "trace_id": [trace_id(hearing.source, number, int(at)) for number, at in zip(numbers, when, strict=True)],
        "subject": [subjects[row_keys[0]] for row_keys in keys],
        "source": [hearing.source] * size,
        "source_id": numbers,
        "file_id": np.full(size, hearing.file_id),
        "row": sheet.piece.rows.take(pa.array(rows)),
        "purpose": [mapping.purpose] * size,
        "basis": [mapping.basis] * size,
    }
    return pa.table([pa.array(columns[part.name]).cast(part.type) if not isinstance(columns[part.name], list) else listed(columns[part.name], part.type) for part in SCHEMA], schema=SCHEMA)


def listed(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Make an Arrow array of a list; words are stored once each."""
    return pa.array(values, pa.string()).dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else pa.array(values, kind)


def source_ids(sheet: Sheet, shape: Shape, rows: Ints, columns: dict[str, Any]) -> list[str]:
    """Return what numbers each trace within its source: the row's own number, or a hash of all it says."""
    kinds = columns["kind"]
    roles = ("order", "line") if "line" in sheet.mapping.columns and "order" in sheet.mapping.columns else (shape.key,)
    if sheet.mapping.numbered and all(role in sheet.mapping.columns for role in roles):
        parts = [sheet.texts(role) for role in roles]
        return [f"{kind}:{'/'.join(part[row] or '' for part in parts)}" for kind, row in zip(kinds, rows, strict=True)]
    said = [
        "kind", "happened_at", "who", "about", "item", "category", "quantity_milli", "amount_minor", "currency", "rating_milli", "text", "due_at", "channel", "department", "attributes",
    ]  # fmt: skip
    values = [columns[name].to_pylist() if isinstance(columns[name], pa.Array) else list(columns[name]) for name in said]
    return [COUNTED + hashlib.blake2b("\x1f".join(map(str, row)).encode(), digest_size=10).hexdigest() for row in zip(*values, strict=True)]


def subject_of(key: str) -> int:
    """Mint the number under which a customer's traces are kept, from the strongest identifier."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def days_of(instants: Ints, zone: ZoneInfo) -> Ints:
    """Return the civil day in `zone` of each instant, counted from 1970-01-01; each hour is looked up once."""
    if zone.key == "UTC":
        return instants // DAY_US
    hours, places = np.unique(instants // (HOUR_US // 4), return_inverse=True)
    offsets = [datetime.fromtimestamp(int(quarter) * 900, tz=UTC).astimezone(zone).utcoffset() for quarter in hours]
    shift = np.array([0 if offset is None else int(offset.total_seconds()) for offset in offsets], np.int64)[places]
    return np.asarray((instants + shift * 1_000_000) // DAY_US, dtype=np.int64)
