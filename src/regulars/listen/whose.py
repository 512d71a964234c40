"""Whose: who a row names, what it is about, and when it happened.

Rows that name only their order borrow its customer and its instant from the traces already heard, by way of `find`;
nothing here knows where those are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .column import Flags, Ints, spread
from .identifiers import email_key, numbered, order_key, phone_key, source_key
from .roles import IDENTIFIERS
from .shapes import Shape
from .sheet import Sheet
from .times import DAY_US
from .trace import Found

__all__ = ["Find", "Whose", "whose"]

Find = Callable[[Sequence[str]], Found]
HOW: Final = {
    "customer": "this is no customer number",
    "email": "this is no e-mail address",
    "phone": "this is no telephone number",
}


@dataclass(frozen=True, slots=True)
class Whose:
    """Of each row: its identifiers, the strongest first; its case; its instant, and whether that is its own."""

    who: list[list[str]]
    about: list[str | None]
    happened: Ints
    own: Flags  # False where the instant was borrowed from an order, or is the one of this hearing
    blank: Flags


def whose(sheet: Sheet, shape: Shape, *, find: Find) -> Whose:
    """Find out who each row names, what it is about and when it happened; refuse a row that cannot tell."""
    main = sheet.times(shape.makes[0].when)
    found = Whose(people(sheet), cases(sheet, shape), main.values.copy(), main.present, sheet.blanks())
    borrow(sheet, shape, found, find)
    judge(sheet, shape, found)
    return found


def people(sheet: Sheet) -> list[list[str]]:
    """Return the identifiers of each row, the strongest first."""
    makers: dict[str, Callable[[str], str | None]] = {
        "customer": lambda text: source_key(sheet.hearing.source, text),
        "email": email_key,
        "phone": phone_key,
    }
    found: list[list[str]] = [[] for _ in range(sheet.size)]
    for role in IDENTIFIERS:
        for header in sheet.mapping.columns.get(role, ()):
            keys = spread(sheet.piece.table.column(header).combine_chunks(), makers[role])
            for known, key in zip(found, keys, strict=True):
                if key and key not in known:
                    known.append(key)
    return found


def cases(sheet: Sheet, shape: Shape) -> list[str | None]:
    """Return what each row is about (its order, ticket or promise), as an identifier within the source."""
    column = sheet.column(shape.about) if shape.about else None
    if column is None:
        return [None] * sheet.size
    kind = "order" if shape.about == "order" else shape.name.removesuffix("s")
    return spread(column, lambda text: numbered(kind, sheet.hearing.source, text))


def orders(sheet: Sheet, shape: Shape, found: Whose) -> list[str | None]:
    """Return the order that each row names."""
    if shape.about == "order":
        return found.about
    column = sheet.column("order")
    return [None] * sheet.size if column is None else spread(column, lambda text: order_key(sheet.hearing.source, text))


def borrow(sheet: Sheet, shape: Shape, found: Whose, find: Find) -> None:
    """Fill in the customer and the instant of rows that name only their order, from the traces already heard."""
    nameless = np.fromiter((not keys for keys in found.who), np.bool_, sheet.size)
    lacking = np.flatnonzero(~found.blank & (nameless | ~found.own))
    if not len(lacking):
        return
    order_of = orders(sheet, shape, found)
    asked: dict[int, str] = {}
    for row in lacking.tolist():
        key = order_of[row] or (found.who[row][0] if found.who[row] else None)
        if key is not None and row not in sheet.faults:
            asked[row] = key
    if not asked:
        return
    keys = list(dict.fromkeys(asked.values()))
    answer = find(keys)
    known = {key: (who, int(at)) for key, who, at in zip(keys, answer.who, answer.happened_at, strict=True)}
    for row, key in asked.items():
        who, at = known[key]
        if not found.who[row]:
            found.who[row].append(who or key)
        if not found.own[row]:
            found.happened[row] = at


def judge(sheet: Sheet, shape: Shape, found: Whose) -> None:
    """Refuse a row that nobody is named in, that has no date, or whose date is still to come."""
    when = shape.makes[0].when
    there = ~found.blank
    for row in np.flatnonzero(there & np.fromiter((not keys for keys in found.who), np.bool_, sheet.size)):
        nobody(sheet, int(row))
    if shape.name == "customers":  # a list of customers needs no dates: they became known when we heard of them
        found.happened[there & (found.happened == 0)] = sheet.hearing.now_us
    for row in np.flatnonzero(there & (found.happened == 0)):
        if sheet.mapping.dated:
            sheet.fault(int(row), when, "the date is missing", "Write it as 2026-03-31 or 2026-03-31 14:05.")
        else:
            reason = "this row has no date of its own, and its order is not known yet"
            sheet.fault(int(row), "order", reason, "Hear the orders first, or together with this file.")
    late(sheet, when, found.happened, there)


def late(sheet: Sheet, when: str, instants: Ints, there: Flags) -> None:
    """Refuse rows that say something has happened which is still to come; a day is left for zones."""
    for row in np.flatnonzero(there & (instants > sheet.hearing.now_us + DAY_US)):
        advice = "Check the year, and whether day and month are the right way round."
        sheet.fault(int(row), when, "the date is still to come", advice)


def nobody(sheet: Sheet, row: int) -> None:
    """Refuse a row that names nobody, by the identifier that could not be read where there is one."""
    advice = "Give a customer number, e-mail address or telephone."
    for role, reason in HOW.items():
        if sheet.texts(role)[row]:
            sheet.fault(row, role, reason, advice)
    sheet.fault(row, "customer", "nobody is named in this row", advice)
