"""Sheet: the rows of one piece while they are read. Each column is read once; of each row the first fault is kept."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from .column import Column, Flags, Texts
from .instants import read_instants
from .mapping import Mapping
from .numbers import read_numbers
from .refused import Cells, Refused
from .source_file import Piece
from .tidy import all_tidied

__all__ = ["Hearing", "Sheet"]

SHOWN: Final = 200  # characters of a refused value that are kept
NOT_KEPT: Final = Cells()


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
    raw: dict[str, Texts] = field(default_factory=dict)
    tidy: dict[str, Texts] = field(default_factory=dict)
    instants: dict[str, Column] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return int(self.piece.table.num_rows)

    @property
    def sound(self) -> Flags:
        """Which rows have no fault so far."""
        found = np.ones(self.size, np.bool_)
        found[list(self.faults)] = False
        return found

    def column(self, header: str) -> Texts:
        """Return a column as the file has it."""
        if header not in self.raw:
            self.raw[header] = Texts.of(self.piece.table.column(header))
        return self.raw[header]

    def played(self, role: str) -> Texts | None:
        """Return the column of a role, as the file has it, if the mapping names one."""
        header = self.mapping.header(role)
        return None if header is None else self.column(header)

    def texts(self, role: str) -> Texts:
        """Return the texts of a role, tidied; what holds nothing is blank."""
        if role not in self.tidy:
            column = self.played(role)
            self.tidy[role] = Texts.same(None, self.size) if column is None else column.put(all_tidied(column.distinct))
        return self.tidy[role]

    def times(self, role: str) -> Column:
        """Return the instants of a role; a text that is none becomes a fault."""
        if role not in self.instants:
            column = self.played(role)
            if column is None:
                return Column.empty(self.size)
            found = read_instants(column, zone=ZoneInfo(self.mapping.zone), order=self.mapping.dates)
            self.instants[role] = self.noted(role, found, "Write it as 2026-03-31 or 2026-03-31 14:05.")
        return self.instants[role]

    def numbers(self, role: str, scale: int) -> Column | None:
        """Return the numbers of a role in multiples of 1/scale; a text that is none becomes a fault."""
        column = self.played(role)
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
        if row not in self.faults:
            header = self.mapping.header(role) or ""
            value = self.column(header).row(row) if header else ""
            self.faults[row] = (header, value[:SHOWN], reason, advice)

    def refused(self, kept: Dict[int, Cells]) -> list[Refused]:
        """Return every row that needs a look, in the order of the file; of some of them the cells are kept."""
        file, lines, offsets = self.hearing.file, self.piece.rows, self.piece.offsets
        own = [
            Refused(
                file,
                lines[row].as_py(),
                *fault,
                offset=offsets[row].as_py() if offsets else 0,
                cells=kept.get(row, NOT_KEPT),
            )
            for row, fault in self.faults.items()
        ]
        return sorted([*self.piece.refused, *own], key=lambda fault: fault.row)

    def blanks(self) -> Flags:
        """Mark the rows in which every column we read is empty; they are no rows."""
        empty = np.ones(self.size, np.bool_)
        for header in self.piece.table.column_names:
            texts = self.column(header)
            blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(texts.distinct)), 0)
            empty &= texts.each(blank.to_numpy(zero_copy_only=False), True).astype(np.bool_)
            if not empty.any():
                break
        return empty
