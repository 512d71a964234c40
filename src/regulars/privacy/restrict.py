"""Restrict: one customer is left alone at their request: kept, not scored, not briefed (GDPR 18)."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from ..dates import instant_us
from ..errors import NotFound
from ..store import Home
from ..store import restrict as kept
from .person import Person, find

__all__ = ["lift_restriction", "restrict"]


def restrict(home: Home, text: str, *, now: datetime) -> Person:
    """Leave the person whom a text means alone from now on."""
    person = find(home, text)
    kept.restrict(home.catalogue, person.customer.subjects, receipt=token_hex(8), now_us=instant_us(now))
    return person


def lift_restriction(home: Home, text: str, *, now: datetime) -> Person:
    """Let the person whom a text means count again."""
    person = find(home, text)
    if kept.restricted_since(home.catalogue, person.customer.subjects) is None:
        raise NotFound(f"{person.customer.label} is not restricted.", now="There is nothing to lift.")
    kept.lift_restriction(home.catalogue, person.customer.subjects, now_us=instant_us(now))
    return person
