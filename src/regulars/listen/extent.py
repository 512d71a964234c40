"""Extent: how many cells a workbook's sheets would take in memory, told before a reader lays them out.

A sheet is laid out as a rectangle around its filled cells. Two cells in opposite corners, or one long text that a
million cells point to, are a few bytes in the file and fill any memory. So the places of all cells are read first.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from .carrier import Carrier
from .column import Ints
from .zipped import too_large, unpacked

__all__ = ["look_at_cells"]

MOST_CELLS: Final = 2_400_000  # of all sheets together, as they would be laid out
MOST_DECLARED: Final = 1_000_000_000  # cells of the rectangle that a sheet says it has
MOST_TEXT: Final = 120_000_000  # bytes of text, where cells share it
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
LONGEST_TAG: Final = 32 << 20  # bytes, with the text behind it
STRINGS: Final = "sharedstrings.xml"
CELL: Final = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']((?:\s+[\w:]+="[^"<>/]*")*\s*/>)?""")
DECLARED: Final = re.compile(rb"""<(?:\w+:)?dimension\s[^<>]*?ref\s*=\s*["']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)["']""")
SHARED: Final = re.compile(rb"""\st\s*=\s*["']s["']""")
POINTED: Final = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*([0-9]{1,9})\s*<""")
STRING_END: Final = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")


@dataclass(slots=True)
class Extent:
    """What was seen of the cells of one sheet so far."""

    rows: set[int] = field(default_factory=set)
    columns: set[bytes] = field(default_factory=set)
    placed: int = 0
    cells: int = 0
    shared: int = 0  # cells that point to a text kept elsewhere
    pointed: list[Ints] = field(default_factory=list)  # to which

    @property
    def area(self) -> int:
        """How many cells the rectangle around the filled ones has."""
        if not self.rows:
            return 0
        across = [number_of(letters) for letters in self.columns]
        return (max(self.rows) - min(self.rows) + 1) * (max(across) - min(across) + 1)


def look_at_cells(carrier: Carrier, entries: list[zipfile.ZipInfo]) -> None:
    """Go over all parts of a workbook, or refuse it where its cells would take more memory than there is for them."""
    seen, lengths, area = list[Extent](), np.zeros(0, np.int64), 0
    with carrier.open() as raw:
        for entry in entries:
            if entry.filename.lower().endswith(STRINGS):
                lengths = np.concatenate([lengths, lengths_of(carrier, unpacked(raw, entry))])
                continue
            extent = Extent()
            for tags in whole_tags(carrier, unpacked(raw, entry)):
                look_at(carrier, extent, tags)
            area += extent.area
            if area > MOST_CELLS:
                too_large(carrier, f"has sheets of {area:,} cells, more than the {MOST_CELLS:,} that are read")
            seen.append(extent)
    look_at_texts(carrier, seen, lengths)


def whole_tags(carrier: Carrier, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the text of a part again, cut before a tag only."""
    rest = b""
    for part in parts:
        text = rest + part
        cut = text.rfind(b"<")
        yield text[: max(cut, 0)]
        rest = text[max(cut, 0) :]
        if len(rest) > LONGEST_TAG:
            too_large(carrier, "holds a tag that never ends")
    yield rest


def look_at(carrier: Carrier, extent: Extent, text: bytes) -> None:
    """Take note of the cells of some text."""
    for found in DECLARED.finditer(text):
        left, top, right, bottom = found.groups()
        declared = (whole(bottom) - whole(top) + 1) * (number_of(right[:9]) - number_of(left[:9]) + 1)
        if declared > MOST_DECLARED:
            too_large(carrier, f"declares a sheet of {declared:,} cells")
    places = PLACE.findall(text)
    extent.rows.update({int(row) for _, row, blank in places if not blank})
    extent.columns.update({letters for letters, _, blank in places if not blank})
    extent.placed += len(places)
    extent.cells += len(CELL.findall(text))
    if max(extent.rows, default=0) > LAST_ROW or any(number_of(column) > LAST_COLUMN for column in extent.columns):
        too_large(carrier, "has cells outside of any sheet")
    if extent.cells > extent.placed:
        too_large(carrier, "has cells that do not say where they stand")
    extent.shared += len(SHARED.findall(text))
    extent.pointed.append(np.array(POINTED.findall(text), "S9").astype(np.int64))


def whole(digits: bytes) -> int:
    """Return a whole number; one of many digits is simply large."""
    return int(digits[:12])


def number_of(letters: bytes) -> int:
    """Return the number of a column.

    >>> number_of(b"A"), number_of(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def lengths_of(carrier: Carrier, parts: Iterator[bytes]) -> Ints:
    """Return how long each shared text is, with its tags."""
    ends, seen = [np.zeros(1, np.int64)], 0
    for text in whole_tags(carrier, parts):
        ends.append(np.array([seen + found.end() for found in STRING_END.finditer(text)], np.int64))
        seen += len(text)
    places: Ints = np.concatenate(ends)
    return places[1:] - places[:-1]


def look_at_texts(carrier: Carrier, seen: list[Extent], lengths: Ints) -> None:
    """Refuse a workbook whose cells share more text than there is memory for when each has its own."""
    shared = sum(extent.shared for extent in seen)
    if not len(lengths) or shared * int(lengths.max()) <= MOST_TEXT:
        return
    pointed = np.concatenate([part for extent in seen for part in extent.pointed])
    unclear = max(0, shared - len(pointed)) * int(lengths.max())  # those written in another way, or cut in two
    total = int(lengths[pointed[pointed < len(lengths)]].sum()) + unclear
    if total > MOST_TEXT:
        too_large(
            carrier, f"comes to {total / 1e6:,.0f} MB of text, more than the {MOST_TEXT / 1e6:,.0f} MB of a table"
        )
