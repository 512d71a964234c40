"""Timeline: the traces of one customer, newest first, fetched without an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .rows import current, joined, versions
from .segments import Live
from .stock import Stock

__all__ = ["Timeline"]

VERSION: Final = ["trace_id", "heard_at", "replaces"]
MORE: Final = 4  # where too many of the newest were not known yet, look this many times as far back


class Timeline:
    """Open segments, for looking up the traces of a few subjects."""

    def __init__(self, stock: Stock) -> None:
        self.stock = stock
        self.corrections: dict[Path, pa.Table] = {}

    def fetch(self, subjects: tuple[int, ...], *, as_of_us: int, newest: int | None = None) -> pa.Table:
        """Return the traces of some subjects that were known at `as_of_us`, newest first: all, or the newest ones."""
        try:
            return self.looked_up(subjects, as_of_us, newest)
        except FileNotFoundError:  # a segment gave way to another between the list and the look
            return self.looked_up(subjects, as_of_us, newest)

    def looked_up(self, subjects: tuple[int, ...], as_of_us: int, newest: int | None) -> pa.Table:
        """Look into the segments whose range holds a subject, and into the inbox."""
        fresh, lives = self.counting(subjects)
        self.forget_all_but({live.path for live in lives})
        replaced = [self.versions(live) for live in lives if live.versions] + [fresh.select(VERSION)]
        known_then = [table.filter(pc.less_equal(table.column("heard_at"), as_of_us)) for table in replaced]
        gone = frozenset().union(*(versions(table) for table in known_then))
        last = newest
        while True:
            found = [
                self.stock.shelves.of(live.path).fetch(subject, last=last)
                for live in lives
                for subject in subjects
                if live.first_subject <= subject <= live.last_subject
            ]
            table = joined([*found, fresh])
            known = pc.and_(
                pc.less_equal(table.column("happened_at"), as_of_us), pc.less_equal(table.column("heard_at"), as_of_us)
            )
            table = current(table.filter(known), gone)
            if newest is None or last is None:
                break
            if table.num_rows >= newest or all(part.num_rows < last for part in found):
                break
            last *= MORE
        table = table.sort_by([("happened_at", "descending"), ("trace_id", "descending")])
        return table if newest is None else table.slice(0, newest)

    def counting(self, subjects: tuple[int, ...]) -> tuple[pa.Table, list[Live]]:
        """Return the fresh traces of some subjects and the segments that count, both of one edition."""
        while True:
            edition = self.stock.segments.edition()
            fresh, lives = self.stock.inbox.of(subjects), self.stock.segments.live()
            if self.stock.segments.edition() == edition:
                return fresh, lives

    def versions(self, live: Live) -> pa.Table:
        """Return the traces of a segment that take the place of earlier versions."""
        if live.path not in self.corrections:
            filters = pc.field("replaces").is_valid()
            self.corrections[live.path] = pq.read_table(live.path, columns=VERSION, filters=filters)
        return self.corrections[live.path]

    def forget_all_but(self, paths: set[Path]) -> None:
        """Close the files that count no longer."""
        self.stock.shelves.forget_all_but(paths)
        for path in set(self.corrections) - paths:
            self.corrections.pop(path)

    def close(self) -> None:
        """Close all files."""
        self.forget_all_but(set())
