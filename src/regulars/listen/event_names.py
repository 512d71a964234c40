"""Event names: which kind of trace the name of an event means. A name without a kind is refused, never guessed.

Known are the names that `trace.KINDS` gives each kind (its Segment name, its Activity Schema name, its own word), and
a few more of the Segment e-commerce specification and of common webhooks.
"""

from __future__ import annotations

import re
from typing import Final

from .trace import KINDS

__all__ = ["MORE", "kind_of_event", "kind_of_type"]

MORE: Final = {
    "cart viewed": "viewed",
    "order created": "ordered",
    "order paid": "paid",
    "order placed": "ordered",
    "payment received": "paid",
    "product clicked": "viewed",
    "product list viewed": "viewed",
}
NAMES: Final = MORE | {
    name.replace("_", " ").lower(): kind.word
    for kind in KINDS.values()
    for name in (kind.segment, kind.activity, kind.word)
    if name
}
WORDS_TRIED: Final = 3  # of a dotted type, from its end
VERSION: Final = re.compile(r"v\d+")


def kind_of_event(name: str) -> str:
    """Return the kind that the name of an event means, "" where we have none.

    >>> kind_of_event("Order Completed"), kind_of_event("order_completed"), kind_of_event("Button Clicked")
    ('ordered', 'ordered', '')
    """
    return NAMES.get(" ".join(words_of(name)), "")


def kind_of_type(name: str) -> str:
    """Return the kind that the dotted type of a CloudEvent means by its last words, "" where we have none.

    >>> kind_of_type("com.example.order.completed"), kind_of_type("shop.ordered.v2"), kind_of_type("com.example.ping")
    ('ordered', 'ordered', '')
    """
    words = words_of(name)
    while words and VERSION.fullmatch(words[-1]):
        words.pop()
    tried = (" ".join(words[-count:]) for count in range(WORDS_TRIED, 0, -1))
    return next((NAMES[text] for text in tried if text in NAMES), "")


def words_of(name: str) -> list[str]:
    """Split a name into lower-case words."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).lower().split()
