"""Header: the names of the columns at the head of a text file, and what stands between its cells."""

from __future__ import annotations

import csv
import io
import itertools
from typing import Final

from ..errors import InputError
from .blocks import blocks
from .careful import CELL_LIMIT, SAID, is_blank, shown
from .carrier import Carrier

__all__ = ["filled", "header_of", "twice"]

DELIMITERS: Final = ",;\t|"
RARE: Final = "^`"  # delimiters of old programs
ODD: Final = "~*!+=%$&?:#\\<>{}[]()"  # what might be one, where it splits all lines evenly; parts of words are not
LOOKED_AT: Final = 50  # lines from which the delimiter is told
CONTROLS: Final = frozenset(map(chr, {*range(32), 127} - {9, 10, 13}))


def header_of(carrier: Carrier, *, encoding: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns and the delimiter, or raise InputError with what is wrong."""
    csv.field_size_limit(CELL_LIMIT)
    start = io.StringIO(next(blocks(carrier, encoding=encoding)).text.decode(), newline="")
    lines = list(itertools.islice((line for line in start if line.strip()), LOOKED_AT))
    said = delimiter_said(lines[0]) if lines else ""
    lines = lines[1:] if said else lines
    if not lines:
        raise InputError(f"{carrier} holds only blank lines.", now="Export it again; nothing was heard from it.")
    if CONTROLS.intersection(lines[0]):
        raise InputError(f"{carrier} begins with bytes that are no text.", now="Save it as CSV UTF-8.")
    delimiter = said or delimiter_of(lines)
    try:
        header = next(cells for cells in csv.reader(lines, delimiter=delimiter, strict=True) if not is_blank(cells))
    except (csv.Error, StopIteration) as error:
        raise InputError(
            f"The first line of {carrier} cannot be read: {shown(lines[0].strip())!r}.",
            now="It should hold the names of the columns.",
        ) from error
    if len(header) < 2:
        raise InputError(
            f"{carrier} has only one column ({shown(header[0].strip())!r}).",
            now="Save it as CSV with a comma, semicolon or tab between the columns.",
        )
    return tuple(cell.strip() for cell in header), delimiter


def delimiter_said(line: str) -> str:
    """Return the delimiter that a first line such as `sep=;` names, or ""."""
    word = line.strip("\r\n")
    return (
        word[-1]
        if word.lower().startswith(SAID) and len(word) == len(SAID) + 1 and word[-1] in DELIMITERS + RARE
        else ""
    )


def delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that splits the first lines most evenly into most columns; the usual ones come first."""
    usual = max(DELIMITERS, key=lambda delimiter: evenness(lines, delimiter))
    even, _ = evenness(lines, usual)
    if 2 * even >= len(lines):
        return usual
    for several, fewest in ((RARE, 2), (ODD, 3)):
        best = max(several, key=lambda delimiter: evenness(lines, delimiter))
        even, columns = evenness(lines, best)
        if even == len(lines) > 1 and columns >= fewest:
            return best
    return usual


def evenness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Return how many lines have as many cells as the first one, and how many those are."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return (0, 0)
    return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])


def twice(headers: tuple[str, ...], carrier: object) -> None:
    """Refuse a file in which a header stands twice, naming it."""
    repeated = sorted({name for name in headers if headers.count(name) > 1 and name})
    if repeated:
        shown = ", ".join(repr(name[:80]) for name in repeated[:5])
        raise InputError(f"{carrier} has the column {shown} more than once.", now="Give each column its own name.")


def filled(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Name the columns whose header is empty after their place.

    >>> filled(("order", "", "column 2"))
    ('order', 'column 2 (no name)', 'column 2')
    """
    named = []
    for place, header in enumerate(headers, start=1):
        name = header or f"column {place}"
        while not header and name in headers:
            name += " (no name)"
        named.append(name)
    return tuple(named)
