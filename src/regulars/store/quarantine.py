"""Quarantine: the rows that need a look, with their cells, until somebody has mended them.

A row is mended by a batch whose file says so in the place of a digest; undoing that batch makes it need a look again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .catalogue import Catalogue
from .live import STREAM

__all__ = ["AGAIN", "ERASED", "MENDED", "MENDS", "Kept", "Quarantine", "unmend"]

MENDS: Final = "mends "  # in the place of a file's digest, before the number of the file whose rows it mends
ROWS: Final = """
select r.file_id, f.name as file, f.shape, b.batch_id, b.source, r.row, r.start_byte, r.header, r.value, r.reason,
       r.suggestion, r.cells, r.mended_us
from refused r join file f using (file_id) join batch b using (batch_id)
where b.state = 'kept' and b.undone_us is null
"""
WAITING: Final = f"""{ROWS} and r.mended_us is null and (b.source = ? or ? = '') and (b.batch_id = ? or ? = 0)
order by b.batch_id, f.file_id, r.row limit ?
"""
COUNT: Final = """
select count(*) as n from refused r join file f using (file_id) join batch b using (batch_id)
where b.state = 'kept' and b.undone_us is null and r.mended_us is null
  and (b.source = ? or ? = '') and (b.batch_id = ? or ? = 0)
"""
OF_FILE: Final = f"{ROWS} and r.file_id = ?"
MENDED: Final = "update refused set mended_us = ? where file_id = ? and row = ? and mended_us is null"
AGAIN: Final = """
update refused set header = ?, value = ?, reason = ?, suggestion = ?, cells = ?
where file_id = ? and row = ? and mended_us is null
"""
ERASED: Final = "update refused set value = '', cells = '' where file_id = ? and row = ?"
UNMEND: Final = "update refused set mended_us = null where file_id = ? and mended_us = ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that needs a look: where it stands, why, and what of it is kept (in part, where it was `cut`)."""

    file_id: int
    file: str
    shape: str
    batch: int
    source: str
    row: int
    start_byte: int
    header: str
    value: str
    reason: str
    suggestion: str
    cells: dict[str, str]
    typed: tuple[str, ...]
    who: tuple[str, ...]
    cut: bool
    mended: bool

    @property
    def sent(self) -> bool:
        """Whether it is no row of a file, but an event that somebody sent."""
        return self.shape == STREAM


class Quarantine:
    """The rows that need a look."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def count(self, source: str = "", batch: int = 0) -> int:
        """Count them: all, those of a source, or those of a batch."""
        return int(self.catalogue.one(COUNT, (source, source, batch, batch))["n"])

    def rows(self, source: str = "", batch: int = 0, *, most: int) -> list[Kept]:
        """Return the first of them, in the order in which they were heard."""
        return [kept_of(row) for row in self.catalogue.all(WAITING, (source, source, batch, batch, most))]

    def of_files(self, file_ids: Iterable[int]) -> dict[tuple[int, int], Kept]:
        """Return the refused rows of some files by file and row, those that were mended too."""
        rows = [kept_of(row) for file_id in sorted(set(file_ids)) for row in self.catalogue.all(OF_FILE, (file_id,))]
        return {(row.file_id, row.row): row for row in rows}


def kept_of(row: dict[str, Any]) -> Kept:
    """Make a row of what the catalogue has of it."""
    found = json.loads(row["cells"]) if row["cells"] else {}
    told = {name: row[name] for name in ("file_id", "file", "shape", "source", "row", "start_byte")}
    told |= {name: row[name] for name in ("header", "value", "reason", "suggestion")}
    return Kept(
        **told,
        batch=row["batch_id"],
        cells=found.get("cells", {}),
        typed=tuple(found.get("typed", ())),
        who=tuple(found.get("who", ())),
        cut=bool(found.get("cut")),
        mended=row["mended_us"] is not None,
    )


def unmend(write: Catalogue, digests: Sequence[str], mended_us: int) -> None:
    """Let the rows that some files had mended need a look again."""
    numbers = [digest.removeprefix(MENDS) for digest in digests if digest.startswith(MENDS)]
    write.changes(UNMEND, [(int(number), mended_us) for number in numbers])
