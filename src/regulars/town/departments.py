"""The five departments, how long each asks for, and how often each is late.

The rates are the planted truth. Delivery is the weakest link; about ten weeks before the end it gets clearly
worse, and the service desk, which has to answer for it, falls behind as well. Some weeks are bad weeks, in
which a department is late more than twice as often; December is heavier for bakery and delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

__all__ = ["BAKERY", "BUYING", "COUNTER", "DELIVERY", "DEPARTMENTS", "DESK", "Lateness", "lateness"]

DEPARTMENTS = ("counter", "bakery", "delivery", "service desk", "buying")
COUNTER, BAKERY, DELIVERY, DESK, BUYING = range(5)

LATE_BEFORE = np.array([0.0, 0.045, 0.095, 0.08, 0.065])  # share of promises broken in an ordinary week
LATE_AFTER = np.array([0.0, 0.045, 0.30, 0.16, 0.065])  # the same from the shift on
DECEMBER = np.array([1.0, 1.6, 1.5, 1.0, 1.0])
BAD_WEEK = 2.3  # how many times more often late in a bad week
BAD_WEEK_SHARE = 0.06
LEAD_DAYS = np.array([[0, 0], [2, 5], [1, 3], [2, 4], [5, 12]])  # shortest and longest promise
FAULTS = np.array([0.006, 0.015, 0.025, 0.0, 0.03])  # share of orders with something wrong in them
SHIFT_DAYS = 70
BEYOND_DAYS = 60


@dataclass(frozen=True, slots=True)
class Lateness:
    """How likely a promise of each department, due on each day, is to be broken (departments x days)."""

    start: date
    shift_day: int
    bad_weeks: NDArray[np.bool_]  # departments x weeks since the start
    p_late: NDArray[np.float64]

    @property
    def shift_on(self) -> date:
        """The first day on which delivery is worse."""
        return self.start + timedelta(days=self.shift_day)

    def of(self, department: NDArray[np.int64], *, due: NDArray[np.int64]) -> NDArray[np.float64]:
        """Chance of a broken promise, for promises due `due` days after the start."""
        last = self.p_late.shape[1] - 1
        chances: NDArray[np.float64] = self.p_late[department, np.minimum(due, last)]
        return chances

    def bad_week_dates(self, department: int) -> list[date]:
        """First days of the department's bad weeks."""
        weeks = np.flatnonzero(self.bad_weeks[department]).tolist()
        return [self.start + timedelta(days=7 * week) for week in weeks]


def lateness(*, seed: int, start: date, days: int) -> Lateness:
    """Plant the rates for a town of `days` days; after that the last day's rates go on."""
    rng = np.random.Generator(np.random.PCG64([seed, 2]))
    weeks = days // 7 + 1
    bad = rng.random((len(DEPARTMENTS), weeks)) < BAD_WEEK_SHARE
    one_each = rng.integers(0, weeks, len(DEPARTMENTS))
    bad[np.arange(len(DEPARTMENTS)), one_each] = True
    bad[COUNTER] = False
    shift_day = days - min(SHIFT_DAYS, days // 3)
    p_late = np.empty((len(DEPARTMENTS), days + BEYOND_DAYS))
    for day in range(days + BEYOND_DAYS):
        rate = (LATE_BEFORE if day < shift_day else LATE_AFTER).copy()
        if (start + timedelta(days=day)).month == 12:
            rate *= DECEMBER
        if day // 7 < weeks:
            rate *= np.where(bad[:, day // 7], BAD_WEEK, 1.0)
        p_late[:, day] = np.minimum(rate, 0.6)
    return Lateness(start=start, shift_day=shift_day, bad_weeks=bad, p_late=p_late)
