"""A home of layout 1, as the first version wrote it: one segment without corrections, and no inbox."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.settings import Settings, write_settings
from regulars.store.files import sha256_of

from .made import NOW_US, made

INSERT = {
    "home": "insert into home values (1, 1, ?, 7)",
    "source": "insert into source values ('shop', ?, ?)",
    "batch": "insert into batch values (1, 'shop', ?, 'kept')",
    "file": "insert into file values (1, 1, 'payments.csv', 'no digest', 'payments', ?, ?, 0, 1)",
    "refused": "insert into refused values (1, 5, 'paid_at', 'soon', 'this is not a date', 'Write it as 2026-03-31.')",
    "segment": "insert into segment values (1, 1, 'segment-000001.parquet', ?, ?, ?, ?, ?, ?, ?, ?)",
    "audit": "insert into audit values (1, ?, 'hear', 'batch 1')",
}


def old_home(path: Path, *, rows: int = 300) -> pa.Table:
    """Make the home; return the traces that it keeps."""
    for folder in ("segments", "runs", "staging", "mappings"):
        (path / folder).mkdir(parents=True)
    write_settings(path, Settings(currency="EUR"))
    table = made(range(rows), file_id=1).sort_by(
        [("subject", "ascending"), ("happened_at", "ascending"), ("trace_id", "ascending")]
    )
    segment, keys = path / "segments" / "segment-000001.parquet", path / "segments" / "keys-000001.parquet"
    pq.write_table(table, segment, compression="zstd", row_group_size=64)
    pq.write_table(keys_table(table), keys, compression="zstd")
    ids, moments = sorted(table.column("trace_id").to_pylist()), sorted(table.column("happened_at").to_pylist())
    span = (rows, segment.stat().st_size, ids[0], ids[-1], moments[0], moments[-1], sha256_of(segment), sha256_of(keys))
    connection = sqlite3.connect(path / "catalogue.sqlite", isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.executescript(files("regulars.store").joinpath("layouts", "1.sql").read_text(encoding="utf-8"))
    values = {"home": (NOW_US,), "source": (NOW_US, NOW_US), "batch": (NOW_US,), "file": (rows + 1, rows)}
    for name, statement in INSERT.items():
        connection.execute(statement, values.get(name, span if name == "segment" else (NOW_US,) * (name == "audit")))
    connection.close()
    return table


def keys_table(table: pa.Table) -> pa.Table:
    """Return which identifier led to whom, as it stood beside each segment."""
    found: dict[tuple[str, int], list[int]] = {}
    for row in table.to_pylist():
        for key in row["who"]:
            found.setdefault((key, row["subject"]), []).append(row["happened_at"])
    rows = [
        {"key": key, "subject": subject, "happened_at": min(moments), "heard_at": NOW_US, "traces": len(moments)}
        for (key, subject), moments in sorted(found.items())
    ]
    return pa.Table.from_pylist(rows)
