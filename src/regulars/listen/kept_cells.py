"""Kept cells: what of a refused row is kept, so that it can be mended without its file. Only columns that are read.

A row is kept whole or, where it is very long, cut short and marked so. With it go the identifiers that it gives: so
whoever is erased is found in it, also by a number too short to be looked for in a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from .named import Named
from .refused import Cells
from .sheet import SHOWN, Sheet

__all__ = ["MOST_KEPT", "cells_of"]

MOST_KEPT: Final = 10_000  # characters of one row
NUL: Final = "\u2400"  # the sign for the one character that not every catalogue takes


def cells_of(sheet: Sheet, names: Named, rows: Sequence[int]) -> dict[int, Cells]:
    """Return the cells of some rows of a piece, and whom each row names."""
    places = np.array(rows, np.int64)
    people = names.lists(places).to_pylist() if len(rows) else []
    cases = [int(names.case[row]) for row in rows]
    found = {}
    for row, who, case in zip(rows, people, cases, strict=True):
        also = [str(names.keys[case].as_py())] if case >= 0 else []
        found[row] = kept(sheet, row, tuple(dict.fromkeys([*who, *also])))
    return found


def kept(sheet: Sheet, row: int, who: tuple[str, ...]) -> Cells:
    """Return the cells of one row, cut short where they are too long."""
    said = [(header, sheet.column(header).row(row)) for header in sheet.piece.table.column_names]
    cut = sum(len(text) for _, text in said) > MOST_KEPT
    short = tuple((header, (text[:SHOWN] if cut else text).replace("\0", NUL)) for header, text in said)
    typed = tuple(header for header, _ in said if header in sheet.piece.typed)
    return Cells(short, who, typed, cut)
