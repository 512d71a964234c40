"""Act, the second door: may this be done to this customer, now?

Consent and do-not-contact first, then contact pressure over people and machines together, then the hours. Whoever asked
for something is always answered. What the door cannot judge, it refuses: where the consents cannot be read, nobody is
contacted but for what we owe them.
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
# What a consent may be for, per purpose of an action. Somebody we owe is served; only selling needs to be agreed to.
PURPOSES: Final = {
    "service": ("service",),
    "care": ("service", "marketing"),
    "selling": ("marketing",),
    "none": (),
}
EVERYTHING: Final = frozenset({"", "all", "any", "everything", "contact"})
# Other words for the channels and purposes that consents are given for; what is not listed stands for itself.
CHANNEL_WORDS: Final = {
    "phone": "call", "telephone": "call", "tel": "call", "mobile": "call", "voice": "call", "calls": "call",
    "email": "mail", "e-mail": "mail", "newsletter": "mail", "letter": "post", "text": "sms", "text message": "sms",
}  # fmt: skip
KNOWN_CHANNELS: Final = frozenset(
    {"call", "mail", "post", "sms", "visit", "tracking", "web", "app", "push", "chat", "whatsapp"}
)
PURPOSE_WORDS: Final = {
    "selling": "marketing", "sales": "marketing", "offers": "marketing", "advertising": "marketing",
    "promotions": "marketing", "newsletter": "marketing", "services": "service", "orders": "service",
}  # fmt: skip
KNOWN_PURPOSES: Final = frozenset({"service", "marketing", "tracking"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What the door looks at: their consents, how much we have asked of them, and the instant where it matters."""

    consents: Sequence[Consent] | None  # None where they cannot be read
    pressure: float
    settings: Settings
    now: datetime | None = None  # None while choosing; checked again when somebody acts


def may_do(action: Action, situation: Situation) -> Allowed[Action] | Withheld[Action]:
    """Judge an action; the first rule that matches decides."""
    settings, unasked = situation.settings, action.purpose != "service"
    if action.purpose not in PURPOSES:
        return Withheld(action, Outcome.HIDE, 0, f"no rule knows the purpose {action.purpose!r}")
    if action.purpose == "none":
        return Allowed(action, Outcome.USE, 1, "doing nothing is always allowed", SEAL)
    if situation.consents is None and unasked:
        return Withheld(action, Outcome.HIDE, 2, "their consents cannot be read, so only what we owe them is done")
    consents = situation.consents or ()
    if refusal := withdrawn(action, consents):
        return Withheld(action, Outcome.HIDE, 2, refusal)
    if action.purpose == "selling" and not any(agrees(consent, action) for consent in consents):
        return Withheld(action, Outcome.HIDE, 3, "they have not agreed to be sold to on this channel")
    if unasked and not situation.pressure + action.weight <= settings.pressure_cap:
        asked = f"pressure {situation.pressure:.2f} of {settings.pressure_cap:g}"
        return Withheld(action, Outcome.HIDE, 4, f"we have asked enough of them lately ({asked})")
    if unasked and situation.now is not None and quiet(situation.now, settings):
        hours = f"not from {settings.quiet_from_hour}:00 until {settings.quiet_until_hour}:00, not on Sunday"
        return Withheld(action, Outcome.HIDE, 5, f"quiet hours: {hours}")
    return Allowed(action, Outcome.USE, 6, "nothing speaks against it", SEAL)


def withdrawn(action: Action, consents: Sequence[Consent]) -> str:
    """Return why a withdrawal forbids the action, or "". A withdrawal for everything forbids every channel."""
    for consent in consents:
        if not consent.given and forbids(consent, action):
            by = f" by {consent.channel}" if consent.channel else ""
            return f"they withdrew their consent to {consent.purpose or 'any contact'}{by}"
    return ""


def forbids(consent: Consent, action: Action) -> bool:
    """Tell whether a withdrawal covers an action. A channel or purpose we cannot place is taken to cover it."""
    channel, purpose = channel_of(consent.channel), purpose_of(consent.purpose)
    covers_channel = channel in EVERYTHING or channel not in KNOWN_CHANNELS or channel == channel_of(action.channel)
    covers_purpose = (
        purpose in EVERYTHING
        or purpose in PURPOSES[action.purpose]
        or (purpose not in KNOWN_PURPOSES and action.purpose != "service")
    )
    return covers_channel and covers_purpose


def agrees(consent: Consent, action: Action) -> bool:
    """Tell whether a consent that was given covers an action, in so many words."""
    channel, purpose = channel_of(consent.channel), purpose_of(consent.purpose)
    return (
        consent.given
        and (channel in EVERYTHING or channel == channel_of(action.channel))
        and (purpose in EVERYTHING or purpose in PURPOSES[action.purpose])
    )


def channel_of(word: str) -> str:
    """Return the one name of a channel."""
    plain = word.strip().lower()
    return CHANNEL_WORDS.get(plain, plain)


def purpose_of(word: str) -> str:
    """Return the one name of a purpose."""
    plain = word.strip().lower()
    return PURPOSE_WORDS.get(plain, plain)


def quiet(moment: datetime, settings: Settings) -> bool:
    """Tell whether nobody calls or writes unasked at an instant: by the shop's clock it is night, or Sunday.

    A time that names no zone is no instant, and counts as quiet.
    """
    if moment.utcoffset() is None:
        return True
    here = moment.astimezone(settings.zoneinfo)
    start, end, hour = settings.quiet_from_hour, settings.quiet_until_hour, here.hour
    night = start <= hour < end if start < end else hour >= start or hour < end
    return night or here.weekday() == SUNDAY
