"""Sheet: the rows of one piece while they are read. Each column is read once; of each row the first fault is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .column import Column, Flags, spread
from .files import Piece
from .identifiers import plain
from .mapping import Mapping
from .numbers import read_numbers
from .refused import Refused
from .times import read_times

__all__ = ["Hearing", "Sheet"]

SHOWN: Final = 200  # characters of a refused value that are kept


@dataclass(frozen=True, slots=True)
class Hearing:
    """Under which name, number and instant a file is heard, and since when its source has been listened to."""

    source: str
    file: str
    file_id: int
    now_us: int
    since_us: int


@dataclass(slots=True)
class Sheet:
    """One piece of a file, its mapping, and the first fault of each row."""

    piece: Piece
    mapping: Mapping
    hearing: Hearing
    faults: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)
    read: dict[str, list[str | None]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return int(self.piece.table.num_rows)

    def column(self, role: str) -> pa.Array | None:
        """Return the text column of a role, if the mapping names one."""
        header = self.mapping.header(role)
        return None if header is None else self.piece.table.column(header).combine_chunks()

    def texts(self, role: str) -> list[str | None]:
        """Return the texts of a role, tidied, with None for blanks."""
        if role not in self.read:
            column = self.column(role)
            self.read[role] = [None] * self.size if column is None else spread(column, lambda text: plain(text) or None)
        return self.read[role]

    def times(self, role: str) -> Column:
        """Return the instants of a role; a text that is none becomes a fault."""
        column = self.column(role)
        if column is None:
            return Column.empty(self.size)
        found = read_times(column, zone=ZoneInfo(self.mapping.zone), order=self.mapping.dates)
        return self.noted(role, found, "Write it as 2026-03-31 or 2026-03-31 14:05.")

    def numbers(self, role: str, scale: int) -> Column | None:
        """Return the numbers of a role in multiples of 1/scale; a text that is none becomes a fault."""
        column = self.column(role)
        if column is None:
            return None
        comma = self.mapping.decimals == "comma" and self.mapping.header(role) not in self.piece.typed
        return self.noted(role, read_numbers(column, scale=scale, comma=comma), "Write a plain number such as 12.50.")

    def noted(self, role: str, column: Column, advice: str) -> Column:
        """Take over the faults of a column that was read."""
        for row, reason in column.wrong.items():
            self.fault(row, role, reason, advice)
        return column

    def fault(self, row: int, role: str, reason: str, advice: str) -> None:
        """Refuse a row; only its first fault is told."""
        header = self.mapping.header(role) or ""
        value = (self.piece.table.column(header)[row].as_py() or "") if header else ""
        self.faults.setdefault(int(row), (header, value[:SHOWN], reason, advice))

    def refused(self) -> list[Refused]:
        """Return every row that needs a look."""
        lines = self.piece.rows
        own = [Refused(self.hearing.file, lines[row].as_py(), *fault) for row, fault in sorted(self.faults.items())]
        return [*self.piece.refused, *own]

    def blanks(self) -> Flags:
        """Mark the rows in which every column we read is empty; they are no rows."""
        empty = np.ones(self.size, np.bool_)
        for column in self.piece.table.columns:
            empty &= pc.utf8_length(pc.utf8_trim_whitespace(pc.fill_null(column, ""))).to_numpy() == 0
        return empty
