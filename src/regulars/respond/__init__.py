"""Respond: put it in human words, and make a Briefing. Start reading at `briefing.py`, the noun; then `draft.py`."""

from .brief import brief
from .briefing import BLOCKS, WORD_LIMIT, Briefing, Claim, Line, Mark, Spark, State, Tap
from .draft import draft
from .material import Material, state_of
from .promised import Offer, offers_in, sentences
from .sensitive import sensitivity_of
from .text import as_text, how_to_use

__all__ = [
    "BLOCKS",
    "WORD_LIMIT",
    "Briefing",
    "Claim",
    "Line",
    "Mark",
    "Material",
    "Offer",
    "Spark",
    "State",
    "Tap",
    "as_text",
    "brief",
    "draft",
    "how_to_use",
    "offers_in",
    "sensitivity_of",
    "sentences",
    "state_of",
]
