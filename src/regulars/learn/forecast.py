"""Forecast: a probability that was stated, kept so that it can be checked. Append-only; never changed afterwards."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["FORECASTS", "forecasts_table"]

FORECASTS: Final = pa.schema(
    [
        pa.field("customer", pa.int64(), nullable=False),
        pa.field("question", pa.string(), nullable=False),  # "buys"
        pa.field("p", pa.float64(), nullable=False),
        pa.field("base", pa.float64(), nullable=False),  # what one would say of anybody, from the window before
        pa.field("made_day", pa.int32(), nullable=False),
        pa.field("due_day", pa.int32(), nullable=False),
        pa.field("model", pa.string(), nullable=False),
    ]
)


def forecasts_table(
    customers: npt.NDArray[np.int64],
    p: npt.NDArray[np.float64],
    *,
    base: float,
    made_day: int,
    horizon_days: int,
    model: str,
) -> pa.Table:
    """Return the forecasts "buys within the horizon" of all customers, for keeping."""
    known = np.isfinite(p)
    n = int(known.sum())
    columns: dict[str, Any] = {
        "customer": customers[known],
        "question": ["buys"] * n,
        "p": p[known],
        "base": np.full(n, base),
        "made_day": np.full(n, made_day),
        "due_day": np.full(n, made_day + horizon_days),
        "model": [model] * n,
    }
    return pa.table([pa.array(columns[part.name], part.type) for part in FORECASTS], schema=FORECASTS)
