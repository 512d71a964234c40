"""Marks: where the quotation marks of a block stand, and so which of its rows can be read many at a time.

In a sound row a quotation mark opens at the beginning of a cell and closes at its end, or stands twice inside. So of
the marks of sound rows the first, third, fifth ... follow a delimiter, the end of a line or another mark, and the
others come before one. The first mark that does not is where careful reading begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .blocks import LINE_FEED, RETURN, Block
from .careful import CELL_LIMIT
from .column import Flags, Ints

__all__ = ["Marks", "Sound", "filled", "with_nul"]

QUOTE: Final = ord('"')
BYTE_ORDER_MARK: Final = "\ufeff".encode()  # the reader of many rows would take it off the first of them


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound rows of a block: the lines on which they begin, the line after them, and why they end there."""

    begins: Ints
    stop: int
    goes_on: bool  # the next row is not broken, but goes on in the next block


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the quotation marks of a block stand, and which of them open or close as they should, judged in turn."""

    block: Block
    places: Ints
    after: Flags  # whether a delimiter, a line's end or another mark stands before each
    before: Flags  # whether one stands after it

    @classmethod
    def of(cls, block: Block, delimiter: str) -> Marks:
        """Look for the quotation marks of a block."""
        if b'"' not in block.text:
            return cls(block, np.empty(0, np.int64), np.empty(0, np.bool_), np.empty(0, np.bool_))
        text = np.frombuffer(b"\n" + block.text + b"\n", np.uint8)
        places = np.flatnonzero(text == QUOTE)
        fits = np.zeros(256, np.bool_)
        fits[[ord(delimiter), LINE_FEED, RETURN, QUOTE]] = True
        return cls(block, places - 1, fits[text[places - 1]], fits[text[places + 1]])

    def sound(self, place: int, *, most: int) -> Sound:
        """Return the sound rows from a line on which a row begins, at most so many."""
        starts, end = self.block.starts[place:-1], int(self.block.starts[-1])
        first = int(np.searchsorted(self.places, starts[0]))
        wrong, is_open = self.first_wrong(first)
        inside = np.searchsorted(self.places[first:], starts) % 2 == 1
        begins = np.flatnonzero(~inside)
        begun = np.append(starts[begins], end)
        rows = int(np.searchsorted(begun[:-1], wrong, "right")) - 1 if wrong >= 0 else len(begins)
        goes_on = is_open and not self.block.last and end - int(begun[rows]) <= CELL_LIMIT
        large = np.flatnonzero(np.diff(begun[: rows + 1]) > CELL_LIMIT)
        marked = self.block.text.startswith(BYTE_ORDER_MARK, int(starts[0]))
        fewer = min(most, 0 if marked else rows, *large[:1].tolist(), rows)
        stop = place + int(begins[fewer]) if fewer < len(begins) else self.block.lines
        return Sound(place + begins[:fewer], stop, goes_on and fewer == rows)

    def first_wrong(self, first: int) -> tuple[int, bool]:
        """Return where the first mark stands that cannot stand there, or -1; and whether it is only not closed yet."""
        fits = np.empty(len(self.places) - first, np.bool_)
        fits[0::2], fits[1::2] = self.after[first::2], self.before[first + 1 :: 2]
        wrong = np.flatnonzero(~fits)
        if len(wrong):
            return int(self.places[first + wrong[0]]), False
        return (int(self.places[-1]), True) if len(fits) % 2 else (-1, False)


def filled(block: Block, begins: Ints) -> Flags:
    """Mark the rows that are more than the end of a line."""
    text = np.frombuffer(block.text, np.uint8)[block.starts[begins]]
    return np.asarray((text != LINE_FEED) & (text != RETURN), np.bool_)


def with_nul(block: Block, begins: Ints, stop: int) -> Flags:
    """Mark the rows that hold a NUL character."""
    found = np.zeros(len(begins), np.bool_)
    start, end = int(block.starts[begins[0]]), int(block.starts[stop])
    if block.text.find(b"\0", start, end) >= 0:
        places = start + np.flatnonzero(np.frombuffer(block.text, np.uint8)[start:end] == 0)
        found[np.searchsorted(block.starts[begins], places, "right") - 1] = True
    return found
