"""Drift: is a file still what its source's mapping remembers? A mapping, headers and looks in, changes out.

Order and case of the headers, blanks around them, encoding and delimiter may differ: the file is understood anyway. A
column that is gone, or holds something else, is a change that a person has to see: read on as before, it would become
wrong numbers or silent blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .guess import day_first_or_month_first, is_number
from .identifiers import tidied
from .looks import HOLDS, MIXED, Seen, look_of, roles_of
from .mapping import Look, Mapping, shape_named
from .numbers import SWAP, currencies_said, decimal_comma, scaled
from .roles import Role

__all__ = ["Change", "akin", "changes", "gone", "new_columns", "placed", "reads"]

FEWEST: Final = 3  # filled cells, or rows, from which a change can be told
FEWEST_OPTIONAL: Final = 20  # rows, before and now, from which a column that may be blank is said to have run dry
FILLED: Final = 0.9  # share of rows in which a column was filled, so that blanks are a change
ALIKE: Final = 0.7  # share of all columns in common from which two files are one
MILLI: Final = 1000
OFF_SCALE: Final = 0.25  # share of the ratings outside the scale from which the scale is another
NAMELESS: Final = re.compile(r"column \d+(?: \(no name\))*")  # see `files.filled`


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a file differs from what its source used to send: the column, what it was, what it is now."""

    column: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"column '{self.column[:80]}' {self.was} and {self.now}"


def tidy(header: str) -> str:
    """Return a header as it is compared: blanks, case and Unicode form make no difference.

    >>> tidy(" Order  ID ") == tidy("order id"), tidy("order_id") == tidy("order id")
    (True, False)
    """
    return tidied(header).casefold()


def reads(mapping: Mapping) -> frozenset[str]:
    """Return the columns that a mapping reads, as they are compared: what tells the mappings of one source apart."""
    return frozenset(map(tidy, mapping.used))


def placed(mapping: Mapping, headers: Sequence[str]) -> Mapping | None:
    """Return the mapping in a file's own spelling of its headers, or None where the file lacks one of them."""
    spelt = {tidy(header): header for header in reversed(headers)} | {header: header for header in headers}
    own = {header: spelt.get(header) or spelt.get(tidy(header), "") for header in mapping.used}
    if not all(own.values()) or len(set(own.values())) < len(own):
        return None
    columns = {role: tuple(own[header] for header in several) for role, several in mapping.columns.items()}
    remembered = {own[header]: look for header, look in mapping.looks.items() if header in own}
    spelt_lent = tuple(
        replace(lookup, lends=tuple(own.get(header, header) for header in lookup.lends)) for lookup in mapping.lookups
    )
    return replace(mapping, columns=columns, looks=remembered, lookups=spelt_lent)


