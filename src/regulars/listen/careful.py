"""Careful: rows read one by one, for where a text file is not as it should be. `delimited.py` says when.

A row that is broken does not take its neighbours along. When a quotation mark is never closed, the reader goes back to
the line after the one that opened it, and only that line is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .blocks import Block
from .refused import Refused

__all__ = ["CELL_LIMIT", "SAID", "Form", "Row", "is_blank", "read_carefully", "shown"]

CELL_LIMIT: Final = 1_000_000  # characters in one cell; beyond this something is unclosed
SAID: Final = "sep="  # a first line by which spreadsheets name the delimiter
Row = tuple[int, list[str]]  # the line of a block on which it begins, and its cells


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a file are written. `width` is 0 until the header has been read."""

    name: str
    delimiter: str
    width: int = 0


class Unfinished(Exception):
    """A row goes on beyond the end of its block."""


@dataclass(slots=True)
class Lines:
    """The lines of a block, from one place on; those of an unfinished row can be read again."""

    block: Block
    before: int  # lines that belong to finished rows
    taken: int = 0  # lines of the row that is being read
    nul: bool = False  # whether a line of this row holds a NUL character

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        place = self.before + self.taken
        if place == self.block.lines:
            if self.taken and not self.block.last:
                raise Unfinished
            raise StopIteration
        line = self.block.line(place)
        self.taken += 1
        if "\x00" in line:
            self.nul = True
        return line

    def finish(self, lines: int) -> None:
        """End a row after so many lines; those taken beyond it are read again."""
        self.before += lines
        self.taken = 0
        self.nul = False


def read_carefully(block: Block, form: Form, *, start: int, most: int) -> tuple[list[Row | Refused], int, int]:
    """Read up to `most` rows from the line `start` on; also return the line after them, and the width of the header.

    A row that goes on in the next block is not read: the line after is then the one on which it begins.
    """
    csv.field_size_limit(CELL_LIMIT)
    lines, rows, width, done = Lines(block, start), list[Row | Refused](), form.width, 0
    while lines.before < block.lines and done < most:
        try:
            for cells in csv.reader(lines, delimiter=form.delimiter, strict=True):
                if not width:
                    width = 0 if is_blank(cells) or is_said(cells) else len(cells)
                elif len(cells) == width and not lines.nul:
                    rows.append((lines.before, cells))
                elif not is_blank(cells):
                    rows.append(fitted(form.name, lines, cells, width))
                lines.finish(lines.taken)
                done += 1
                if done >= most:
                    break
        except csv.Error as error:
            rows.append(unclosed(form.name, lines, str(error), form.delimiter))
            lines.finish(1)
            done += 1
        except Unfinished:
            break
    return rows, lines.before, width


def is_blank(cells: list[str]) -> bool:
    """Tell whether a line holds nothing at all."""
    return not any(map(str.strip, cells))


def is_said(cells: list[str]) -> bool:
    """Tell whether a first row names the delimiter; the delimiter that it names has cut it into `sep=` and nothing."""
    return len(cells) == 2 and cells[0].lower() == SAID and not cells[1]


def fitted(name: str, lines: Lines, cells: list[str], width: int) -> Row | Refused:
    """Pass a row on when only empty cells make it wider than the header, or refuse it."""
    reason, now = (
        f"{len(cells)} cells where the header has {width}",
        "Look for a missing or extra delimiter, or a quotation mark.",
    )
    if lines.nul:
        reason, now = unreadable(lines, lines.taken)
    elif len(cells) > width and not any(cells[width:]):
        return lines.before, cells[:width]
    return refused(name, lines, shown(" | ".join(cells)), reason, now)


def unclosed(name: str, lines: Lines, error: str, delimiter: str) -> Refused:
    """Describe a row at which the reader stumbled: over a quotation mark, unless a character before it made it one."""
    line, now = lines.block.line(lines.before), "Close the quotation mark, or write it twice inside a cell."
    if "\x00" in line:
        reason, now = unreadable(lines, 1)
    elif "limit" in error:
        reason = f"a cell of more than {CELL_LIMIT:,} characters{place_of_long(line, delimiter)}"
        now = "Shorten it, or look for a quotation mark that is never closed."
    elif "unexpected end" in error:
        reason = "a quotation mark is opened and never closed"
    else:
        reason = "a quotation mark in the middle of a cell"
    return refused(name, lines, shown(line.rstrip("\r\n")), reason, now)


def place_of_long(line: str, delimiter: str) -> str:
    """Say in which column of a line a cell is too long, where the line can be read by itself."""
    csv.field_size_limit(len(line) + 1)
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return ""
    finally:
        csv.field_size_limit(CELL_LIMIT)
    place = next((number for number, cell in enumerate(cells, start=1) if len(cell) > CELL_LIMIT), 0)
    return f", in column {place}" if place else ""


def unreadable(lines: Lines, taken: int) -> tuple[str, str]:
    """Say what stands where a NUL is read in a row of so many lines, and what to do."""
    number = lines.block.first + lines.before
    damaged = lines.block.damaged.intersection(range(number, number + taken))
    return "bytes that are not UTF-8" if damaged else "a NUL character", "Export it again, or take the character out."


def refused(name: str, lines: Lines, value: str, reason: str, now: str) -> Refused:
    """Refuse the row that is being read, at its place in the file."""
    block, place = lines.block, lines.before
    return Refused(name, block.first + place, "", value, reason, now, int(block.offsets[place]))


def shown(text: str) -> str:
    """Shorten a text for a message."""
    return text[:80]
