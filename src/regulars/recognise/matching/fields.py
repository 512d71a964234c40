"""Fields: what is compared of two records, how alike it can be, and what we expect before we have seen any data.

Each field has levels, the most alike first. A level says how often it is seen of two strangers, of two records of one
person (`same`), of two people of one household (`home`) and of two colleagues (`work`). These are starting values: the
data correct them (`weights.py`), and the fewer the data, the more the starting values count. What strangers have in
common is counted, so of a hundred records on it is the house's own.

Household members and colleagues share addresses, surnames, telephones and mailboxes, but not what is a person's own:
given names, dates of birth and personal numbers fall among them as among strangers. That is why a `personal` field has
no `home` and no `work`: without it a model without labels takes "same household" for "same person".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["BINS", "FIELDS", "MISSING", "Field", "Level", "field_named"]

BINS: Final = 16  # classes of rarity: a value's share of the records, in steps of four
MISSING: Final = 127  # a side does not give the field: it speaks neither for nor against


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness: its first code and how many it spans (classes of rarity), its words, and its shares."""

    code: int
    words: str
    strangers: float
    same: float
    home: float = 0.0
    work: float = 0.0
    span: int = 1
    differs: bool = False  # the two give different facts

    def holds(self, code: int) -> bool:
        """Tell whether a code is of this level."""
        return self.code <= code < self.code + self.span


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is compared; `personal` where household members and colleagues agree no oftener than strangers."""

    name: str
    levels: tuple[Level, ...]
    personal: bool = False

    def level(self, code: int) -> Level:
        """Return the level of a code."""
        return next(level for level in self.levels if level.holds(code))


FIELDS: Final = (
    Field(
        "given",
        (
            Level(0, "same first name", 0.006, 0.76, span=BINS),
            Level(20, "first names that are forms of one name", 0.002, 0.06),
            Level(21, "same initial, the first name not written out", 0.02, 0.06),
            Level(22, "first names written nearly alike", 0.004, 0.07),
            Level(23, "different first names with the same initial", 0.06, 0.01, differs=True),
            Level(24, "different first names", 0.9, 0.03, differs=True),
        ),
        personal=True,
    ),
    Field(
        "family",
        (
            Level(0, "same surname", 0.003, 0.80, 0.70, 0.01, span=BINS),
            Level(20, "surnames written nearly alike", 0.003, 0.08, 0.06, 0.01),
            Level(21, "same initial of the surname", 0.002, 0.01, 0.01, 0.04),
            Level(22, "surnames that share a part", 0.002, 0.03, 0.05, 0.01),
            Level(24, "different surnames", 0.99, 0.04, 0.18, 0.93),
        ),
    ),
    Field(
        "middle",
        (
            Level(0, "same middle initial", 0.08, 0.9, 0.5, 0.08),
            Level(24, "different middle initials", 0.92, 0.1, 0.5, 0.92, differs=True),
        ),
    ),
    Field(
        "birth",
        (
            Level(0, "same date of birth", 4e-05, 0.85),
            Level(20, "dates of birth one slip apart", 0.001, 0.08),
            Level(21, "dates of birth alike in two of day, month and year", 0.003, 0.03),
            Level(23, "different dates of birth", 0.2, 0.03, differs=True),
            Level(24, "born ten years apart or more", 0.796, 0.01, differs=True),
        ),
        personal=True,
    ),
    Field(
        "number",
        (
            Level(0, "same personal number", 1e-07, 0.85),
            Level(20, "personal numbers one slip apart", 1e-06, 0.10),
            Level(24, "different personal numbers", 1.0, 0.05, differs=True),
        ),
        personal=True,
    ),
    Field(
        "email",
        (
            Level(0, "same e-mail address", 1e-07, 0.48, 0.003, 0.002),
            Level(1, "same e-mail address, which two people use", 1e-06, 0.05, 0.15, 0.05),
            Level(2, "same e-mail address, which several people use", 1e-06, 0.02, 0.08, 0.24, span=2),
            Level(18, "same mailbox with figures, at another provider", 1e-06, 0.02, 0.003, 0.003),
            Level(19, "same mailbox at another provider", 0.0002, 0.04, 0.01, 0.01),
            Level(20, "mailboxes with the same figures, written nearly alike", 1e-06, 0.04, 0.01, 0.01),
            Level(21, "mailboxes one slip apart", 1e-05, 0.02, 0.007, 0.007),
            Level(22, "mailboxes that look alike", 0.002, 0.10, 0.05, 0.03),
            Level(24, "different e-mail addresses", 1.0, 0.23, 0.67, 0.64, differs=True),
        ),
    ),
    Field(
        "phone",
        (
            Level(0, "same telephone", 1e-06, 0.50, 0.05, 0.02),
            Level(1, "same telephone, which two people use", 1e-06, 0.08, 0.25, 0.08),
            Level(2, "same telephone, which several people use", 1e-06, 0.02, 0.15, 0.40, span=2),
            Level(20, "telephones one figure apart", 1e-05, 0.04, 0.02, 0.02),
            Level(24, "different telephones", 1.0, 0.36, 0.53, 0.48, differs=True),
        ),
    ),
    Field(
        "place",
        (
            Level(0, "same address", 0.0001, 0.45, 0.62, 0.40),
            Level(1, "same street and house in another place", 1e-05, 0.08, 0.06, 0.03),
            Level(2, "same house, another flat", 1e-05, 0.05, 0.03, 0.03),
            Level(3, "addresses written nearly alike", 1e-05, 0.08, 0.10, 0.02),
            Level(4, "same street, house number missing or one slip apart", 0.0001, 0.04, 0.05, 0.02),
            Level(5, "same street, another house", 0.003, 0.02, 0.01, 0.02, differs=True),
            Level(6, "postcodes one slip apart", 0.0005, 0.02, 0.01, 0.01),
            Level(7, "different addresses", 0.8, 0.16, 0.06, 0.32, differs=True),
            Level(32, "same town", 0.19, 0.07, 0.03, 0.10, span=BINS),
            Level(48, "same postcode", 0.005, 0.03, 0.03, 0.05, span=BINS),
        ),
    ),
    Field(
        "company",
        (
            Level(0, "same company", 0.002, 0.60, 0.10, 0.85, span=BINS),
            Level(20, "companies written nearly alike", 0.001, 0.10, 0.02, 0.10),
            Level(24, "different companies", 0.997, 0.30, 0.88, 0.05, differs=True),
        ),
    ),
)
PLACES: Final = {field.name: place for place, field in enumerate(FIELDS)}


def field_named(name: str) -> Field:
    """Return a field by its name."""
    return FIELDS[PLACES[name]]
