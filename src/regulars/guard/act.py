"""Act, the second door: may this be done to this customer, now?

Consent and do-not-contact first, then contact pressure over people and machines together, then the hours. Whoever asked
for something is always answered. What the door cannot judge, it refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..choose.action import Action, Consent
from ..settings import Settings
from ..verdict import SEAL, Allowed, Outcome, Withheld

__all__ = ["Situation", "may_do"]

SUNDAY: Final = 6
PURPOSES: Final = {"service": ("service",), "care": ("service", "marketing"), "selling": ("marketing",), "none": ()}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the door looks at: their consents, how much we have asked of them, and the local hour where it matters."""

    consents: Sequence[Consent]
    pressure: float
    settings: Settings
    local_time: datetime | None = None  # None while choosing; checked again when somebody acts


def may_do(action: Action, situation: Situation) -> Allowed[Action] | Withheld[Action]:
    """Judge an action; the first rule that matches decides."""
    if action.purpose not in PURPOSES:
        return Withheld(action, Outcome.HIDE, 0, f"no rule knows the purpose {action.purpose!r}")
    if action.purpose == "none":
        return Allowed(action, Outcome.USE, 1, "doing nothing is always allowed", SEAL)
    if refusal := withdrawn(action, situation.consents):
        return Withheld(action, Outcome.HIDE, 2, refusal)
    if action.purpose == "selling" and not any(agrees(consent, action) and consent.given for consent in situation.consents):
        return Withheld(action, Outcome.HIDE, 3, "they have not agreed to be sold to on this channel")
    if action.purpose != "service" and situation.pressure + action.weight > situation.settings.pressure_cap:
        return Withheld(action, Outcome.HIDE, 4, f"we have asked enough of them lately (pressure {situation.pressure:.2f} of {situation.settings.pressure_cap:g})")
    if action.purpose != "service" and situation.local_time is not None and quiet(situation.local_time, situation.settings):
        return Withheld(action, Outcome.HIDE, 5, f"quiet hours: not before {situation.settings.quiet_until_hour}:00, not after {situation.settings.quiet_from_hour}:00, not on Sunday")
    return Allowed(action, Outcome.USE, 6, "nothing speaks against it", SEAL)


def withdrawn(action: Action, consents: Sequence[Consent]) -> str:
    """Return why a withdrawal forbids the action, or "". A withdrawal for everything forbids every channel."""
    for consent in consents:
        if not consent.given and agrees(consent, action):
            return f"they withdrew their consent to {consent.purpose or 'any contact'}" + (f" by {consent.channel}" if consent.channel else "")
    return ""


def agrees(consent: Consent, action: Action) -> bool:
    """Tell whether a consent speaks about an action."""
    return consent.channel in ("", action.channel) and (not consent.purpose or consent.purpose in PURPOSES[action.purpose])


def quiet(moment: datetime, settings: Settings) -> bool:
    """Tell whether a local time is one at which nobody calls or writes to sell."""
    return moment.weekday() == SUNDAY or moment.hour >= settings.quiet_from_hour or moment.hour < settings.quiet_until_hour
