"""Header: the names of the columns at the head of a text file, and what stands between its cells."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path
from typing import Final

from ..errors import InputError
from .blocks import blocks
from .careful import CELL_LIMIT, SAID, is_blank, shown

__all__ = ["header_of"]

DELIMITERS: Final = ",;\t|"
LOOKED_AT: Final = 50  # lines from which the delimiter is told
CONTROLS: Final = frozenset(map(chr, {*range(32), 127} - {9, 10, 13}))


def header_of(path: Path, *, encoding: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns and the delimiter, or raise InputError with what is wrong."""
    csv.field_size_limit(CELL_LIMIT)
    start = io.StringIO(next(blocks(path, encoding=encoding)).text.decode(), newline="")
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


def delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that splits the first lines most evenly into most columns."""

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])

    return max(DELIMITERS, key=evenness)
