"""Carried: everything a trace may carry besides who and when. What, how much, how good, in which words, by whom."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..money import NO_CURRENCY, decimals_of
from .column import Column, Flags, Ints, Texts, combined
from .numbers import LIMIT, currencies_said
from .shapes import Shape
from .sheet import Sheet

__all__ = ["Carried", "carried"]

MILLI: Final = 1_000
MICRO: Final = 1_000_000
BARE: Final = r"^[0-9.,+-]*$"  # an amount without a sign or a word
WORDS: Final = ("category", "text", "language", "channel", "department")
# Roles that have no field of their own; they are kept together as JSON.
ATTRIBUTES: Final = (
    "name", "first_name", "last_name", "company", "street", "postcode", "city", "title", "status", "sku", "reason",
    "author", "staff", "method", "subject", "decision", "purpose", "referred", "event", "direction", "thread",
    "minutes", "place",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """What the rows carry: numbers where they are mapped at all, and texts."""

    quantity: Column | None  # thousandths
    amount: Column | None  # minor units of the row's currency
    currency: Texts
    rating: Column | None  # thousandths
    words: dict[str, Texts]  # item, category, text, language, channel, department
    attributes: Texts

    @property
    def given_back(self) -> Flags:
        """Whether each row takes something back: a negative quantity, or a negative amount."""
        negative = np.zeros(len(self.currency), np.bool_)
        for column in (self.quantity, self.amount):
            if column is not None:
                negative |= column.values < 0
        return negative


def carried(sheet: Sheet, shape: Shape) -> Carried:
    """Read everything the rows carry; what cannot be meant becomes a fault."""
    quantity = sheet.numbers("quantity", MILLI)
    currency = currencies(sheet)
    words = {role: sheet.texts(role) for role in WORDS}
    words["item"] = sheet.texts("item" if "item" in sheet.mapping.columns else "sku")
    return Carried(
        quantity, amounts(sheet, quantity, currency), currency, ratings(sheet), words, attributes(sheet, shape)
    )


def ratings(sheet: Sheet) -> Column | None:
    """Return each row's rating; one outside its scale is a fault."""
    rating = sheet.numbers("rating", MILLI)
    if rating is not None:
        low, high = sheet.mapping.scale
        outside = rating.present & ((rating.values < low * MILLI) | (rating.values > high * MILLI))
        advice = "Correct it, or name the scale in a mapping file."
        for row in np.flatnonzero(outside):
            sheet.fault(int(row), "rating", f"this is not on the scale from {low} to {high}", advice)
    return rating


def currencies(sheet: Sheet) -> Texts:
    """Return each row's currency: the one it names, else the one that its amount is written with, else the file's."""
    default = sheet.mapping.currency
    role = "amount" if "amount" in sheet.mapping.columns else "unit_price"
    named, says = named_currencies(sheet), said_currencies(sheet, role)
    codes, ones = combined([named.codes, says.codes])
    found = []
    for place, row in enumerate(ones.tolist()):
        signs = frozenset(says.row(row).split())
        code, reason, advice = one_currency(named.row(row), signs, default)
        for faulty in np.flatnonzero(codes == place).tolist() if reason else ():
            sheet.fault(faulty, "currency" if code == "?" else role, reason, advice)
        found.append(code if code != "?" else default)
    return Texts(codes, pa.array(found, pa.string()))


def named_currencies(sheet: Sheet) -> Texts:
    """Return the currency that each row names; see `named_currency`."""
    column = sheet.played("currency")
    if column is None:
        return Texts.same(None, sheet.size)
    return column.put(pa.array(map(named_currency, column.distinct.to_pylist()), pa.string())).merged()


def said_currencies(sheet: Sheet, role: str) -> Texts:
    """Return the currencies that each row's amount may be in, parted by spaces; bare figures say nothing."""
    column = sheet.played(role)
    if column is None:
        return Texts.same(None, sheet.size)
    worded = ~pc.match_substring_regex(column.distinct, BARE).to_numpy(zero_copy_only=False)
    signs = map(currencies_said, column.distinct.filter(pa.array(worded)).to_pylist())
    said = np.full(len(worded), None, object)
    said[worded] = [" ".join(sorted(codes)) or None for codes in signs]
    return column.put(pa.array(said, pa.string())).merged()


