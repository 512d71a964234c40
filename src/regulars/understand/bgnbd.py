"""BG/NBD: how often a customer buys, and whether they have quietly left.

For the rhythm and the worth of a customer, in the second step of the loop (`understand`). The model says:

1. While active, a customer buys at random, at a rate lambda of their own (Poisson).
2. Rates differ between customers as a gamma distribution: lambda ~ Gamma(r, alpha), alpha in weeks.
3. After every purchase a customer leaves for good with a chance p of their own (geometric).
4. Chances differ between customers as a beta distribution: p ~ Beta(a, b).
5. Rate and chance are independent of each other; nothing changes with the calendar.

From 3 follows its best-known weakness: a customer without a repeat purchase has had no occasion to leave, so
P(alive) is 1. Show `buys_within` beside it. A history is three numbers, all counted from the first purchase:
x repeat purchase days, t_x weeks until the last of them, T weeks until today.

Paper: Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), here FHL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.special import betainc, expit, gammaln, psi

from ..errors import ModelError
from .climb import EDGE, climb
from .fitted import Fitted
from .rows import refuse_rows, weights_for

__all__ = ["BGNBD"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Params = tuple[float, float, float, float]  # r, alpha, a, b

NAMES = ("r", "alpha", "a", "b")
NODES, MORE_NODES = 64, 256  # Gauss-Jacobi nodes over the drop-out chance: usually, and ...
FAR = 500  # ... for customers from whom more purchases than this would be due, if they stayed
BLOCK = 4096  # histories whose future is worked out at a time
MOST_REPEATS = 1_000_000  # purchase days; more is a mistake in the data
FEW_CUSTOMERS, FEW_REPEATERS = 100, 30
NOBODY_LEAVES = 0.01  # share of purchases that are a last one
DAYS_PER_WEEK = 7


class BGNBD(Fitted):
    """Fit once on everybody, then ask about anybody.

    `params_` holds r, alpha (weeks), a and b; `log_likelihood_` is the sum over customers (FHL eq. 7), `n_`
    the number of customers counted (the sum of weights), `converged_` whether the top was reached, and
    `diagnosis_` plain sentences on what to be careful about; none when all is well. The same input gives the
    same output, to the last bit.

    `tolerance` is the slope of the mean log-likelihood in log-parameters at which the climb stops.

    >>> model = BGNBD().fit([2, 1, 0, 0, 3], [30.43, 1.71, 0, 0, 20.1], [38.86, 38.86, 38.86, 30.0, 25.0])
    >>> model.alive([2, 0], [30.43, 0], [38.86, 38.86]).shape
    (2,)
    >>> model.diagnosis_[0]
    'Only 5 customers: read these numbers as a first guess (below 100 they move a lot with every newcomer).'
    """

    NAME = "BG/NBD"
    SYMBOLS = NAMES

    def fit(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Find the r, alpha, a, b that make these histories most likely (FHL eq. 7).

        `frequency` x: repeat purchase days, whole numbers. `recency` t_x and `age` T: weeks since the first
        purchase. `weights`: how many customers each row stands for; one by default. All of shape (n,).
        Raises `ModelError`, naming the first row that cannot be a history.
        """
        history = _History.read(frequency, recency, age)
        grouped = _Grouped.of(history, weights_for(weights, history.x.size))
        theta, value, self.converged_ = climb(grouped.objective, grouped.start(), tolerance=self.tolerance)
        self.params_ = dict(zip(NAMES, np.exp(theta).tolist(), strict=True))
        self.n_ = grouped.n
        self.log_likelihood_ = -value * grouped.n
        self.diagnosis_ = tuple(_diagnose(grouped, self.params_, converged=self.converged_))
        return self

    def log_likelihood(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Each customer's own log-likelihood in nats, shape (n,) (FHL eq. 6)."""
        r, alpha, a, b = self._fitted()
        x, recency_weeks, age_weeks = _History.read(frequency, recency, age)
        steady = _log_rising(r, x) + r * np.log(alpha) + _log_rising(b, x) - _log_rising(a + b, x)
        odds = _log_odds_gone(self._fitted(), _History(x, recency_weeks, age_weeks))
        steady += np.logaddexp(0, odds) - (r + x) * np.log(alpha + age_weeks)
        return np.asarray(steady)

    def alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """P(alive): the chance that the customer has not left yet, shape (n,) (FHL, below eq. 6).

        >>> model = BGNBD.from_dict({"params": {"r": .243, "alpha": 4.414, "a": .793, "b": 2.426}})
        >>> model.alive([26, 0], [30.857, 0], [31, 31]).round(4).tolist()
        [0.9688, 1.0]
        """
        return np.asarray(expit(-_log_odds_gone(self._fitted(), _History.read(frequency, recency, age))))

    def expected_purchases(self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """E[X(T, T+t)]: purchase days expected in the next `horizon` (t) weeks, shape (n,) (FHL eq. 10)."""
        history = _History.read(frequency, recency, age)
        alive = expit(-_log_odds_gone(self._fitted(), history))
        return np.asarray(alive * self._ahead(1, horizon, history))

    def purchase_variance(self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Var[X(T, T+t)]: the variance around `expected_purchases`, in squared purchase days, shape (n,)."""
        history = _History.read(frequency, recency, age)
        alive = expit(-_log_odds_gone(self._fitted(), history))
        mean, twos = self._ahead(1, horizon, history), self._ahead(2, horizon, history)
        return np.asarray(alive * (mean + 2 * twos - alive * mean**2))

    def buys_within(self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """The chance of at least one purchase in the next `horizon` (t) weeks, shape (n,).

        P(alive) (1 - ((alpha+T)/(alpha+T+t))^(r+x)): leaving can only follow a purchase (assumption 3).
        """
        r, alpha, *_ = self._fitted()
        history = _History.read(frequency, recency, age)
        ahead = np.log1p(_weeks(horizon) / (alpha + history.age))
        alive = expit(-_log_odds_gone(self._fitted(), history))
        return np.asarray(alive * -np.expm1(-(r + history.x) * ahead))

    def surprise_of_silence(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Bits: so long a silence happens 1 time in 2^bits to an active customer like this, shape (n,)."""
        r, alpha, *_ = self._fitted()
        x, recency_weeks, age_weeks = _History.read(frequency, recency, age)
        silence = np.log1p((age_weeks - recency_weeks) / (alpha + recency_weeks))
        return np.asarray((r + x) * silence / np.log(2))

    def rate(self, frequency: ArrayLike, age: ArrayLike) -> Floats:
        """Purchase days per week while active, (r+x)/(alpha+T), shape (n,): the posterior mean of lambda."""
        r, alpha, *_ = self._fitted()
        x = np.atleast_1d(np.asarray(frequency, dtype=np.float64))
        history = _History.read(x, np.where(x > 0, age, 0.0), age)
        return np.asarray((r + history.x) / (alpha + history.age))

    def _fitted(self) -> Params:
        r, alpha, a, b = self.known()
        return r, alpha, a, b

    def _ahead(self, order: int, horizon: float, history: _History) -> Floats:
        """E[M (M-1) ... (M-order+1)] / order! of M purchases ahead, given alive; once per (x, T)."""
        weeks, (r, alpha, *_) = _weeks(horizon), self._fitted()
        pairs, x, age, back = _pairs(history)
        found = np.empty(pairs.size)
        x_codes, age_codes = np.divmod(pairs, age.size)
        edges = np.searchsorted(x_codes, np.arange(x.size + 1))
        for level, (low, high) in enumerate(pairwise(edges)):
            due = (r + x[level]) * weeks / (alpha + age[age_codes[low:high]])  # the newest of them, the most due, first
            near = low + int((due >= FAR).sum())
            for first, last, count in ((low, near, MORE_NODES), (near, high, NODES)):
                if first == last:
                    continue
                nodes = _drop_out_nodes(self._fitted(), x[level], count=count)
                for start in range(first, last, BLOCK):
                    rows = slice(start, min(start + BLOCK, last))
                    found[rows] = _moment_ahead(order, self._fitted(), nodes, x[level], age[age_codes[rows]], weeks)
        return found[back]


# --- what comes in -----------------------------------------------------------------------------------------


class _History(NamedTuple):
    """x, t_x and T of every customer: checked, and of one shape."""

    x: Floats
    recency: Floats
    age: Floats

    @classmethod
    def read(cls, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> _History:
        x, t_x, T = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, recency, age))
        if not x.shape == t_x.shape == T.shape or x.ndim != 1 or not x.size:
            raise ModelError(
                f"frequency, recency and age have the shapes {x.shape}, {t_x.shape} and {T.shape}.",
                now="Give three columns of one length, with at least one row.",
            )
        columns = {"frequency": x, "recency": t_x, "age": T}
        refuse_rows(~np.isfinite(x + t_x + T), columns, "is not made of numbers")
        refuse_rows((x < 0) | (x != np.floor(x)), columns, "has a frequency that is not a whole number from 0")
        refuse_rows(x > MOST_REPEATS, columns, "has more than a million repeat purchase days")
        refuse_rows(T <= 0, columns, "has an age that is not above 0 weeks")
        refuse_rows((t_x < 0) | (t_x > T), columns, "has a recency outside 0 to age")
        refuse_rows((x == 0) & (t_x > 0), columns, "has a recency but no repeat purchase")
        return cls(x, t_x, T)


def _weeks(horizon: float) -> float:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ModelError(f"The horizon is {horizon} weeks.", now="Give a number of weeks from 0.")
    return float(horizon)


def _levels(column: Floats) -> tuple[Floats, Codes]:
    """The different values, sorted, and each row's place among them (faster than np.unique's own inverse)."""
    levels = np.unique(column)
    return levels, np.searchsorted(levels, column)


def _pairs(history: _History) -> tuple[Codes, Floats, Floats, Codes]:
    x_levels, x_codes = _levels(history.x)
    age_levels, age_codes = _levels(history.age)
    keys = x_codes * age_levels.size + age_codes
    pairs = np.unique(keys)
    return pairs, x_levels, age_levels, np.searchsorted(pairs, keys)


# --- the likelihood ----------------------------------------------------------------------------------------


def _log_rising(start: float, steps: Floats) -> Floats:
    """log of start (start+1) ... (start+steps-1), by Stirling's series where two gammaln would cancel."""
    end = start + steps
    if start < 32:
        return np.asarray(gammaln(end) - gammaln(start))
    grown = (end - 0.5) * np.log1p(steps / start) + steps * (np.log(start) - 1)
    return np.asarray(grown + _stirling(end) - _stirling(np.array([start])))


def _stirling(z: Floats) -> Floats:
    return np.asarray((1 / 12 - (1 / 360 - 1 / (1260 * z**2)) / z**2) / z)


def _log_odds_gone(params: Params, history: _History) -> Floats:
    """log of a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x), the odds of having left; -inf for x = 0."""
    r, alpha, a, b = params
    x, t_x, T = history
    after = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x - 1, 0)), -np.inf)
    return after + (r + x) * np.log1p((T - t_x) / (alpha + t_x))


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Customers counted per (x, t_x, T); logarithms are taken once per different value, not per customer."""

    x: Floats
    t_x: Floats
    T: Floats
    n: float  # customers
    by_x: Floats  # customers per x
    by_age: Floats  # customers per T
    bought_by_age: Floats  # their purchases
    at_x: Codes  # from here on one entry per group with x > 0
    at_t: Codes
    at_age: Codes
    w: Floats

    @classmethod
    def of(cls, history: _History, weights: Floats | None) -> _Grouped:
        if weights is not None:
            history = _History(*(column[weights > 0] for column in history))
            weights = weights[weights > 0]
        (x, at_x), (t_x, at_t), (T, at_age) = (_levels(column) for column in history)
        keys, w = _counted((at_x * T.size + at_age) * t_x.size + at_t, weights)
        pairs, at_t = np.divmod(keys, t_x.size)
        at_x, at_age = np.divmod(pairs, T.size)
        by_x, by_age = _sums(at_x, w, x.size), _sums(at_age, w, T.size)
        bought_by_age = _sums(at_age, w * x[at_x], T.size)
        repeat = x[at_x] > 0
        return cls(
            x,
            t_x,
            T,
            float(w.sum()),
            by_x,
            by_age,
            bought_by_age,
            at_x[repeat],
            at_t[repeat],
            at_age[repeat],
            w[repeat],
        )

    def start(self) -> Floats:
        """Log-parameters from which to climb: the average rate, and one in four leaving."""
        weeks_per_purchase = (self.by_age @ self.T) / (self.bought_by_age.sum() + 0.5)
        return np.log([0.5, 0.5 * weeks_per_purchase, 1.0, 3.0])

    def objective(self, theta: Floats) -> tuple[float, Floats]:
        """Minus the mean log-likelihood (FHL eq. 7) and its slopes in log r, log alpha, log a, log b."""
        r, alpha, a, b = np.exp(theta)
        R, ends, lasts = r + self.x, alpha + self.T, alpha + self.t_x
        log_ends, behind = np.log(ends), r * self.by_age + self.bought_by_age
        silence = log_ends[self.at_age] - np.log(lasts)[self.at_t]
        odds = (np.log(a) - np.log(b + np.maximum(self.x - 1, 0)))[self.at_x] + R[self.at_x] * silence
        small = np.exp(-np.abs(odds))
        gone = self.w * np.where(odds > 0, 1.0, small) / (1 + small)  # customers who have left, per group
        steady = _log_rising(r, self.x) + r * theta[1] + _log_rising(b, self.x) - _log_rising(a + b, self.x)
        value = self.by_x @ steady - behind @ log_ends + (self.w * (np.maximum(odds, 0) + np.log1p(small))).sum()
        strain = gone * R[self.at_x]
        psi_ab = self.by_x @ (psi(a + b + self.x) - psi(a + b))
        gone_by_x = _sums(self.at_x, gone, self.x.size)
        slopes = (
            self.by_x @ (psi(R) - psi(r)) + self.n * theta[1] - self.by_age @ log_ends + (gone * silence).sum(),
            self.n * r / alpha
            - (behind - _sums(self.at_age, strain, ends.size)) @ (1 / ends)
            - _sums(self.at_t, strain, lasts.size) @ (1 / lasts),
            gone_by_x.sum() / a - psi_ab,
            self.by_x @ (psi(b + self.x) - psi(b)) - psi_ab - gone_by_x @ (1 / (b + np.maximum(self.x - 1, 0))),
        )
        return -float(value) / self.n, -np.exp(theta) * np.array(slopes) / self.n


def _sums(codes: Codes, amounts: Floats, size: int) -> Floats:
    return np.bincount(codes, amounts, size).astype(np.float64, copy=False)


def _counted(keys: Codes, weights: Floats | None) -> tuple[Codes, Floats]:
    if weights is None:
        unique, counts = np.unique(keys, return_counts=True)
        return unique, counts.astype(np.float64)
    unique, codes = np.unique(keys, return_inverse=True)
    return unique, _sums(codes, weights, unique.size)


def _diagnose(grouped: _Grouped, params: dict[str, float], *, converged: bool) -> Iterator[str]:
    """Plain sentences on what these customers cannot tell."""
    n, repeaters = grouped.n, float(grouped.w.sum())
    x, T = grouped.x[grouped.at_x], grouped.T[grouped.at_age]
    if n < FEW_CUSTOMERS:
        yield (
            f"Only {n:g} customer{'s' if n != 1 else ''}: read these numbers as a first guess "
            f"(below {FEW_CUSTOMERS} they move a lot with every newcomer)."
        )
    if repeaters < FEW_REPEATERS:
        yield f"Too few repeat purchases: {repeaters:g} of {n:g} customers came back, so rhythm is a guess."
    if grouped.T.size == 1:
        yield f"All customers began on one day ({grouped.T[0]:.4g} weeks ago): season and habit look alike."
    at_once = float(grouped.w[grouped.t_x[grouped.at_t] == T].sum())
    if at_once > repeaters / 2:
        yield f"Recency equals age for {at_once:g} of {repeaters:g} who came back: the units look wrong."
    if np.any(x > DAYS_PER_WEEK * T + 1):
        yield "Somebody has more repeat purchase days than days: the units look wrong (weeks are expected)."
    if repeaters and params["a"] / (params["a"] + params["b"]) < NOBODY_LEAVES:
        yield "Nobody ever seems to leave: P(alive) says nothing here, trust the purchase rates only."
    at_edge = [name for name, value in params.items() if abs(np.log(value)) > EDGE - 1e-3]
    if at_edge:
        yield f"The data do not settle {' and '.join(at_edge)}: customers are too few or too much alike."
    if not converged:
        yield "The fit stopped before the top: other parameters describe these customers almost as well."


# --- the future --------------------------------------------------------------------------------------------


def _drop_out_nodes(params: Params, x: float, *, count: int) -> tuple[Floats, Floats]:
    """Nodes and shares for averages over p ~ Beta(a, b+x): Gauss-Jacobi after Golub & Welsch (1969).

    The matrix is built from positive sums only (Stieltjes' form), so b + x of a million costs no digits.
    """
    a, s = params[2], params[2] + params[3] + x
    k = np.arange(1.0, count)
    odd = np.append(a / s, (k + a) * (k + s - 1) / ((2 * k + s - 1) * (2 * k + s)))
    even = k * (k - 1 + s - a) / ((2 * k + s - 2) * (2 * k + s - 1))
    chances, vectors = eigh_tridiagonal(odd + np.append(0.0, even), np.sqrt(odd[:-1] * even))
    return np.clip(chances, 1e-100, 1.0), vectors[0] ** 2


def _moment_ahead(
    order: int,
    params: Params,
    nodes: tuple[Floats, Floats],
    x: float,
    age: Floats,
    weeks: float,
) -> Floats:
    """E[M (M-1) ... (M-order+1)] / order! over the next weeks, given alive, for one x and many ages T.

    Given alive, lambda ~ Gamma(r+x, alpha+T) and p ~ Beta(a, b+x). Given p, M is the smaller of a negative
    binomial count and a geometric life, and its factorial moments are (1-p)^(k-1) I_z(k, r+x) / p^k with
    z = p t / (alpha + T + p t). No differences of hypergeometric functions (FHL eq. 10), so nothing cancels.
    """
    chances, shares = nodes
    ahead = weeks / (params[1] + age)[:, np.newaxis] * chances
    reached = betainc(order, params[0] + x, ahead / (1 + ahead))
    # Summed row by row: a product of matrices would round a row by how many others stand beside it.
    return np.asarray((reached * (shares * (1 - chances) ** (order - 1) / chances**order)).sum(axis=1))
