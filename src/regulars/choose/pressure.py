"""Pressure: how much we have asked of somebody's attention lately, over people and machines together.

F = sum of w(channel) * 2^(-days / 14) over every time we were in touch since they last came to us themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from .action import Touch

__all__ = ["HALF_LIFE_DAYS", "WEIGHTS", "pressure_of", "weight_of"]

HALF_LIFE_DAYS: Final = 14.0
DAY_US: Final = 86_400_000_000
WEIGHTS: Final = {
    "call": 0.6,
    "phone": 0.6,
    "visit": 0.6,
    "mail": 0.4,
    "email": 0.4,
    "post": 0.4,
    "sms": 0.4,
    "question": 0.25,
}
OTHER_CHANNEL: Final = 0.6  # a channel we do not know weighs as much as the heaviest


def weight_of(channel: str, purpose: str) -> float:
    """Return how much one contact intrudes; a reply to what they asked does not.

    >>> weight_of("call", "selling"), weight_of("mail", "service")
    (0.6, 0.0)
    """
    return 0.0 if purpose == "service" else WEIGHTS.get(channel.lower(), OTHER_CHANNEL)


def pressure_of(touches: Iterable[Touch], *, now_us: int) -> float:
    """Return the contact pressure F at an instant."""
    return sum(
        (
            weight_of(touch.channel, touch.purpose) * math.exp2((touch.happened_at - now_us) / DAY_US / HALF_LIFE_DAYS)
            for touch in touches
            if touch.happened_at <= now_us
        ),
        start=0.0,
    )
