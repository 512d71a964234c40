"""Words: the kind of a trace where a word in the row decides it. A word that says nothing is refused, never guessed."""

from __future__ import annotations

import re
from typing import Final

from .trace import KINDS

__all__ = ["consent_by_word", "is_decision", "kind_by_word", "known_words"]

COMPLAINT: Final = re.compile(r"\b(?:complain\w*|refund\w*|broken|damaged?|late|wrong|missing|fault\w*|defect\w*)\b")
WITHDRAWN: Final = re.compile(
    r"withdr\w*|revoked?|den(?:y|ied)|unsub\w*|opt(?:ed)? ?out|no|n|not (?:given|granted)|false|0|off|stop(?:ped)?"
    r"|declined?|refused?|rejected?|objected"
)
GIVEN: Final = re.compile(
    r"given?|grant(?:ed)?|yes|y|true|1|on|opt(?:ed)? ?in|subscribed?|accept(?:ed)?|agreed?|allowed"
)
VIEWS: Final = "'viewed' or 'searched'"
OURS: Final = re.compile(r"out|outgoing|outbound|sent|from us|by us")
THEIRS: Final = re.compile(r"in|incoming|inbound|received|to us|from (?:the )?customer")
CANCELLED: Final = re.compile(r"\b(?:cancel|void|unavailable|refus)")
SEARCHED: Final = re.compile(r"\bsearch")
VIEWED: Final = re.compile(r"\b(?:view|visit|open|page|screen|click|look)")
BY_NAME: Final = {
    name.replace("_", " ").lower(): kind.word
    for kind in KINDS.values()
    for name in (kind.activity, kind.segment)
    if name
}


def kind_by_word(kind: str, text: str | None) -> str | None:
    """Tell the kind of a trace from the word in its row; None where none is made, "?" where the word says nothing.

    >>> kind_by_word("asked", "Complaint"), kind_by_word("consented", "opted out"), kind_by_word("viewed", "bathed")
    ('complained', 'withdrew', '?')
    """
    word = re.sub(r"[\W_]+", " ", text or "").strip().lower()
    if kind == "asked":
        return "complained" if COMPLAINT.search(word) else "asked"
    if kind == "cancelled":
        return "cancelled" if CANCELLED.search(word) else None
    if kind == "wrote":
        return "contacted" if OURS.fullmatch(word) else "wrote" if THEIRS.fullmatch(word) else "?"
    if kind == "consented":
        return "withdrew" if WITHDRAWN.fullmatch(word) else "consented" if GIVEN.fullmatch(word) else "?"
    if word in BY_NAME:
        return BY_NAME[word]
    return "searched" if SEARCHED.search(word) else "viewed" if VIEWED.search(word) else "?"


def consent_by_word(text: str | None, *, inverted: bool) -> str | None:
    """Tell what a cell says of a consent; None where it says nothing. An opt-out says the contrary.

    >>> consent_by_word("yes", inverted=True), consent_by_word("", inverted=True)
    ('withdrew', None)
    """
    kind = kind_by_word("consented", text) if text else "?"
    if kind == "?":
        return None
    return kind if not inverted else "withdrew" if kind == "consented" else "consented"


def is_decision(text: str) -> bool:
    """Tell whether a text says that something is given or not."""
    return kind_by_word("consented", text) != "?"


def known_words(kind: str) -> str:
    """Say which words would have decided."""
    known = {"consented": "'given' or 'withdrawn'", "wrote": "'in' or 'out'"}
    return f"Write {known.get(kind, VIEWS)}."
