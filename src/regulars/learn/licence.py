"""Licence: which model may speak. A model is asked the same question at an earlier date, and must beat the base rate.

A model whose check falls short is named as unproven, and its numbers are not shown. The check is the ordinary call with
an earlier date: nothing heard later is read. No licence asks for less than the guard does (rule 10): what may speak has
held at least 8 times in 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .score import Score

__all__ = ["FEWEST", "Licence", "judged_chance", "judged_worth"]

FEWEST: Final = 100  # statements checked before a model may speak at all
FEWEST_HITS: Final = 10
LEAST_HELD: Final = 0.80  # of ranges said to hold 8 in 10; many customers spend nothing, so more than 8 should hold
LEAST_PRECISION: Final = 0.80  # 1 less the mean gap between what was said and what came true
MOST_OFF: Final = 0.5  # of the sum over all customers


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether a model may speak, why, and the record it rests on."""

    model: str
    granted: bool
    why: str
    record: dict[str, Any]


def judged_chance(checked: Score, *, horizon_days: int) -> Licence:
    """Judge the probability of a purchase: is it better than saying the same of everybody, and near what came true?"""
    name, record = "buys_soon", checked.to_dict()
    if checked.n < FEWEST or min(checked.hits, checked.n - checked.hits) < FEWEST_HITS:
        why = f"only {checked.n} statements could be checked, {checked.hits} of which came true: too few"
        return Licence(name, False, why, record)
    better = checked.brier < checked.brier_base and checked.precision >= LEAST_PRECISION
    why = (
        f"asked {horizon_days} days earlier about {checked.n} customers: Brier {checked.brier:.4f} against "
        f"{checked.brier_base:.4f} for the base rate, {checked.bits:+.3f} bits each"
    )
    return Licence(name, better, why, record)


def judged_worth(
    value: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    spent: npt.NDArray[np.float64],
    *,
    horizon_days: int,
) -> Licence:
    """Judge the spending model: do its ranges hold 8 in 10, and is the sum about right?"""
    name = "worth"
    known = np.isfinite(value) & np.isfinite(high)
    n = int(known.sum())
    if n < FEWEST or spent[known].sum() <= 0:
        return Licence(name, False, f"only {n} ranges could be checked: too few", {"n": n, "precision": 0.0})
    inside = float(np.mean((spent[known] >= np.floor(low[known])) & (spent[known] <= np.ceil(high[known]))))
    bias = float(value[known].sum() / spent[known].sum() - 1.0)
    why = (
        f"asked {horizon_days} days earlier about {n} customers: {inside:.0%} of ranges held (should be 80%), "
        f"the sum was {bias:+.0%} off"
    )
    granted = inside >= LEAST_HELD and abs(bias) <= MOST_OFF
    return Licence(name, granted, why, {"n": n, "coverage": inside, "bias": bias, "precision": inside})
