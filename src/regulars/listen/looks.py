"""Looks: what the columns of a file hold, told by their values. Kept in the mapping, so that a change is seen later.

A column holds what most of its values are: dates, numbers, e-mail addresses, telephone numbers, codes or words. None of
the values themselves is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from .guess import ENOUGH, LOOKED_AT, SAMPLE_ROWS, TESTS, day_first_or_month_first, is_number, is_time, told_by
from .identifiers import email_key, plain
from .mapping import Look, Mapping, shape_named
from .numbers import currencies_said
from .roles import Role
from .source_file import SourceFile

__all__ = ["HOLDS", "MIXED", "Seen", "look_of", "looks", "roles_of", "seen"]

MOST: Final = 0.9  # share of the values that must be of one kind before the column is said to hold it
MIXED: Final = "values of several kinds"
HOLDS: Final = {
    "time": "dates",
    "number": "numbers",
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "decision": "yes or no",
}
AMOUNTS: Final = ("amount", "unit_price")
PLAIN_NUMBER: Final = re.compile(r"[+\-]?\d+(?:[.,]\d+)?")
NO_SIGN: Final = re.compile(r"[\d.,'’()+\-−\s]")


@dataclass(frozen=True, slots=True)
class Seen:
    """The first rows of a file: of each column the filled cells, each distinct text with how often it stands there.

    `order` is the order of day and month that the dates tell, or "" where none does; `typed` are the columns that were
    numbers already.
    """

    rows: int
    cells: dict[str, Counter[str]]
    order: str
    typed: frozenset[str]

    def texts(self, header: str) -> list[str]:
        """Return some distinct texts of a column."""
        return list(self.cells[header])[:LOOKED_AT]


def seen(file: SourceFile, mapping: Mapping) -> Seen:
    """Look at the first rows of a file, and at all its dates where the first do not tell the order of day and month."""
    cells: dict[str, Counter[str]] = {header: Counter() for header in mapping.used}
    rows, typed = 0, frozenset[str]()
    for piece in file.pieces(mapping.used, most=SAMPLE_ROWS):
        rows, typed = rows + piece.table.num_rows, typed | piece.typed
        for header, counts in cells.items():
            counts.update(filled(piece.table.column(header)))
    times = [header for header, role in roles_of(mapping) if role.holds == "time"]
    order = told_by(day_first_or_month_first([text for header in times for text in cells[header]]))
    if order is None and mapping.dates != "year first" and rows >= SAMPLE_ROWS:
        order = next(filter(None, orders_told(file, times)), None)
    return Seen(rows, cells, order or "", typed)


def filled(column: pa.ChunkedArray) -> Counter[str]:
    """Count the distinct texts of a column, tidied, without blanks."""
    counts: Counter[str] = Counter()
    for found in column.value_counts().to_pylist():
        if text := plain(found["values"] or ""):
            counts[text] += found["counts"]
    return counts


def orders_told(file: SourceFile, times: list[str]) -> Iterator[str | None]:
    """Yield the order of day and month that the dates of each piece tell."""
    for piece in file.pieces(tuple(times)):
        texts = {text for header in times for text in piece.table.column(header).unique().to_pylist() if text}
        yield told_by(day_first_or_month_first(list(texts)))


def roles_of(mapping: Mapping) -> Iterator[tuple[str, Role]]:
    """Yield each column that a mapping reads, with its role."""
    for role in shape_named(mapping.shape).roles:
        for header in mapping.columns.get(role.name, ()):
            yield header, role


def looks(mapping: Mapping, found: Seen) -> dict[str, Look]:
    """Return how each column looks that a mapping reads."""
    return {header: look_of(found, header, role) for header, role in roles_of(mapping)}


def look_of(found: Seen, header: str, role: Role) -> Look:
    """Return how one column looks."""
    texts = found.texts(header)
    sign = common(map(sign_of, texts), share=ENOUGH) if role.name in AMOUNTS else ""
    return Look(held(role, texts), found.cells[header].total(), found.rows, sign)


def held(role: Role, texts: list[str]) -> str:
    """Say what a column holds: what its role asks for where it does so, else what most of its values are."""
    if role.holds in TESTS and sum(map(TESTS[role.holds], texts)) >= ENOUGH * max(1, len(texts)):
        return HOLDS[role.holds]
    kinds = [kind_of(text) for text in texts]
    if role.holds != "id":  # in a name or a note a figure changes nothing; a number of an order is either one
        kinds = ["words" if kind == "codes" else kind for kind in kinds]
    return common(kinds, share=MOST) or MIXED


def kind_of(text: str) -> str:
    """Say what one value is.

    >>> [kind_of(text) for text in ("ann@example.org", "1182", "4 Mar 2026", "W-17", "Rye loaf")]
    ['e-mail addresses', 'numbers', 'dates', 'codes', 'words']
    """
    if email_key(text) is not None:
        return HOLDS["email"]
    if PLAIN_NUMBER.fullmatch(text):
        return HOLDS["number"]
    if is_time(text):
        return HOLDS["time"]
    if is_number(text) and (currencies_said(text) or not any(map(str.isalpha, text))):
        return HOLDS["number"]
    return "codes" if any(map(str.isdigit, text)) else "words"


def common(words: Iterable[str], *, share: float) -> str:
    """Return the commonest word, or "" where fewer than such a share are it.

    >>> common(["a", "a", "b"], share=0.5), common(["a", "b", "c"], share=0.5)
    ('a', '')
    """
    counts = Counter(words)
    word, count = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
    return word if count and count >= share * counts.total() else ""


def sign_of(text: str) -> str:
    """Return the sign or code of the currency that an amount is written with, or "".

    >>> sign_of("€ 1,234.50"), sign_of("5 EUR"), sign_of("12.50")
    ('€', 'EUR', '')
    """
    return NO_SIGN.sub("", text) if currencies_said(text) else ""
