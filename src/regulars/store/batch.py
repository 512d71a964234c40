"""Batch: files of one source on their way in. All of it counts at once, or nothing does.

    open      a line in the catalogue and a folder under staging/ are made together
    add       pieces gather in that folder; nobody else reads them
    finish    what is new or corrected is sorted into files (see `staging.py`)
    commit    in one transaction: the sorted files are moved to segments/ and named, or a handful goes into the inbox

A program that dies before the transaction ends leaves files that nobody reads and a batch that does not count;
`sweep.py` removes them later, and the files can simply be heard again. A batch that counts can be undone: `undo.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import KeepError, RegularsError
from .catalogue import Catalogue
from .holder import me
from .inbox import SMALL
from .rows import joined
from .segments import keys_of
from .staging import Staged, Staging
from .stock import UPSERT_SOURCE, Stock

if TYPE_CHECKING:
    from ..listen import Refused

__all__ = ["REFUSED_KEPT", "Batch", "Counts", "Faults", "open_batch"]

Counts = Mapping[int, tuple[int, int]]  # per file: its rows read, and the traces made of them
Faults = Mapping[int, Sequence["Refused"]]  # per file: its rows that need a look

NUL: Final = "\u2400"  # the sign for the one character that PostgreSQL takes in no text
REFUSED_KEPT: Final = 10_000  # refused rows per file that are kept with their reason; all of them are counted
INSERT_BATCH: Final = """
insert into batch (source, received_us, state, holder) values (?, ?, 'open', ?) returning batch_id
"""
INSERT_FILE: Final = "insert into file (batch_id, name, digest, shape) values (?, ?, ?, ?) returning file_id"
STILL_OPEN: Final = "select 1 as one from batch where batch_id = ? and state = 'open'"
KEEP: Final = "update batch set state = 'kept', holder = '' where batch_id = ? and state = 'open'"
REMEMBER: Final = "update batch set mapping_before = ?, mapping_after = ? where batch_id = ?"
INSERT_REFUSED: Final = """
insert into refused (header, value, reason, suggestion, cells, file_id, row, start_byte) values (?, ?, ?, ?, ?, ?, ?, ?)
"""
COUNT: Final = "update file set rows = ?, kept = ?, same = ?, refused = ?, changed = ?, held_back = ? where file_id = ?"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, ?, ?)"


def open_batch(stock: Stock, staging: Path, *, source: str, now_us: int) -> Batch:
    """Begin to hear files of a source."""
    with stock.catalogue.transaction() as write:  # a batch that others can see always has its folder: see `sweep.py`
        batch_id = int(write.one(INSERT_BATCH, (source, now_us, me()))["batch_id"])
        folder = staging / f"batch-{batch_id:06}"
        folder.mkdir(parents=True, exist_ok=True)
    return Batch(stock, folder, batch_id=batch_id, source=source, now_us=now_us)


class Batch:
    """An open batch. Nothing counts until `commit`."""

    def __init__(self, stock: Stock, folder: Path, *, batch_id: int, source: str, now_us: int) -> None:
        self.stock, self.catalogue = stock, stock.catalogue
        self.batch_id, self.source, self.now_us = batch_id, source, now_us
        self.staging = Staging(folder, stock.heard(), now_us=now_us)
        self.stones = stock.tombstones.digests()
        self.held_back: Counter[int] = Counter()  # traces of erased people, per file
        self.changed: dict[int, int] = {}  # traces that corrected an earlier version, per file
        self.erased: set[tuple[int, int]] = set()  # files and rows whose traces were held back
        self.also: Callable[[Catalogue], None] | None = None  # what else is written in the same commit
        self.placed: list[Path] = []  # files that were moved to segments/, for taking them away where the commit fails
        since = self.catalogue.all("select since_us from source where name = ?", (source,))
        self.since_us: int = since[0]["since_us"] if since else now_us

    def file(self, name: str, digest: str, shape: str) -> int:
        """Note a file and return the number under which its rows are kept."""
        with self.catalogue.transaction() as write:
            return int(write.one(INSERT_FILE, (self.batch_id, name, digest, shape))["file_id"])

    def add(self, traces: pa.Table) -> None:
        """Take in some traces, without those of people who were erased."""
        if self.stones and traces.num_rows:
            erased = self.stock.tombstones.erased(traces.column("who"), self.stones)
            files, rows = (traces.column(name).filter(erased).to_pylist() for name in ("file_id", "row"))
            self.held_back.update(files)
            self.erased.update(zip(files, rows, strict=True))
            traces = traces.filter(pc.invert(erased))
        self.staging.add(traces)

    def commit(self, counts: Counts, refused: Faults) -> dict[int, int]:
        """Make everything count at once; return how many traces of each file are new."""
        staged = self.staging.finish()
        while not self.kept(staged, counts, refused):
            self.staging.heard = self.stock.heard()  # another program committed meanwhile: look again what is new
            staged = self.staging.finish()
        self.staging.clear()
        self.changed = staged.changed
        return staged.new

    def kept(self, staged: Staged, counts: Counts, refused: Faults) -> bool:
        """Keep everything in one transaction, or nothing where it was prepared from what no longer holds."""
        with self.catalogue.transaction() as write:
            if self.overtaken(staged):
                return False
            if not write.change(KEEP, (self.batch_id,)):
                reason = f"Batch {self.batch_id} was taken for one whose program had died."
                raise KeepError(reason, now="Hear its files again.")
            if self.stock.tombstones.digests() != self.stones:
                raise KeepError("Somebody was erased while these files were heard.", now="Hear the files again.")
            if staged.rows > SMALL:
                self.placed = self.stock.segments.add(write, staged.files)
            elif staged.rows:
                self.stock.inbox.put(write, joined(pq.read_table(file.traces) for file in staged.files).to_pylist())
            self.noted(write, staged, counts, refused)
            if self.also is not None:
                self.also(write)
            write.change(UPSERT_SOURCE, (self.source, self.since_us, self.now_us))
            write.change(AUDIT, (self.now_us, "hear", f"batch {self.batch_id}"))
        return True

    def overtaken(self, staged: Staged) -> bool:
        """Tell whether something has come in meanwhile that this batch brings too."""
        heard = self.staging.heard
        if self.stock.segments.edition() != heard.edition:
            return True
        return self.stock.inbox.last() > heard.last and self.staging.meets(
            staged, self.stock.inbox.table(after=heard.last)
        )

    def noted(self, write: Catalogue, staged: Staged, counts: Counts, refused: Faults) -> None:
        """Write down what became of each file's rows."""
        for file_id, (rows, made) in counts.items():
            new, changed, held = staged.new.get(file_id, 0), staged.changed.get(file_id, 0), self.held_back[file_id]
            faults = refused[file_id]
            write.change(COUNT, (rows, new, made - new - changed - held, len(faults), changed, held, file_id))
            kept = [(*self.told(fault), file_id, fault.row, fault.offset) for fault in faults[:REFUSED_KEPT]]
            write.changes(INSERT_REFUSED, kept)

    def told(self, fault: Refused) -> tuple[str, str, str, str, str]:
        """Write down a refused row: its column, value, reason, advice and cells.

        The text of a broken row is not kept: it may hold columns that nobody mapped. Neither is what names somebody who
        was erased.
        """
        cells = fault.cells
        silent = cells is not None and self.stock.tombstones.meant(cells.who, self.stones)
        value = fault.value if fault.column and not silent else ""
        header, value = (text.replace("\0", NUL) for text in (fault.column, value))
        return header, value, fault.reason, fault.suggestion, "" if cells is None or silent else cells.written()

    def remember(self, before: str | None, after: str) -> None:
        """Note the text of the source's mapping file before and after this batch, for undoing."""
        with self.catalogue.transaction() as write:
            write.change(REMEMBER, (before, after, self.batch_id))

    def rehearse(self) -> dict[int, int]:
        """Return how many traces of each file would be new, and leave no trace of having asked."""
        staged = self.staging.finish()
        self.forget()
        self.changed = staged.changed
        return staged.new

    def forget(self) -> None:
        """Undo the beginning of this batch; once it counts, this changes nothing."""
        self.staging.clear()
        # Where this fails the batch does not count either, and a later sweep removes it; what went wrong first matters.
        with suppress(RegularsError, OSError), self.catalogue.transaction() as write:
            if write.all(STILL_OPEN, (self.batch_id,)):
                for path in self.placed:
                    path.unlink(missing_ok=True)
                    keys_of(path).unlink(missing_ok=True)
                write.change("delete from file where batch_id = ?", (self.batch_id,))
                write.change("delete from batch where batch_id = ?", (self.batch_id,))
