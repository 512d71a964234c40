"""Delimited: the rows of a text file as columns, each row with the line and the byte on which it begins.

Nearly all rows of nearly all files are as they should be, and those are read many at a time. Where a quotation mark
stands where none may stand, or a row has too few or too many cells, or a NUL character, `careful.py` reads it; so what
a broken row is, and what becomes of it, is said in one place only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from .blocks import BLOCK_BYTES, Block, blocks
from .careful import Form, Row, read_carefully
from .carrier import Carrier
from .column import TEXTS, Flags, Ints
from .marks import Marks, Sound, filled, with_nul
from .refused import Refused

__all__ = ["Rows", "rows_of"]

MOST_ROWS: Final = 65_536  # in one piece
PATIENCE: Final = 10_000  # rows that are read carefully, one after the other, where breaks are many
SPARSE: Final = 8  # so many times more sound rows than were read carefully: breaks are few again


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file: the columns asked for, and of each row the line and the byte on which it begins."""

    table: pa.Table
    lines: Ints
    offsets: Ints
    refused: list[Refused]

    def __len__(self) -> int:
        return len(self.lines)


def rows_of(
    carrier: Carrier, form: Form, *, encoding: str, headers: Sequence[str], only: Sequence[str], size: int = BLOCK_BYTES
) -> Iterator[Rows]:
    """Yield the rows below the header, with the columns `only`; a broken row is refused with its line.

    About `size` bytes are read at a time; it makes no difference to the rows.
    """
    reader = Reader(form, [headers.index(header) for header in only], only)
    held: Block | None = None
    for read in blocks(carrier, encoding=encoding, size=size):
        block = read if held is None else held.joined(read)
        found, place = reader.read(block)
        yield from gathered(found)
        held = block.after(place) if place < block.lines else None


class Reader:
    """Reads the rows of a file block by block, and remembers how often they were broken of late."""

    def __init__(self, form: Form, places: Sequence[int], names: Sequence[str]) -> None:
        self.form, self.places, self.names = form, places, list(names)
        self.patience = 1

    def read(self, block: Block) -> tuple[list[Rows], int]:
        """Read the rows of a block, up to the line from which on they must be read together with the next one."""
        marks, found, place = Marks.of(block, self.form.delimiter), list[Rows](), 0
        while place < block.lines:
            sound = marks.sound(place, most=MOST_ROWS) if self.form.width else None
            if sound and sound.stop > place:
                found.append(self.quickly(block, sound))
                self.patience = 1 if len(sound.begins) > SPARSE * self.patience else self.patience
                place = sound.stop
            elif sound and sound.goes_on:
                break
            else:
                rows, stop, width = read_carefully(block, self.form, start=place, most=self.patience)
                if stop == place:
                    break
                self.form = Form(self.form.name, self.form.delimiter, width)
                self.patience = min(2 * self.patience, PATIENCE) if sound else 1
                found.append(self.spelt(block, rows))
                place = stop
        return found, place

    def quickly(self, block: Block, sound: Sound) -> Rows:
        """Read sound rows; one of another width, or with a NUL character, is read carefully after all."""
        begins, nul = sound.begins, with_nul(block, sound.begins, sound.stop)
        table, read = self.parsed(block, sound)
        if nul.any():
            table = table.filter(pa.array(~nul[read]))
        whole = read & ~nul
        rows = Rows(table, block.first + begins[whole], block.offsets[begins[whole]], [])
        if whole.all():
            return rows
        odd = [read_carefully(block, self.form, start=int(start), most=1)[0] for start in begins[~whole]]
        return joined([rows, self.spelt(block, [row for one in odd for row in one])])

    def parsed(self, block: Block, sound: Sound) -> tuple[pa.Table, Flags]:
        """Read sound rows as columns, and mark those that were read: the ones that are as wide as the header."""
        read, other = filled(block, sound.begins), list[int]()

        def skip(row: pv.InvalidRow) -> str:
            other.append(row.number - 1)
            return "skip"

        names = list(map(str, range(self.form.width)))
        wanted = [names[place] for place in self.places]
        text = memoryview(block.text)[block.starts[sound.begins[0]] : block.starts[sound.stop]]
        if not read.any():
            return self.spelt(block, []).table, read
        table = pv.read_csv(
            pa.py_buffer(text),
            pv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            pv.ParseOptions(delimiter=self.form.delimiter, newlines_in_values=True, invalid_row_handler=skip),
            pv.ConvertOptions(check_utf8=False, include_columns=wanted, column_types=dict.fromkeys(wanted, TEXTS)),
        )
        read[np.flatnonzero(read)[other]] = False
        return table.rename_columns(self.names), read

    def spelt(self, block: Block, rows: Sequence[Row | Refused]) -> Rows:
        """Return rows that were read carefully."""
        kept = [row for row in rows if not isinstance(row, Refused)]
        columns = [pa.array([cells[place] for _, cells in kept], pa.string()).cast(TEXTS) for place in self.places]
        places = np.array([place for place, _ in kept], np.int64)
        refused = [row for row in rows if isinstance(row, Refused)]
        return Rows(pa.table(columns, self.names), block.first + places, block.offsets[places], refused)


def gathered(found: Sequence[Rows]) -> Iterator[Rows]:
    """Put small numbers of rows together, and yield them in their order."""
    held: list[Rows] = []
    for rows in found:
        if held and sum(map(len, held)) + len(rows) > MOST_ROWS:
            yield joined(held)
            held = []
        held.append(rows)
    if held:
        yield joined(held)


def joined(several: Sequence[Rows]) -> Rows:
    """Put rows together in the order of their lines."""
    if len(several) == 1:
        return several[0]
    refused = sorted((row for rows in several for row in rows.refused), key=lambda row: row.row)
    table = pa.concat_tables([rows.table for rows in several]).unify_dictionaries().combine_chunks()
    lines = np.concatenate([rows.lines for rows in several])
    offsets = np.concatenate([rows.offsets for rows in several])
    order = np.argsort(lines, kind="stable")
    return Rows(table.take(pa.array(order)), lines[order], offsets[order], refused)
