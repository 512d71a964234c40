"""Pick: the one next action, stage by stage (decide.md B4).

1 hygiene   whoever we owe gets the repair, and nothing is sold to them
2 restraint what consent, do-not-contact or contact pressure forbids is dropped (asked of the guard, through `may`)
3 value     what has no measured gain over doing nothing is not pushed; a question is allowed where the silence is unusual
4 nothing   is always a candidate, and wins whenever no other has a reason
5 explain   the runner-up, what would flip the choice, and what was dropped where
"""

from __future__ import annotations

from collections.abc import Callable

from ..settings import Settings
from ..understand.portrait import Portrait
from ..verdict import Allowed, Withheld
from .action import Action, Choice, Dropped
from .menu import NOTHING, asking, days, repairs

__all__ = ["May", "pick"]

May = Callable[[Action], Allowed[Action] | Withheld[Action]]


def pick(portrait: Portrait, *, may: May, settings: Settings) -> Choice:
    """Choose the one next action for a portrait."""
    nothing = do_nothing(portrait)
    debts = repairs(portrait, settings)
    if debts:
        kept, dropped = judged(debts, may, "hygiene")
        chosen = kept[0] if kept else quietly(debts[0])
        runner_up = kept[1] if len(kept) > 1 else nothing
        return Choice(chosen, "hygiene", runner_up, "Once this is put right, the next one comes up." if len(debts) > 1 else "Once this is put right, nothing is open.", dropped)
    kept, dropped = judged(asking(portrait, settings), may, "restraint")
    if kept:
        return Choice(kept[0], "value", nothing, "A purchase, or a word from them, would make it unnecessary.", dropped)
    flips = dropped[0].why if dropped else f"A debt of ours, or a silence that happens less than 1 time in {2**settings.silence_bits:.0f} for them."
    return Choice(nothing, "nothing", dropped[0].action if dropped else None, flips, dropped)


def judged(actions: list[Action], may: May, stage: str) -> tuple[list[Action], tuple[Dropped, ...]]:
    """Ask the guard about each action."""
    kept, dropped = [], []
    for action in actions:
        verdict = may(action)
        if isinstance(verdict, Allowed):
            kept.append(verdict.it)
        else:
            dropped.append(Dropped(action, stage, verdict.why))
    return kept, tuple(dropped)


def quietly(action: Action) -> Action:
    """Put a debt right without getting in touch, where they asked not to be contacted."""
    return Action(
        code=action.code, do=f"{action.do} - without calling or writing: they asked for that", why=action.why, purpose="service", department=action.department,
        by_day=action.by_day, minutes=action.minutes, traces=action.traces, definition=action.definition,
    )  # fmt: skip


def do_nothing(portrait: Portrait) -> Action:
    """Return "nothing needed", with its own reason."""
    silence, gap = portrait.estimate("silence"), portrait.estimate("gap")
    why = "Nothing is open."
    if silence is not None and gap is not None:
        why = f"Nothing is open, and {days(silence.value)} since their last visit is {'within' if silence.value <= gap.high else 'not far beyond'} what is usual for them."
    elif silence is not None:
        why = "Nothing is open, and we know too little of their rhythm to call any silence unusual."
    traces = silence.evidence.traces[:3] if silence is not None else ()
    return Action(code=NOTHING, do="Nothing needed today", why=why, purpose="none", traces=traces, definition="understand/purchases")