def new_columns(kept: Mapping, headers: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that the source did not have before; one without a name is none."""
    known = {tidy(header) for header in (*kept.used, *kept.left_out)}
    return tuple(header for header in headers if tidy(header) not in known and not NAMELESS.fullmatch(header))


def akin(kept: Mapping, *, name: str, headers: Sequence[str], shape: str) -> bool:
    """Tell whether a file is the one that a mapping was made for, or that file changed, rather than another kind.

    Nearly the same columns prove it; else its name does, with what it would be taken for (`shape`, "" where that cannot
    be told) or with half of the columns that the mapping reads. A file of another name is another kind of file.
    """
    before, now, used = {tidy(header) for header in (*kept.used, *kept.left_out)}, set(map(tidy, headers)), reads(kept)
    if len(before & now) >= ALIKE * len(before | now):
        return True
    return stem(kept.file) == stem(name) and (shape in ("", kept.shape) or 2 * len(used & now) >= len(used))


def stem(name: str) -> str:
    """Return a file's name without what changes from export to export: numbers, marks and the ending.

    >>> stem("orders-2026-03.csv") == stem("Orders_2026_04.parquet")
    True
    """
    own = name.rpartition("/")[2]  # of a workbook, its sheet
    return re.sub(r"[\W\d_]+", "", own.rpartition(".")[0] or own).casefold()


def gone(kept: Mapping, headers: Sequence[str]) -> Iterator[Change]:
    """Name the columns that a mapping reads and a file lacks."""
    there, new = set(map(tidy, headers)), ", ".join(f"'{header[:80]}'" for header in new_columns(kept, headers)[:5])
    for role, several in kept.columns.items():
        for header in several:
            if tidy(header) not in there:
                yield Change(header, f"was the {role.replace('_', ' ')}", f"is missing{new and f'; new are {new}'}")


def changes(mapping: Mapping, found: Seen) -> Iterator[Change]:
    """Name the columns of a file that hold something else than its mapping says or remembers."""
    needed = needed_roles(mapping)
    for header, role in roles_of(mapping):
        was, now = mapping.looks.get(header), look_of(found, header, role)
        yield from run_dry(header, was, now, needed=role.name in needed, later=is_later(mapping, role))
        if now.filled >= FEWEST:
            yield from other_kind(header, role, was, now)
            yield from other_sign(header, mapping, was, now)
    yield from other_order(mapping, found)
    yield from other_decimals(mapping, found)
    yield from other_scale(mapping, found)


def needed_roles(mapping: Mapping) -> set[str]:
    """Return the roles without which a row makes no trace: its date, and what alone fills a need of its shape."""
    shape = shape_named(mapping.shape)
    groups = [[role for role in group if role in mapping.columns] for group in shape.needs]
    alone = {group[0] for group in groups if len(group) == 1 and len(mapping.columns[group[0]]) == 1}
    return {shape.makes[0].when} | alone


def is_later(mapping: Mapping, role: Role) -> bool:
    """Tell whether a role dates a later step, such as a delivery, which new rows do not have yet."""
    return role.holds == "time" and role.name != shape_named(mapping.shape).makes[0].when


def run_dry(header: str, was: Look | None, now: Look, *, needed: bool, later: bool) -> Iterator[Change]:
    """Tell where a column that used to be filled is blank in most rows."""
    fewest = FEWEST if needed else FEWEST_OPTIONAL
    if was is None or later or min(was.rows, now.rows) < fewest:
        return
    if was.filled >= FILLED * was.rows and 2 * now.filled < now.rows:
        before = f"was filled in {was.filled:,} of {was.rows:,} rows"
        yield Change(header, before, f"is blank in {now.rows - now.filled:,} of {now.rows:,} now")


def other_kind(header: str, role: Role, was: Look | None, now: Look) -> Iterator[Change]:
    """Tell where a column holds values of another kind."""
    asked = HOLDS.get(role.holds)
    before = was.held if was is not None and was.filled >= FEWEST else asked or MIXED
    if MIXED in (before, now.held) and before != asked:
        return
    if before != now.held and (asked is None or before == asked):
        yield Change(header, f"held {before}", f"holds {now.held} now")


def other_sign(header: str, mapping: Mapping, was: Look | None, now: Look) -> Iterator[Change]:
    """Tell where amounts are written with the sign of another currency, and no column says which it is."""
    if was is None or was.filled < FEWEST or was.held != now.held or "currency" in mapping.columns:
        return
    before, after = (currencies_said(f"{look.sign} 1") or {mapping.currency} for look in (was, now))
    if not before & after:
        signs = [look.sign or f"no sign (read as {mapping.currency})" for look in (was, now)]
        yield Change(header, f"was written with {signs[0]}", f"is written with {signs[1]} now")


def other_order(mapping: Mapping, found: Seen) -> Iterator[Change]:
    """Tell where dates are written in another order of day, month and year."""
    times = [header for header, role in roles_of(mapping) if role.holds == "time"]
    texts = [text for header in times for text in found.cells[header]]
    if mapping.dates == "year first":
        turned = 2 * len(day_first_or_month_first(texts)) > len(texts)
    else:
        turned = found.order not in ("", mapping.dates)
    if turned:
        most = max(times, key=lambda header: len(day_first_or_month_first(list(found.cells[header]))))
        yield Change(most, f"had dates {mapping.dates}", f"has them {found.order or 'day or month first'} now")


def other_decimals(mapping: Mapping, found: Seen) -> Iterator[Change]:
    """Tell where decimals are written after another mark."""
    numbers = [header for header, role in roles_of(mapping) if role.holds == "number" and header not in found.typed]
    texts = {header: found.texts(header) for header in numbers}
    if mapping.decimals == "comma":
        texts = {header: [text.translate(SWAP) for text in several] for header, several in texts.items()}
    if decimal_comma([text for several in texts.values() for text in several]):
        marks = ("comma", "point") if mapping.decimals == "comma" else ("point", "comma")
        first = next(header for header, several in texts.items() if decimal_comma(several))
        yield Change(first, f"had decimals after a {marks[0]}", f"has them after a {marks[1]} now")


def other_scale(mapping: Mapping, found: Seen) -> Iterator[Change]:
    """Tell where ratings are given on another scale."""
    header, (low, high) = mapping.header("rating"), mapping.scale
    if header is None:
        return
    given = {text: count for text, count in found.cells[header].items() if is_number(text)}
    off = sum(count for text, count in given.items() if not low * MILLI <= thousandths(text) <= high * MILLI)
    if off >= FEWEST and off >= OFF_SCALE * sum(given.values()):
        yield Change(header, f"had ratings from {low} to {high}", f"has {off:,} outside of that now")


def thousandths(text: str) -> int:
    """Read a rating in thousandths, however its decimals are written."""
    return scaled(text, scale=MILLI, comma="," in text)
