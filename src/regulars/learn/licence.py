"""Licence: which model may speak. A model is asked the same question at an earlier date, and must beat the base rate.

A score whose check falls short is shown as "unproven", not as a number. The check is the ordinary call with an earlier
date: nothing heard later is read.
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
COVERAGE: Final = (0.70, 0.92)  # of ranges said to hold 8 in 10


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether a model may speak, why, and the record it rests on."""

    model: str
    granted: bool
    why: str
    record: dict[str, Any]


def judged_chance(checked: Score, *, horizon_days: int) -> Licence:
    """Judge the probability of a purchase."""
    name = "buys_soon"
    if checked.n < FEWEST or checked.hits < FEWEST_HITS or checked.n - checked.hits < FEWEST_HITS:
        return Licence(name, False, f"only {checked.n} statements could be checked, {checked.hits} of which came true: too few", checked.to_dict())
    better = checked.brier < checked.brier_base
    words = f"asked {horizon_days} days earlier about {checked.n} customers: Brier {checked.brier:.4f} against {checked.brier_base:.4f} for the base rate, {checked.bits:+.3f} bits each"
    return Licence(name, better, words, checked.to_dict())


def judged_worth(value: npt.NDArray[np.float64], low: npt.NDArray[np.float64], high: npt.NDArray[np.float64], spent: npt.NDArray[np.float64], *, horizon_days: int) -> Licence:
    """Judge the spending model: do its ranges hold 8 in 10, and is the sum about right?"""
    name = "worth"
    known = np.isfinite(value) & np.isfinite(high)
    n = int(known.sum())
    if n < FEWEST or spent[known].sum() <= 0:
        return Licence(name, False, f"only {n} ranges could be checked: too few", {"n": n, "precision": 0.0})
    inside = float(np.mean((spent[known] >= np.floor(low[known])) & (spent[known] <= np.ceil(high[known]))))
    bias = float(value[known].sum() / spent[known].sum() - 1.0)
    words = f"asked {horizon_days} days earlier about {n} customers: {inside:.0%} of ranges held (should be 80%), the sum was {bias:+.0%} off"
    return Licence(name, COVERAGE[0] <= inside <= COVERAGE[1] and abs(bias) < 0.5, words, {"n": n, "coverage": inside, "bias": bias, "precision": inside})
