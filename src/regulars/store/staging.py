"""Staging: the traces of one batch, from the first row read until they are sorted and ready to count.

Pieces are written to a folder of their own as they are read. At the end an engine drops what was heard before, tells
equal rows apart by their order in the file, sorts the rest and writes one segment.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import KeepError
from ..listen.trace import COUNTED, SCHEMA, Found, again_id
from .shelf import ROW_GROUP

__all__ = ["MEMORY_LIMIT", "Staged", "Staging", "connect"]

MEMORY_LIMIT: Final = "200MB"
BATCH_ROWS: Final = 50_000

# Whose an order is, and when it was placed: the order itself says it best, then what was bought in it, then a payment.
# `people`: also when a customer first ordered, for rows that name a customer and no instant.
FIND: Final = """
with heads as (
    select about as key, case kind when 'ordered' then 0 when 'bought' then 1 else 2 end as rank, happened_at, who
    from heard where about is not null and kind in ('ordered', 'bought', 'paid')
    union all
    select unnest(who) as key, 0 as rank, happened_at, who
    from heard where kind in ('ordered', 'bought', 'paid') and $people
)
select a.place,
       coalesce(arg_min(h.who[1], (h.who[1] like 'order:%', h.rank, h.happened_at)), '') as who,
       coalesce(arg_min(h.happened_at, (h.rank, h.happened_at)), 0) as happened_at
from asked a left join heads h on h.key = a.key
group by a.place order by a.place
"""
# Rows whose number is in this batch more than once, and the how-manieth of its file each is.
TWICE: Final = """
create temp table twice as
select file_id, row, kind, source, source_id, trace_id,
       row_number() over (partition by file_id, trace_id order by row, kind) as nth
from staged where trace_id in (select trace_id from staged group by trace_id having count(*) > 1)
"""
EQUAL: Final = (
    "select file_id, row, kind, source, source_id, trace_id, nth from twice where nth > 1 and source_id like $like"
)
# The first row of each number stays; what other files, or a repeated number, say again is the same trace.
SETTLED: Final = """
create temp table settled as
with named as (
    select t.file_id, t.row, t.kind,
           coalesce(r.trace_id, t.trace_id) as trace_id, coalesce(r.source_id, t.source_id) as source_id
    from twice t left join renamed r on r.file_id = t.file_id and r.row = t.row and r.kind = t.kind
)
select *, row_number() over (partition by trace_id order by file_id, row) as place from named
"""
FRESH: Final = """
with named as (
    select s.* replace (
               coalesce(t.trace_id, s.trace_id) as trace_id, coalesce(t.source_id, s.source_id) as source_id
           )
    from staged s left join settled t on t.file_id = s.file_id and t.row = s.row and t.kind = s.kind
    where coalesce(t.place, 1) = 1
)
select * from named n where not exists (select 1 from live l where l.trace_id = n.trace_id)
order by subject, happened_at, trace_id
"""
KEYS: Final = """
select key, subject, min(happened_at) as happened_at, min(heard_at) as heard_at, count(*) as traces
from (select unnest(who) as key, subject, happened_at, heard_at from fresh) group by key, subject order by key, subject
"""
COUNTS: Final = "select file_id, count(*) from fresh group by file_id"
SPAN: Final = "select count(*), min(trace_id), max(trace_id), min(happened_at), max(happened_at) from fresh"
RENAMED: Final = pa.schema(
    [
        pa.field("file_id", pa.int64()),
        pa.field("row", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("trace_id", pa.binary()),
        pa.field("source_id", pa.string()),
    ]
)


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


@contextmanager
def connect(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine in memory that spills to the folder `spill` and never reaches for the network."""
    engine = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(spill),
            "threads": 2,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        yield engine
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = str(error).splitlines()[0]
        raise KeepError(
            f"The engine stopped in {spill} ({reason}).", now="Look whether the disk is full; nothing was half-written."
        ) from error
    finally:
        engine.close()


