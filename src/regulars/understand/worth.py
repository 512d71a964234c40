"""Worth: what they are likely to spend in the next year, in money, with an honest range.

Expected purchases (BG/NBD) times expected value per purchase (Gamma-Gamma), less the share that they give back.
Customers are worked out within their main currency; two currencies are never added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import gammaincinv

from ..definition import read_definition
from ..money import NO_CURRENCY
from .gamma_gamma import GammaGamma
from .rhythm import Histories, Rhythm

__all__ = ["RETURNS", "YEAR_DAYS", "Spending", "Worth", "spending", "spread", "worth"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RETURNS: Final = read_definition("understand/returns")
YEAR_DAYS: Final = 365
TAIL: Final = 0.1  # each side of the range
FEWEST_REPEATERS: Final = 10


@dataclass(frozen=True, slots=True)
class Spending:
    """What each customer spent, in minor units of their main currency. Arrays are (n,)."""

    currency: list[str]
    gross: Ints
    returned: Ints
    repeat_days: Ints  # days after the first that carried a value
    repeat_mean: Floats  # mean value of those days


@dataclass(frozen=True, slots=True)
class Worth:
    """Expected spending over a horizon, with the low and high end of the range. NaN where there is nothing to go by."""

    value: Floats
    low: Floats
    high: Floats
    models: dict[str, GammaGamma]


def spending(purchases: pa.Table, returns: pa.Table, past: Histories) -> Spending:
    """Sum up each customer's purchases in their main currency; what they spent in another is left out, never added."""
    n = len(past.customer)
    owners = np.searchsorted(past.customer, purchases.column("customer").to_numpy())
    codes = np.array(purchases.column("currency").to_pylist(), dtype=object)
    minor, day = purchases.column("minor").to_numpy(), purchases.column("day").to_numpy()
    currency = main_currency(owners, codes, minor, n)
    mine = codes == currency[owners]
    repeat = mine & (minor > 0) & (day > past.first_day[owners])
    days = np.bincount(owners[repeat], minlength=n)
    total = added(owners[repeat], minor[repeat], n)
    back = np.searchsorted(past.customer, returns.column("customer").to_numpy())
    known = back < n
    known[known] = past.customer[back[known]] == returns.column("customer").to_numpy()[known]
    same = np.array(returns.column("currency").to_pylist(), dtype=object)[known] == currency[back[known]]
    returned = added(back[known][same], returns.column("minor").to_numpy()[known][same], n)
    return Spending(
        list(currency),
        added(owners[mine], minor[mine], n),
        returned,
        days,
        np.divide(total, days, out=np.zeros(n), where=days > 0),
    )


def added(owners: Ints, minor: Ints, n: int) -> Ints:
    """Sum whole minor units per owner, without a float in between."""
    total = np.zeros(n, np.int64)
    np.add.at(total, owners, minor)
    return total


def main_currency(owners: Ints, codes: npt.NDArray[np.object_], minor: Ints, n: int) -> npt.NDArray[np.object_]:
    """Return each customer's main currency: most days with a value, then most days, then first by name."""
    names = np.array(sorted(set(codes)) or [NO_CURRENCY], dtype=object)
    days = np.stack([np.bincount(owners[codes == name], minlength=n) for name in names])
    paid = np.stack([np.bincount(owners[(codes == name) & (minor > 0)], minlength=n) for name in names])
    found: npt.NDArray[np.object_] = names[np.argmax(paid * (len(codes) + 1) + days, axis=0)]
    return found


def worth(
    rhythm: Rhythm, spent: Spending, *, horizon_days: int = YEAR_DAYS, models: Mapping[str, GammaGamma] | None = None
) -> Worth:
    """Return what each customer is likely to spend within the horizon, per currency.

    `models` are taken where they were fitted before; a currency that has none then has no forecast.
    """
    past, n = rhythm.histories, len(rhythm.histories.customer)
    value, low, high = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    fitted: dict[str, GammaGamma] = {}
    if rhythm.model is None or not n:
        return Worth(value, low, high, fitted)
    weeks = horizon_days / 7.0
    seen = (past.frequency, past.recency, past.age)
    count = rhythm.model.expected_purchases(weeks, *seen)
    variance = rhythm.model.purchase_variance(weeks, *seen)
    none = 1.0 - rhythm.model.buys_within(weeks, *seen)
    kept = np.clip(1.0 - np.divide(spent.returned, spent.gross, out=np.zeros(n), where=spent.gross > 0), 0.0, 1.0)
    codes = np.array(spent.currency, dtype=object)
    for code in sorted(set(spent.currency)):
        mine = codes == code
        known = mine & (spent.repeat_days > 0) & (spent.repeat_mean > 0)
        model = models.get(code) if models is not None else None
        if model is None:
            if models is not None or int(known.sum()) < FEWEST_REPEATERS:
                continue
            model = GammaGamma().fit(spent.repeat_days[known], spent.repeat_mean[known])
        data = (np.where(known, spent.repeat_days, 0)[mine], np.where(known, spent.repeat_mean, 0.0)[mine])
        mean = model.expected_spend(*data)
        moment = model.spend_second_moment(*data)
        within = model.spend_within_variance(*data)
        total = count[mine] * mean
        square = count[mine] * within + (variance[mine] + count[mine] ** 2) * moment
        value[mine] = total * kept[mine]
        low[mine], high[mine] = (edge * kept[mine] for edge in spread(total, square - total**2, none[mine]))
        fitted[code] = model
    return Worth(value, low, high, fitted)


def spread(mean: Floats, variance: Floats, none: Floats) -> tuple[Floats, Floats]:
    """Return the range that holds 8 in 10: a spike at 0 of weight `none`, and a gamma for the rest.

    The gamma is matched in mean and variance. Where there is no variance, the upper end is infinite, and the page then
    shows no range.
    """
    some = np.clip(1.0 - none, 1e-12, 1.0)
    centre = mean / some
    wide = (variance + mean**2) / some - centre**2
    finite = np.isfinite(wide) & (wide > 0) & (centre > 0)
    shape = np.divide(centre**2, wide, out=np.ones_like(centre), where=finite)
    scale = np.divide(wide, centre, out=np.zeros_like(centre), where=finite)
    edges = []
    for share in (TAIL, 1.0 - TAIL):
        inside = np.clip((share - none) / some, 0.0, 1.0 - 1e-12)
        edge = np.where(inside > 0, gammaincinv(shape, inside) * scale, 0.0)
        edges.append(np.where(finite, edge, centre if share < 0.5 else np.inf))
    return edges[0], edges[1]
