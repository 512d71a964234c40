"""Engine: runs definitions over all traces that were known on a date. In memory, and thrown away afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from ..definition import Definition
from ..recognise.claim import Claim
from .content import NOTHING
from .memory import engine_megabytes
from .rows import PLAIN
from .sorting import connect

__all__ = ["EMPTY_KEYS", "Engine", "Known"]

# All that was known then, with the customer of each record. The instant is a variable, since that is compared while the
# files are read, and a row of `asked` is not. A version that a later one has taken the place of is left
# out: the last ten bytes of an id are the trace's number, and `replaces` says when the version it replaces was heard.
TOLD: Final = """
create view told as
select * from traces where happened_at <= getvariable('as_of_us') and heard_at <= getvariable('as_of_us')
"""
CORRECTED: Final = """
create view corrected as
select trace_id[7:] as tail, replaces
from traces where replaces is not null and heard_at <= getvariable('as_of_us')
"""
TOLD_LAST: Final = """
create view told as
select s.* from traces s
left join corrected c on c.tail = s.trace_id[7:] and c.replaces = s.heard_at
where s.happened_at <= getvariable('as_of_us') and s.heard_at <= getvariable('as_of_us') and c.tail is null
"""
EVERYONE: Final = """
create or replace view everyone as
select m.customer, s.*, coalesce(s.about, s.source_id) as matter from told s join members m on m.subject = s.subject
"""
# Without those who asked to be left alone: what is held about them is neither scored nor briefed.
LEFT_ALONE: Final = """
create or replace view left_alone as
select distinct m.customer from members m join restricted r on r.subject = m.subject
"""
KNOWN: Final = """
create or replace view known as
select e.* from everyone e left join left_alone l on l.customer = e.customer where l.customer is null
"""
KNOWN_ALL: Final = "create or replace view known as select * from everyone"
KEYS_KNOWN: Final = """
create or replace view keys_known as
select k.key, k.subject, cast(sum(k.traces) as bigint) as traces, min(k.happened_at) as first_us,
       min(k.heard_at) as first_heard_us
