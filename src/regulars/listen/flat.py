"""Flat: one object of JSON as the cells of a row, and the lists of objects in it.

Objects within objects become headers with a point in them, such as `customer.email`. A list of plain values becomes one
text. Numbers stay as they are written, so that no decimal is lost.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from .careful import CELL_LIMIT

__all__ = ["DECODER", "Flat", "Number", "flattened"]

LONG: Final = f"a text of more than {CELL_LIMIT:,} characters"
DEEPEST: Final = 100  # objects and lists in one another
LONGEST_EXPONENT: Final = 30
BETWEEN: Final = "; "  # the values of a list


class Number(str):
    """A number, as it is written."""

    __slots__ = ()


def number(text: str) -> Number:
    """Return a number, without an exponent where that is not absurd."""
    if "e" in text or "E" in text:
        exact = Decimal(text)
        return Number(f"{exact:f}" if abs(exact.adjusted()) < LONGEST_EXPONENT else text)
    return Number(text)


def no_number(_: str) -> None:
    """Return nothing for what is no number: NaN, and what is larger than all others."""


DECODER: Final = json.JSONDecoder(parse_float=number, parse_int=Number, parse_constant=no_number)


@dataclass(frozen=True, slots=True)
class Flat:
    """The cells of one object, and its lists of objects by their place."""

    cells: dict[str, str]
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def flattened(value: dict[str, Any], *, within: str = "") -> Flat:
    """Flatten an object; a ValueError says what cannot be meant."""
    flat = Flat({})
    add(flat, value, within, 1)
    for name, text in flat.cells.items():
        if not (name.isascii() and text.isascii()) or "\0" in name or "\0" in text or len(text) > CELL_LIMIT:
            check(name)
            check(text)
    return flat


def add(flat: Flat, value: dict[str, Any], within: str, depth: int) -> None:
    """Add the fields of an object that stands at a place."""
    if depth > DEEPEST:
        raise ValueError(f"objects in one another, more than {DEEPEST} deep")
    for key, own in value.items():
        name = f"{within}.{key}" if within else key
        if isinstance(own, str):
            flat.cells[name] = own
        elif isinstance(own, dict):
            add(flat, own, name, depth + 1)
        elif isinstance(own, list):
            add_list(flat, own, name)
        elif own is None:
            flat.cells.setdefault(name, "")
        else:
            flat.cells[name] = "true" if own else "false"


def add_list(flat: Flat, several: list[Any], name: str) -> None:
    """Add a list: of objects as such, of plain values as one text; any other is left out."""
    if several and all(isinstance(one, dict) for one in several):
        flat.lists[name] = several
    elif all(isinstance(one, str | bool) or one is None for one in several):
        texts = [one if isinstance(one, str) else {True: "true", False: "false"}.get(one, "") for one in several]
        flat.cells[name] = BETWEEN.join(texts)


def check(text: str) -> None:
    """Refuse a text that cannot be kept."""
    if len(text) > CELL_LIMIT:
        raise ValueError(LONG)
    if "\0" in text:
        raise ValueError("a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character") from error
