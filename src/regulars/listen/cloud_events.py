"""Cloud events: an event in the envelope of CloudEvents 1.0, told in the form that `events` reads.

`source` and `id` together are its number, the last words of `type` its kind, and `subject` names the customer where its
data name nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from .event_cells import text_of
from .event_names import kind_of_type
from .trace import KINDS

__all__ = ["as_event", "told_as"]

LONGEST_ID: Final = 200
USER: Final = ("userId", "user_id", "customerId", "customer_id", "customer")
ANONYMOUS: Final = ("anonymousId", "anonymous_id")
NOBODY: Final = ("email", "phone")


def as_event(cloud: object) -> object:
    """Return a CloudEvent in the form of a tracked event; what is no object stays what it is, and is refused later."""
    if not isinstance(cloud, dict):
        return cloud
    name, number = text_of(cloud.get("type")), text_of(cloud.get("id"))
    source = text_of(cloud.get("source"))
    data = cloud.get("data")
    event = told_as(name, data if isinstance(data, dict) else {}, subject=text_of(cloud.get("subject")))
    return event | {
        "messageId": short(f"{source} {number}") if number and source else "",
        "timestamp": text_of(cloud.get("time")) or event.get("timestamp"),
    }


def told_as(name: str, data: Mapping[str, Any], *, subject: str = "") -> dict[str, Any]:
    """Return data under a dotted name as a tracked event; the name stays as it is where it means nothing to us."""
    kind = kind_of_type(name)
    user = first(data, USER)
    anonymous = first(data, ANONYMOUS)
    named = user or anonymous or first(data, NOBODY)
    return {
        "type": "track",
        "event": KINDS[kind].segment if kind else name,
        "userId": user or ("" if named else subject),
        "anonymousId": anonymous,
        "properties": data,
        "timestamp": data.get("timestamp"),
    }


def first(data: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of some fields that is filled in."""
    return next((text for name in names if (text := text_of(data.get(name)))), "")


def short(number: str) -> str:
    """Return a number of a length that can be kept: itself, or a digest of it."""
    if len(number) <= LONGEST_ID:
        return number
    return hashlib.blake2b(number.encode("utf-8", "replace"), digest_size=16).hexdigest()
