"""Whose: who a row names, what it is about, and when it happened.

Rows that name only their order borrow its customer and its instant from the traces already heard, by way of `find`;
nothing here knows where those are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .column import Column, Flags, Ints, combined
from .digests import subjects_of
from .named import Named, named
from .shapes import Shape
from .sheet import Sheet
from .times import DAY_US
from .trace import Found

__all__ = ["LACKING", "Find", "Whose", "late", "whose"]

Find = Callable[[Sequence[str]], Found]
NOBODY: Final = "nobody is named in this row"
NO_DATE: Final = "the date is missing"
NO_ORDER: Final = "this row has no date of its own, and its order is not known yet"
LACKING: Final = frozenset({NOBODY, NO_DATE, NO_ORDER})  # what a row that is heard later may still tell
HOW: Final = {
    "customer": "this is no customer number",
    "email": "this is no e-mail address",
    "phone": "this is no telephone number",
}


@dataclass(frozen=True, slots=True)
class Whose:
    """Of each row: its identifiers and the customer they lead to; its instant, and whether that is its own."""

    named: Named
    subject: Ints  # the number under which its traces are kept
    happened: Ints
    own: Flags  # False where the instant was borrowed from an order, or is the one of this hearing
    blank: Flags


def whose(sheet: Sheet, shape: Shape, *, find: Find) -> Whose:
    """Find out who each row names, what it is about and when it happened; refuse a row that cannot tell."""
    main, blank = sheet.times(shape.makes[0].when), sheet.blanks()
    by_customer = not sheet.mapping.dated or shape.name == "customers"
    names, happened = borrowed(named(sheet, shape), main, ~blank & sheet.sound, by_customer=by_customer, find=find)
    judge(sheet, shape, names, happened, there=~blank)
    return Whose(names, subjects_of(names.keys, names.first), happened, main.present, blank)


def borrowed(names: Named, main: Column, there: Flags, *, by_customer: bool, find: Find) -> tuple[Named, Ints]:
    """Fill in the customer and the instant of rows that name only their order, from the traces already heard.

    `by_customer` lets a row without an order borrow the instant of its customer's first.
    """
    first, happened = names.first, main.values.copy()
    key = np.where(names.order >= 0, names.order, first if by_customer else -1)
    rows = np.flatnonzero(there & ((first < 0) | ~main.present) & (key >= 0))
    if not len(rows):
        return names, happened
    codes, ones = combined([key[rows]])
    asked = key[rows[ones]]
    texts = names.keys.take(pa.array(asked))
    answer = find(texts.to_pylist())
    who = pa.array(list(answer.who), pa.string())
    itself = pc.or_(pc.equal(who, ""), pc.equal(who, texts)).to_numpy(zero_copy_only=False)
    found = np.where(itself, asked, len(names.keys) + np.arange(len(asked)))[codes]
    lent = np.full(len(first), -1)
    lent[rows] = np.where(first[rows] < 0, found, -1)
    happened[rows] = np.where(main.present[rows], happened[rows], np.asarray(answer.happened_at)[codes])
    return replace(names, keys=pa.concat_arrays([names.keys, who])).also(lent), happened


def judge(sheet: Sheet, shape: Shape, names: Named, happened: Ints, *, there: Flags) -> None:
    """Refuse a row that nobody is named in, that has no date, or whose date is still to come."""
    when = shape.makes[0].when
    for row in np.flatnonzero(there & (names.first < 0)):
        nobody(sheet, int(row))
    if shape.name == "customers":  # a list of customers needs no dates: they became known when we heard of them
        happened[there & (happened == 0)] = sheet.hearing.now_us
    for row in np.flatnonzero(there & (happened == 0)):
        if sheet.mapping.dated:
            sheet.fault(int(row), when, NO_DATE, "Write it as 2026-03-31 or 2026-03-31 14:05.")
        else:
            sheet.fault(int(row), "order", NO_ORDER, "Hear the orders first, or together with this file.")
    late(sheet, when, happened, there)


def late(sheet: Sheet, when: str, instants: Ints, there: Flags) -> None:
    """Refuse rows that say something has happened which is still to come; a day is left for zones."""
    for row in np.flatnonzero(there & (instants > sheet.hearing.now_us + DAY_US)):
        advice = "Check the year, and whether day and month are the right way round."
        sheet.fault(int(row), when, "the date is still to come", advice)


def nobody(sheet: Sheet, row: int) -> None:
    """Refuse a row that names nobody, by the identifier that could not be read where there is one."""
    advice = "Give a customer number, e-mail address or telephone."
    for role, reason in HOW.items():
        if sheet.texts(role).row(row):
            sheet.fault(row, role, reason, advice)
    sheet.fault(row, "customer", NOBODY, advice)
