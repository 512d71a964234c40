"""Scorer: how alike two records are, for a few pairs at once. The same levels as `compare.sql`, without an engine.

A query takes longer to be planned than thirty pairs to be compared. What is said there is said here again, in the same
order, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from ..nicknames import nickname_pairs
from .fields import FIELDS, MISSING

__all__ = ["levels_between"]

Card = Mapping[str, Any]
FIGURES: Final = re.compile("[0-9]{2,}")
OTHER: Final = 24
IN_TOWN, IN_POSTCODE = 32, 48
YEARS: Final = 10  # between two years of birth that no slip explains


def levels_between(one: Card, other: Card) -> tuple[int, ...]:
    """Return the code of a level for each field. How rare values are is as `one` says."""
    if turned(one, other):
        other = {**other, "given": other["family"], "family": other["given"]}
    return tuple(LEVELS[field.name](one, other) for field in FIELDS)


def turned(one: Card, other: Card) -> bool:
    """Tell whether first name and surname are given in the other order."""
    given, family, given_2, family_2 = one["given"], one["family"], other["given"], other["family"]
    if None in (given, family, given_2, family_2) or given == given_2 or family == family_2:
        return False
    across, back = alike(given, family_2), alike(family, given_2)
    is_likely = (
        (given == family_2 and back > 0.7) or (family == given_2 and across > 0.7) or (across > 0.9 and back > 0.9)
    )
    return is_likely and across + back > alike(given, given_2) + alike(family, family_2) + 0.4


def given_level(one: Card, other: Card) -> int:
    """Compare first names."""
    x, y = one["given"], other["given"]
    if x is None or y is None:
        return MISSING
    same_initial = x[0] == y[0]
    if len(x) == 1 or len(y) == 1:
        return 21 if same_initial else OTHER
    if x == y:
        return int(one["given_class"])
    if (x, y) in forms():
        return 20
    near = x.startswith(y + " ") or y.startswith(x + " ") or alike(x, y) >= 0.88 or (len(x) > 3 and slips(x, y, 1))
    return 22 if near else 23 if same_initial else OTHER


def family_level(one: Card, other: Card) -> int:
    """Compare surnames."""
    x, y = one["family"], other["family"]
    if x is None or y is None:
        return MISSING
    if x == y:
        return 21 if len(x) == 1 else int(one["family_class"])
    if len(x) == 1 or len(y) == 1:
        return 21 if x[0] == y[0] else OTHER
    if alike(x, y) >= 0.9 or (len(x) > 3 and slips(x, y, 1)):
        return 20
    return 22 if (" " in x or " " in y) and not set(x.split(" ")).isdisjoint(y.split(" ")) else OTHER


def middle_level(one: Card, other: Card) -> int:
    """Compare middle initials."""
    x, y = one["middle"], other["middle"]
    return MISSING if x is None or y is None else 0 if x[:1] == y[:1] else OTHER


def birth_level(one: Card, other: Card) -> int:
    """Compare dates of birth, written YYYYMMDD."""
    x, y = one["birth"], other["birth"]
    if x is None or y is None:
        return MISSING
    if x == y:
        return 0
    (year, month, day), (year_2, month_2, day_2) = ((v // 10000, v // 100 % 100, v % 100) for v in (x, y))
    if (year == year_2 and month == day_2 and month_2 == day) or slips(str(x), str(y), 1):
        return 20
    if (year == year_2) + (month == month_2) + (day == day_2) == 2:
        return 21
    return OTHER if abs(year - year_2) >= YEARS else 23


def number_level(one: Card, other: Card) -> int:
    """Compare personal numbers."""
    x, y = one["number"], other["number"]
    return MISSING if x is None or y is None else 0 if x == y else 20 if slips(x, y, 1) else OTHER


def email_level(one: Card, other: Card) -> int:
    """Compare e-mail addresses: whole, by mailbox, and by the figures in it."""
    if one["email"] is None or other["email"] is None:
        return MISSING
    if one["email"] == other["email"]:
        return int(one["email_class"])
    x, y = one["mailbox"], other["mailbox"]
    if x is None or y is None:
        return OTHER
    figures, figures_2 = figures_in(x), figures_in(y)
    if x == y:
        return 18 if figures is not None else 19
    if figures is not None and figures == figures_2 and slips(x, y, 2):
        return 20
    if figures is None and figures_2 is None and len(x) >= 6 and slips(x, y, 1):
        return 21
    return 22 if alike(x, y) >= 0.92 else OTHER


def phone_level(one: Card, other: Card) -> int:
    """Compare telephones."""
    x, y = one["phone"], other["phone"]
    if x is None or y is None:
        return MISSING
    return int(one["phone_class"]) if x == y else 20 if slips(x, y, 1) else OTHER


def place_level(one: Card, other: Card) -> int:
    """Compare addresses, or what of them both give."""
    if one["street"] is None or other["street"] is None:
        return area_level(one, other)
    street, street_2, house, house_2 = one["street"], other["street"], one["house"], other["house"]
    same_street, same_house = street == street_2, house is not None and house == house_2
    if same_street and same_house:
        if not equal(one, other, "unit", unknown=True):
            return 2
        near = equal(one, other, "postcode", unknown=True) or equal(one, other, "city", unknown=False)
        return 0 if near else 1
    if same_house and (alike(street, street_2) >= 0.9 or slips(street, street_2, 2)):
        return 3
    if same_street and (house is None or house_2 is None or slips(house, house_2, 1)):
        return 4
    if equal(one, other, "postcode", unknown=False) and one["postcode_class"] > 2:
        return IN_POSTCODE + int(one["postcode_class"])
    if same_street or alike(street, street_2) >= 0.93:
        return 5
    return IN_TOWN + int(one["city_class"]) if equal(one, other, "city", unknown=False) else 7


def area_level(one: Card, other: Card) -> int:
    """Compare postcodes and towns, where not both give a street."""
    x, y = one["postcode"], other["postcode"]
    same_city = equal(one, other, "city", unknown=False)
    if x is None or y is None:
        if one["city"] is None or other["city"] is None:
            return MISSING
        return IN_TOWN + int(one["city_class"]) if same_city else 7
    if x == y:
        return IN_POSTCODE + int(one["postcode_class"])
    if slips(x, y, 1):
        return 6
    return IN_TOWN + int(one["city_class"]) if same_city else 7


def company_level(one: Card, other: Card) -> int:
    """Compare companies."""
    x, y = one["company"], other["company"]
    if x is None or y is None:
        return MISSING
    return int(one["company_class"]) if x == y else 20 if alike(x, y) >= 0.92 else OTHER


LEVELS: Final[Mapping[str, Callable[[Card, Card], int]]] = {
    "given": given_level,
    "family": family_level,
    "middle": middle_level,
    "birth": birth_level,
    "number": number_level,
    "email": email_level,
    "phone": phone_level,
    "place": place_level,
    "company": company_level,
}


def equal(one: Card, other: Card, field: str, *, unknown: bool) -> bool:
    """Tell whether two values are the same; `unknown` where one is not given."""
    x, y = one[field], other[field]
    return unknown if x is None or y is None else bool(x == y)


def alike(one: str, other: str) -> float:
    """Return the Jaro-Winkler similarity of two texts, of their bytes as the engine counts it."""
    return JaroWinkler.similarity(one.encode(), other.encode())


def slips(one: str, other: str, most: int) -> bool:
    """Tell whether two texts are at most so many slips apart (Damerau-Levenshtein)."""
    return DamerauLevenshtein.distance(one.encode(), other.encode(), score_cutoff=most) <= most


def figures_in(mailbox: str) -> str | None:
    """Return the first figures of a mailbox, two or more."""
    found = FIGURES.search(mailbox)
    return found.group() if found else None


@cache
def forms() -> frozenset[tuple[str, str]]:
    """Return the pairs of first names that are forms of one name."""
    pairs = nickname_pairs()
    return frozenset(zip(*(pairs.column(name).to_pylist() for name in pairs.column_names), strict=True))
