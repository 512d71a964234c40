"""Gamma-Gamma: what a customer's purchases are worth, beyond what they happened to be so far.

For the worth of a customer, in the second step of the loop (`understand`). The model says:

1. The values of one customer's purchases vary at random around a mean of their own: Z ~ Gamma(p, nu).
2. Customers differ: nu ~ Gamma(q, v), so the own mean mu = p/nu varies between them; p is common to all.
3. How much is spent has nothing to do with how often (`diagnosis_` says when it plainly has).

After x purchases with the mean value m, nu ~ Gamma(p x + q, v + x m): everything below follows from that. The
few purchases of a new customer are pulled towards everybody's mean, the many of an old one hardly.

Money is a plain float here, in any unit: only v carries the unit. Customers without a purchase to average are
left out of the fit and answered with everybody's value. For BG/NBD's customers, average the repeat purchases.

Papers: Fader & Hardie (2013), The Gamma-Gamma model of monetary value, brucehardie.com/notes/025 (here FH);
Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4), where it was first used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaincinv, psi

from ..errors import ModelError
from .climb import climb
from .fitted import Fitted
from .rows import refuse_rows, weights_for

__all__ = ["GammaGamma"]

Floats = NDArray[np.float64]

NAMES = ("p", "q", "v")
START = (2.0, 3.0, 1.0)  # v as a share of the median value
FEW_REPEATERS = 30
DEPENDENT = 0.3  # correlation of frequency and spend from which assumption 3 is doubted
SMALLEST = 1e-300


class GammaGamma(Fitted):
    """Fit once on everybody who bought, then ask about anybody.

    `params_` holds p, q and v (money); `log_likelihood_` is the sum over customers, `n_` the number of
    customers counted (the sum of weights), `converged_` whether the top was reached, and `diagnosis_` plain
    sentences on what to be careful about; none when all is well. The same input gives the same output, to the
    last bit.

    `tolerance` is the slope of the mean log-likelihood in log-parameters at which the climb stops.

    >>> model = GammaGamma().fit([2, 1, 1, 7, 3], [22.35, 11.77, 26.76, 73.74, 12.0])
    >>> bool(model.expected_spend(1, 100.0)[0] < 100.0)
    True
    """

    NAME = "Gamma-Gamma"
    SYMBOLS = NAMES

    def fit(self, frequency: ArrayLike, monetary: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Find the p, q, v that make these mean values most likely.

        `frequency` x: number of purchases averaged. `monetary` m: their mean value, any money unit.
        `weights`: how many customers each row stands for. All of shape (n,). Rows with x = 0 carry no value
        and are left out. Raises `ModelError`, naming the first row that cannot be spend, or if
        nobody spent anything.
        """
        x, m = _read(frequency, monetary)
        given = weights_for(weights, x.size)
        spent = _Spent.of(x, m, np.ones(x.size) if given is None else given)
        theta, value, self.converged_ = climb(spent.objective, np.log(np.array(START)), tolerance=self.tolerance)
        p, q, v = np.exp(theta).tolist()
        self.params_ = {"p": p, "q": q, "v": v * spent.unit}
        self.n_ = spent.n
        self.log_likelihood_ = -value * spent.n - spent.n * float(np.log(spent.unit))
        self.diagnosis_ = tuple(_diagnose(spent, q, converged=self.converged_))
        return self

    def log_likelihood(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """Each customer's own log-likelihood in nats, shape (n,) (FH eq. 1); 0 where nothing was bought."""
        p, q, v = self._fitted()
        x, m = _read(frequency, monetary)
        bought = x > 0
        x, m, found = x[bought], m[bought], np.zeros(x.size)
        odds = np.log(x * m) - np.log(v)
        found[bought] = -q * np.logaddexp(0, odds) - p * x * np.logaddexp(0, -odds) - np.log(m) - betaln(p * x, q)
        return found

    def expected_spend(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """The mean value of this customer's purchases, E[mu | x, m], shape (n,), in money (FH eq. 5).

        Where x = 0, m is not read and everybody's mean p v/(q-1) comes back. If q <= 1 that mean does not
        exist (`diagnosis_` says so); then all, to stay comparable, are given the middle instead: the median
        of their own posterior, which is always finite.

        >>> model = GammaGamma.from_dict({"params": {"p": 6.25, "q": 3.74, "v": 15.44}})
        >>> model.expected_spend([0, 2], [0.0, 22.35]).round(2).tolist()
        [35.22, 24.66]
        """
        p, q, _ = self._fitted()
        shape, rate = self._posterior(frequency, monetary)
        if q > 1:
            return np.asarray(p * rate / (shape - 1))
        middle = np.maximum(gammaincinv(shape, 0.5), SMALLEST)
        largest = np.log(np.finfo(np.float64).max) - 1
        return np.asarray(np.exp(np.minimum(np.log(p) + np.log(rate) - np.log(middle), largest)))

    def spend_second_moment(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """E[mu^2 | x, m], shape (n,), in money squared; inf where it does not exist (p x + q <= 2)."""
        return np.asarray(self._fitted()[0] ** 2 * self._inverse_square(frequency, monetary))

    def spend_within_variance(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """E[Var(Z) | x, m], the variance of one purchase around the own mean; inf where p x + q <= 2."""
        return np.asarray(self._fitted()[0] * self._inverse_square(frequency, monetary))

    def _fitted(self) -> tuple[float, float, float]:
        p, q, v = self.known()
        return p, q, v

    def _posterior(self, frequency: ArrayLike, monetary: ArrayLike) -> tuple[Floats, Floats]:
        """Shape and rate of nu after x purchases of mean value m."""
        p, q, v = self._fitted()
        x, m = _read(frequency, monetary)
        return p * x + q, v + x * m

    def _inverse_square(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """E[1/nu^2 | x, m]."""
        shape, rate = self._posterior(frequency, monetary)
        exists = shape > 2
        size = np.where(exists, shape, 3.0)
        return np.where(exists, rate / (size - 1) * (rate / (size - 2)), np.inf)


def _read(frequency: ArrayLike, monetary: ArrayLike) -> tuple[Floats, Floats]:
    """x and m, checked; m is 0 where x is 0."""
    x, m = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, monetary))
    if x.shape != m.shape or x.ndim != 1 or not x.size:
        raise ModelError(
            f"frequency and monetary have the shapes {x.shape} and {m.shape}.",
            now="Give two columns of one length, with at least one row.",
        )
    columns = {"frequency": x, "monetary": m}
    refuse_rows(~np.isfinite(x), columns, "is not made of numbers")
    refuse_rows((x < 0) | (x != np.floor(x)), columns, "has a frequency that is not a whole number from 0")
    m = np.where(x > 0, m, 0.0)
    refuse_rows(~np.isfinite(m), columns, "is not made of numbers")
    refuse_rows((x > 0) & (m <= 0), columns, "has purchases whose mean value is not above 0")
    return x, m


@dataclass(frozen=True, slots=True)
class _Spent:
    """Customers who bought; money as a share of the median value, so that the fit does not feel its unit."""

    unit: float
    n: float
    x: Floats
    m: Floats
    weights: Floats
    log_total: Floats  # log x m
    sum_log_m: float
    levels: Floats  # the different x, ...
    by_level: Floats  # ... and how many customers have each

    @classmethod
    def of(cls, x: Floats, m: Floats, weights: Floats) -> _Spent:
        kept = (x > 0) & (weights > 0)
        if not kept.any():
            raise ModelError(
                f"None of the {x.size} rows has a purchase with a value.",
                now="Fit the Gamma-Gamma model once somebody has spent something.",
            )
        x, m, weights = x[kept], m[kept], weights[kept]
        unit = float(np.median(m))
        levels = np.unique(x)
        by_level = np.bincount(np.searchsorted(levels, x), weights).astype(np.float64, copy=False)
        m = m / unit
        return cls(
            unit=unit,
            n=float(weights.sum()),
            x=x,
            m=m,
            weights=weights,
            log_total=np.log(x * m),
            sum_log_m=float((weights * np.log(m)).sum()),
            levels=levels,
            by_level=by_level,
        )

    def objective(self, theta: Floats) -> tuple[float, Floats]:
        """Minus the mean log-likelihood (FH eq. 1) and its slopes in log p, log q, log v."""
        p, q, _ = np.exp(theta)
        px = p * self.levels
        odds = self.log_total - theta[2]  # log of x m / v
        small = np.exp(-np.abs(odds))
        rest = np.log1p(small)
        below, above = (
            self.weights * (np.maximum(odds, 0) + rest),
            self.weights * (np.maximum(-odds, 0) + rest),
        )
        share = self.weights * np.where(odds > 0, 1.0, small) / (1 + small)  # of x m in v + x m
        by_purchase = (above * self.x).sum()
        value = -q * below.sum() - p * by_purchase - self.sum_log_m
        value -= self.by_level @ betaln(px, q)
        together = psi(px + q)
        slopes = (
            p * (self.by_level * self.levels) @ (together - psi(px)) - p * by_purchase,
            q * (self.by_level @ (together - psi(q)) - below.sum()),
            q * share.sum() - p * ((self.weights - share) * self.x).sum(),
        )
        return -float(value) / self.n, -np.array(slopes) / self.n

    def correlation(self) -> float:
        """Of frequency and spend, weighted; 0 where one of them does not vary."""
        x = self.x - np.average(self.x, weights=self.weights)
        m = self.m - np.average(self.m, weights=self.weights)
        spread = float(np.sqrt((self.weights * x**2).sum() * (self.weights * m**2).sum()))
        return float((self.weights * x * m).sum()) / spread if spread > 1e-9 * self.n else 0.0


def _diagnose(spent: _Spent, q: float, *, converged: bool) -> Iterator[str]:
    """Plain sentences on what these customers cannot tell."""
    if spent.n < FEW_REPEATERS:
        yield f"Too few repeat customers: only {spent.n:g} have a mean value to learn from."
    related = spent.correlation()
    if abs(related) > DEPENDENT:
        yield (
            f"Those who come more often spend {'more' if related > 0 else 'less'} each time (correlation "
            f"{related:.2f}); the model takes the two for independent, so their worth is "
            f"{'under' if related > 0 else 'over'}stated."
        )
    if q <= 1:
        yield f"A few spend so much that no average exists (q = {q:.2f}): medians are given instead."
    if spent.m.min() == spent.m.max():
        yield "Everybody's mean value is the same: customers cannot be told apart by spend."
    if not converged:
        yield "The fit stopped before the top: other parameters describe these customers almost as well."
