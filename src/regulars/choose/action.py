"""Action: one thing a person could do next, with its reason. "Nothing" is one, and often the best. The noun of `choose`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Action", "Choice", "Consent", "Dropped", "Touch"]


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
