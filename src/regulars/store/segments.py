"""Segments: the files of all traces that count, each beside the file of its identifiers. Immutable once committed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from ..listen.trace import SCHEMA
from .catalogue import Catalogue
from .timeline import plain

__all__ = ["Segments", "keys_of"]

HOLDING: Final = "select name from segment where first_id <= ? and last_id >= ?"


class Segments:
    """The segments that the catalogue names; a file in the folder that it does not name does not count."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.catalogue = folder, catalogue

    def paths(self) -> list[Path]:
        """Return the files of all traces that count, in the order in which they were committed."""
        rows = self.catalogue.all("select name from segment order by segment_id")
        return [self.folder / row["name"] for row in rows]

    def keys(self) -> list[Path]:
        """Return the files of all identifiers that count."""
        return [keys_of(path) for path in self.paths()]

    def fingerprint(self) -> str:
        """Return the sha256 of every segment, in order: what a run was worked out from."""
        return ",".join(row["sha256"] for row in self.catalogue.all("select sha256 from segment order by segment_id"))

    def newest_us(self) -> int | None:
        """Return the instant of the newest trace."""
        newest: int | None = self.catalogue.one("select max(last_us) as newest from segment")["newest"]
        return newest

    def of_row(self, file_ids: Sequence[int], row: int) -> pa.Table:
        """Return the traces that one row of some files made."""
        if not (paths := [str(path) for path in self.paths()]):
            return plain(SCHEMA.empty_table())
        wanted = (ds.field("row") == row) & ds.field("file_id").isin(list(file_ids))
        return plain(ds.dataset(paths).to_table(filter=wanted))

    def holding(self, trace_id: str) -> str:
        """Return the name of the segment that holds a trace."""
        identity = bytes.fromhex(trace_id)
        for row in self.catalogue.all(HOLDING, (identity, identity)):
            filters = [("trace_id", "==", identity)]
            if pq.read_table(self.folder / row["name"], columns=["trace_id"], filters=filters).num_rows:
                return str(row["name"])
        return "no segment"


def keys_of(segment: Path) -> Path:
    """Return the file of identifiers beside a segment."""
    return segment.with_name(segment.name.replace("segment-", "keys-"))
