"""Score: how well stated probabilities came true: Brier score (1950), bits gained over the base rate, reliability."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["Bin", "Score", "score"]

Floats = npt.NDArray[np.float64]
EDGES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Of `n` statements between `low` and `high`, what was said on average and what came true."""

    low: float
    high: float
    n: int
    said: float
    came: float


@dataclass(frozen=True, slots=True)
class Score:
    """A record of statements checked: how many came true, Brier scores of model and base rate, bits gained, bins."""

    n: int
    hits: int
    brier: float
    brier_base: float
    bits: float
    precision: float  # 1 less the mean gap between what was said and what came true
    bins: tuple[Bin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the score as plain numbers, for a run's notes."""
        return asdict(self)


def score(p: Floats, base: float, came: npt.NDArray[np.bool_]) -> Score:
    """Compare probabilities with what happened.

    >>> checked = score(np.array([0.9, 0.2, 0.6]), 0.5, np.array([True, False, False]))
    >>> checked.n, round(checked.brier, 4), round(checked.precision, 2)
    (3, 0.1367, 0.7)
    """
    n = len(p)
    if n == 0:
        return Score(0, 0, float("nan"), float("nan"), float("nan"), 0.0, ())
    y = came.astype(np.float64)
    edge = 1.0 / (2 * n + 2)
    sure, plain = np.clip(p, edge, 1 - edge), float(np.clip(base, edge, 1 - edge))
    gain = y * np.log2(sure / plain) + (1 - y) * np.log2((1 - sure) / (1 - plain))
    table = tuple(bins(p, y))
    off = sum(part.n * abs(part.said - part.came) for part in table) / n
    return Score(
        n,
        int(y.sum()),
        float(np.mean((p - y) ** 2)),
        float(np.mean((base - y) ** 2)),
        float(gain.mean()),
        1.0 - off,
        table,
    )


def bins(p: Floats, y: Floats) -> list[Bin]:
    """Return the reliability table."""
    found = []
    for low, high in pairwise(EDGES):
        inside = (p >= low) & ((p < high) | (high == 1.0))
        if inside.any():
            found.append(Bin(low, high, int(inside.sum()), float(p[inside].mean()), float(y[inside].mean())))
    return found