class Staging:
    """The folder in which one batch gathers, and the segments that were live when it was last looked at."""

    def __init__(self, folder: Path, live: Sequence[Path]) -> None:
        self.folder = folder
        self.live = list(live)
        self.parts: list[Path] = []
        try:
            shutil.rmtree(folder, ignore_errors=True)  # of a program that died before its batch was noted
            folder.mkdir(parents=True)
        except OSError as error:
            raise KeepError(
                f"{folder} could not be made ({error.strerror}).", now="Look whether the disk is full or read-only."
            ) from error

    def add(self, table: pa.Table) -> None:
        """Write some traces down."""
        if not table.num_rows:
            return
        part = self.folder / f"part-{len(self.parts):06}.parquet"
        try:
            pq.write_table(table, part, compression="lz4")
        except OSError as error:
            raise KeepError(
                f"{part} could not be written ({error}).",
                now="Look whether the disk is full; nothing was half-written.",
            ) from error
        self.parts.append(part)

    def find(self, keys: Sequence[str]) -> Found:
        """Say whose an order is and when it was placed, or when a customer first ordered, from all that was heard."""
        paths = [str(path) for path in (*self.live, *self.parts)]
        if not paths:
            return Found([""] * len(keys), np.zeros(len(keys), np.int64))
        people = any(not key.startswith("order:") for key in keys)
        asked = pa.table({"place": pa.array(range(len(keys)), pa.int64()), "key": pa.array(list(keys), pa.string())})
        with connect(self.folder / "spill") as engine:
            engine.read_parquet(paths).create_view("heard")
            engine.register("asked", asked)
            found = engine.sql(FIND, params={"people": people}).to_arrow_table()
        return Found(found.column("who").to_pylist(), found.column("happened_at").to_numpy())

    def finish(self) -> Staged | None:
        """Sort what is new into one file; None where everything was heard before."""
        if not self.parts:
            return None
        with connect(self.folder / "spill") as engine:
            engine.read_parquet([str(part) for part in self.parts]).create_view("staged")
            if self.live:
                engine.read_parquet([str(path) for path in self.live]).create_view("live")
            else:
                engine.register("live", SCHEMA.empty_table())
            engine.execute(TWICE)
            engine.register("renamed", renamed(engine))
            engine.execute(SETTLED)
            return written(engine, self.folder)

    def clear(self) -> None:
        """Remove the folder; what was committed has been moved out of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def renamed(engine: duckdb.DuckDBPyConnection) -> pa.Table:
    """Give equal rows of one file numbers of their own: the second row that says the same is another trace."""
    tables = [RENAMED.empty_table()]
    for batch in engine.sql(EQUAL, params={"like": f"{COUNTED}%"}).to_arrow_reader(BATCH_ROWS):
        rows = batch.to_pydict()
        numbers = [f"{number}#{nth}" for number, nth in zip(rows["source_id"], rows["nth"], strict=True)]
        named = zip(rows["trace_id"], rows["source"], numbers, strict=True)
        ids = [again_id(identity, source, number) for identity, source, number in named]
        told = {name: rows[name] for name in ("file_id", "row", "kind")}
        tables.append(pa.table({**told, "trace_id": ids, "source_id": numbers}, schema=RENAMED))
    return pa.concat_tables(tables)


def written(engine: duckdb.DuckDBPyConnection, folder: Path) -> Staged | None:
    """Write the new traces, sorted, and their identifiers."""
    segment, keys = folder / "segment.parquet", folder / "keys.parquet"
    engine.sql(FRESH).write_parquet(str(segment), compression="zstd", row_group_size=ROW_GROUP)
    engine.read_parquet(str(segment)).create_view("fresh")
    rows, first_id, last_id, first_us, last_us = engine.execute(SPAN).fetchall()[0]
    if not rows:
        return None
    engine.sql(KEYS).write_parquet(str(keys), compression="zstd", row_group_size=ROW_GROUP * 16)
    counts: dict[int, int] = dict(engine.execute(COUNTS).fetchall())
    return Staged(segment, keys, rows, first_id, last_id, first_us, last_us, counts)
