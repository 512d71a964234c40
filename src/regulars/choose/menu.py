"""Menu: which actions fit a portrait. "Do nothing" is always on it.

What we owe comes first: each debt has its own way of being put right. Only then, and only where a silence is unusual for
this very customer, is there something else to consider, and it is a question, not a sale.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from ..settings import Settings
from ..understand.portrait import Debt, Portrait
from .action import Action
from .pressure import WEIGHTS

__all__ = ["NOTHING", "asking", "days", "repairs", "spoken", "when"]

EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
NOTHING: Final = "nothing"


def repairs(portrait: Portrait, settings: Settings) -> list[Action]:
    """Return one action per debt, weightiest and longest overdue first."""
    ranked = sorted(portrait.debts, key=lambda debt: -urgency(debt, portrait.as_of_day, settings))
    return [repair(debt, portrait, settings) for debt in ranked]


def urgency(debt: Debt, as_of_day: int, settings: Settings) -> float:
    """Return severity times how many times over it is overdue (decide.md B4, stage 1)."""
    severity = {"open complaint": 5, "overdue promise": 4, "late order": 4, "low rating": 3}.get(debt.kind, 2)
    return severity * (1 + min(max(0, debt.days_over(as_of_day)) / settings.answer_within_days, 10.0))


def repair(debt: Debt, portrait: Portrait, settings: Settings) -> Action:
    """Return the action that puts one debt right."""
    do, minutes = REPAIRS[debt.kind](debt)
    over = debt.days_over(portrait.as_of_day)
    why = f"Overdue by {days(over)}." if over > 0 else f"Due {when(debt.due_day)}."
    return Action(
        code=debt.kind.replace(" ", "-"), do=do, why=why, purpose="service", channel="call", department=debt.department or "", by_day=portrait.as_of_day,
        minutes=minutes, traces=(debt.trace,), definition=debt.definition,
    )  # fmt: skip


REPAIRS: Final[dict[str, Callable[[Debt], tuple[str, int]]]] = {
    "open complaint": lambda debt: (f"Answer their complaint of {when(debt.since_day)}, and say what you will do about it", 15),
    "open question": lambda debt: (f"Answer their question of {when(debt.since_day)}", 10),
    "overdue promise": lambda debt: (f"Keep what was promised for {when(debt.due_day)}, or tell them the truth and a new date", 15),
    "late order": lambda debt: (f"Find {spoken(debt.matter)}, promised for {when(debt.due_day)}, and tell them the truth and a date", 15),
    "came late": lambda debt: (f"Say sorry that {spoken(debt.matter)} came {late(debt)} late", 5),
    "low rating": lambda debt: (f"Ask what went wrong before their rating of {when(debt.since_day)}, and listen", 10),
}


def asking(portrait: Portrait, settings: Settings) -> list[Action]:
    """Return the question that an unusual silence calls for, if it is unusual and the model may speak."""
    surprise, silence = portrait.estimate("surprise"), portrait.estimate("silence")
    if surprise is None or silence is None or not surprise.licensed or surprise.value < settings.silence_bits:
        return []
    return [
        Action(
            code="ask",
            do="Ask whether everything was all right last time",
            why=f"It is {days(silence.value)} since they came; for them that happens 1 time in {2**surprise.value:.0f}.",
            purpose="care",
            channel="call",
            minutes=5,
            weight=WEIGHTS["question"],
            traces=surprise.evidence.traces[:3],
            definition=surprise.evidence.definition,
        )
    ]


def spoken(matter: str) -> str:
    """Say what something is about in words: `order:shop:1182` is "order 1182".

    >>> spoken("order:shop:1182"), spoken("~5f2a")
    ('order 1182', 'this matter')
    """
    kind, _, rest = matter.partition(":")
    return f"{kind} {rest.partition(':')[2]}" if rest else "this matter"


def late(debt: Debt) -> str:
    """Say how late something came: `since_day` is the day it arrived."""
    return days(debt.since_day - debt.due_day)


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
    found = date.fromordinal(EPOCH_DAY + day)
    return f"{found.day} {found:%b %Y}"
