"""Segments: the files of all traces that count, each beside the file of its identifiers. Immutable once committed.

Which of them count is said by the catalogue alone. Every change of that list raises the home's *edition*, so whoever
has prepared a change from an older list notices in the transaction, and looks again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from .catalogue import Catalogue
from .content import content_of, summed
from .files import settle, sha256_of
from .rows import joined
from .sorting import Sorted

__all__ = ["Live", "Segments", "keys_of"]

HOLDING: Final = "select name from segment where first_id <= ? and last_id >= ?"
LIVE: Final = """
select name, rows, versions, first_us, first_id, last_id, first_subject, last_subject, content, sha256, keys_sha256
from segment order by segment_id
"""
INSERT: Final = """
insert into segment (name, rows, bytes, versions, first_id, last_id, first_us, last_us, first_subject, last_subject,
                     content, sha256, keys_sha256)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Live:
    """One segment that counts."""

    path: Path
    rows: int
    versions: int  # how many of its traces take the place of an earlier version
    first_us: int
    first_id: bytes
    last_id: bytes
    first_subject: int
    last_subject: int
    content: str
    sha256: str
    keys_sha256: str

    def may_hold(self, subject: int, trace_id: bytes) -> bool:
        """Tell whether a trace lies within the ranges of this segment."""
        return self.first_subject <= subject <= self.last_subject and self.first_id <= trace_id <= self.last_id

    @property
    def level(self) -> str:
        """What was written at one go; its files part the customers between them, so a look-up opens one of them."""
        return self.path.name.split("-")[1]


class Segments:
    """The segments that the catalogue names; a file in the folder that it does not name does not count."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.catalogue = folder, catalogue

    def live(self) -> list[Live]:
        """Return the segments that count, in the order in which they were committed."""
        return [Live(self.folder / row.pop("name"), **row) for row in self.catalogue.all(LIVE)]

    def paths(self) -> list[Path]:
        """Return the files of all traces in segments."""
        return [live.path for live in self.live()]

    def keys(self) -> list[Path]:
        """Return the files of all identifiers in segments."""
        return [keys_of(path) for path in self.paths()]

    def edition(self) -> int:
        """Return how often the list has changed."""
        return int(self.catalogue.one("select edition from home")["edition"])

    def content(self) -> str:
        """Return what stands for all traces in segments; see `content.py`."""
        return summed(live.content for live in self.live())

    def newest_us(self) -> int | None:
        """Return the instant of the newest trace."""
        newest: int | None = self.catalogue.one(
            "select max(at_us) as newest from (select max(last_us) as at_us from segment"
            " union all select max(happened_us) from inbox) as both_places"
        )["newest"]
        return newest

    def add(self, write: Catalogue, files: Iterable[Sorted]) -> list[Path]:
        """Move sorted files to their place and name them, inside a transaction."""
        final, level = [], token_hex(6)
        for place, file in enumerate(files):
            path = self.folder / f"segment-{level}-{place:02}.parquet"
            sums = (sha256_of(file.traces), sha256_of(file.keys))
            settle(file.keys, keys_of(path))
            settle(file.traces, path)
            span = (file.first_id, file.last_id, file.first_us, file.last_us, file.first_subject, file.last_subject)
            size = (file.rows, path.stat().st_size, file.versions)
            write.change(INSERT, (path.name, *size, *span, file.content, *sums))
            final.append(path)
        write.change("update home set edition = edition + 1")
        return final

    def drop(self, write: Catalogue, paths: Sequence[Path]) -> None:
        """Let some segments count no longer, inside a transaction. Their files stay until nobody reads them."""
        write.changes("delete from segment where name = ?", [(path.name,) for path in paths])
        write.change("update home set edition = edition + 1")
        for path in paths:
            for file in (path, keys_of(path)):
                with suppress(OSError):
                    os.utime(file)  # from now on the sweep counts its hours

    def of_row(self, file_ids: Sequence[int], row: int) -> pa.Table:
        """Return the traces in segments that one row of some files made."""
        wanted = (ds.field("row") == row) & ds.field("file_id").isin(list(file_ids))
        return joined(ds.dataset(str(path)).to_table(filter=wanted) for path in self.paths())

    def holding(self, trace_id: str) -> str:
        """Return where a trace is kept: the name of its segment, or the inbox."""
        identity = bytes.fromhex(trace_id)
        if self.catalogue.all("select seq from inbox where trace_id = ?", (identity,)):
            return "the inbox"
        for row in self.catalogue.all(HOLDING, (identity, identity)):
            filters = [("trace_id", "==", identity)]
            if pq.read_table(self.folder / row["name"], columns=["trace_id"], filters=filters).num_rows:
                return str(row["name"])
        return "no segment"

    def adopt(self) -> None:
        """Reckon the content of segments that were written before it was kept."""
        for live in self.live():
            if not live.content:
                content = content_of(pq.read_table(live.path, columns=["trace_id", "heard_at", "file_id", "row"]))
                with self.catalogue.transaction() as write:
                    write.change("update segment set content = ? where name = ?", (content, live.path.name))


def keys_of(segment: Path) -> Path:
    """Return the file of identifiers beside a segment."""
    return segment.with_name(segment.name.replace("segment-", "keys-"))
