"""Looked at: the sheet of rows that need a look, as it is handed out and as it comes back from any spreadsheet.

The first columns are those of the file, then come ours, with the place, the reason and a mark by which a row is known
again. A cell that a spreadsheet would run as a formula, or write anew as another number or date, gets an apostrophe in
front; so does a cell that begins with one. Taking one away again gives back every cell exactly.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..errors import InputError, MappingError
from .carrier import Carrier
from .source_file import SourceFile
from .zipped import BROKEN, ZIP

__all__ = [
    "MARK",
    "NOTED",
    "Returned",
    "begins_like_sheet",
    "is_sheet",
    "mark_of",
    "returned",
    "sheet_text",
    "shielded",
    "unshielded",
]

OURS: Final = "regulars: "
NOTED: Final = tuple(OURS + name for name in ("line", "byte", "column", "value", "reason", "suggestion", "file"))
MARK: Final = OURS + "mark"
FILE: Final = OURS + "file"
KNOWN: Final = frozenset((*NOTED, MARK))
MARKED: Final = re.compile(r"\s*'?\s*row (\d{1,18})-(\d{1,18})\s*")
MOST_ROWS: Final = 100_000
START: Final = 1 << 16  # bytes by which a sheet is told
MOST_PARTS: Final = 100  # of a workbook
BEGIN: Final = b"regulars: "
SHIELD: Final = "'"
RUN: Final = frozenset("'=+-@\t\r\n＝＋－＠")  # with these a spreadsheet begins a formula, in any script
PLAIN: Final = re.compile(r"0|[1-9]\d{0,9}")  # a number that no spreadsheet writes otherwise
# What a spreadsheet takes for a date, a time, a share or a truth: "1.50", "007", "3-4", "1E5", " 2", "5 May", "TRUE".
TAKEN: Final = re.compile(
    r"\s*(?:[^\w\s]*\d|true\b|false\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ,]*\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Returned:
    """A row that came back: the row of which file it is, the name of that file, and its cells by their headers."""

    file_id: int
    row: int
    file: str
    cells: dict[str, str]
    typed: frozenset[str] = frozenset()  # columns that came back as numbers

    @property
    def marked(self) -> bool:
        """Whether it is known again; a row that somebody added is not."""
        return self.file_id > 0

    @property
    def blank(self) -> bool:
        """Whether nothing stands in the columns of the file."""
        return not any(text.strip() for text in self.cells.values())


def shielded(text: str) -> str:
    """Return a cell as no spreadsheet runs it or writes it anew.

    >>> [shielded(text) for text in ("Ann", "12", "=1+1", "-4.50", "+31 20", "007", "2026-03-01", "'tis", "")]
    ['Ann', '12', "'=1+1", "'-4.50", "'+31 20", "'007", "'2026-03-01", "''tis", '']
    """
    begun = {text[:1], text.lstrip()[:1]} - {""}
    changed = not RUN.isdisjoint(begun) or (TAKEN.match(text) and not PLAIN.fullmatch(text))
    return SHIELD + text if changed else text


def unshielded(text: str) -> str:
    """Return a cell as it was.

    >>> [unshielded(shielded(text)) for text in ("=1+1", "'tis", "''", "2")]
    ['=1+1', "'tis", "''", '2']
    """
    return text.removeprefix(SHIELD)


def mark_of(file_id: int, row: int) -> str:
    """Return the mark of a row, which no spreadsheet takes for a number or a date."""
    return f"row {file_id}-{row}"


def sheet_text(headers: Sequence[str], rows: Iterable[tuple[dict[str, str], Sequence[str], str]]) -> str:
    """Write a sheet: of each row its cells, what is noted of it (in the order of `NOTED`), and its mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    out.write("\ufeff")  # by which Excel knows UTF-8
    writer.writerow([*map(shielded, headers), *NOTED, MARK])
    for cells, noted, mark in rows:
        own = [cells.get(header, "") for header in headers]
        writer.writerow([*map(shielded, [*own, *noted]), mark])
    return out.getvalue()


def begins_like_sheet(carrier: Carrier) -> bool:
    """Tell by its first bytes whether a file may be a sheet of ours, so that no other is opened for that."""
    with carrier.open() as raw:
        start = raw.read(START)
        if not start.startswith(ZIP):
            return BEGIN in start.replace(b"\0", b"").lower()  # also in UTF-16
        try:
            with zipfile.ZipFile(raw) as packed:  # a workbook
                parts = [entry for entry in packed.infolist()[:MOST_PARTS] if entry.filename.endswith(".xml")]
                return any(BEGIN in begun(packed, entry).lower() for entry in parts)
        except BROKEN:
            return False


def begun(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return how a part of a workbook begins."""
    with packed.open(entry) as part:
        return part.read(START)


def is_sheet(file: SourceFile) -> bool:
    """Tell whether a table is a sheet of ours, by its columns."""
    return not KNOWN.isdisjoint(map(ours, file.headers))


def ours(header: str) -> str:
    """Return the name of a column as it is compared with ours."""
    return re.sub(r"\s+", " ", header.strip()).lower()


def returned(file: SourceFile) -> Iterator[Returned]:
    """Yield the rows of a sheet that came back; blank rows are none."""
    names = {ours(header): header for header in file.headers if ours(header) in KNOWN}
    if MARK not in names or FILE not in names:
        lost = " and ".join(repr(name) for name in (FILE, MARK) if name not in names)
        raise MappingError(
            f"{file.name} is a sheet of rows that need a look, but without {lost} its rows are not known again.",
            now="Download the sheet once more ('regulars refused SOURCE --out FILE'), and leave its columns that begin "
            "with 'regulars:' as they are.",
        )
    headers = [header for header in file.headers if ours(header) not in KNOWN]
    seen = 0
    for piece in file.pieces():
        if piece.refused:
            fault = piece.refused[0]
            what = f"A row of the sheet cannot be read. {fault}"
            raise MappingError(what, now="Mend it, or download the sheet once more.")
        typed = frozenset(map(unshielded, piece.typed))
        for row in piece.table.to_pylist():
            seen += 1
            if seen > MOST_ROWS:
                raise InputError(f"{file.name} has more than {MOST_ROWS:,} rows.", now="Drop back fewer at a time.")
            cells = {unshielded(header): unshielded(row[header] or "") for header in headers}
            found = MARKED.fullmatch(row[names[MARK]] or "")
            file_id, line = (int(found[1]), int(found[2])) if found else (0, 0)
            one = Returned(file_id, line, unshielded(row[names[FILE]] or "").strip(), cells, typed)
            if one.marked or not one.blank:
                yield one
