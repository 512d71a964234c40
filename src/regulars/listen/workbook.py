"""Workbook: the sheets of an Excel workbook, each one a table of text. Its rows are numbered as Excel numbers them.

The first row that is not blank is the header. A sheet that holds no table, or that is hidden, is passed over; a
workbook in which no table is found is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ..errors import InputError
from .careful import CELL_LIMIT
from .carrier import Carrier, digest_of, one_line
from .extent import look_at_cells
from .header import filled, twice
from .refused import Refused
from .source_file import Piece, SourceFile
from .zipped import BROKEN, entries_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["WORKBOOK", "open_workbook"]

WORKBOOK: Final = "[Content_Types].xml"  # the entry by which a zip is told to be a workbook or another document
MOST_BYTES: Final = 300_000_000  # unpacked
PIECE_ROWS: Final = 20_000
EXACT: Final = 10**15  # up to here a whole number in a cell is exact


@dataclass(frozen=True, slots=True)
class Table:
    """What one sheet holds: the rows below its header as text, and the columns that were numbers."""

    headers: tuple[str, ...]
    table: pa.Table
    rows: pa.Array
    typed: frozenset[str]
    refused: list[Refused]


def open_workbook(carrier: Carrier) -> list[SourceFile]:
    """Look at a workbook, and return its filled sheets."""
    entries = entries_of(carrier, most=MOST_BYTES)
    if not any(entry.filename.lower().startswith("xl/") for entry in entries):
        raise InputError(
            f"{carrier} is a document of another program than Excel, not a table.", now="Export the table as CSV UTF-8."
        )
    try:
        look_at_cells(carrier, entries)
        tables, notes = tables_of(carrier)
    except (OSError, *BROKEN) as error:
        raise damaged(carrier, error) from error
    if not tables:
        raise InputError(
            f"{carrier} has no sheet with a header and rows below it.",
            now="Put the names of the columns in the first row, or hear another workbook.",
        )
    digest = digest_of(carrier)
    return [
        SourceFile(
            carrier.name if len(tables) == 1 else f"{carrier.name}/{name}",
            found.headers,
            partial(pieces_of, found),
            hashlib.sha256(f"{digest}/{name}".encode()).hexdigest(),
            notes,
        )
        for name, found in tables.items()
    ]


def damaged(carrier: Carrier, error: BaseException) -> InputError:
    """Say that a workbook cannot be read."""
    return InputError(
        f"{carrier} is a workbook that cannot be read ({one_line(error)[:200]}).",  # type: ignore[arg-type]
        now="Open it in Excel, save it again, and hear that.",
    )


def tables_of(carrier: Carrier) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Read the sheets of a workbook that hold a table; also say which were hidden."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    found, hidden = dict[str, Table](), list[str]()
    try:
        with carrier.open() as raw, CalamineWorkbook.from_filelike(raw) as opened:
            for place, sheet in enumerate(opened.sheets_metadata):
                if sheet.visible != SheetVisibleEnum.Visible:
                    hidden.append(sheet.name)
                elif sheet.typ == SheetTypeEnum.WorkSheet:
                    table = table_of(carrier, opened.get_sheet_by_index(place))
                    found |= {sheet.name: table} if table else {}
    except CalamineError as error:
        raise damaged(carrier, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a reader in Rust says that it stumbled; it has no other name
            raise
        raise damaged(carrier, error) from error
    return found, (f"not read, because they are hidden: {', '.join(hidden)}",) if hidden else ()


def table_of(carrier: Carrier, sheet: CalamineSheet) -> Table | None:
    """Return the table of a sheet, or None where it holds none."""
    rows = enumerate(sheet.iter_rows(), start=1)
    head = next(((number, cells) for number, cells in rows if any(cell != "" for cell in cells)), None)
    if head is None:
        return None
    names = [text_of(cell).strip() for cell in head[1]]
    numbers, columns, numeric = list[int](), [list[pa.Array]() for _ in names], [True] * len(names)
    refused = list[Refused]()
    while piece := list(islice(rows, PIECE_ROWS)):
        kept = [(number, cells) for number, cells in piece if any(cell != "" for cell in cells)]
        refused += [fault for number, cells in kept if (fault := too_long(carrier, names, number, cells))]
        wrong = {fault.row for fault in refused}
        kept = [row for row in kept if row[0] not in wrong] if wrong else kept
        numbers += [number for number, _ in kept]
        for place, cells in enumerate(zip(*(cells for _, cells in kept), strict=True)):
            numeric[place] = numeric[place] and all(is_number(cell) or cell == "" for cell in cells)
            columns[place].append(pa.array(map(text_of, cells), pa.string()))
    texts = [pa.chunked_array(parts, pa.string()) for parts in columns]
    used = [place for place, name in enumerate(names) if name or any_text(texts[place])]
    if len(used) < 2 or not numbers:
        return None
    own = tuple(names[place] for place in used)
    twice(own, f"{carrier}, sheet '{sheet.name[:80]}',")
    headers = filled(own)
    table = pa.table([texts[place] for place in used], names=list(headers))
    typed = frozenset(header for place, header in zip(used, headers, strict=True) if numeric[place])
    return Table(headers, table, pa.array(numbers, pa.int64()), typed, refused)


def too_long(carrier: Carrier, names: Sequence[str], number: int, cells: Sequence[Any]) -> Refused | None:
    """Refuse a row with a cell that nobody can have meant."""
    for name, cell in zip(names, cells, strict=True):
        if type(cell) is str and len(cell) > CELL_LIMIT:
            reason = f"a cell of more than {CELL_LIMIT:,} characters"
            return Refused(carrier.name, number, name, cell[:80], reason, "Shorten it.")
    return None


def any_text(column: pa.ChunkedArray) -> bool:
    """Tell whether a column holds anything."""
    return any(part.nbytes and any(part.to_pylist()) for part in column.chunks)


def is_number(cell: Any) -> bool:
    """Tell whether a cell holds a number."""
    return type(cell) in (int, float)


def text_of(cell: Any) -> str:
    """Write a cell as text: dates as ISO, whole numbers without decimals.

    >>> text_of(3.0), text_of(0.1), text_of(1e-7), text_of(True), text_of(datetime(2026, 1, 2, 3, 4))
    ('3', '0.1', '0.0000001', 'true', '2026-01-02 03:04:00')
    """
    return WRITTEN.get(type(cell), str)(cell)


def number_text(cell: float) -> str:
    """Write a number of a cell, with a point and without an exponent."""
    if cell == int(cell) if abs(cell) < EXACT else False:
        return str(int(cell))
    text = repr(cell)
    return f"{Decimal(text):f}" if "e" in text else text


def duration_text(cell: timedelta) -> str:
    """Write a length of time as hours, minutes and seconds."""
    seconds = int(cell.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    float: number_text,
    bool: lambda cell: "true" if cell else "false",
    datetime: str,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: duration_text,
}


def pieces_of(found: Table, only: Sequence[str]) -> Iterator[Piece]:
    """Yield the rows of a sheet."""
    table, typed = found.table.select(list(only)), found.typed.intersection(only)
    for start in range(0, table.num_rows, PIECE_ROWS):
        rows, refused = found.rows.slice(start, PIECE_ROWS), [] if start else found.refused
        yield Piece(table.slice(start, PIECE_ROWS).combine_chunks(), rows, refused, typed)
