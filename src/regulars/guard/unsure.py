"""Unsure: what is left of a page when its records may be two people. Nothing of what they did, and what to do about it.

One person's history must not be told to another. Below the bar the table hides every fact (rule 3); here the page loses
what its lines do not hold as well: graphs, how things stand, and advice that rests on those facts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..choose.action import LOOK_FIRST, Action, Choice
from ..recognise.customer import Customer
from ..respond.briefing import THEIRS, Briefing, State

__all__ = ["LOOK", "doubtful", "without_facts"]

LOOK: Final = Choice(
    Action(
        code=LOOK_FIRST,
        do="Look at the records of this customer, and say whether they are one person",
        why="What is alike in them holds them together, and that is not sure enough to tell one what the other did.",
        purpose="none",
        definition="recognise/customers",
    ),
    stage="identity",
    runner_up=None,
    flips="Once somebody has said so, this page says more.",
)
MISSING: Final = "everything they did, since it may be somebody else's"


def doubtful(customer: Customer) -> bool:
    """Tell whether a customer may be two people."""
    return customer.sure < THEIRS


def without_facts(page: Briefing) -> Briefing:
    """Return the page of a customer who may be two people: no graphs, and no word on how things stand."""
    return replace(page, state=State.WATCH, sparks=(), missing=(MISSING, *page.missing))
