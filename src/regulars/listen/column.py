"""Column: a column of text that was read as whole numbers; what cannot be read keeps its reason, row by row.

Each distinct text is read once: a year of orders has far fewer distinct prices and days than rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .identifiers import plain

__all__ = ["Column", "Flags", "Ints", "each_distinct", "spread"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was read: its whole numbers, which are there, and why a text could not be read.

    `values` (n,) int64; `present` (n,) bool, False for an empty cell; `wrong` maps a row's position to the reason.
    """

    values: Ints
    present: Flags
    wrong: dict[int, str]

    @classmethod
    def empty(cls, size: int) -> Column:
        """Return a column of so many empty cells."""
        return cls(np.zeros(size, np.int64), np.zeros(size, np.bool_), {})


def each_distinct(column: pa.Array, read: Callable[[str], int]) -> Column:
    """Apply `read` once to each distinct text of the column and spread the results over the rows."""
    codes, texts = coded(column)
    values = np.zeros(len(texts) + 1, dtype=np.int64)  # the last place stands for an empty cell
    present = np.zeros(len(texts) + 1, dtype=np.bool_)
    reasons: dict[int, str] = {}
    for place, text in enumerate(texts):
        if not (tidy := plain(text)):
            continue
        try:
            values[place] = read(tidy)
            present[place] = True
        except (ValueError, OverflowError, InvalidOperation) as error:
            reasons[place] = str(error)
    wrong = (
        {int(row): reasons[int(codes[row])] for row in np.flatnonzero(np.isin(codes, list(reasons)))} if reasons else {}
    )
    return Column(values[codes], present[codes], wrong)


def spread(column: pa.Array, read: Callable[[str], T | None]) -> list[T | None]:
    """Apply `read` once to each distinct text and return one entry per row, None for an empty cell."""
    codes, texts = coded(column)
    made = np.empty(len(texts) + 1, dtype=object)
    for place, text in enumerate(texts):
        made[place] = read(text)
    spread_out: list[Any] = made[codes].tolist()
    return spread_out


def coded(column: pa.Array) -> tuple[Ints, Sequence[str]]:
    """Return each row's place among the distinct texts (-1 for an empty cell), and those texts."""
    found = pc.dictionary_encode(column)
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pylist()
