"""Sent: shapes of what is sent to us one event at a time. No file has them, so `guess` never tries them.

An event is one step of a case: a ticket is opened by one and closed by another. Each carries a number of its own.
"""

from __future__ import annotations

from typing import Final

from .shapes import Make, Shape

__all__ = ["SENT"]

SENT: Final = (
    Shape(
        "introductions",
        "who a customer is, as an application says it",
        (),
        (),
        (Make("introduced", "occurred_at"),),
        named="",
        key="row_id",
        about="",
    ),
    Shape(
        "ticket events",
        "a step of a ticket",
        (),
        (),
        (Make("viewed", "occurred_at", only_if="event"),),
        named="",
        key="row_id",
        about="case",
        case="ticket",
    ),
    Shape(
        "promise events",
        "a promise that was made or kept",
        (),
        (),
        (Make("viewed", "occurred_at", due="due_at", only_if="event"),),
        named="",
        key="row_id",
        about="case",
        case="promise",
    ),
)
