"""Keep, the first door: may this be kept, for what, and on which ground?

A column that nobody mapped is never stored; that is decided before a row is read. This door looks at what was mapped: a
purpose and a legal basis must be named, and columns that hold what no shop needs (health, faith, origin, cards, secrets,
voice, face) are taken out again, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ..listen.mapping import Mapping
from ..verdict import SEAL, Allowed, Outcome, Withheld

__all__ = ["BASES", "PURPOSES", "may_keep"]

PURPOSES: Final = ("service", "tracking", "marketing")
BASES: Final = ("contract", "consent", "legitimate interest", "legal obligation")
# Words in a header that say a column holds what we must not take (GDPR 9; cards and secrets; biometrics).
NEVER: Final = re.compile(
    r"\b(religion|faith|caste|ethnic\w*|race|politic\w*|party membership|union membership|sexual\w*|orientation|health|diagnos\w*|medical|disab\w*|pregnan\w*"
    r"|biometric\w*|fingerprint|face|voiceprint|card number|cvv|cvc|iban|password|passwd|secret|pin|ssn|social security|passport)\b"
)


def may_keep(mapping: Mapping) -> Allowed[Mapping] | Withheld[Mapping]:
    """Judge a mapping: what of it may be kept."""
    if mapping.purpose not in PURPOSES or mapping.basis not in BASES:
        why = f"purpose {mapping.purpose!r} or basis {mapping.basis!r} is not one we know; write one of {', '.join(PURPOSES)} and one of {', '.join(BASES)}"
        return Withheld(mapping, Outcome.REFUSE, 1, why)
    banned = {header for header in mapping.used if NEVER.search(re.sub(r"[_\W]+", " ", header).lower())}
    columns = {role: tuple(header for header in headers if header not in banned) for role, headers in mapping.columns.items()}
    kept = replace(mapping, columns={role: headers for role, headers in columns.items() if headers}, left_out=(*mapping.left_out, *sorted(banned)))
    why = f"kept for {mapping.purpose}, on the ground of {mapping.basis}" + (f"; never taken: {', '.join(sorted(banned))}" if banned else "")
    return Allowed(kept, Outcome.USE, 2, why, SEAL)
