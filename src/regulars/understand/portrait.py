"""Portrait: what we hold true of one customer on one date. Estimates and open expectations only; the noun of `understand`.

Whatever a page says about somebody's habits comes from here, and each number keeps its range, its sample, its method and
the traces behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..estimate import Absence, Estimate

__all__ = ["MEASURES", "Debt", "Measure", "Portrait", "Said", "Stretch", "Taste"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a portrait can hold: its unit, how it is worked out, and which traces stand behind it."""

    name: str
    unit: str
    method: str
    definition: str
    kinds: tuple[str, ...]
    coverage: float = 0.8


BUYING: Final = ("ordered", "bought")
MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("visits", "days", "days with a purchase, counted", "understand/purchases", BUYING),
        Measure("gap", "days", "median of their own gaps between days with a purchase; 1 in 10 was shorter than the low end, 1 in 10 longer than the high end", "understand/purchases", BUYING),
        Measure("silence", "days", "days since the last purchase; its surprise is that of a Gamma-Poisson rate (BG/NBD), in bits", "understand/purchases", BUYING),
        Measure("surprise", "bits", "BG/NBD: (r + x) log2((alpha + T) / (alpha + t_x))", "understand/purchases", BUYING),
        Measure("buys_soon", "probability", "BG/NBD (Fader, Hardie and Lee 2005), fitted to all customers: P(at least one purchase day in the horizon)", "understand/purchases", BUYING),
        Measure("worth", "minor units", "BG/NBD times Gamma-Gamma (Fader and Hardie 2013), less their share of returns, over 365 days; range from a gamma with a spike at 0, matched in mean and variance", "understand/purchases", BUYING),
        Measure("spent", "minor units", "sum of their purchases, less what was given back", "understand/purchases", (*BUYING, "returned")),
        Measure("late_share", "share", "deliveries after their promised day, of all that had one; range is Wilson's", "understand/deliveries", ("delivered",)),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Debt:
    """Something that we owe: an open complaint, a late order, an overdue promise. Days count from 1970-01-01."""

    kind: str
    matter: str
    since_day: int
    due_day: int
    department: str | None
    trace: str
    said: str | None = None
    definition: str = ""

    def days_over(self, as_of_day: int) -> int:
        """Return by how many days it is overdue."""
        return as_of_day - self.due_day


@dataclass(frozen=True, slots=True)
class Said:
    """The last thing somebody said in one way: a rating, review, complaint, question, or a colleague's note."""

    kind: str
    day: int
    times: int
    trace: str
    text: str | None = None
    rating_milli: int | None = None
    scale_low: int | None = None
    scale_high: int | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Taste:
    """Something that somebody buys again and again."""

    item: str
    category: str | None
    days: int
    first_day: int
    last_day: int
    trace: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Thirty days of one customer; 0 is the latest."""

    stretch: int
    visits: int
    minor: int
    problems: int
    rating_milli: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """What we hold true of one customer on one date."""

    customer: int
    as_of: date
    as_of_day: int
    currency: str
    first_day: int | None
    last_day: int | None
    estimates: Mapping[str, Estimate | Absence]
    debts: tuple[Debt, ...] = ()
    due_soon: tuple[Debt, ...] = ()
    said: tuple[Said, ...] = ()
    tastes: tuple[Taste, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    def estimate(self, name: str) -> Estimate | None:
        """Return an estimate, or None where there is none to show."""
        found = self.estimates.get(name)
        return found if isinstance(found, Estimate) else None

    def last(self, kind: str) -> Said | None:
        """Return the last thing said in one way."""
        return next((said for said in self.said if said.kind == kind), None)
