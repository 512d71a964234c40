"""Rows: traces as tables that fit together, wherever they were kept, and as objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ..listen.trace import KEPT, Trace

__all__ = ["PLAIN", "current", "joined", "plain", "traces", "versions"]

PLAIN: Final = pa.schema(
    [pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in KEPT]
)


def plain(table: pa.Table) -> pa.Table:
    """Write words out, and add the columns that older files lack."""
    for field in PLAIN:
        if field.name not in table.schema.names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    if not table.num_rows:
        return PLAIN.empty_table()
    columns = [(table.column(field.name), field.type) for field in PLAIN]
    return pa.table([one if one.type == kind else one.cast(kind) for one, kind in columns], schema=PLAIN)


def joined(tables: Iterable[pa.Table]) -> pa.Table:
    """Put traces from several places into one table."""
    return pa.concat_tables([PLAIN.empty_table(), *map(plain, tables)])


def current(table: pa.Table, replaced: frozenset[tuple[bytes, int]]) -> pa.Table:
    """Leave out versions that a later one has taken the place of; `replaced` names them by id tail and hearing."""
    if not replaced:
        return table
    named = zip(table.column("trace_id").to_pylist(), table.column("heard_at").to_pylist(), strict=True)
    return table.filter(pa.array([(identity[6:], heard) not in replaced for identity, heard in named], pa.bool_()))


def versions(table: pa.Table) -> frozenset[tuple[bytes, int]]:
    """Return which versions the rows of a table take the place of."""
    rows = table.select(["trace_id", "replaces"]).filter(pc.is_valid(table.column("replaces")))
    return frozenset(
        (identity[6:], heard)
        for identity, heard in zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True)
    )


def traces(table: pa.Table) -> list[Trace]:
    """Turn rows into traces."""
    return [Trace(**{**row, "trace_id": row["trace_id"].hex(), "who": tuple(row["who"])}) for row in table.to_pylist()]
