"""Matching: how strongly two records speak for one person. Start reading at `fields.py`, then `match.py`."""

from .live import HeldCards
from .match import Evidence, levels_of_two, matched, stirred
from .reasons import Reason, chance_of, reasons
from .weights import Weights

__all__ = ["Evidence", "HeldCards", "Reason", "Weights", "chance_of", "levels_of_two", "matched", "reasons", "stirred"]
