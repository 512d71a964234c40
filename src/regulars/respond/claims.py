"""Claims: where a line's facts come from, as the guard asks it. What is claimed must be true of every word of the line.

standing   what is so today: a wish in force, a debt still open, a question to ask
fact       a plain fact of a certain day
habit      counted from several days; it takes three, two months apart, before anybody should act on it
forecast   worked out by a model, with the share of such statements that held when it was checked
"""

from __future__ import annotations

from typing import Final

from ..estimate import Estimate
from ..understand.portrait import CHECKED_AS
from .briefing import Claim
from .material import Material

__all__ = ["fact", "forecast", "habit", "standing"]

MONTH_DAYS: Final = 30.44
SPREAD_DAYS: Final = 60


def standing(material: Material, *, source: str = "did_with_us") -> Claim:
    """Claim what is so today, however long ago it began."""
    return Claim(source, "given", identity=material.customer.sure)


def fact(
    material: Material,
    day: int | None,
    *,
    source: str = "did_with_us",
    sensitivity: int = 0,
    occasions: int = 1,
    opinion: bool = False,
) -> Claim:
    """Claim a plain fact of a day."""
    return Claim(
        source,
        "given",
        sensitivity=sensitivity,
        age_months=months(material, day),
        identity=material.customer.sure,
        occasions=occasions,
        opinion=opinion,
    )


def habit(
    material: Material, first_day: int | None, last_day: int | None, *, occasions: int, sensitivity: int = 0
) -> Claim:
    """Claim something counted from what they did with us between two days."""
    return Claim(
        "did_with_us",
        "counted",
        sensitivity=sensitivity,
        age_months=months(material, last_day),
        identity=material.customer.sure,
        occasions=occasions,
        spread=first_day is not None and last_day is not None and last_day - first_day >= SPREAD_DAYS,
    )


def forecast(material: Material, estimate: Estimate) -> Claim:
    """Claim something that a model worked out from what they did with us."""
    portrait = material.portrait
    first, last = portrait.first_day, portrait.last_day
    return Claim(
        "did_with_us",
        "inferred",
        age_months=months(material, last),
        identity=material.customer.sure,
        occasions=estimate.n,
        spread=first is not None and last is not None and last - first >= SPREAD_DAYS,
        precision=material.precision.get(CHECKED_AS.get(estimate.name, estimate.name), 0.0),
    )


def months(material: Material, day: int | None) -> float:
    """Return how many months ago a day was."""
    return 0.0 if day is None else max(0, material.portrait.as_of_day - day) / MONTH_DAYS