def named_currency(text: str) -> str:
    """Return the code that a currency column names, "" for a blank, "?" where it names none.

    >>> named_currency("eur"), named_currency("€"), named_currency(" "), named_currency("$")
    ('EUR', 'EUR', '', '?')
    """
    word = text.strip()
    if re.fullmatch(r"[A-Za-z]{3}", word):
        return word.upper()
    said = currencies_said(f"{word} 1")
    return "" if not word else min(said) if len(said) == 1 else "?"


def one_currency(named: str, said: frozenset[str], default: str) -> tuple[str, str, str]:
    """Return the currency of a row, and where it cannot be told the reason and advice.

    >>> one_currency("", frozenset({"GBP"}), "EUR"), one_currency("", frozenset(), "EUR")[0]
    (('GBP', '', ''), 'EUR')
    """
    if named == "?":
        return "?", "this is no code of a currency", "Write three letters, such as EUR."
    if named:
        if said and named not in said:
            return (
                named,
                f"the amount is in {' or '.join(sorted(said))}, but the row says {named}",
                "Correct one of the two.",
            )
        return named, "", ""
    if len(said) == 1:
        return min(said), "", ""
    if said and default not in said and default != NO_CURRENCY:
        advice = f'Write, for example, currency = "{min(said)}" in a mapping file and give it with --map.'
        return default, f"this sign is not of {default}, and does not tell which currency it is", advice
    return default, "", ""


def amounts(sheet: Sheet, quantity: Column | None, currency: Texts) -> Column | None:
    """Return each row's value in minor units: as given, or quantity times unit price, half to even."""
    known = [10 ** decimals_of(code) for code in currency.distinct.to_pylist()]
    powers = currency.each(known, 0)  # how many minor units one of each row's currency has
    given = sheet.numbers("amount", MICRO)
    if given is not None:
        return multiplied(sheet, "amount", (given.values, powers), given.present, MICRO)
    price = sheet.numbers("unit_price", MICRO)
    if price is None:
        return None
    if quantity is None:
        return multiplied(sheet, "unit_price", (price.values, powers), price.present, MICRO)
    there = price.present & quantity.present
    return multiplied(sheet, "unit_price", (quantity.values, price.values, powers), there, MILLI * MICRO)


def multiplied(sheet: Sheet, role: str, factors: tuple[Ints, ...], there: Flags, by: int) -> Column:
    """Multiply whole numbers row by row and divide by `by`, half to even; too large a product is a fault."""
    size = np.ones(sheet.size)
    for factor in factors:
        size *= np.abs(factor.astype(np.float64))
    large = np.flatnonzero(size > LIMIT)
    safe = [np.where(size > LIMIT, 0, factor) for factor in factors]
    values = rounded(np.prod(safe, axis=0, dtype=np.int64), by)
    for row in large.tolist():
        exact = round_half_even(int(np.prod([int(factor[row]) for factor in factors], dtype=object)), by)
        if abs(exact) < LIMIT:
            values[row] = exact
        else:
            sheet.fault(row, role, "this comes to more than can be meant", "Check the numbers of this row.")
    return Column(values, there, {})


def rounded(values: Ints, by: int) -> Ints:
    """Divide whole numbers, half to even."""
    whole, rest = np.divmod(values, by)
    up = (2 * rest > by) | ((2 * rest == by) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.int64)


def round_half_even(value: int, by: int) -> int:
    """Divide one whole number of any size, half to even."""
    whole, rest = divmod(value, by)
    return whole + (2 * rest > by or (2 * rest == by and whole % 2 == 1))


def attributes(sheet: Sheet, shape: Shape) -> Texts:
    """Return the mapped columns that have no field of their own, as JSON."""
    mapped = sheet.mapping.columns
    roles: list[str] = [role for role in ATTRIBUTES if role in mapped and not (role == "sku" and "item" not in mapped)]
    if shape.about == "case" and "order" in mapped:
        roles = [*roles, "order"]
    if not roles:
        return Texts.same(None, sheet.size)
    columns = [sheet.texts(role) for role in roles]
    codes, ones = combined([column.codes for column in columns])
    written = []
    for values in zip(*(column.of_rows(ones).array().to_pylist() for column in columns), strict=True):
        given = {role: value for role, value in zip(roles, values, strict=True) if value}
        written.append(json.dumps(given, ensure_ascii=False, sort_keys=True) if given else None)
    return Texts(codes, pa.array(written, pa.string())).without_nulls()
