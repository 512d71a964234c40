"""Delimited: the rows of a text file, each with the line on which an editor shows its beginning.

A row that is broken does not take its neighbours along. When a quotation mark is never closed, the reader goes back to
the line after the one that opened it, and only that line is refused.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..errors import InputError
from .encoding import READ_BYTES
from .refused import Refused

__all__ = ["header_of", "rows_of"]

CELL_LIMIT: Final = 1_000_000  # characters in one cell; beyond this something is unclosed
DELIMITERS: Final = ",;\t|"
LOOKED_AT: Final = 50  # lines from which the delimiter is told
SAID: Final = "sep="  # a first line by which spreadsheets name the delimiter
CONTROLS: Final = frozenset(map(chr, {*range(32), 127} - {9, 10, 13}))
Row = tuple[int, list[str]]


@dataclass(slots=True)
class Lines:
    """The lines of a text, of which the last few can be put back."""

    text: Iterator[str]
    before: int = 0  # lines that belong to finished rows
    taken: list[str] = field(default_factory=list)  # lines of the row that is being read
    waiting: deque[str] = field(default_factory=deque)  # lines that were put back
    nul: bool = False  # whether a line of this row holds a NUL character

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.text)
        self.taken.append(line)
        if "\x00" in line:
            self.nul = True
        return line

    def finish(self, lines: int) -> None:
        """End a row after so many lines; those taken beyond it are put back."""
        if lines < len(self.taken):
            self.waiting.extendleft(reversed(self.taken[lines:]))
        self.before += lines
        self.taken.clear()
        self.nul = False


def rows_of(path: Path, *, name: str, encoding: str, delimiter: str) -> Iterator[Row | Refused]:
    """Yield the rows below the header with their lines, and in place of each broken one why it is refused."""
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding=encoding, newline="") as text:
        lines = Lines(text)
        width = 0
        while True:
            try:
                for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                    if not width:
                        width = 0 if is_blank(cells) or is_said(cells) else len(cells)
                    elif len(cells) == width and not lines.nul:
                        yield lines.before + 1, cells
                    elif not is_blank(cells):
                        yield fitted(name, lines, cells, width)
                    lines.finish(len(lines.taken))
            except csv.Error as error:
                yield unclosed(name, lines, str(error))
                lines.finish(1)
            else:
                return


def is_blank(cells: list[str]) -> bool:
    """Tell whether a line holds nothing at all."""
    return not any(map(str.strip, cells))


def fitted(name: str, lines: Lines, cells: list[str], width: int) -> Row | Refused:
    """Pass a row on when only empty cells make it wider than the header, or refuse it."""
    reason, now = (
        f"{len(cells)} cells where the header has {width}",
        "Look for a missing or extra delimiter, or a quotation mark.",
    )
    if lines.nul:
        reason, now = "a NUL character", "Export it again, or take the character out."
    elif len(cells) > width and not any(cells[width:]):
        return lines.before + 1, cells[:width]
    return Refused(name, lines.before + 1, "", shown(" | ".join(cells)), reason, now)


def unclosed(name: str, lines: Lines, error: str) -> Refused:
    """Describe a row at which the reader stumbled."""
    if "limit" in error:
        reason = f"a cell of more than {CELL_LIMIT:,} characters"
    elif "unexpected end" in error:
        reason = "a quotation mark is opened and never closed"
    else:
        reason = "a quotation mark in the middle of a cell"
    now = "Close the quotation mark, or write it twice inside a cell."
    return Refused(name, lines.before + 1, "", shown(lines.taken[0].rstrip("\r\n")), reason, now)


def shown(text: str) -> str:
    """Shorten a text for a message."""
    return text[:80]


def header_of(path: Path, *, encoding: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns and the delimiter, or raise InputError with what is wrong."""
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding=encoding, newline="") as text:
        start = io.StringIO(text.read(READ_BYTES), newline="")
    lines = list(itertools.islice((line for line in start if line.strip()), LOOKED_AT))
    said = delimiter_said(lines[0]) if lines else ""
    lines = lines[1:] if said else lines
    if not lines:
        raise InputError(f"{path} holds only blank lines.", now="Export it again; nothing was heard from it.")
    if CONTROLS.intersection(lines[0]):
        raise InputError(f"{path} begins with bytes that are no text.", now="Save it as CSV UTF-8.")
    delimiter = said or delimiter_of(lines)
    try:
        header = next(cells for cells in csv.reader(lines, delimiter=delimiter, strict=True) if not is_blank(cells))
    except (csv.Error, StopIteration) as error:
        raise InputError(
            f"The first line of {path} cannot be read: {shown(lines[0].strip())!r}.",
            now="It should hold the names of the columns.",
        ) from error
    if len(header) < 2:
        raise InputError(
            f"{path} has only one column ({shown(header[0].strip())!r}).",
            now="Save it as CSV with a comma, semicolon or tab between the columns.",
        )
    return tuple(cell.strip() for cell in header), delimiter


def delimiter_said(line: str) -> str:
    """Return the delimiter that a first line such as `sep=;` names, or ""."""
    word = line.strip("\r\n")
    return word[-1] if word.lower().startswith(SAID) and len(word) == len(SAID) + 1 and word[-1] in DELIMITERS else ""


def is_said(cells: list[str]) -> bool:
    """Tell whether a first row is such a line; the delimiter that it names has cut it into `sep=` and nothing."""
    return len(cells) == 2 and cells[0].lower() == SAID and not cells[1]


def delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that splits the first lines most evenly into most columns."""

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])

    return max(DELIMITERS, key=evenness)
