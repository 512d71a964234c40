"""Opinion: does a colleague's note say what happened, or what somebody thinks of the customer?

Notes tell more than was seen: people read minds, judge and generalise. Such a note is not shown; its author is asked
to write the event instead. The check knows the English words that give it away; it hides rather than guesses.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["reads_as_opinion"]

REPORTED: Final = re.compile(
    r"[\"“”][^\"“”]*[\"“”]|\b(?:said|says|told us|reported|wrote|mentioned|asked)\b[^.!?;]*", re.IGNORECASE
)
SIGNS: Final = {
    "guesses a feeling": (
        r"seem(?:s|ed)?|appear(?:s|ed)?|(?:look|sound)(?:s|ed) (?:like|as|\w+ed|angry|happy|tired|sad|bored)|felt|feels"
        r"|probably|perhaps|maybe|clearly|obviously|must be|annoyed|angry|upset|happy|unhappy|bored|impatient|grumpy"
        r"|in a (?:good|bad) mood|(?:i|we) (?:think|guess)|thinks|wants?(?! no)|trusts?|believes?|has no time"
        r"|hates|loves|likes|dislikes"
    ),
    "judges": (
        r"difficult|easy|rude|nice|friendly|unfriendly|rich|poor|cheap|stingy|lazy|stupid|clever|nasty|lovely|typical"
        r"|bad payer|good customer|old-fashioned|conservative|arrogant|reasonable|unreasonable|professional"
        r"|unprofessional"
    ),
    "generalises": (
        r"always|never|everyone|everybody|nobody|nothing|all (?:of them|customers|clients)|every time|impossible"
        r"|can't be|constantly"
    ),
    "prescribes": r"should(?: have)?|must|needs? to|ought to|have to|has to|had better",
    "compares without saying with what": r"cheaper|worse|better|more expensive|too \w+|badly|poorly",
}
FOUND: Final = re.compile(r"\b(?:" + "|".join(SIGNS.values()) + r")\b", re.IGNORECASE)


def reads_as_opinion(text: str) -> bool:
    """Tell whether a note interprets rather than observes; what somebody is quoted as saying is an observation.

    >>> reads_as_opinion("Seemed annoyed about the price."), reads_as_opinion("Asked for the rye loaf, sliced.")
    (True, False)
    >>> reads_as_opinion('Said the app logs her out "every single time".')
    False
    """
    return FOUND.search(REPORTED.sub("", text)) is not None
