"""Traces made by hand: plain payments of numbered customers, as a feed would bring them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.listen.trace import SCHEMA
from regulars.store import Batch, Home
from regulars.store.rows import PLAIN, joined

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
NOW_US = int(NOW.timestamp() * 1_000_000)
DAY_US = 86_400_000_000
PEOPLE = 40


def made(numbers: Iterable[Any], *, source: str = "shop", heard_us: int = NOW_US, **said: Any) -> pa.Table:
    """Make a trace of each number; what it says depends on the number alone, unless it is `said`."""
    rows = [one(source, str(number), heard_us) | said for number in numbers]
    plain = pa.schema([PLAIN.field(name) for name in SCHEMA.names])
    return pa.Table.from_pylist(rows, schema=plain).cast(SCHEMA)


def one(source: str, number: str, heard_us: int) -> dict[str, Any]:
    """Make one trace, within the last four hundred days."""
    chance = int.from_bytes(tail(number, source="chance")[:6], "big")
    happened = NOW_US - chance % (400 * DAY_US)
    person = f"customer:{source}:{chance % PEOPLE}"
    return {
        "trace_id": (happened // 1000).to_bytes(6, "big") + tail(number, source=source),
        "subject": int.from_bytes(hashlib.blake2b(person.encode(), digest_size=8).digest(), "big", signed=True),
        "kind": "paid",
        "happened_at": happened,
        "heard_at": heard_us,
        "day": happened // DAY_US,
        "source": source,
        "source_id": number,
        "file_id": 0,
        "row": 1,
        "who": [person, f"email:{chance % PEOPLE}@example.org"],
        "about": f"order:{source}:{number}",
        "amount_minor": 100 + chance % 9000,
        "currency": "EUR",
        "purpose": "service",
        "basis": "contract",
    }


def tail(number: Any, *, source: str = "shop") -> bytes:
    """Return the part of a trace's id that is its number."""
    return hashlib.blake2b(f"{source}\x1f{number}".encode(), digest_size=10).digest()


def begun(home: Home, traces: pa.Table, *, source: str = "shop", now_us: int = NOW_US) -> tuple[Batch, int]:
    """Bring traces as a file would, up to the commit."""
    batch = home.batch(source, now_us=now_us)
    file_id = batch.file("made.csv", "no digest", "payments")
    rows = {"file_id": [file_id] * traces.num_rows, "row": list(range(2, traces.num_rows + 2))}
    for name, values in rows.items():
        field = SCHEMA.field(name)
        traces = traces.set_column(SCHEMA.get_field_index(name), field, pa.array(values, field.type))
    batch.add(traces)
    return batch, file_id


def brought(home: Home, traces: pa.Table, *, source: str = "shop", now_us: int = NOW_US) -> Batch:
    """Bring traces as a file would."""
    batch, file_id = begun(home, traces, source=source, now_us=now_us)
    batch.commit({file_id: (traces.num_rows, traces.num_rows)}, {file_id: []})
    return batch


def everything(home: Home) -> pa.Table:
    """Return every row that counts, by its id and when it was heard."""
    tables = [pq.read_table(path) for path in home.stock.segments.paths()]
    table = joined([*tables, home.stock.inbox.table()])
    return table.sort_by([("trace_id", "ascending"), ("heard_at", "ascending")])


def tails(home: Home) -> list[bytes]:
    """Return the number part of every row that counts."""
    return [identity[6:] for identity in everything(home).column("trace_id").to_pylist()]


def subjects(table: pa.Table) -> Sequence[int]:
    """Return the customers of some traces."""
    return sorted(set(table.column("subject").to_pylist()))
