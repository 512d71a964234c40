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
import pyarrow.parquet as pq

from ..errors import KeepError

__all__ = ["ROW_GROUP", "Shelf", "Shelves"]

ROW_GROUP: Final = 4096


class Shelf:
    """One open file, sorted by the column `key`."""

    def __init__(self, path: Path, *, key: str) -> None:
        self.key = key
        try:
            self.file = pq.ParquetFile(path, pre_buffer=False)
        except pa.ArrowInvalid as error:
            raise damaged(path, str(error)) from error
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
            raise damaged(path, f"it is not sorted by {key}")

    def fetch(self, value: int, columns: list[str] | None = None, *, last: int | None = None) -> pa.Table:
        """Return the rows whose key is `value`: all of them, or the last ones of the file's order."""
        first = int(np.searchsorted(self.highs, value, side="left"))
        end = int(np.searchsorted(self.lows, value, side="right"))
        if last is None:
            return self.read(first, end, value, columns)
        parts: list[pa.Table] = []
        found = 0
        for group in range(end - 1, first - 1, -1):
            parts.insert(0, self.read(group, group + 1, value, columns))
            found += parts[0].num_rows
            if found >= last:
                break
        table = pa.concat_tables(parts) if parts else self.read(first, first, value, columns)
        return table.slice(max(0, table.num_rows - last))

    def read(self, first: int, end: int, value: int, columns: list[str] | None) -> pa.Table:
        """Return the rows of some row groups whose key is `value`; where it has none, only the keys are read."""
        with self.lock:
            keys = self.file.read_row_groups(list(range(first, end)), columns=[self.key], use_threads=False)
            place = np.searchsorted(keys.column(0).to_numpy(), [value, value + 1])
            if place[0] == place[1]:
                first = end
            table = self.file.read_row_groups(list(range(first, end)), columns=columns, use_threads=False)
        return table.slice(place[0], place[1] - place[0])

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Shelves:
    """Shelves that stay open as long as their files count."""

    def __init__(self, *, key: str) -> None:
        self.key = key
        self.opened: dict[Path, Shelf] = {}

    def of(self, path: Path) -> Shelf:
        """Return a shelf, opened at the first time."""
        if path not in self.opened:
            self.opened[path] = Shelf(path, key=self.key)
        return self.opened[path]

    def forget_all_but(self, paths: set[Path]) -> None:
        """Close the files that count no longer."""
        for path in set(self.opened) - paths:
            self.opened.pop(path).close()


def damaged(path: Path, why: str) -> KeepError:
    """Say that a file is not what was written."""
    return KeepError(
        f"{path} cannot be read: {why}.", now="Look with 'regulars doctor', then restore it from a backup."
    )


def leaf(group: pq.RowGroupMetaData, place: int, key: str) -> int:
    """Return the physical column of the key; nested columns before it shift its place."""
    for number in range(place, group.num_columns):
        if group.column(number).path_in_schema == key:
            return number
    raise KeyError(key)
