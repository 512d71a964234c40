"""Keep, the first door: may this be kept, for what, and on which ground?

A column that nobody mapped is never stored; that is decided before a row is read. This door looks at what was mapped:
a purpose and a legal basis must be named, and columns that hold what no shop needs (health, faith, origin, cards,
secrets, voice, face) are taken out again, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ..listen.mapping import BASES, PURPOSES, Mapping
from ..verdict import SEAL, Allowed, Outcome, Withheld

__all__ = ["BASES", "PURPOSES", "may_keep"]

# Words in a header that say a column holds what we must not take (GDPR 9; cards and secrets; biometrics).
NEVER: Final = re.compile(
    r"\b(?:religio\w*|faith|caste|ethnic\w*|race|politic\w*|(?:party|union) membership|sexual\w*|health|diagnos\w*"
    r"|medical|medication|disab\w*|pregnan\w*|biometric\w*|fingerprint|face ?(?:id|scan|print|image|photo)|voice ?print"
    r"|(?:credit|debit|bank)? ?card ?(?:number|no|nr|num)|cvv|cvc|iban|passw\w*|secret|pin(?! ?code)|ssn"
    r"|social security\w*|passport\w*)\b"
)


def may_keep(mapping: Mapping) -> Allowed[Mapping] | Withheld[Mapping]:
    """Judge a mapping: what of it may be kept."""
    if mapping.purpose not in PURPOSES or mapping.basis not in BASES:
        why = (
            f"purpose {mapping.purpose!r} or basis {mapping.basis!r} is not one we know; "
            f"write one of {', '.join(PURPOSES)} and one of {', '.join(BASES)}"
        )
        return Withheld(mapping, Outcome.REFUSE, 1, why)
    banned = {header for header in mapping.used if NEVER.search(words_of(header))}
    columns = {
        role: tuple(header for header in headers if header not in banned) for role, headers in mapping.columns.items()
    }
    kept = replace(
        mapping,
        columns={role: headers for role, headers in columns.items() if headers},
        left_out=(*mapping.left_out, *sorted(banned)),
    )
    never = f"; never taken: {', '.join(sorted(banned))}" if banned else ""
    why = f"kept for {mapping.purpose}, on the ground of {mapping.basis}{never}"
    return Allowed(kept, Outcome.USE, 2, why, SEAL)


def words_of(header: str) -> str:
    """Split a header into lower-case words.

    >>> words_of("CardNumber"), words_of("customer_health-notes")
    ('card number', 'customer health notes')
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return re.sub(r"[_\W]+", " ", apart).lower()
