"""Reasons: why two records are held to be one person, or not, in plain words whose bits add up to the weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .fields import BINS, field_named
from .weights import Part, Weights, levels_of

__all__ = ["Reason", "chance_of", "reasons"]

SHARED_KEYS: Final = ("email", "phone")  # their classes are not of rarity
COMMON, RARE = 3, 5  # classes: more than 1 record in 256 has the value; fewer than 1 in 1,024
OF_ALL: Final = {
    "names": "strangers who agree in one name often agree in the other",
    "others": "two people of one household or company would look alike as well",
    "anybody": "two records picked at random are hardly ever one person",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its words, how far it moves the odds that both are one person, in bits, and the field it is of."""

    words: str
    bits: float
    field: str = ""  # "" where it holds of all pairs


def reasons(weights: Weights, levels: int) -> list[Reason]:
    """Return why a pair has its weight, the strongest reason first, and last what holds of all pairs.

    `levels` are packed. The bits of all reasons add up to the weight.
    """
    parts = weights.parts(levels_of(np.array([levels]))[0])
    told = [Reason(words_of(part), part.bits, part.field) for part in parts if part.field not in OF_ALL]
    return sorted(told, key=lambda reason: (-abs(reason.bits), reason.words)) + [
        Reason(OF_ALL[part.field], part.bits) for part in parts if part.field in OF_ALL
    ]


def words_of(part: Part) -> str:
    """Return the words of a level, and whether the value is rare or common.

    >>> words_of(Part("family", 6, 12.0)), words_of(Part("email", 1, 9.0)), words_of(Part("place", 34, 2.0))
    ('same surname (rare)', 'same e-mail address, which two people use', 'same town (common)')
    """
    level = field_named(part.field).level(part.code)
    if level.span < BINS or part.field in SHARED_KEYS:
        return level.words
    class_of = part.code - level.code
    rarity = " (common)" if class_of <= COMMON else " (rare)" if class_of >= RARE else ""
    return f"{level.words}{rarity}"


def chance_of(bits: float) -> float:
    """Return the probability that both are one person.

    >>> chance_of(0), round(chance_of(6.63), 3)
    (0.5, 0.99)
    """
    return float(1 / (1 + 2.0 ** -min(bits, 60.0)))
