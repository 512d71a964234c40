"""Pick: the one next action, stage by stage.

1 hygiene    whoever we owe gets the repair, and nothing is sold to them
2 restraint  what consent, do-not-contact or contact pressure forbids is dropped (asked of the guard, through `may`)
3 value      what has no measured gain over doing nothing is not pushed; an unusual silence allows a question
4 nothing    is always a candidate, and wins whenever no other has a reason
5 explain    the runner-up, what would flip the choice, and what was dropped where
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..settings import Settings
from ..understand.portrait import Portrait
from ..verdict import Allowed, Withheld
from .action import Action, Choice, Dropped, one_in
from .menu import asking, by_channel, do_nothing, quietly, repairs

__all__ = ["May", "pick"]

May = Callable[[Action], Allowed[Action] | Withheld[Action]]


def pick(portrait: Portrait, *, may: May, settings: Settings) -> Choice:
    """Choose the one next action for a portrait."""
    nothing = do_nothing(portrait)
    if portrait.debts:
        return repaired(repairs(portrait), nothing, may)
    kept, dropped = judged(asking(portrait, settings), may, "restraint")
    if kept:
        return Choice(kept[0], "value", nothing, "A purchase, or a word from them, would make it unnecessary.", dropped)
    if dropped:
        return Choice(nothing, "nothing", dropped[0].action, f"Not asked: {dropped[0].why}.", dropped)
    flips = f"A debt of ours, or a silence so unusual that it happens {one_in(settings.silence_bits)} for them."
    return Choice(nothing, "nothing", None, flips)


def repaired(debts: Sequence[Action], nothing: Action, may: May) -> Choice:
    """Choose the repair of the first debt; where they do not want to hear from us, it is done without a word."""
    kept, dropped = judged(debts, may, "hygiene")
    chosen = kept[0] if kept else quietly(debts[0])
    more = len(debts) > 1
    runner_up = kept[1] if len(kept) > 1 else quietly(debts[1]) if more and not kept else nothing
    flips = "Once this is put right, the next one comes up." if more else "Once this is put right, nothing is open."
    return Choice(chosen, "hygiene", runner_up, flips, dropped)


def judged(actions: Sequence[Action], may: May, stage: str) -> tuple[list[Action], tuple[Dropped, ...]]:
    """Ask the guard about each action, on one channel after the other; what no channel allows is dropped."""
    kept, dropped = [], []
    for action in actions:
        verdicts = [may(way) for way in by_channel(action)]
        allowed = next((verdict for verdict in verdicts if isinstance(verdict, Allowed)), None)
        if allowed is not None:
            kept.append(allowed.it)
        else:
            dropped.append(Dropped(action, stage, verdicts[0].why))
    return kept, tuple(dropped)
