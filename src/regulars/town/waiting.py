"""Things that wait for their day: orders under way, open tickets, promises to keep, goods coming back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Waiting"]

Flags = NDArray[np.bool_]


class Waiting:
    """A pool of rows held as columns, named in one string; memory follows what waits, not what ever did."""

    __slots__ = ("_columns",)

    def __init__(self, names: str) -> None:
        self._columns: dict[str, NDArray[np.int64]] = {name: np.empty(0, dtype=np.int64) for name in names.split()}

    def __len__(self) -> int:
        return int(next(iter(self._columns.values())).size)

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        return self._columns[name]

    def add(self, **rows: NDArray[Any]) -> None:
        """Let rows wait; every column of the pool is named."""
        for name, column in self._columns.items():
            self._columns[name] = np.concatenate([column, rows[name].astype(np.int64)])

    def take(self, due: Flags) -> dict[str, NDArray[np.int64]]:
        """Take out the rows that are due."""
        taken = {name: column[due] for name, column in self._columns.items()}
        if due.any():
            self._columns = {name: column[~due] for name, column in self._columns.items()}
        return taken
