"""Shelf: a sorted Parquet file that stays open, for fetching the few rows of one customer in a millisecond or two.

The file is sorted by a whole-number key and cut into row groups of 4,096. Their smallest and largest keys are read
once; a look-up then finds its row groups by bisection and reads only those, without an engine.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import KeepError

__all__ = ["ROW_GROUP", "Shelf"]

ROW_GROUP: Final = 4096


class Shelf:
    """One open file, sorted by the column `key`."""

    def __init__(self, path: Path, *, key: str) -> None:
        self.key = key
        self.file = pq.ParquetFile(path)
        self.lock = Lock()
        place = self.file.schema_arrow.get_field_index(key)
        groups = [
            self.file.metadata.row_group(number)
            for number in range(self.file.metadata.num_row_groups)
            if self.file.metadata.num_rows
        ]
        statistics = [group.column(leaf(group, place, key)).statistics for group in groups]
        self.lows = np.array([found.min for found in statistics], dtype=np.int64)
        self.highs = np.array([found.max for found in statistics], dtype=np.int64)
        if (self.lows[1:] < self.highs[:-1]).any():
            raise KeepError(
                f"{path} is not sorted by {key}.",
                now="It was changed by something else: restore it from a backup, or hear its files again.",
            )

    def fetch(self, value: int, columns: list[str] | None = None) -> pa.Table:
        """Return the rows whose key is `value`."""
        first = int(np.searchsorted(self.highs, value, side="left"))
        last = int(np.searchsorted(self.lows, value, side="right"))
        wanted = columns if columns is None or self.key in columns else [*columns, self.key]
        with self.lock:
            table = self.file.read_row_groups(list(range(first, last)), columns=wanted, use_threads=False)
        return table.filter(pc.equal(table.column(self.key), value))

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def leaf(group: pq.RowGroupMetaData, place: int, key: str) -> int:
    """Return the physical column of the key; nested columns before it shift its place."""
    for number in range(place, group.num_columns):
        if group.column(number).path_in_schema == key:
            return number
    raise KeyError(key)
