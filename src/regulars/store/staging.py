"""Staging: the traces of one batch, from the first row read until they are sorted and ready to count.

Pieces are written to a folder of their own as they are read. At the end an engine drops what was heard before, keeps
what its source has corrected as a later version, tells equal rows apart by their order in the file, and sorts the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import KeepError
from ..listen.trace import COUNTED, SCHEMA, Found, again_id
from .memory import give_back
from .rows import PLAIN
from .sorting import PART_ROWS, Sorted, connect, write_sorted

__all__ = ["Heard", "Staged", "Staging"]

BATCH_ROWS: Final = 50_000

# Whose an order is, and when it was placed: the order itself says it best, then what was bought in it, then a payment.
# `people`: also when a customer first ordered, for rows that name a customer and no instant.
FIND: Final = """
with heard as (
    select about, kind, happened_at, who from before union all by name select about, kind, happened_at, who from staged
),
heads as (
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
# What this batch brings, each row once.
NAMED: Final = """
create view named as
select s.* replace (
           coalesce(t.trace_id, s.trace_id) as trace_id, coalesce(t.source_id, s.source_id) as source_id
       )
from staged s left join settled t on t.file_id = s.file_id and t.row = s.row and t.kind = s.kind
where coalesce(t.place, 1) = 1
"""
# What a trace says. A row that gives no instant of its own borrows one, and what is borrowed is no correction.
SAID: Final = """hash(row(
    kind, case when hex(trace_id[:6]) = '000000000000' then 0 else happened_at end, about, item, category,
    quantity_milli, amount_minor, currency, rating_milli, scale_low, scale_high, text, language, due_day, channel,
    department, attributes
))"""
# What was heard before under the same numbers. The last ten bytes of an id are its number; the first six, the instant,
# may be what was corrected.
MET: Final = f"""
create temp table met as
select trace_id[7:] as tail, heard_at, {SAID} as said from live where trace_id[7:] in (select trace_id[7:] from named)
"""
LATEST: Final = """
create temp table latest as
select tail, max(heard_at) as heard_at, arg_max(said, heard_at) as said from met group by tail
"""
FRESH: Final = f"""
create view fresh as
select n.* exclude (heard_at),
       case when l.tail is null then n.heard_at else greatest(o.now_us, l.heard_at + 1) end as heard_at,
       l.heard_at as replaces
from named n left join latest l on l.tail = n.trace_id[7:] cross join occasion o
where l.tail is null or l.said <> {SAID}
"""
COUNTS: Final = """
select file_id, count(*) - count(replaces) as new, count(replaces) as changed from written group by file_id
"""
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
    """What a batch came to: sorted files of what is new, and per file how many are new and how many corrected."""

    files: tuple[Sorted, ...] = ()
    new: dict[int, int] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many traces there are to keep."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, slots=True)
class Heard:
    """All that counted when a batch looked: the edition, the files, and the inbox up to its newest entry."""

    edition: int
    paths: tuple[Path, ...]
    inbox: pa.Table
    last: int

    def show(self, engine: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make it known to an engine."""
        engine.register("fresh_inbox", self.inbox)
        if self.paths:
            engine.read_parquet([str(path) for path in self.paths], union_by_name=True).create_view("kept_files")
        else:
            engine.register("kept_files", PLAIN.empty_table())
        both = "select * from kept_files union all by name select * from fresh_inbox"
        engine.sql(both).create_view(name)


class Staging:
    """The folder in which one batch gathers, and what counted when it last looked."""

    def __init__(self, folder: Path, heard: Heard, *, now_us: int) -> None:
        self.folder, self.heard, self.now_us = folder, heard, now_us
        self.parts: list[Path] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for left in folder.iterdir():  # by a program that died before its batch was noted
                left.unlink()
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
        if not (self.parts or self.heard.paths or self.heard.inbox.num_rows):
            return Found([""] * len(keys), np.zeros(len(keys), np.int64))
        people = any(not key.startswith("order:") for key in keys)
        asked = pa.table({"place": pa.array(range(len(keys)), pa.int64()), "key": pa.array(list(keys), pa.string())})
        with connect(self.folder / "spill") as engine:
            self.heard.show(engine, "before")
            self.show(engine)
            engine.register("asked", asked)
            found = engine.sql(FIND, params={"people": people}).to_arrow_table()
        return Found(found.column("who").to_pylist(), found.column("happened_at").to_numpy())

    def show(self, engine: duckdb.DuckDBPyConnection) -> None:
        """Make what has gathered here known to an engine."""
        if self.parts:
            engine.read_parquet([str(part) for part in self.parts]).create_view("staged")
        else:
            engine.register("staged", SCHEMA.empty_table())

    def finish(self) -> Staged:
        """Sort what is new into files, ready to count."""
        if not self.parts:
            return Staged()
        rows = sum(pq.ParquetFile(part).metadata.num_rows for part in self.parts)
        if rows > PART_ROWS:
            give_back()  # what reading needed, before sorting needs as much
        with connect(self.folder / "spill") as engine:
            self.show(engine)
            self.heard.show(engine, "live")
            engine.execute(TWICE)
            engine.register("renamed", renamed(engine))
            engine.execute(SETTLED)
            engine.execute(NAMED)
            engine.execute(MET)
            engine.execute(LATEST)
            engine.register("occasion", pa.table({"now_us": pa.array([self.now_us], pa.int64())}))
            engine.execute(FRESH)
            files = write_sorted(engine, self.folder, rows)
            if not files:
                return Staged()
            engine.read_parquet([str(file.traces) for file in files]).create_view("written")
            counts = engine.execute(COUNTS).fetchall()
        new = {file_id: new for file_id, new, _ in counts}
        return Staged(tuple(files), new, {file_id: changed for file_id, _, changed in counts})

    def meets(self, staged: Staged, fresh: pa.Table) -> bool:
        """Tell whether what was sorted here and some fresh traces have a number in common."""
        if not (staged.files and fresh.num_rows):
            return False
        with connect(self.folder / "spill") as engine:
            engine.read_parquet([str(file.traces) for file in staged.files]).create_view("ready")
            engine.register("fresh", fresh)
            asked = "select 1 from ready where trace_id[7:] in (select trace_id[7:] from fresh) limit 1"
            return bool(engine.sql(asked).fetchall())

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
