"""Action: one thing a person could do next, with its reason. The noun of `choose`.

"Nothing" is one of them, and often the best. `days`, `when` and `one_in` write time and odds, for an action and for the
page it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

__all__ = ["LOOK_FIRST", "Action", "Choice", "Consent", "Dropped", "Touch", "days", "one_in", "when"]

START: Final = date(1970, 1, 1)
LOOK_FIRST: Final = "look_first"  # the code of the action where two people may be mixed up
RAREST: Final = 1000  # no history is long enough to say how much rarer something is


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `weight` is how much it intrudes (see `pressure`); `by_day` counts from 1970-01-01.

    `gain_minor` is what it is expected to bring against doing nothing; None means that nobody has measured it yet.
    """

    code: str
    do: str
    why: str
    purpose: str  # "service" | "care" | "none"
    channel: str = ""
    department: str = ""
    by_day: int | None = None
    minutes: int = 0
    weight: float = 0.0
    traces: tuple[str, ...] = ()
    definition: str = ""
    gain_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """An action that was considered and put aside, by which stage and why."""

    action: Action
    stage: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The one next action, the runner-up, what would flip the choice, and what was dropped on the way."""

    action: Action
    stage: str
    runner_up: Action | None
    flips: str
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """One time that we were in touch with a customer."""

    happened_at: int
    channel: str
    purpose: str
    trace: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer last decided about a channel and a purpose; "" means all of them."""

    channel: str
    purpose: str
    given: bool
    day: int
    trace: str


def days(count: float) -> str:
    """Write a number of days.

    >>> days(1), days(24.4)
    ('1 day', '24 days')
    """
    whole = round(count)
    return f"{whole} {'day' if whole == 1 else 'days'}"


def when(day: int) -> str:
    """Write a day as people do.

    >>> when(0)
    '1 Jan 1970'
    """
    found = START + timedelta(days=day)
    return f"{found.day} {found:%b %Y}"


def one_in(bits: float) -> str:
    """Say how rare something is that surprises by so many bits.

    >>> one_in(4), one_in(60)
    ('1 time in 16', 'less than 1 time in 1,000')
    """
    rarity = 2.0 ** min(bits, 60.0)
    return f"1 time in {rarity:.0f}" if rarity <= RAREST else f"less than 1 time in {RAREST:,}"
