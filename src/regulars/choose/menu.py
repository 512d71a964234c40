"""Menu: which actions fit a portrait. "Do nothing" is always on it.

What we owe comes first: each debt has its own way of being put right. Only then, and only where a silence is unusual
for this very customer, is there something else to consider, and it is a question, not a sale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ..settings import Settings
from ..understand.portrait import Debt, Portrait
from .action import Action, days, one_in, when
from .pressure import WEIGHTS

__all__ = ["CHANNELS", "NOTHING", "asking", "by_channel", "do_nothing", "quietly", "repairs", "spoken"]

NOTHING: Final = "nothing"
CHANNELS: Final = ("call", "mail")  # how we get in touch, the warmest first; the guard may leave us the second or none
OVER: Final = ("came late", "low rating")  # what has happened already: there is no day by which to do it
MATTER_WORDS: Final = 3
MATTER_LETTERS: Final = 40  # an order number may be a hash of 32


def repairs(portrait: Portrait) -> list[Action]:
    """Return one action per debt, in the order of the portrait: the weightiest first, then the longest overdue."""
    return [repair(debt, portrait.as_of_day) for debt in portrait.debts]


def repair(debt: Debt, as_of_day: int) -> Action:
    """Return the action that puts one debt right."""
    do, minutes = REPAIRS[debt.kind](debt)
    over = as_of_day - debt.due_day
    if debt.kind in OVER:
        why = f"It was {days(as_of_day - debt.since_day)} ago, and nothing shows that anybody has."
    else:
        why = f"Overdue by {days(over)}." if over > 0 else f"Due {when(debt.due_day)}."
    return Action(
        code=debt.kind.replace(" ", "-"),
        do=do,
        why=why,
        purpose="service",
        channel=CHANNELS[0],
        department=debt.department or "",
        by_day=max(as_of_day, debt.due_day),
        minutes=minutes,
        traces=(debt.trace,),
        definition=debt.definition,
    )


REPAIRS: Final[dict[str, Callable[[Debt], tuple[str, int]]]] = {
    "open complaint": lambda debt: (
        f"Answer their complaint of {when(debt.since_day)}, and say what you will do about it",
        15,
    ),
    "open question": lambda debt: (f"Answer their question of {when(debt.since_day)}", 10),
    "overdue promise": lambda debt: (
        f"Keep what was promised for {when(debt.due_day)}, or tell them the truth and a new date",
        15,
    ),
    "late order": lambda debt: (
        f"Find {spoken(debt.matter)}, promised for {when(debt.due_day)}, and tell them the truth and a date",
        15,
    ),
    "came late": lambda debt: (
        f"Say sorry that {spoken(debt.matter)} came {days(debt.since_day - debt.due_day)} late",
        5,
    ),
    "low rating": lambda debt: (
        f"Ask what went wrong before their rating of {when(debt.since_day)}, and listen",
        10,
    ),
}


def asking(portrait: Portrait, settings: Settings) -> list[Action]:
    """Return the question that an unusual silence calls for, if it is unusual and the model may speak."""
    surprise, silence = portrait.unusual_silence(settings.silence_bits), portrait.estimate("silence")
    if surprise is None or silence is None:
        return []
    return [
        Action(
            code="ask",
            do="Ask whether everything was all right last time",
            why=f"It is {days(silence.value)} since they came; for them that happens {one_in(surprise.value)}.",
            purpose="care",
            channel=CHANNELS[0],
            minutes=5,
            weight=WEIGHTS["question"],
            traces=surprise.evidence.traces[:3],
            definition=surprise.evidence.definition,
        )
    ]


def by_channel(action: Action) -> Sequence[Action]:
    """Return an action once per channel, so that a channel they do not want leaves the other."""
    return [
        action,
        *(
            replace(action, channel=channel, do=f"{action.do} (by {channel}, not by {CHANNELS[0]})")
            for channel in CHANNELS[1:]
        ),
    ]


def quietly(action: Action) -> Action:
    """Put a debt right without getting in touch, where they asked not to be contacted."""
    return replace(action, do=f"{action.do} – without calling or writing: they asked for that", channel="")


def do_nothing(portrait: Portrait) -> Action:
    """Return "nothing needed", with its own reason."""
    silence = portrait.estimate("silence")
    return Action(
        code=NOTHING,
        do="Nothing needed today",
        why=f"Nothing is open, and {calm(portrait)}" if silence is not None else "Nothing is open.",
        purpose="none",
        traces=silence.evidence.traces[:3] if silence is not None else (),
        definition="understand/purchases",
    )


def calm(portrait: Portrait) -> str:
    """Say why today's silence calls for nothing."""
    silence, gap, surprise = (portrait.estimate(name) for name in ("silence", "gap", "surprise"))
    if silence is None or gap is None:
        return "we know too little of their rhythm to call any silence unusual."
    since = f"{days(silence.value)} since their last visit"
    if silence.value <= gap.high:
        return f"{since} is within what is usual for them."
    if surprise is None or not surprise.licensed:
        return f"{since} is longer than usual, but we cannot prove how unusual that is."
    return f"{since} is longer than usual, but not a reason to ask."


def spoken(matter: str) -> str:
    """Say what something is about in words: `order:shop:1182` is "order 1182".

    >>> spoken("order:shop:1182"), spoken("~5f2a")
    ('order 1182', 'this matter')
    """
    kind, _, rest = matter.partition(":")
    number = " ".join(word[:MATTER_LETTERS] for word in rest.partition(":")[2].split()[:MATTER_WORDS])
    return f"{kind} {number}" if number else "this matter"
