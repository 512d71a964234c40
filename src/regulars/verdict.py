"""Verdict: allowed, or withheld and why.

`Allowed[...]` wraps what has passed one of the guard's three doors. Only the guard can make one: the seal below is
handed to the modules of `regulars.guard` and a test of the house looks that nobody else asks for it. Whatever shows or
does something takes an `Allowed[...]`, so that forgetting the guard is a type error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from .errors import Unsaid

__all__ = ["Allowed", "Outcome", "Withheld"]

T = TypeVar("T")
SEAL: Final = object()  # asked for by regulars.guard alone


class Outcome(Enum):
    """What a reader may do with a line, from freest to strictest."""

    SAY = "say"  # may be mentioned to the customer
    USE = "use"  # act on it, do not recite it
    ASK = "ask"  # turn it into a question
    HIDE = "hide"  # not shown to staff
    REFUSE = "refuse"  # neither kept nor computed

    @property
    def looseness(self) -> int:
        """Higher is looser; used to check that nothing ever loosens by accident."""
        return {"say": 4, "use": 3, "ask": 2, "hide": 1, "refuse": 0}[self.value]


@dataclass(frozen=True, slots=True)
class Allowed(Generic[T]):
    """Something that a door of the guard has let through, with the rule that did."""

    it: T
    outcome: Outcome
    rule: int
    why: str
    seal: object = None

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise Unsaid(
                "Something tried to pass for allowed without the guard.",
                now="Send it through one of the doors of regulars.guard.",
            )


@dataclass(frozen=True, slots=True)
class Withheld(Generic[T]):
    """Something that a door kept back, with the rule and its reason in plain words."""

    it: T
    outcome: Outcome
    rule: int
    why: str
