"""Who lives in the town, and the habits nobody can see: the truth that a tool should come near to.

Rhythm is a renewal process with gamma gaps (shape k: 1 is random, large is regular) that ends after a
purchase with a hidden probability; some people come once a week on their day, like clockwork. Worth is
gamma-gamma: each person has a mean spend, and orders scatter around it.

Sources: Fader, Hardie and Lee (2005), the beta-geometric rhythm; Platzer and Reutterer (2016), regularity k;
Fader and Hardie (2013), gamma-gamma spend.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .goods import CAKES, CATEGORIES, goods

__all__ = ["CLOCKWORK_K", "Habits", "draw_habits"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLOCKWORK_K = 60.0
SPEND_SHAPE = 6.0  # p of gamma-gamma: how tightly orders scatter around the own mean
SPREAD_SHAPE = 5.0  # q: how alike people are
SPEND_SCALE_MINOR = 1400.0  # gamma: with p and q it gives a mean order of 21.00
BEFORE_SHARE = 0.55  # people who were customers before the first day
FAVOURITES = 3


@dataclass(frozen=True, slots=True)
class Habits:
    """One array per habit, one element per person."""

    join_day: Ints  # days since the first day; negative for people from before
    rate_per_week: Floats
    regularity_k: Floats
    clockwork: Flags  # weekly, on their own weekday
    weekday: Ints  # day number modulo 7, for clockwork people
    hour: Floats  # usual hour of day
    dropout_p: Floats  # chance of stopping for good after a purchase
    mean_spend_minor: Floats
    taste: NDArray[np.float32]  # people x categories, running sums up to 1
    favourite_category: Ints
    favourites: NDArray[np.int16]  # people x FAVOURITES product numbers
    p_delivery: Floats
    p_bakery: Floats
    p_buying: Floats
    slack_days: Ints  # lateness borne without complaint; 0 expects the promised day
    base_satisfaction: Floats
    tolerance: Floats  # contacts within about two weeks that are still welcome
    complains: Floats
    rates: Floats
    reviews: Floats
    refers: Floats
    browses: Floats

    @property
    def count(self) -> int:
        """How many people."""
        return int(self.join_day.size)


def draw_habits(rng: np.random.Generator, *, people: int, days: int) -> Habits:
    """Draw everybody's habits; people are numbered in the order in which they became customers."""
    n = people
    before = rng.random(n) < BEFORE_SHARE
    join_day = np.where(before, -rng.integers(30, 6 * 365, n), rng.integers(0, days, n))
    join_day.sort()
    kind = rng.random(n)
    clockwork = kind < 0.06
    steady = (kind >= 0.06) & (kind < 0.20)
    rate = np.where(steady, rng.uniform(0.15, 0.55, n), 0.012 + rng.gamma(1.1, 0.075, n))
    k = np.where(steady, rng.uniform(3.0, 9.0, n), rng.uniform(0.8, 1.6, n))
    loyal = rng.random(n) < 0.3
    dropout = np.where(loyal, rng.beta(1.0, 200.0, n), rng.beta(1.0, 20.0, n))
    per_minor = rng.gamma(SPREAD_SHAPE, 1.0 / SPEND_SCALE_MINOR, n)
    taste, category, favourites = _draw_taste(rng, n)
    return Habits(
        join_day=join_day,
        rate_per_week=np.where(clockwork, 1.0, np.minimum(rate, 1.5)),
        regularity_k=np.where(clockwork, CLOCKWORK_K, k),
        clockwork=clockwork,
        weekday=rng.integers(0, 7, n),
        hour=rng.uniform(8.5, 18.5, n),
        dropout_p=np.where(clockwork, 0.003, dropout),
        mean_spend_minor=np.clip(SPEND_SHAPE / per_minor, 500.0, 9000.0),
        taste=taste,
        favourite_category=category,
        favourites=favourites,
        p_delivery=rng.beta(0.8, 1.7, n),
        p_bakery=rng.beta(1.0, 11.0, n),
        p_buying=rng.beta(1.0, 24.0, n),
        slack_days=rng.choice(4, size=n, p=[0.45, 0.3, 0.17, 0.08]),
        base_satisfaction=rng.beta(12.0, 4.0, n),
        tolerance=rng.uniform(2.0, 5.0, n),
        complains=rng.beta(1.6, 2.4, n),
        rates=rng.beta(0.7, 7.0, n),
        reviews=rng.beta(0.6, 30.0, n),
        refers=rng.beta(1.0, 4.0, n),
        browses=rng.gamma(1.2, 0.8, n),
    )


def _draw_taste(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Ints, NDArray[np.int16]]:
    """Weights over categories (cakes apart: they are ordered, not picked) and a few favourite products."""
    weights = rng.gamma(0.7, 1.0, (n, len(CATEGORIES))) + 0.02
    weights[:, CAKES] = 0.0
    category = weights.argmax(axis=1).astype(np.int64)
    running = np.cumsum(weights, axis=1)
    taste = (running / running[:, -1:]).astype(np.float32)
    luck = rng.random((n, FAVOURITES))
    shelves = np.repeat(category[:, None], FAVOURITES, axis=1)
    favourites = goods().draw(shelves.ravel(), luck=luck.ravel()).reshape(n, FAVOURITES)
    return taste, category, favourites.astype(np.int16)
