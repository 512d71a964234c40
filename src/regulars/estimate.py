"""Estimate: a number that knows its unit, range, sample, date and method. And absence, which has words.

A number never travels alone in Regulars. What a page says about a customer is either a trace (a fact that a source
reported) or one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from .evidence import Evidence

__all__ = ["Absence", "Estimate"]


class Absence(Enum):
    """Why there is no number. Six states that a page must never confuse."""

    NEVER_ASKED = "never asked"
    NEVER_MET = "never met"
    NOT_CONNECTED = "not connected"
    LATE = "the source is late"
    ERASED = "erased at their request"
    ZERO = "none"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its range, sample size, date, method and evidence.

    `low` and `high` bound the middle `coverage` of what we expect (0.8 = 8 times in 10). `unit` is a word such as
    "days", "probability", "bits", or a currency code for minor units. `n` counts what the value was learnt from.
    `licensed` is False while the method's last check against what happened later fell short: such a value is shown
    as "unproven", never as a number.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    n: int
    as_of: date
    method: str
    evidence: Evidence
    coverage: float = 0.8
    licensed: bool = True
