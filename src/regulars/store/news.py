"""News: what has been heard since a run was worked out, so that the next run need only look at whom it touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..recognise.claim import Claim
from .engine import Known
from .segments import keys_of
from .stock import Stock

__all__ = ["News", "known_to", "news_since"]

SHAPE: Final = pa.schema(
    [
        pa.field("subject", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("day", pa.int64()),
        pa.field("happened_at", pa.int64()),
        pa.field("heard_at", pa.int64()),
        pa.field("about", pa.string()),
        pa.field("trace_id", pa.binary()),
        pa.field("replaces", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class News:
    """What is new: the records it is of, the matters it is about, the numbers of corrected traces, and its kinds.

    `kinds` says how many new traces there are of each kind, and the newest day; None where it cannot be told exactly.
    """

    subjects: pa.Array
    matters: pa.Array
    corrected: pa.Array
    kinds: dict[str, int] | None
    newest_day: int


def known_to(stock: Stock, restricted: tuple[int, ...], claims: tuple[Claim, ...] = ()) -> Known:
    """Look at all that counts, as one state of the home."""
    while True:
        heard, content = stock.heard(), stock.content()
        lives = stock.segments.live()
        if tuple(live.path for live in lives) == heard.paths and stock.inbox.last() == heard.last:
            break
    corrected = any(live.versions for live in lives) or heard.inbox.column("replaces").null_count < len(heard.inbox)
    keys = tuple(keys_of(path) for path in heard.paths)
    rows = sum(live.rows for live in lives) + heard.inbox.num_rows
    return Known(heard.paths, keys, heard.inbox, corrected, restricted, content, heard.last, rows, claims)


def news_since(stock: Stock, known: Known, kept: dict[str, Any], *, as_of_us: int) -> News | None:
    """Return what is new since a run kept its list; None where that cannot be told.

    It cannot where segments were merged or erased since, nor at the first correction, which alters how identifiers
    count. What was moved from the inbox to a segment meanwhile counts as new once more: too much, never too little.
    """
    gone = set(kept["segments"]) - {path.name for path in known.segments}
    if gone or kept["corrected"] != known.corrected:
        return None
    fresh = [path for path in known.segments if path.name not in kept["segments"]]
    inbox = stock.inbox.table(after=kept["inbox"], until=known.last)
    files = [pq.ParquetFile(path) for path in fresh]
    parts = [file.read([name for name in SHAPE.names if name in file.schema_arrow.names]) for file in files]
    new = pa.concat_tables([SHAPE.empty_table(), *map(shaped, [*parts, inbox])])
    told = new.filter(
        pc.and_(pc.less_equal(new.column("happened_at"), as_of_us), pc.less_equal(new.column("heard_at"), as_of_us))
    )
    again = pc.unique(pc.binary_slice(told.filter(pc.is_valid(told.column("replaces"))).column("trace_id"), 6, 16))
    moved = stock.inbox.count(until=kept["inbox"]) != kept["waiting"]  # some of it is in a segment now, and is no news
    counts = pc.value_counts(told.column("kind")).to_pylist()
    kinds = None if moved or len(again) or known.restricted else {one["values"]: one["counts"] for one in counts}
    newest = int(pc.max(told.column("day")).as_py() or 0)
    return News(pc.unique(told.column("subject")), pc.unique(told.column("about")), again, kinds, newest)


def shaped(table: pa.Table) -> pa.Table:
    """Return the few columns that are looked at; older files lack one of them."""
    if "replaces" not in table.schema.names:
        table = table.append_column("replaces", pa.nulls(table.num_rows, pa.int64()))
    return table.select(SHAPE.names).cast(SHAPE)
