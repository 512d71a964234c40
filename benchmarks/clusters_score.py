"""Score: how well groups that were found agree with the groups that are true, from two arrays of labels.

Pairs count every two records (a large group weighs with its square); B-cubed (Bagga and Baldwin 1998) counts every
record once: the share of its group that is truly with it, and the share of its true group that was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Labels", "Score", "scored"]

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of 0 to 1, and how many records the largest group found has."""

    precision: float
    recall: float
    f1: float
    b_cubed: float
    largest: int

    def __str__(self) -> str:
        return f"{self.precision:.4f} {self.recall:.4f} {self.f1:.4f} {self.b_cubed:.4f} {self.largest:5d}"


def scored(found: Labels, true: Labels) -> Score:
    """Return how groups found agree with true ones. Without any pair, a share is 1: nothing was wrong or missed.

    >>> scored(np.array([1, 1, 1, 2]), np.array([7, 7, 8, 8]))
    Score(precision=0.3333333333333333, recall=0.5, f1=0.4, b_cubed=0.7058823529411765, largest=3)
    >>> scored(np.array([3, 4]), np.array([1, 2])).f1
    1.0
    >>> str(scored(np.array([5, 5, 9]), np.array([0, 0, 1])))
    '1.0000 1.0000 1.0000 1.0000     2'
    """
    a, a_sizes = numbered(found)
    b, b_sizes = numbered(true)
    _, both, shared = np.unique(a * len(b_sizes) + b, return_inverse=True, return_counts=True)
    right = pairs(shared)
    precision, recall = (right / all_pairs if all_pairs else 1.0 for all_pairs in (pairs(a_sizes), pairs(b_sizes)))
    each = shared[both]
    pure, whole = float(np.mean(each / a_sizes[a])), float(np.mean(each / b_sizes[b]))
    return Score(precision, recall, middle(precision, recall), middle(pure, whole), int(a_sizes.max()))


def numbered(labels: Labels) -> tuple[Labels, Labels]:
    """Return labels as 0, 1, 2 and so on, and the size of each group."""
    _, inverse, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return inverse.astype(np.int64), sizes.astype(np.int64)


def pairs(sizes: Labels) -> int:
    """Return how many pairs groups of these sizes have."""
    return int((sizes * (sizes - 1) // 2).sum())


def middle(one: float, other: float) -> float:
    """Return the harmonic mean."""
    return 2 * one * other / (one + other) if one + other else 0.0
