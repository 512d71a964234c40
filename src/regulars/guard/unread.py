"""Unread: what is left of a page when a customer's consents cannot be read. Their name, and what we promised them.

Without the consents nobody can tell what they agreed to, so the guard fails closed and the page says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..choose.action import Action, Choice
from ..respond.briefing import Briefing, Line, State

__all__ = ["UNREADABLE", "left_open", "shut"]

NAME, OWED = 0, 2  # blocks of a page
PROMISES: Final = ("understand/overdue_promises", "understand/late_orders", "understand/due_soon")
UNREADABLE: Final = "their consents cannot be read, so only the name and open promises are shown"
WAIT: Final = Choice(
    Action(
        code="nothing",
        do="Nothing beyond what was promised",
        why="Their consents cannot be read, and nobody can tell what they agreed to.",
        purpose="none",
    ),
    stage="nothing",
    runner_up=None,
    flips="Once their consents can be read, this page says more.",
)


def left_open(line: Line) -> bool:
    """Tell whether a line is the name, or a promise of ours that is still open."""
    return line.block == NAME or (line.block == OWED and line.evidence.definition in PROMISES)


def shut(page: Briefing) -> Briefing:
    """Return a page without what its lines do not hold any more: no graphs, no word on how things stand, no advice."""
    owed = any(line.it.block == OWED for line in page.lines)
    repair = page.choice.action.definition in PROMISES
    return replace(
        page,
        state=State.OWE if owed else State.WATCH,  # never "settled": what is hidden may be a debt
        sparks=(),
        choice=replace(page.choice, runner_up=None, dropped=()) if repair else WAIT,
        missing=(UNREADABLE, *page.missing),
    )