from keys k
where k.happened_at <= getvariable('as_of_us') and k.heard_at <= getvariable('as_of_us')
group by k.key, k.subject
"""
# Where traces were corrected, an identifier that only earlier versions carried leads nowhere any more. When its record
# was first heard of is as before: a correction renames nobody.
KEYS_KNOWN_LAST: Final = """
create view keys_known as
select w.key, w.subject, count(*) as traces, min(w.happened_at) as first_us, min(f.first_heard_us) as first_heard_us
from (select unnest(who) as key, subject, happened_at from told) w
join (
    select subject, min(heard_at) as first_heard_us from keys
    where happened_at <= getvariable('as_of_us') and heard_at <= getvariable('as_of_us') group by subject
) f on f.subject = w.subject
group by w.key, w.subject
"""
EMPTY_KEYS: Final = pa.schema(
    [("key", pa.string()), *((name, pa.int64()) for name in ("subject", "happened_at", "heard_at", "traces"))]
)
# What the key policy goes by (see `recognise/links.sql`) until somebody gives more: no names, no rulings, these limits.
NAMES: Final = pa.schema([("record", pa.int64()), ("given", pa.string()), ("family", pa.string())])
RULINGS: Final = pa.schema([("key", pa.string()), ("ruled", pa.string())])
LIMITS: Final = {
    "numbers_per_email": 3,
    "people_per_device": 1,
    "records_per_identifier": 40,
    "identifiers_per_record": 5,
}
# Whom something new touches besides its own records: those of the same matter, and those that a corrected trace was of.
OF_MATTERS: Final = "select distinct subject from traces where about in (select matter from matters)"
OF_CORRECTED: Final = "select distinct subject from traces where trace_id[7:] in (select tail from corrected_tails)"
# Without what no definition asks for: lists of texts are the dearest to read.
GATHER: Final = (
    "create temp table gathered as select * exclude"
    " (who, source, source_id, file_id, row, purpose, basis, language, due_at) from known",
    "create or replace view known as select * from gathered",
)
NARROW: Final = {
    "told": (
        "create temp table told_of_some as select * exclude"
        " (who, source, file_id, row, purpose, basis, language, due_at)"
        " from told where subject in (select subject from wanted)",
        "create or replace view told as select * from told_of_some",
    ),
    "keys_known": (
        "create temp table keys_of_some as select * from keys_known where subject in (select subject from wanted)",
        "create or replace view keys_known as select * from keys_of_some",
    ),
}
FRESH_KEYS: Final = "select unnest(who) as key, subject, happened_at, heard_at, 1 as traces from fresh"


@dataclass(frozen=True, slots=True)
class Known:
    """What an engine reads: files and inbox, whether a trace was corrected, who is to be left alone, and claims."""

    segments: tuple[Path, ...] = ()
    keys: tuple[Path, ...] = ()
    inbox: pa.Table = field(default_factory=PLAIN.empty_table)
    corrected: bool = False
    restricted: tuple[int, ...] = ()
    content: str = NOTHING
    last: int = 0  # the newest entry of the inbox
    rows: int = 0
    claims: tuple[Claim, ...] = ()  # what people said of records, as far as it counts now
    rulings: tuple[tuple[str, str], ...] = ()  # what people said of identifiers

    @property
    def kept(self) -> dict[str, Any]:
        """What a run notes of it, so that a later run can tell what is new."""
        return {
            "segments": [path.name for path in self.segments],
            "inbox": self.last,
            "waiting": self.inbox.num_rows,
            "corrected": self.corrected,
        }


class Engine:
    """All traces known at `as_of_us`, for definitions: the relations `known`, `everyone`, `keys_known` and `asked`."""

    def __init__(
        self,
        known: Known,
        *,
        as_of_us: int,
        as_of_day: int,
        knobs: dict[str, int],
        spill: Path,
    ) -> None:
        self.known = known
        self.spill = spill
        self.opened = ExitStack()
        # A folder of its own: engines that share one would remove each other's files. It is made when it is needed.
        self.connection = self.opened.enter_context(
            self.opening(spill / f"engine-{uuid4().hex}", memory=f"{engine_megabytes(known.rows)}MB", threads=2)
        )
        asked = {"as_of_us": as_of_us, "as_of_day": as_of_day, **knobs}
        self.give("asked", pa.table({name: pa.array([value], pa.int64()) for name, value in asked.items()}))
        self.give("restricted", pa.table({"subject": pa.array(known.restricted, pa.int64())}))
        self.give("names", NAMES.empty_table())
        self.rule(known.rulings)
        limits = LIMITS | {name: knobs[name] for name in LIMITS if name in knobs}
        self.give("limits", pa.table({name: pa.array([value], pa.int64()) for name, value in limits.items()}))
        self.give("fresh", known.inbox)
        self.files("segments", known.segments, PLAIN)
        self.files("segment_keys", known.keys, EMPTY_KEYS)
        for view in views(known):
            self.connection.execute(view)

    def opening(self, spill: Path, **limits: Any) -> AbstractContextManager[Any]:
        """Open what definitions run in."""
        return connect(spill, **limits)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.opened.__exit__(kind, error, trace)

    def beside(self) -> Engine:
        """Return an engine on this machine to compare records on: this one, where it is one."""
        return self

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """Make files known under a name; where there are none, an empty table."""
        if paths:
            self.connection.read_parquet([str(path) for path in paths], union_by_name=True).create_view(name)
        else:
            self.give(name, schema.empty_table())

    def give(self, name: str, table: pa.Table) -> None:
        """Make a table known under a name."""
        self.connection.register(name, table)
        if name == "asked":
            self.connection.execute("set variable as_of_us = $us", {"us": table.column("as_of_us")[0].as_py()})
        if name == "members":
            for view in (EVERYONE, *((LEFT_ALONE, KNOWN) if self.known.restricted else (KNOWN_ALL,))):
                self.connection.execute(view)

    def rule(self, rulings: Sequence[tuple[str, str]]) -> None:
        """Let rulings on identifiers count."""
        rows = [{"key": key, "ruled": ruled} for key, ruled in rulings]
        self.give("rulings", pa.Table.from_pylist(rows, schema=RULINGS))

    def gather(self) -> None:
        """Read what definitions ask for once, and keep it at hand (what does not fit spills to the disk)."""
        for statement in GATHER:
            self.connection.execute(statement)

    def touched(self, subjects: pa.Array, matters: pa.Array, corrected: pa.Array) -> pa.Array:
        """Return the records that news touches: see `news.py`."""
        self.give("matters", pa.table({"matter": matters}))
        self.give("corrected_tails", pa.table({"tail": corrected}))
        asked = [OF_MATTERS, *([OF_CORRECTED] if len(corrected) else [])]
        found = [self.connection.sql(statement).to_arrow_table().column("subject") for statement in asked]
        return pc.unique(pa.chunked_array([subjects, *(chunk for one in found for chunk in one.chunks)]))

    def narrow(self, name: str, subjects: pa.ChunkedArray) -> None:
        """Keep of the traces (`told`) or identifiers (`keys_known`) only those of some records."""
        self.give("wanted", pa.table({"subject": subjects}))
        for statement in NARROW[name]:
            self.connection.execute(statement)

    def run(self, definition: Definition, values: dict[str, Any] | None = None) -> pa.Table:
        """Run a definition and return its rows."""
        return self.connection.sql(definition.sql, params=values).to_arrow_table()

    def rows(self, definition: Definition) -> list[tuple[Any, ...]]:
        """Run a definition and return its few rows as Python values, in half the time."""
        found: list[tuple[Any, ...]] = self.connection.execute(definition.sql).fetchall()
        return found


def views(known: Known) -> list[str]:
    """Return the views that need no customers: the traces, what was told by then, and the identifiers."""
    fresh = bool(known.inbox.num_rows)
    traces = "create view traces as select * from segments" + (
        " union all by name select * from fresh" if fresh else ""
    )
    keys = "create view keys as select * from segment_keys" + (f" union all by name {FRESH_KEYS}" if fresh else "")
    if known.corrected:
        return [traces, CORRECTED, TOLD_LAST, keys, KEYS_KNOWN_LAST]
    return [traces, TOLD, keys, KEYS_KNOWN]
