"""Respond: put it in human words, and make a Briefing. Start reading at `briefing.py`, the noun; then `draft.py`."""

from .brief import brief
from .briefing import BLOCKS, WORD_LIMIT, Briefing, Claim, Line, Mark, Spark, State
from .draft import draft
from .material import Material, state_of
from .text import as_text, how_to_use

__all__ = [
    "BLOCKS",
    "WORD_LIMIT",
    "Briefing",
    "Claim",
    "Line",
    "Mark",
    "Material",
    "Spark",
    "State",
    "as_text",
    "brief",
    "draft",
    "how_to_use",
    "state_of",
]
