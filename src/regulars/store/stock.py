"""Stock: where traces are kept. The segments, the inbox, and the stones that keep some people's out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from .catalogue import Catalogue
from .content import summed
from .inbox import Inbox
from .rows import PLAIN, joined
from .segments import Segments
from .shelf import Shelves
from .sorting import Sorted
from .staging import Heard
from .tombstones import Tombstones

__all__ = ["UPSERT_SOURCE", "Stock"]

UPSERT_SOURCE: Final = """
insert into source (name, since_us, last_us) values (?, ?, ?)
on conflict (name) do update set last_us = excluded.last_us
"""


# Told inside the transaction: which traces are new, and which are of people who were erased.
Noted = Callable[[Catalogue, list[dict[str, Any]], list[dict[str, Any]]], None]


class Stock:
    """All traces that count, and the one way in which what holds them is exchanged."""

    def __init__(self, catalogue: Catalogue, segments: Segments, inbox: Inbox, tombstones: Tombstones) -> None:
        self.catalogue, self.segments, self.inbox, self.tombstones = catalogue, segments, inbox, tombstones
        self.shelves = Shelves(key="subject")

    def heard(self) -> Heard:
        """Look at all that counts, in an order in which nothing that moves from the inbox can be missed."""
        while True:
            edition = self.segments.edition()
            last, inbox, paths = self.inbox.last(), self.inbox.table(), tuple(self.segments.paths())
            if self.segments.edition() == edition:
                return Heard(edition, paths, inbox, last)

    def content(self) -> str:
        """Return what stands for all traces that count; see `content.py`."""
        while True:
            edition = self.segments.edition()
            found = summed([self.segments.content(), self.inbox.content()])
            if self.segments.edition() == edition:
                return found

    def keep(self, traces: pa.Table, *, now_us: int) -> int:
        """Keep a few fresh traces for good; return how many were not there already, nor of somebody who was erased.

        A trace is there already where its customer has one of the same number. What a batch would take for a correction
        is passed over here.
        """
        rows = traces.to_pylist()

        def noted(write: Catalogue, new: list[dict[str, Any]], held_back: list[dict[str, Any]]) -> None:
            del new, held_back
            write.changes(UPSERT_SOURCE, [(source, now_us, now_us) for source in {row["source"] for row in rows}])

        return self.keep_rows(rows, noted)

    def keep_rows(self, rows: Sequence[dict[str, Any]], noted: Noted) -> int:
        """Keep a few fresh traces; `noted` writes down what else there is to say, in the same transaction.

        It is given the traces that are new, in which it may still write from where they came, and those of people who
        were erased.
        """
        while True:
            edition = self.segments.edition()
            try:
                new = self.not_in_segments(rows)
            except FileNotFoundError:  # a segment gave way to another between the list and the look
                if self.segments.edition() == edition:
                    raise
                continue
            with self.catalogue.transaction() as write:
                if self.segments.edition() != edition:  # another program was faster: look again what is new
                    continue
                stones = self.tombstones.among({key for row in new for key in row["who"]})
                held_back = [row for row in new if stones.intersection(row["who"])]
                unknown = self.inbox.unknown([row for row in new if not stones.intersection(row["who"])])
                noted(write, unknown, held_back)
                return self.inbox.put(write, unknown)

    def not_in_segments(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the traces that no segment holds. No engine: only the few rows of their customers are read."""
        lives = self.segments.live()
        self.shelves.forget_all_but({live.path for live in lives})
        read: dict[tuple[Path, int], set[bytes]] = {}

        def held(subject: int, identity: bytes) -> bool:
            for live in lives:
                if live.may_hold(subject, identity):
                    if (live.path, subject) not in read:
                        there = self.shelves.of(live.path).fetch(subject, ["trace_id"]).column("trace_id")
                        read[live.path, subject] = {other[6:] for other in there.to_pylist()}
                    if identity[6:] in read[live.path, subject]:
                        return True
            return False

        return [row for row in rows if not held(row["subject"], row["trace_id"])]

    def exchange(
        self,
        seen: int,
        *,
        gone: Sequence[Path],
        come: Sequence[Sorted],
        also: Callable[[Catalogue], None],
    ) -> bool:
        """Put new segments in the place of old ones, in one transaction; False where `seen` is no edition of now."""
        with self.catalogue.transaction() as write:
            if self.segments.edition() != seen:
                return False
            self.segments.add(write, come)
            self.segments.drop(write, gone)
            also(write)
        return True

    def of_row(self, file_ids: Sequence[int], row: int) -> pa.Table:
        """Return the traces that one row of some files made."""
        fresh = [one for one in self.inbox.table().to_pylist() if one["file_id"] in file_ids and one["row"] == row]
        return joined([self.segments.of_row(file_ids, row), pa.Table.from_pylist(fresh, schema=PLAIN)])
