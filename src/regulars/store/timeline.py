"""Timeline: the traces of one customer, newest first, fetched without an engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..listen.trace import SCHEMA, Trace
from .shelf import Shelf

__all__ = ["Timeline"]


class Timeline:
    """Open segments, for looking up the traces of a few subjects."""

    def __init__(self) -> None:
        self.shelves: dict[Path, Shelf] = {}

    def fetch(self, segments: Sequence[Path], subjects: Sequence[int], *, as_of_us: int) -> pa.Table:
        """Return all traces of the subjects that were known at `as_of_us`, newest first."""
        parts = [plain(self.shelf(path).fetch(subject)) for path in segments for subject in subjects]
        table = pa.concat_tables(parts) if parts else plain(SCHEMA.empty_table())
        known = pc.and_(
            pc.less_equal(table.column("happened_at"), as_of_us), pc.less_equal(table.column("heard_at"), as_of_us)
        )
        return table.filter(known).sort_by([("happened_at", "descending"), ("trace_id", "descending")])

    def shelf(self, path: Path) -> Shelf:
        """Return an open segment."""
        if path not in self.shelves:
            self.shelves[path] = Shelf(path, key="subject")
        return self.shelves[path]

    def close(self) -> None:
        """Close all files."""
        for shelf in self.shelves.values():
            shelf.close()
        self.shelves.clear()


def plain(table: pa.Table) -> pa.Table:
    """Write words out, so that tables of several segments fit together."""
    fields = [
        pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in SCHEMA
    ]
    return table.select([field.name for field in fields]).cast(pa.schema(fields))


def traces(table: pa.Table) -> list[Trace]:
    """Turn rows into traces."""
    return [Trace(**{**row, "trace_id": row["trace_id"].hex(), "who": tuple(row["who"])}) for row in table.to_pylist()]
