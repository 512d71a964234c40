"""Origins: from which file and line a trace came, and why a line made none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from .catalogue import Catalogue

__all__ = ["Origins"]

OF_NAME: Final = """
select file_id from file f join batch b using (batch_id)
where b.state = 'kept' and b.undone_us is null and (f.name = ? or b.source = ?)
"""
NAMES: Final = """
select distinct f.name from file f join batch b using (batch_id)
where b.state = 'kept' and b.undone_us is null order by f.name
"""
BATCHES: Final = """
select b.batch_id, b.source, b.received_us, b.undone_us,
       f.name, f.rows, f.kept, f.changed, f.same, f.held_back,
       f.refused - (select count(*) from refused r where r.file_id = f.file_id and r.mended_us is not null) as refused
from batch b join file f using (batch_id) where b.state = 'kept' order by b.batch_id desc, f.file_id
"""
SOURCES: Final = "select name, since_us, last_us, paused_us, paused_why, every_us from source order by name"
TO_LOOK_AT: Final = """
select f.name as file, b.source, r.row, r.header, r.value, r.reason, r.suggestion
from refused r join file f using (file_id) join batch b using (batch_id)
where b.state = 'kept' and b.undone_us is null and r.mended_us is null
order by b.batch_id desc, f.file_id, r.row limit ?
"""
# Only where all of it was kept, and nothing has been taken back since that it may have brought.
WHOLLY: Final = """
select f.file_id, f.rows, f.kept + f.changed + f.same as made
from file f join batch b using (batch_id)
where b.source = ? and f.digest = ? and f.shape = ? and b.state = 'kept' and b.undone_us is null
  and f.refused = 0 and f.held_back = 0
  and not exists (select 1 from audit a where a.did in ('undo', 'erase') and a.happened_us >= b.received_us)
order by f.file_id desc
"""
REFUSED: Final = "select reason from refused where file_id = ? and row = ? and mended_us is null"


class Origins:
    """What was heard: files, their batches, and the rows that were refused."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def place(self, file_id: int, row: int) -> str:
        """Say where a trace came from: its file and line."""
        names = self.catalogue.all("select name from file where file_id = ?", (file_id,))
        return f"{names[0]['name'] if names else 'a file'}, line {row}"

    def file_names(self) -> list[str]:
        """Return the names of all files that were heard."""
        return [row["name"] for row in self.catalogue.all(NAMES)]

    def file_ids(self, name: str) -> list[int]:
        """Return the files of a name, or of a source."""
        return [row["file_id"] for row in self.catalogue.all(OF_NAME, (name, name))]

    def heard_wholly(self, source: str, digest: str, shape: str) -> dict[str, Any] | None:
        """Return the file of these very bytes that a source has brought before; None where there is none."""
        return next(iter(self.catalogue.all(WHOLLY, (source, digest, shape))), None)

    def refused_at(self, file_ids: Sequence[int], row: int) -> str:
        """Say why a row was refused, or "" where it was not."""
        for file_id in file_ids:
            for found in self.catalogue.all(REFUSED, (file_id, row)):
                return str(found["reason"])
        return ""

    def batches(self) -> list[dict[str, Any]]:
        """Return every file that was heard with its batch and counts, the newest batch first."""
        return self.catalogue.all(BATCHES)

    def sources(self) -> list[dict[str, Any]]:
        """Return every source: since when it is heard, when last, and why it is paused where it is."""
        return self.catalogue.all(SOURCES)

    def to_look_at(self, most: int) -> list[dict[str, Any]]:
        """Return the newest rows that need a look, each with its file, line, value and reason."""
        return self.catalogue.all(TO_LOOK_AT, (most,))
