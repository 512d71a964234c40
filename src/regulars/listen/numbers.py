"""Numbers: texts become whole multiples of a small unit, never floats; and what currency an amount says it is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .column import Column, Texts, each_distinct

__all__ = ["LIMIT", "currencies_said", "decimal_comma", "read_numbers", "scaled"]

LIMIT: Final = 2**62  # beyond this a whole number cannot be meant, and sums of two would not fit in 64 bits
LONGEST: Final = 60  # characters; nobody writes a longer number
SIGN: Final = "€£$₹¥₩"
AMOUNT: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[+\-−])? ?(?P<before>[^\W\d_]{{1,3}}\.? ?[{SIGN}]?|[{SIGN}])? ?(?P<minus2>[+\-−])?"
    r"(?P<figure>[\d.,' ’]*\d[.,]?(?:[eE][+\-]?\d{1,2})?)"
    rf" ?(?P<after>[{SIGN}]|[^\W\d_]{{2,3}}\.?)? ?(?P<minus3>[\-−])?(?P<close>\))?"
)
FIGURE: Final = re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.\d*)?(?:[eE][+\-]?\d{1,2})?")
GAPS: Final = re.compile(r"(?<=\d)[ '’](?=\d{3})")
SWAP: Final = str.maketrans(".,", ",.")
# What a sign can stand for; three capitals stand for themselves, and all other words say nothing.
SAID: Final = {
    "€": {"EUR"}, "£": {"GBP"}, "₹": {"INR"}, "₩": {"KRW"}, "¥": {"JPY", "CNY"}, "US$": {"USD"}, "R$": {"BRL"},
    "A$": {"AUD"}, "C$": {"CAD"}, "CA$": {"CAD"}, "NZ$": {"NZD"}, "HK$": {"HKD"}, "S$": {"SGD"}, "ZŁ": {"PLN"},
    "KR": {"SEK", "NOK", "DKK", "ISK"},
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD"},
}  # fmt: skip


def read_numbers(texts: Texts, *, scale: int, comma: bool) -> Column:
    """Read numbers or amounts as whole multiples of 1/`scale`, a power of ten; bare figures are read many at a time."""
    found, distinct = Column.empty(len(texts.distinct)), texts.distinct
    places = len(str(scale)) - 1
    form = rf"^-?[0-9]{{1,12}}(?:{',' if comma else '[.]'}[0-9]{{1,{places}}})?$"
    bare = pc.match_substring_regex(distinct, form).to_numpy(zero_copy_only=False)
    some, others = np.flatnonzero(bare), np.flatnonzero(~bare)
    exact = pc.cast(pc.replace_substring(distinct.take(pa.array(some)), ",", "."), pa.decimal128(30, places))
    found.values[some] = np.frombuffer(exact.buffers()[1], np.int64)[: 2 * len(some) : 2]  # the lower halves
    found.present[some] = True
    rest = each_distinct(distinct.take(pa.array(others)), lambda text: scaled(text, scale=scale, comma=comma))
    found.values[others], found.present[others] = rest.values, rest.present
    found.wrong.update({int(others[place]): reason for place, reason in rest.wrong.items()})
    return found.over(texts.codes)


def scaled(text: str, *, scale: int, comma: bool) -> int:
    """Read one number as a whole multiple of 1/scale; half goes to even.

    >>> scaled("€ 1,234.50", scale=100, comma=False), scaled("1.234,5", scale=100, comma=True)
    (123450, 123450)
    >>> scaled("(3)", scale=1, comma=False), scaled("5-", scale=1, comma=False), scaled("1e3", scale=1, comma=False)
    (-3, -5, 1000)
    """
    found = AMOUNT.fullmatch(text) if len(text) <= LONGEST else None
    if not found or bool(found["open"]) != bool(found["close"]):
        raise ValueError("this is not a number")
    figure = GAPS.sub("", found["figure"])
    pointed = figure.translate(SWAP) if comma else figure
    if not FIGURE.fullmatch(pointed):
        if FIGURE.fullmatch(pointed.translate(SWAP)):
            raise ValueError(
                f"its decimals are written with a {'point' if comma else 'comma'}, unlike the rest of the file's"
            )
        raise ValueError("this is not a number")
    number = int((Decimal(pointed.replace(",", "")) * scale).to_integral_value())
    if abs(number) >= LIMIT:
        raise ValueError("this number is too large to be meant")
    minuses = sum(mark in ("-", "−") for mark in (found["minus"], found["minus2"], found["minus3"]))
    return -number if found["open"] or minuses else number


def decimal_comma(texts: Sequence[str]) -> bool:
    """Tell whether a file writes its decimals after a comma, from all its numbers.

    >>> decimal_comma(["12,50", "3"]), decimal_comma(["1,234.50"]), decimal_comma(["1,234"])
    (True, False, False)
    """
    commas = sum(bool(re.search(r",\d{1,2}\D*$", text)) for text in texts)
    points = sum(bool(re.search(r"\.\d{1,2}\D*$", text)) for text in texts)
    return commas > 0 and points == 0


def currencies_said(text: str) -> frozenset[str]:
    """Return the currencies that an amount may be in by its sign or code; empty where it says none.

    >>> [sorted(currencies_said(text)) for text in ("€ 5", "7 USD", "12.50", "¥100")]
    [['EUR'], ['USD'], [], ['CNY', 'JPY']]
    """
    found = AMOUNT.fullmatch(" ".join(text.split())) if len(text) <= LONGEST else None
    if not found:
        return frozenset()
    word = re.sub(r"[ .]", "", found["before"] or found["after"] or "")
    return frozenset(SAID.get(word.upper(), {word} if re.fullmatch(r"[A-Z]{3}", word) else ()))
