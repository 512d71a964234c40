"""Money: whole minor units and a currency. It refuses to add two currencies.

A float never holds money here. `XXX` is the code of ISO 4217 for "no currency named": files that give amounts
without saying in what are kept, and shown without a sign, rather than guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from .errors import CurrencyError

__all__ = ["NO_CURRENCY", "Money", "decimals_of"]

NO_CURRENCY: Final = "XXX"
FIGURES: Final = 3  # of an estimate; more would look surer than it is
# ISO 4217: how many decimals a currency has, where it is not two.
DECIMALS: Final = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
# Signs that stand for one currency only; all others are written with their code.
SIGNS: Final = {"EUR": "€", "GBP": "£", "INR": "₹"}


def decimals_of(currency: str) -> int:
    """Return how many decimals the currency has.

    >>> decimals_of("EUR"), decimals_of("JPY"), decimals_of("KWD")
    (2, 0, 3)
    """
    return DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents) of one currency.

    >>> Money(4190, "EUR") + Money(810, "EUR")
    Money(minor=5000, currency='EUR')
    >>> str(Money(123456, "GBP")), str(Money(1500, "JPY")), str(Money(995, "XXX"))
    ('£1,234.56', '1,500 JPY', '9.95')
    """

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __str__(self) -> str:
        return self.written(decimals_of(self.currency))

    def rounded(self) -> str:
        """Write an amount that is an estimate: in whole units, to three figures.

        >>> Money(48049, "EUR").rounded(), Money(10643354, "EUR").rounded()
        ('€480', '€106,000')
        """
        decimals = decimals_of(self.currency)
        minor = Decimal(self.minor)
        places = min(-decimals, FIGURES - 1 - minor.adjusted())
        return Money(int(round(minor, places)), self.currency).written(0)

    def written(self, decimals: int) -> str:
        """Write the amount with so many decimals and the sign or code of its currency."""
        major = Decimal(self.minor).scaleb(-decimals_of(self.currency))
        figure = f"{abs(major).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN):,}"
        minus = "-" if major < 0 else ""
        if self.currency == NO_CURRENCY:
            return f"{minus}{figure}"
        sign = SIGNS.get(self.currency)
        return f"{minus}{sign}{figure}" if sign else f"{minus}{figure} {self.currency}"

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyError(
                f"{self} and {other} are in two currencies.",
                now="Keep them apart, or convert one with a dated rate first.",
            )
        return other
