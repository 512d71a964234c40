"""Batch: files of one source on their way in. All of it counts at once, or nothing does.

    open      a line in the catalogue and a folder under staging/ are made together
    add       pieces gather in that folder; nobody else reads them
    finish    what is new is sorted into one file (see `staging.py`)
    commit    in one transaction: the sorted file is moved to segments/, and the catalogue names it

A program that dies before the transaction ends leaves files that nobody reads and a batch that does not count;
`sweep.py` removes them later, and the files can simply be heard again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final

from ..errors import KeepError, RegularsError
from .catalogue import Catalogue
from .files import settle, sha256_of
from .segments import Segments, keys_of
from .staging import Staged, Staging

if TYPE_CHECKING:
    from ..listen import Refused

__all__ = ["REFUSED_KEPT", "Batch", "Counts", "Faults", "open_batch"]

Counts = Mapping[int, tuple[int, int]]  # per file: its rows read, and the traces made of them
Faults = Mapping[int, Sequence["Refused"]]  # per file: its rows that need a look

REFUSED_KEPT: Final = 10_000  # refused rows per file that are kept with their reason; all of them are counted
INSERT_BATCH: Final = "insert into batch (source, received_us, state) values (?, ?, 'open')"
INSERT_FILE: Final = "insert into file (batch_id, name, digest, shape) values (?, ?, ?, ?)"
INSERT_SEGMENT: Final = """
insert into segment (batch_id, name, rows, bytes, first_id, last_id, first_us, last_us, sha256, keys_sha256)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
UPSERT_SOURCE: Final = """
insert into source values (?, ?, ?) on conflict (name) do update set last_us = excluded.last_us
"""
STILL_OPEN: Final = "select 1 from batch where batch_id = ? and state = 'open'"
KEEP: Final = "update batch set state = 'kept' where batch_id = ? and state = 'open'"
INSERT_REFUSED: Final = "insert into refused values (?, ?, ?, ?, ?, ?)"
COUNT: Final = "update file set rows = ?, kept = ?, same = ?, refused = ? where file_id = ?"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'hear', ?)"


def open_batch(catalogue: Catalogue, segments: Segments, staging: Path, *, source: str, now_us: int) -> Batch:
    """Begin to hear files of a source."""
    with catalogue.transaction() as write:  # a batch that others can see always has its folder: see `sweep.py`
        batch_id = int(write.execute(INSERT_BATCH, (source, now_us)).lastrowid or 0)
        gathering = Staging(staging / f"batch-{batch_id:06}", segments.paths())
    return Batch(catalogue, segments, gathering, batch_id=batch_id, source=source, now_us=now_us)


class Batch:
    """An open batch. Nothing counts until `commit`."""

    def __init__(
        self, catalogue: Catalogue, segments: Segments, staging: Staging, *, batch_id: int, source: str, now_us: int
    ) -> None:
        self.catalogue, self.segments, self.staging = catalogue, segments, staging
        self.batch_id, self.source, self.now_us = batch_id, source, now_us
        since = catalogue.all("select since_us from source where name = ?", (source,))
        self.since_us: int = since[0]["since_us"] if since else now_us

    @property
    def final(self) -> Path:
        """Where the traces of this batch are kept once they count."""
        return self.segments.folder / f"segment-{self.batch_id:06}.parquet"

    def file(self, name: str, digest: str, shape: str) -> int:
        """Note a file and return the number under which its rows are kept."""
        with self.catalogue.transaction() as write:
            return int(write.execute(INSERT_FILE, (self.batch_id, name, digest, shape)).lastrowid or 0)

    def commit(self, counts: Counts, refused: Faults) -> dict[int, int]:
        """Make everything count at once; return how many traces of each file are new."""
        kept = False
        while not kept:
            staged = self.staging.finish()
            with self.catalogue.transaction() as write:
                if kept := self.segments.paths() == self.staging.live:
                    self.keep(write, staged)
                    note_files(write, staged.new_by_file if staged else {}, counts, refused)
            if not kept:  # another program committed meanwhile: look again what is new
                self.staging.live = self.segments.paths()
        self.staging.clear()
        return staged.new_by_file if staged else {}

    def keep(self, write: Connection, staged: Staged | None) -> None:
        """Move the sorted files to their place, and name them in the catalogue."""
        if not write.execute(KEEP, (self.batch_id,)).rowcount:
            reason = f"Batch {self.batch_id} was taken for one whose program had died."
            raise KeepError(reason, now="Hear its files again.")
        if staged:
            span = (staged.rows, staged.segment.stat().st_size, staged.first_id, staged.last_id)
            sums = (staged.first_us, staged.last_us, sha256_of(staged.segment), sha256_of(staged.keys))
            settle(staged.keys, keys_of(self.final))
            settle(staged.segment, self.final)
            write.execute(INSERT_SEGMENT, (self.batch_id, self.final.name, *span, *sums))
        write.execute(UPSERT_SOURCE, (self.source, self.since_us, self.now_us))
        write.execute(AUDIT, (self.now_us, f"batch {self.batch_id}"))

    def rehearse(self) -> dict[int, int]:
        """Return how many traces of each file would be new, and leave no trace of having asked."""
        staged = self.staging.finish()
        self.forget()
        return staged.new_by_file if staged else {}

    def forget(self) -> None:
        """Undo the beginning of this batch; once it counts, this changes nothing."""
        self.staging.clear()
        # Where this fails the batch does not count either, and a later sweep removes it; what went wrong first matters.
        with suppress(RegularsError, OSError), self.catalogue.transaction() as write:
            if write.execute(STILL_OPEN, (self.batch_id,)).fetchall():
                for path in (self.final, keys_of(self.final)):
                    path.unlink(missing_ok=True)
                write.execute("delete from file where batch_id = ?", (self.batch_id,))
                write.execute("delete from batch where batch_id = ?", (self.batch_id,))


def note_files(write: Connection, new: dict[int, int], counts: Counts, refused: Faults) -> None:
    """Write down what became of each file's rows."""
    for file_id, (rows, made) in counts.items():
        kept, faults = new.get(file_id, 0), refused[file_id]
        write.execute(COUNT, (rows, kept, made - kept, len(faults), file_id))
        write.executemany(INSERT_REFUSED, (told(file_id, fault) for fault in faults[:REFUSED_KEPT]))


def told(file_id: int, fault: Refused) -> tuple[int, int, str, str, str, str]:
    """Write down a refused row. The text of a broken row is not kept: it may hold columns that nobody mapped."""
    value = fault.value if fault.column else ""
    return file_id, fault.row, fault.column, value, fault.reason, fault.suggestion
