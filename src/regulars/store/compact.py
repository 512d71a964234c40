"""Compact: what has gathered in the inbox becomes a segment, and many small segments become few large ones.

One program does so at a time, under a lease; all others go on reading and writing. The file that takes the place of
others is named, and they stop counting, in one transaction. Sizes grow like a staircase (each segment at least twice
what is smaller than it), so a trace is written again only as often as the whole has doubled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from .catalogue import Catalogue
from .holder import lease
from .rewrite import workplace
from .segments import Live
from .sorting import Sorted, connect, write_sorted
from .stock import Stock

__all__ = ["FEW", "FOLD", "compact", "to_merge"]

FOLD: Final = 2_000  # fresh traces from which on they become a segment
FEW: Final = 4  # levels of segments that a look-up may have to look into


def compact(stock: Stock, staging: Path, *, now_us: int, fold: int = FOLD) -> bool:
    """Fold the inbox and merge small segments, where there is need; tell whether anything was done."""
    if stock.inbox.count() < fold and not to_merge(stock.segments.live()):
        return False
    with lease(stock.catalogue, "compact", now_us=now_us) as ours, workplace(staging) as folder:
        if not ours:
            return False
        folded = stock.inbox.count() >= fold and fold_inbox(stock, folder)
        merged = merge(stock, folder)
    return folded or merged


def fold_inbox(stock: Stock, folder: Path) -> bool:
    """Write the inbox as a segment; what comes in meanwhile stays for the next time."""
    seen, last = stock.segments.edition(), stock.inbox.last()
    place = folder / "fold"
    place.mkdir()
    fresh = stock.inbox.table(until=last)
    if not fresh.num_rows:
        return False

    def also(write: Catalogue) -> None:
        write.change("delete from inbox where seq <= ?", (last,))

    with connect(place / "spill") as engine:
        engine.register("fresh", fresh)
        files = write_sorted(engine, place, fresh.num_rows)
    return stock.exchange(seen, gone=(), come=files, also=also)


def merge(stock: Stock, folder: Path) -> bool:
    """Merge the small segments into one sorted row of files."""
    seen = stock.segments.edition()
    several = to_merge(stock.segments.live())
    if not several:
        return False
    place = folder / "merge"
    place.mkdir()
    files = merged(several, place)
    return stock.exchange(seen, gone=[live.path for live in several], come=files, also=lambda write: None)


def merged(several: Sequence[Live], place: Path) -> list[Sorted]:
    """Sort the traces of several segments into new files."""
    with connect(place / "spill") as engine:
        paths = [str(live.path) for live in several]
        engine.register("shape", pa.table({"replaces": pa.array([], pa.int64())}))
        engine.read_parquet(paths, union_by_name=True).create_view("files")
        engine.sql("select * from files union all by name select * from shape").create_view("fresh")
        return write_sorted(engine, place, size_of(several))


def to_merge(lives: Sequence[Live]) -> list[Live]:
    """Return the segments that shall become one: none, while a look-up has few levels to look into.

    From the smallest level on, each joins that is less than twice as large as all before it together.
    """
    levels: dict[str, list[Live]] = {}
    for live in lives:
        levels.setdefault(live.level, []).append(live)
    steps = sorted(levels.values(), key=lambda level: (size_of(level), level[0].path.name))
    if len(steps) <= FEW:
        return []
    taken = [*steps[0], *steps[1]]
    for level in steps[2:]:
        if size_of(level) >= 2 * size_of(taken):
            break
        taken += level
    return taken


def size_of(level: Sequence[Live]) -> int:
    """Return the traces of a level."""
    return sum(live.rows for live in level)
