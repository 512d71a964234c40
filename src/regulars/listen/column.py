"""Column: a column of texts, each distinct one kept once; and one that was read as whole numbers.

Each distinct text is read once: a year of orders has far fewer distinct prices and days than rows. What cannot be read
keeps its reason, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .identifiers import plain

__all__ = ["TEXTS", "Column", "Flags", "Ints", "Texts", "combined", "each_distinct", "together"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
TEXTS: Final = pa.dictionary(pa.int32(), pa.string())  # how pieces of a file hold their columns


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: `distinct` holds each of them, `codes` (n,) which of them stands in each row, -1 for none."""

    codes: Ints
    distinct: pa.Array

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Texts:
        """Take a column of a table."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not pa.types.is_dictionary(whole.type):
            whole = pc.dictionary_encode(whole)
        codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(codes, whole.dictionary).without_nulls()

    @classmethod
    def same(cls, text: str | None, size: int) -> Texts:
        """Return a column that says the same in every row."""
        return cls(np.full(size, -1 if text is None else 0), pa.array([] if text is None else [text], pa.string()))

    def __len__(self) -> int:
        return len(self.codes)

    def without_nulls(self) -> Texts:
        """Let rows whose text is null be blank."""
        if not self.distinct.null_count:
            return self
        absent = np.append(self.distinct.is_null().to_numpy(zero_copy_only=False), True)
        return Texts(np.where(absent[self.codes], -1, self.codes), self.distinct)

    def put(self, distinct: pa.Array) -> Texts:
        """Put another text in the place of each distinct one; null makes its rows blank."""
        return Texts(self.codes, distinct).without_nulls()

    def merged(self) -> Texts:
        """Give equal texts one code."""
        coded = self.distinct.dictionary_encode()
        places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return Texts(self.each(places, -1), coded.dictionary)

    def of_rows(self, rows: Ints) -> Texts:
        """Return some of the rows."""
        return Texts(self.codes[rows], self.distinct)

    def each(self, told: npt.ArrayLike, blank: int) -> Ints:
        """Return a number per row, from one per distinct text and one for a blank."""
        return np.append(np.asarray(told, np.int64), blank)[self.codes]

    def row(self, row: int) -> str:
        """Return the text of one row, "" for a blank."""
        code = int(self.codes[row])
        return str(self.distinct[code].as_py()) if code >= 0 else ""

    def array(self) -> pa.Array:
        """Return the text of each row, null for a blank."""
        return self.distinct.take(indices(self.codes))

    def words(self) -> pa.Array:
        """Return the text of each row as a dictionary."""
        one = self.merged()
        return pa.DictionaryArray.from_arrays(indices(one.codes), one.distinct)


def indices(codes: Ints) -> pa.Array:
    """Write codes as Arrow does: null for none."""
    blank = codes < 0
    return pa.array(codes, pa.int32(), mask=blank) if blank.any() else pa.array(codes, pa.int32())


def together(columns: Sequence[Texts]) -> tuple[Ints, pa.Array]:
    """Bring several columns to one list of texts; return which of them stands where, (n, columns), and the list."""
    if len(columns) == 1:
        return columns[0].codes[:, None], columns[0].distinct
    coded = pa.concat_arrays([column.distinct for column in columns]).dictionary_encode()
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    ends = np.cumsum([len(column.distinct) for column in columns])[:-1]
    told = zip(columns, np.split(places, ends), strict=True)
    return np.stack([column.each(part, -1) for column, part in told], axis=1), coded.dictionary


def combined(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Number the rows so that equal numbers mean equal codes in all columns; also return a row for each number."""
    codes = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        pairs = codes * (int(column.max(initial=0)) + 2) + column + 1
        codes = pc.dictionary_encode(pa.array(pairs)).indices.to_numpy().astype(np.int64)
    rows = np.empty(int(codes.max(initial=-1)) + 1, np.int64)
    rows[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, rows


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

    def over(self, codes: Ints) -> Column:
        """Return what was read of distinct texts once per row that holds one; -1 is an empty cell."""
        wrong = {}
        if self.wrong:
            faulty = np.flatnonzero(np.isin(codes, list(self.wrong)))
            wrong = {row: self.wrong[code] for row, code in zip(faulty.tolist(), codes[faulty].tolist(), strict=True)}
        return Column(np.append(self.values, 0)[codes], np.append(self.present, False)[codes], wrong)


def each_distinct(column: pa.Array, read: Callable[[str], int]) -> Column:
    """Apply `read` once to each distinct text of the column and spread the results over the rows."""
    texts = Texts.of(column)
    found = Column.empty(len(texts.distinct))
    for place, text in enumerate(texts.distinct.to_pylist()):
        if not (tidy := plain(text or "")):
            continue
        try:
            found.values[place] = read(tidy)
            found.present[place] = True
        except (ValueError, OverflowError, InvalidOperation) as error:
            found.wrong[place] = str(error)
    return found.over(texts.codes)
