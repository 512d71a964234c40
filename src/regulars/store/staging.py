"""Staging: the traces of one batch, from the first row read until one commit makes them count.

Pieces are written to a folder of their own as they are read. At the end an engine drops what was heard before, tells equal
rows apart by their order in the file, sorts the rest and writes one segment; only the commit in the catalogue makes it
count. A program that dies on the way leaves files that nobody reads, and the file can simply be heard again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import KeepError
from ..listen import COUNTED, SCHEMA, Found, trace_id
from .shelf import ROW_GROUP

__all__ = ["MEMORY_LIMIT", "Staged", "Staging", "connect"]

MEMORY_LIMIT: Final = "400MB"

FIND: Final = """
with heads as (
    select about as key, happened_at, who from heard where about is not null and kind in ('ordered', 'bought', 'paid')
    union all
    select unnest(who) as key, happened_at, who from heard where kind in ('ordered', 'bought', 'paid') and $people
)
select a.place, coalesce(arg_min(h.who[1], h.happened_at), '') as who, coalesce(min(h.happened_at), 0) as happened_at
from asked a left join heads h on h.key = a.key
group by a.place order by a.place
"""
TWICE: Final = """
select trace_id, source, source_id, happened_at, file_id, row, kind from staged
where trace_id in (select trace_id from staged group by trace_id having count(*) > 1)
order by trace_id, file_id, row
"""
FRESH: Final = """
with named as (
    select s.* replace (coalesce(r.trace_id, s.trace_id) as trace_id, coalesce(r.source_id, s.source_id) as source_id), coalesce(r.again, false) as again
    from staged s left join renamed r on r.file_id = s.file_id and r.row = s.row and r.kind = s.kind
)
select * exclude (again) from named n
where not again and not exists (select 1 from live l where l.trace_id = n.trace_id)
order by subject, happened_at, trace_id
"""
KEYS: Final = """
select key, subject, min(happened_at) as happened_at, min(heard_at) as heard_at, count(*) as traces
from (select unnest(who) as key, subject, happened_at, heard_at from fresh) group by key, subject order by key, subject
"""
COUNTS: Final = "select file_id, count(*) from fresh group by file_id"
SPAN: Final = "select count(*), min(trace_id), max(trace_id), min(happened_at), max(happened_at) from fresh"


@dataclass(frozen=True, slots=True)
class Staged:
    """What a batch came to: the sorted file of new traces and of their identifiers, and how many per file."""

    segment: Path
    keys: Path
    rows: int
    first_id: bytes
    last_id: bytes
    first_us: int
    last_us: int
    new_by_file: dict[int, int]


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open an engine in memory that spills to `folder` and never reaches for the network."""
    return duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder),
            "threads": 2,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


class Staging:
    """The folder in which one batch gathers."""

    def __init__(self, folder: Path, live: Sequence[Path]) -> None:
        self.folder = folder
        self.live = list(live)
        self.parts: list[Path] = []
        self.rows = 0
        self.heard: pa.Table | None = None
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise KeepError(f"{folder} could not be made ({error.strerror}).", now="Look whether the disk is full or read-only.") from error

    def add(self, table: pa.Table) -> None:
        """Write some traces down."""
        if not table.num_rows:
            return
        part = self.folder / f"part-{len(self.parts):06}.parquet"
        try:
            pq.write_table(table, part, compression="lz4")
        except OSError as error:
            raise KeepError(f"{part} could not be written ({error}).", now="Look whether the disk is full; nothing was half-written.") from error
        self.parts.append(part)
        self.rows += table.num_rows

    def find(self, keys: Sequence[str]) -> Found:
        """Say whose an order is and when it was placed, or when a customer first ordered, from all that was heard."""
        paths = [str(path) for path in (*self.live, *self.parts)]
        if not paths:
            return Found([""] * len(keys), np.zeros(len(keys), np.int64))
        people = any(not key.startswith("order:") for key in keys)
        with connect(self.folder) as engine:
            engine.read_parquet(paths).create_view("heard")
            engine.register("asked", pa.table({"place": pa.array(range(len(keys)), pa.int64()), "key": pa.array(list(keys))}))
            found = engine.sql(FIND, params={"people": people}).to_arrow_table()
        return Found(found.column("who").to_pylist(), found.column("happened_at").to_numpy())

    def finish(self) -> Staged | None:
        """Sort what is new into one file; None where everything was heard before."""
        if not self.parts:
            return None
        with connect(self.folder) as engine:
            engine.read_parquet([str(part) for part in self.parts]).create_view("staged")
            if self.live:
                engine.read_parquet([str(path) for path in self.live]).create_view("live")
            else:
                engine.register("live", SCHEMA.empty_table())
            engine.register("renamed", renamed(engine.sql(TWICE).to_arrow_table()))
            return written(engine, self.folder)

    def clear(self) -> None:
        """Remove the folder; what was committed has been moved out of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def renamed(twice: pa.Table) -> pa.Table:
    """Tell rows with one id apart: the second equal row of a file is another trace, a repeated number is the same one."""
    seen: set[bytes] = set()
    nth: dict[tuple[int, bytes], int] = {}
    rows = []
    for trace in twice.to_pylist():
        place = (trace["file_id"], trace["trace_id"])
        nth[place] = nth.get(place, 0) + 1
        number = trace["source_id"]
        if number.startswith(COUNTED) and nth[place] > 1:
            number = f"{number}#{nth[place]}"
        identity = trace["trace_id"] if number == trace["source_id"] else trace_id(trace["source"], number, trace["happened_at"])
        rows.append({"file_id": trace["file_id"], "row": trace["row"], "kind": trace["kind"], "trace_id": identity, "source_id": number, "again": identity in seen})
        seen.add(identity)
    kinds = pa.schema([(name, pa.int64()) for name in ("file_id", "row")] + [("kind", pa.string()), ("trace_id", pa.binary()), ("source_id", pa.string()), ("again", pa.bool_())])
    return pa.Table.from_pylist(rows, schema=kinds)


def written(engine: duckdb.DuckDBPyConnection, folder: Path) -> Staged | None:
    """Write the new traces, sorted, and their identifiers."""
    segment, keys = folder / "segment.parquet", folder / "keys.parquet"
    engine.sql(FRESH).write_parquet(str(segment), compression="zstd", row_group_size=ROW_GROUP)
    engine.read_parquet(str(segment)).create_view("fresh")
    rows, first_id, last_id, first_us, last_us = engine.execute(SPAN).fetchall()[0]
    if not rows:
        return None
    engine.sql(KEYS).write_parquet(str(keys), compression="zstd", row_group_size=ROW_GROUP * 16)
    return Staged(segment, keys, rows, first_id, last_id, first_us, last_us, dict(engine.execute(COUNTS).fetchall()))
