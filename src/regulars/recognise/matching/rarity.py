"""Rarity: how much it says that two records agree on a value. A rare surname says more than a common one.

A value's class is half of log2 of one over its share of the records, rounded down: class 3 is a share between 1 in 64
and 1 in 256. Of an e-mail address or telephone the class says instead how many people stand behind it, counted by the
initials of their first names: one, two, up to four, more. What many people share says little about any one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .fields import BINS

__all__ = ["Rarity", "rarity", "sharing"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LETTERS: Final = 3  # of first names, by which people behind an address or telephone are told apart
PEOPLE: Final = (2, 3, 5)  # from how many people on an address or telephone is of the next class


@dataclass(frozen=True, slots=True)
class Rarity:
    """Of one column: the class of each record's value, and for each class its share of the records and of all pairs."""

    classes: pa.Array
    share: Floats  # of the records that give the field
    agrees: Floats  # of all pairs of such records: the two have the same value


def rarity(column: pa.ChunkedArray) -> Rarity:
    """Return how rare the values of a column are.

    >>> rarity(pa.chunked_array([["ann"] * 7 + ["zoe"]])).classes.to_pylist()
    [0, 0, 0, 0, 0, 0, 0, 1]
    """
    codes, counts = coded(column)
    share = counts / max(1, counts.sum())
    classes = np.clip(np.floor(-np.log2(np.maximum(share, 1e-12)) / 2), 0, BINS - 1).astype(np.int64)
    return gathered(codes, classes, share)


def sharing(column: pa.ChunkedArray, given: pa.ChunkedArray, *, by_many: npt.NDArray[np.bool_] | None = None) -> Rarity:
    """Return how many people stand behind the values of a column, by the initials of their first names.

    `by_many` marks records whose value is known to be shared by many, whatever their names.

    >>> initials = pa.chunked_array([["ann", "bob", "a", None]])
    >>> sharing(pa.chunked_array([["x@y.org", "x@y.org", "z@y.org", "z@y.org"]]), initials).classes.to_pylist()
    [1, 1, 0, 0]
    """
    codes, counts = coded(column)
    initials, _ = coded(pc.utf8_slice_codeunits(given, 0, LETTERS))
    both = (codes >= 0) & (initials >= 0)
    letters = int(initials.max(initial=0)) + 1
    people = np.bincount(np.unique(codes[both] * letters + initials[both]) // letters, minlength=len(counts))
    classes = np.digitize(people, PEOPLE)
    if by_many is not None:
        classes[codes[by_many & (codes >= 0)]] = len(PEOPLE)
    return gathered(codes, classes, counts / max(1, counts.sum()))


def coded(column: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """Return a code for each value (-1 where there is none), and how many records have each."""
    encoded = pc.dictionary_encode(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, np.bincount(codes[codes >= 0], minlength=len(encoded.dictionary))


def gathered(codes: Ints, classes: Ints, share: Floats) -> Rarity:
    """Put the classes of values together to those of records."""
    there = codes >= 0
    of_record = np.where(there, classes[np.maximum(codes, 0)], 0) if len(classes) else np.zeros(len(codes), np.int64)
    return Rarity(
        pa.array(of_record.astype(np.uint8), mask=~there),
        np.bincount(classes, weights=share, minlength=BINS).astype(np.float64),
        np.bincount(classes, weights=share**2, minlength=BINS).astype(np.float64),
    )
