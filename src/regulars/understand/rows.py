"""Rows: what every model refuses before it looks at a number, by the row and with the value."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ModelError

__all__ = ["refuse_rows", "weights_for"]

Floats = NDArray[np.float64]


def refuse_rows(bad: NDArray[np.bool_], columns: dict[str, Floats], why: str) -> None:
    """Raise `ModelError` for the first bad row, with its number (from 0) and its values."""
    if bad.any():
        row = int(np.argmax(bad))
        values = ", ".join(f"{name} {column[row]:g}" for name, column in columns.items())
        raise ModelError(f"Row {row} {why}: {values}.", now="Mend that row or leave it out.")


def weights_for(weights: ArrayLike | None, n: int) -> Floats | None:
    """Check weights of shape (n,): finite, from 0, not all 0. None stays None: one each."""
    if weights is None:
        return None
    checked = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    if checked.shape != (n,):
        raise ModelError(f"There are {checked.size} weights for {n} rows.", now="Give one weight a row.")
    refuse_rows(~(np.isfinite(checked) & (checked >= 0)), {"weight": checked}, "has no usable weight")
    refuse_rows(np.full(1, not checked.any()), {"weight": checked}, "and all others weigh nothing")
    return checked
