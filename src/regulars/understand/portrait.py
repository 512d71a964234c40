"""Portrait: what we hold true of one customer on one date; estimates and open expectations. The noun of `understand`.

Whatever a page says about somebody's habits comes from here, and each number keeps its range, its sample, its method
and the traces behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..estimate import Absence, Estimate

__all__ = [
    "CHECKED_AS",
    "DEBT_ORDER",
    "FADED_DAYS",
    "MEASURES",
    "MONEY",
    "Debt",
    "Measure",
    "Portrait",
    "Said",
    "Stretch",
    "Taste",
]

MONEY: Final = "minor units"  # of the customer's main currency


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
BOUGHT: Final = "understand/purchases"
CHANCE: Final = (
    "BG/NBD (Fader, Hardie and Lee 2005), fitted to all customers: P(at least one purchase day in the horizon)"
)
GAP: Final = (
    "median of their own gaps between days with a purchase; "
    "1 in 10 was shorter than the low end, 1 in 10 longer than the high end"
)
SILENCE: Final = "days since the last purchase; its surprise is that of a Gamma-Poisson rate (BG/NBD), in bits"
WORTH: Final = (
    "BG/NBD times Gamma-Gamma (Fader and Hardie 2013), less their share of returns, over 365 days; "
    "range from a gamma with a spike at 0, matched in mean and variance"
)
MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("visits", "days", "days with a purchase, counted", BOUGHT, BUYING),
        Measure("gap", "days", GAP, BOUGHT, BUYING),
        Measure("silence", "days", SILENCE, BOUGHT, BUYING),
        Measure("surprise", "bits", "BG/NBD: (r + x) log2((alpha + T) / (alpha + t_x))", BOUGHT, BUYING),
        Measure("buys_soon", "probability", CHANCE, BOUGHT, BUYING),
        Measure("worth", MONEY, WORTH, BOUGHT, BUYING),
        Measure("spent", MONEY, "sum of their purchases, less what was given back", BOUGHT, (*BUYING, "returned")),
        Measure(
            "late_share",
            "share",
            "deliveries after their promised day, of all that had one; range is Wilson's",
            "understand/deliveries",
            ("delivered",),
        ),
    )
}
# The order in which debts are put right, on a page and in the list of today: the weightiest, then the longest overdue.
DEBT_ORDER: Final = (("severity", "descending"), ("due_day", "ascending"), ("trace_id", "ascending"))
FADED_DAYS: Final = 730  # what we last saw longer ago than this says nothing about today

# Which check an estimate leans on: the silence and the chance of a purchase are said by one model.
CHECKED_AS: Final = {"surprise": "buys_soon", "buys_soon": "buys_soon", "worth": "worth"}


@dataclass(frozen=True, slots=True)
class Debt:
    """Something that we owe: an open complaint, a late order, an overdue promise. Days count from 1970-01-01.

    `definition` names the query that found it, and `said` are the words that came with it, theirs or ours.
    """

    kind: str
    matter: str
    since_day: int
    due_day: int
    department: str | None
    trace: str
    said: str | None = None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The last thing somebody said in one way: a rating, review, complaint, question, or a colleague's note.

    `opinion` tells that a colleague's note interprets rather than observes.
    """

    kind: str
    day: int
    times: int
    trace: str
    text: str | None = None
    rating_milli: int | None = None
    scale_low: int | None = None
    scale_high: int | None = None
    department: str | None = None
    opinion: bool = False


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
    """What we hold true of one customer on one date. Debts come in the order in which they are to be put right."""

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

    def unusual_silence(self, bits: float) -> Estimate | None:
        """Return the surprise of today's silence where it is worth a question, else None.

        It is so when it is unusual for this very customer, the model behind it may speak, and they came within the last
        two years: after that it is too late to ask.
        """
        surprise, silence = self.estimate("surprise"), self.estimate("silence")
        if surprise is None or silence is None or not surprise.licensed or silence.value > FADED_DAYS:
            return None
        return surprise if surprise.value >= bits else None
