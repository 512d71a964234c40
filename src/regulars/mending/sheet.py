"""Sheet: rows that need a look, with all that is kept of them and their reasons, as a table for any spreadsheet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import InputError, KeepError, NotFound
from ..listen import Mapping
from ..listen.looked_at import mark_of, sheet_text
from ..meaning import kept
from ..store import Home
from ..store.quarantine import Kept

__all__ = ["Sheet", "sheet", "waiting", "write_sheet"]

MOST_ROWS: Final = 10_000  # of one sheet
MOST_CHARACTERS: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that need a look as a sheet, how many it has, how many more there are, and how many were events."""

    text: str
    rows: int
    more: int
    events: int

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.text.encode()


def waiting(home: Home, source: str = "", batch: int = 0, *, most: int) -> tuple[list[Kept], int]:
    """Return the first rows that need a look, of a source or a batch or of all, and how many there are."""
    known(home, source, batch)
    return home.quarantine.rows(source, batch, most=most), home.quarantine.count(source, batch)


def known(home: Home, source: str, batch: int) -> None:
    """Refuse a source or a batch that is none."""
    names = [row["name"] for row in home.origins.sources()]
    if source and source not in names:
        raise NotFound(f"There is no source {source!r}.", now=f"There are: {', '.join(names) or 'none yet'}.")
    if batch and batch not in {row["batch_id"] for row in home.origins.batches()}:
        raise NotFound(f"There is no batch {batch}.", now="See all of them with 'regulars batches'.")


def sheet(home: Home, source: str = "", batch: int = 0) -> Sheet:
    """Write the rows that need a look as a sheet. Events are left out: their sender has to send them again."""
    found, count = waiting(home, source, batch, most=MOST_ROWS)
    rows, size = list[Kept](), 0
    for row in found:
        size += sum(map(len, row.cells.values()))
        if size > MOST_CHARACTERS:
            break
        rows.append(row)
    shown = [row for row in rows if not row.sent]
    mappings = {name: kept(home, name) for name in {row.source for row in shown}}
    headers = list(dict.fromkeys(header for row in shown for header in headers_of(row, mappings[row.source])))
    lines = ((row.cells, noted(row), mark_of(row.file_id, row.row)) for row in shown)
    return Sheet(sheet_text(headers, lines), len(shown), count - len(rows), len(rows) - len(shown))


def headers_of(row: Kept, mappings: Sequence[Mapping]) -> tuple[str, ...]:
    """Return the columns of a row; of one that was broken as a whole, those of its file."""
    named = next((one.used for one in mappings if (one.shape, one.file) == (row.shape, row.file)), ())
    return tuple(row.cells) or named


def noted(row: Kept) -> tuple[str, ...]:
    """Say where a row stands and what is wrong with it, in the order of the columns of a sheet."""
    advice = f"Too long to be mended here: mend it in the file. {row.suggestion}" if row.cut else row.suggestion
    return str(row.row), str(row.start_byte or ""), row.header, row.value, row.reason, advice, row.file


def write_sheet(made: Sheet, path: Path) -> None:
    """Write a sheet to a new file, which only its owner may read; one that is there may have been mended already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InputError(f"{path} exists already, and was left as it is.", now="Name another file.") from error
    except OSError as error:
        raise KeepError(f"{path} could not be written ({error.strerror}).", now="Name another place.") from error
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(made.content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise KeepError(
            f"{path} could not be written ({error.strerror}).", now="Look whether the disk is full."
        ) from error
