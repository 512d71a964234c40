"""Held: what holds each record to its customer, and how sure that is."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["how_held", "probability"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pairs = tuple[Ints, Ints]
MILLI: Final = 1000


def how_held(
    group: Ints, solid: Ints, pairs: Pairs, bits: Floats, said: Pairs
) -> tuple[Floats, npt.NDArray[np.str_], Floats]:
    """Return for each record how sure it is, by what it is held, and its mean bits where a model holds it.

    `group` is the customer and `solid` the part of it that numbers and people's words hold together. A record that only
    these hold is as sure as they are: 1. Where likeness holds several parts together, a record is as sure as the mean
    weight of its part to the other parts, over the pairs that were compared.

    >>> one, none = (np.array([0]), np.array([1])), (np.empty(0, np.int64), np.empty(0, np.int64))
    >>> sure, held, bits = how_held(np.array([0, 0]), np.array([0, 1]), one, np.array([7.0]), none)
    >>> sure.round(3).tolist(), held.tolist()
    ([0.992, 0.992], ['model', 'model'])
    """
    size = len(group)
    a, b = pairs
    across = (group[a] == group[b]) & (solid[a] != solid[b])
    ends = np.concatenate([solid[a[across]], solid[b[across]]])
    milli = np.rint(bits[across] * MILLI)  # sums of whole numbers are exact, so no order changes them
    weights = np.concatenate([milli, milli])
    total, count = np.bincount(ends, weights=weights, minlength=size), np.bincount(ends, minlength=size)
    mean = np.full(size, np.nan)
    there = count[solid] > 0
    mean[there] = total[solid][there] / (MILLI * count[solid][there])
    by_model = parts(group, solid)[group] > 1
    held = np.full(size, "alone", "<U5")
    held[np.bincount(group, minlength=size)[group] > 1] = "key"
    held[by_model] = "model"
    held[np.unique(np.concatenate(said))] = "human"
    mean[~by_model] = np.nan
    sure = np.ones(size)
    sure[by_model] = probability(np.nan_to_num(mean[by_model], nan=0.0))
    return sure, held, mean


def parts(group: Ints, solid: Ints) -> Ints:
    """Return for each customer of how many solid parts it is made; a part is named after a record of its own."""
    heads = np.unique(solid)
    return np.asarray(np.bincount(group[heads], minlength=len(group)))


def probability(bits: Floats) -> Floats:
    """Return 2**m / (1 + 2**m), the probability that goes with log2 odds of m bits."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))))
