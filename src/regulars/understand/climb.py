"""Climb: the lowest point of a smooth function of a few log-parameters, the same to the last bit every time.

What the models of `understand` share when they are fitted: a deterministic start, exact slopes, an edge beyond which a
parameter says nothing, and a few Newton steps at the end.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["EDGE", "Objective", "climb"]

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]  # a value and its slopes

EDGE = 15.0  # logarithms of parameters stay within +-15, that is 3e-7 to 3e6


def climb(objective: Objective, start: Floats, *, tolerance: float) -> tuple[Floats, float, bool]:
    """The lowest point of `objective` from `start`, its value there, and whether it is flat there.

    L-BFGS-B within the edges, then Newton steps with differences of the exact slopes for curvature, each
    taken only where it flattens the slope; so permuted rows agree to ten digits.
    """
    start = np.clip(start, -EDGE, EDGE)
    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-EDGE, EDGE)] * start.size,
        options={"maxiter": 1000, "maxfun": 5000, "ftol": 1e-15, "gtol": max(tolerance, 1e-6), "maxcor": 20},
    )
    theta = np.asarray(found.x, dtype=np.float64)
    value, slope = objective(theta)
    curved = _curvature(objective, theta)
    for _ in range(4):
        if _steepness(theta, slope) <= tolerance * 1e-3 or curved is None:
            break
        tried = np.clip(theta - np.linalg.solve(curved, slope), -EDGE, EDGE)
        tried_value, tried_slope = objective(tried)
        worse = tried_value > value + 1e-12 * abs(value)
        if worse or _steepness(tried, tried_slope) >= _steepness(theta, slope):
            break
        theta, value, slope = tried, tried_value, tried_slope
    return theta, value, _steepness(theta, slope) <= max(tolerance, 1e-5)


def _steepness(theta: Floats, slope: Floats) -> float:
    """The largest slope, not counting slopes that lead over an edge."""
    return float(np.abs(np.clip(theta - slope, -EDGE, EDGE) - theta).max())


def _curvature(objective: Objective, theta: Floats, step: float = 1e-4) -> Floats | None:
    """Second derivatives by central differences; None where flat, bent the wrong way or at an edge."""
    if np.abs(theta).max() > EDGE - 2 * step:
        return None
    shifts = step * np.eye(theta.size)
    rows = [(objective(theta + shift)[1] - objective(theta - shift)[1]) / (2 * step) for shift in shifts]
    curved = (np.array(rows) + np.array(rows).T) / 2
    return curved if np.linalg.eigvalsh(curved)[0] > 1e-9 else None
