"""Rhythm: how often they come, whether they still come, and how unusual today's silence is.

From one row per customer and day (`purchases.sql`) to the three numbers of the BG/NBD model and what follows from them.
A purchase is a customer-day; time is counted in weeks from a customer's first purchase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..definition import read_definition
from .bgnbd import BGNBD

__all__ = ["FEWEST_GAPS", "PURCHASES", "Histories", "Rhythm", "histories", "quantiles", "rhythm", "usual_gaps"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PURCHASES: Final = read_definition("understand/purchases")
FEWEST_GAPS: Final = 4  # below this a customer has no usual gap
FEWEST_REPEATERS: Final = 10  # below this no model is fitted
WEEK_DAYS: Final = 7.0


@dataclass(frozen=True, slots=True)
class Histories:
    """Every customer's purchase days, as the models see them. All arrays are (n,); times in weeks."""

    customer: Ints
    first_day: Ints
    last_day: Ints
    frequency: Ints  # x: days with a purchase after the first
    recency: Floats  # t_x: from the first to the last
    age: Floats  # T: from the first to the date asked


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the rhythm of each customer tells. Arrays are (n,), in the order of `histories.customer`."""

    histories: Histories
    gap: Floats  # (n, 3): low, median, high, in days; NaN where there are too few gaps
    silence_bits: Floats
    buys_soon: Floats
    model: BGNBD | None


def histories(purchases: pa.Table, *, as_of_day: int) -> Histories:
    """Fold customer-days (sorted by customer and day) into x, t_x and T."""
    customers, days = customer_days(purchases)
    heads = np.flatnonzero(np.r_[True, customers[1:] != customers[:-1]]) if len(customers) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[heads, len(customers)])
    first, last = days[heads], days[heads + sizes - 1]
    age = np.maximum(as_of_day - first, 1) / WEEK_DAYS
    return Histories(
        customers[heads],
        first,
        last,
        (sizes - 1).astype(np.int64),
        (last - first) / WEEK_DAYS,
        np.maximum(age, (last - first) / WEEK_DAYS),
    )


def customer_days(purchases: pa.Table) -> tuple[Ints, Ints]:
    """Return each customer-day once; two currencies on one day are one visit."""
    customers, days = (
        purchases.column("customer").to_numpy(),
        purchases.column("day").to_numpy().astype(np.int64),
    )
    new = np.ones(len(customers), np.bool_)
    new[1:] = (customers[1:] != customers[:-1]) | (days[1:] != days[:-1])
    return customers[new], days[new]


def rhythm(purchases: pa.Table, *, as_of_day: int, horizon_days: int, model: BGNBD | None = None) -> Rhythm:
    """Fit the model to all customers, or take one that was fitted before, and ask it about each."""
    past = histories(purchases, as_of_day=as_of_day)
    gap = usual_gaps(purchases, past)
    empty = np.full(len(past.customer), np.nan)
    if not len(empty):
        return Rhythm(past, gap, empty, empty, model)
    if model is None:
        if int((past.frequency > 0).sum()) < FEWEST_REPEATERS:
            return Rhythm(past, gap, empty, empty, None)
        model = BGNBD().fit(past.frequency, past.recency, past.age)
    seen = (past.frequency, past.recency, past.age)
    return Rhythm(
        past,
        gap,
        model.surprise_of_silence(*seen),
        model.buys_within(horizon_days / WEEK_DAYS, *seen),
        model,
    )


def usual_gaps(purchases: pa.Table, past: Histories) -> Floats:
    """Return each customer's median gap between visits with its low and high tenth; NaN where there are too few."""
    customers, days = customer_days(purchases)
    same = customers[1:] == customers[:-1]
    owners, gaps = customers[1:][same], (days[1:] - days[:-1])[same].astype(np.float64)
    counts = past.frequency
    order = np.lexsort((gaps, owners))
    shares = quantiles(gaps[order], counts, (0.1, 0.5, 0.9))
    shares[counts < FEWEST_GAPS] = np.nan
    return shares


def quantiles(values: Floats, sizes: Ints, shares: tuple[float, ...]) -> Floats:
    """Return quantiles (n, len(shares)) of consecutive groups of sorted values, interpolated as in NumPy's default."""
    starts = np.cumsum(sizes) - sizes
    found = np.full((len(sizes), len(shares)), np.nan)
    some = sizes > 0
    for place, share in enumerate(shares):
        position = share * (sizes[some] - 1)
        below = np.floor(position).astype(np.int64)
        above = np.minimum(below + 1, sizes[some] - 1)
        low, high = values[starts[some] + below], values[starts[some] + above]
        found[some, place] = low + (high - low) * (position - below)
    return found
