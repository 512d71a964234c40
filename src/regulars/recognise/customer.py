"""Customer: a person, household or account, as far as we can tell. The noun that `recognise` makes.

A customer is worked out from identifiers, never merged for good: undo a claim and the old customers are back. Inside, a
customer is a whole number; people see it as thirteen letters and digits that give nothing away, so it may stand in an
address of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Customer", "code_of", "number_of"]

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that reads like something else
LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class Customer:
    """Who somebody is to us. `sure` is the probability that all of it is one person; exact keys give 1."""

    number: int
    name: str
    company: str
    city: str
    keys: tuple[str, ...]
    subjects: tuple[int, ...]
    first_day: int
    last_day: int
    sure: float = 1.0
    split_from: int | None = None  # the number of the customer from whom somebody split them off

    @property
    def code(self) -> str:
        """The customer's public code."""
        return code_of(self.number)

    @property
    def label(self) -> str:
        """What to call them on a page: their name, else a number that their source knows them by."""
        numbers = [key.rsplit(":", 1)[1] for key in self.keys if key.startswith("customer:")]
        return self.name or self.company or (f"Customer {numbers[0]}" if numbers else f"Customer {self.code[:6]}")


def code_of(number: int) -> str:
    """Write a customer's number as thirteen letters and digits.

    >>> code_of(-1), number_of(code_of(-1))
    ('fzzzzzzzzzzzz', -1)
    """
    value = number & 0xFFFF_FFFF_FFFF_FFFF
    return "".join(ALPHABET[(value >> shift) & 31] for shift in range(60, -1, -5))


def number_of(code: str) -> int | None:
    """Read a customer's code back; None where the text is not one."""
    text = code.strip().lower()
    if len(text) != LENGTH or any(char not in ALPHABET for char in text):
        return None
    value = 0
    for char in text:
        value = value << 5 | ALPHABET.index(char)
    return None if value >= 1 << 64 else value - (1 << 64) if value >= 1 << 63 else value
