"""Briefing: one page to read in sixty seconds; lines, each with its evidence. The noun that `respond` makes.

The blocks never change their order, so that eyes learn it:
0 who | 1 in one line | 2 put right first | 3 what matters now | 4 at a glance | 5 one next action
6 ask, don't assume | 7 handle with care
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from ..choose.action import Choice
from ..estimate import Estimate
from ..evidence import Evidence
from ..verdict import Allowed, Withheld

__all__ = ["BLOCKS", "SURE", "THEIRS", "WORD_LIMIT", "Briefing", "Claim", "Line", "Mark", "Spark", "State", "Tap"]

BLOCKS: Final = (
    "Who",
    "In one line",
    "Put right first",
    "What matters now",
    "At a glance",
    "One next action",
    "Ask, don't assume",
    "Handle with care",
)
WORD_LIMIT: Final = 200
THEIRS: Final = 0.95  # below this probability a trace may be somebody else's, and no fact is shown
SURE: Final = 0.99  # below this a page says that it is not quite sure of the person


class Mark(Enum):
    """Where a line comes from."""

    TOLD = "“”"  # they told us
    DID = "●"  # they did it with us
    WORKED_OUT = "◐"  # we worked it out
    NOTED = "✎"  # a colleague noted it

    @property
    def words(self) -> str:
        """What the mark says, for those who cannot see it."""
        return {
            "“”": "they told us",
            "●": "they did it with us",
            "◐": "we worked it out",
            "✎": "a colleague's note",
        }[self.value]


class State(Enum):
    """How things stand, in one word, one shape and one colour."""

    OWE = "We owe them"
    WATCH = "Watch"
    SETTLED = "Settled"
    NEW = "New"

    @property
    def shape(self) -> str:
        """The shape that goes with the word."""
        return {"We owe them": "▲", "Watch": "◆", "Settled": "●", "New": "○"}[self.value]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the guard asks of a line before it may be shown (trust_ux.md A7). Ages are in months.

    `source` is one of told_us, did_with_us, staff_saw, tracked_consented, tracked_other, public_to_us, public_web,
    third_party; `derivation` one of given, counted, inferred; `sensitivity` 0 ordinary, 1 personal life, 2 special.
    """

    source: str
    derivation: str
    sensitivity: int = 0
    age_months: float = 0.0
    identity: float = 1.0  # probability that the trace is theirs
    occasions: int = 1
    spread: bool = False  # two places or two months
    purpose_fits: bool = True
    about_other: bool = False
    they_told: bool = False
    consent: bool = False
    safety: bool = False
    opinion: bool = False
    precision: float = 0.0  # held-out precision of this kind of inference
    admin_allows: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. `key` names it within its briefing, `day` is the day of the newest fact in it."""

    key: str
    block: int
    text: str
    mark: Mark
    claim: Claim
    evidence: Evidence
    day: int | None = None
    estimate: Estimate | None = None

    @property
    def words(self) -> int:
        """How many words it takes to read."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Tap:
    """What a colleague said of a line: done, later or wrong; when, in words that may be shown, and the trace of it."""

    key: str
    how: str
    day: int
    words: str
    trace: str


@dataclass(frozen=True, slots=True)
class Spark:
    """A small graph: 24 stretches of thirty days, oldest first (None = nothing known).

    `low` and `high` are the ends of the customer's own usual band.
    """

    name: str
    values: tuple[float | None, ...]
    low: float | None
    high: float | None
    last: str
    unit: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """One page about one customer on one date, made for one run."""

    customer: str
    label: str
    as_of: date
    run_id: str
    state: State
    lines: tuple[Allowed[Line], ...]
    sparks: tuple[Spark, ...]
    choice: Choice
    missing: tuple[str, ...]
    kept_back: tuple[Withheld[Line], ...]
    taps: tuple[Tap, ...] = ()

    def taps_on(self, key: str) -> tuple[Tap, ...]:
        """Return what colleagues said of one line."""
        return tuple(tap for tap in self.taps if tap.key == key)

    def block(self, number: int) -> tuple[Allowed[Line], ...]:
        """Return the lines of one block."""
        return tuple(line for line in self.lines if line.it.block == number)

    @property
    def words(self) -> int:
        """How many words the page takes to read, the action included, the foot not."""
        action = f"{self.choice.action.do} {self.choice.action.why}"
        return sum(line.it.words for line in self.lines if line.it.block != 5) + len(action.split())
