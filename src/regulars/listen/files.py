"""Files: CSV and Parquet, read in pieces of bounded size, each row with the line on which it stands.

The reader does I/O and yields rows; it never writes and never interprets. A file that cannot be read as text says which
byte is wrong; a row with more or fewer cells than the header is passed on as refused, and the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InputError
from .refused import Refused

__all__ = ["Piece", "SourceFile", "open_file"]

PIECE_ROWS: Final = 50_000
READ_BYTES: Final = 1 << 20
CELL_LIMIT: Final = 1_000_000  # characters in one cell; beyond this something is unclosed
DELIMITERS: Final = ",;\t|"
PARQUET: Final = b"PAR1"
ROW: Final = "\x00row"  # the column of line numbers; no header can have this name


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file as text columns, with their line numbers, and those that are no rows at all."""

    table: pa.Table
    rows: pa.Array
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be heard: its headers, how it is written, and its rows in pieces."""

    path: Path
    headers: tuple[str, ...]
    form: str  # "csv" | "parquet"
    encoding: str = "utf-8"
    delimiter: str = ","
    digest: str = ""
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's own name, without its folder."""
        return self.path.name

    def pieces(self, only: tuple[str, ...] | None = None, *, most: int | None = None) -> Iterator[Piece]:
        """Yield the rows of the columns `only` (default: all), at most `most` rows in all."""
        headers = only if only is not None else self.headers
        found = self.parquet_pieces(headers) if self.form == "parquet" else self.csv_pieces(headers)
        left = most
        for piece in found:
            if left is None:
                yield piece
                continue
            yield Piece(piece.table.slice(0, left), piece.rows.slice(0, left), piece.refused)
            left -= piece.table.num_rows
            if left <= 0:
                return

    def parquet_pieces(self, headers: tuple[str, ...]) -> Iterator[Piece]:
        """Yield a Parquet file's rows as text, so that one reading of values serves all files."""
        line = 1
        with pq.ParquetFile(self.path) as opened:
            for batch in opened.iter_batches(batch_size=PIECE_ROWS, columns=list(headers)):
                table = pa.table({name: as_text(batch.column(name)) for name in headers})
                yield Piece(table, pa.array(range(line, line + table.num_rows), pa.int64()))
                line += table.num_rows

    def csv_pieces(self, headers: tuple[str, ...]) -> Iterator[Piece]:
        """Yield a text file's rows; a row of another width than the header is refused with its line."""
        with self.path.open(encoding=self.encoding, newline="") as text:
            reader = csv.reader(without_nul(text), delimiter=self.delimiter)
            width = len(next(reader))
            places = [self.headers.index(name) for name in headers]
            line = reader.line_num + 1
            while True:
                kept, lines, refused = [], [], []
                try:
                    for cells in itertools.islice(reader, PIECE_ROWS):
                        if len(cells) == width:
                            kept.append(cells)
                            lines.append(line)
                        elif any(cells):
                            refused.append(ragged(self.name, line, cells, width))
                        line = reader.line_num + 1
                except csv.Error as error:
                    raise InputError(f"{self.name}, line {line}: {error}.", now="Look for a quotation mark that is opened there and never closed.") from error
                if not kept and not refused:
                    return
                columns = list(zip(*kept, strict=True)) if kept else [()] * width
                table = pa.table({name: pa.array(columns[place], pa.string()) for name, place in zip(headers, places, strict=True)})
                yield Piece(table, pa.array(lines, pa.int64()), refused)


def open_file(path: Path) -> SourceFile:
    """Look at a file and say how it can be read, or raise InputError with what is wrong with it."""
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.", now=f"Name the files in it, for example {path}/*.csv.")
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            start = raw.read(len(PARQUET))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).", now="Check the path and its permissions.") from error
    if size == 0:
        raise InputError(f"{path} is empty.", now="Export it again; nothing was heard from it.")
    return open_parquet(path) if start == PARQUET else open_text(path)


def open_parquet(path: Path) -> SourceFile:
    """Look at a Parquet file."""
    try:
        with pq.ParquetFile(path) as opened:
            headers = tuple(opened.schema_arrow.names)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path} begins like Parquet but cannot be opened ({error}).", now="Export it again.") from error
    return SourceFile(path, unique(headers, path), "parquet", digest=digest_of(path))


def open_text(path: Path) -> SourceFile:
    """Look at a text file: its encoding on all its bytes, its delimiter, its headers."""
    encoding, notes = encoding_of(path)
    with path.open(encoding=encoding, newline="") as text:
        lines = [line for line in itertools.islice(text, 50) if line.strip()]
        if not lines:
            raise InputError(f"{path} holds only blank lines.", now="Export it again; nothing was heard from it.")
        delimiter = delimiter_of(lines)
        try:
            headers = tuple(cell.strip() for cell in next(csv.reader(lines, delimiter=delimiter)))
        except csv.Error as error:
            raise InputError(f"The first line of {path} cannot be read ({error}).", now="It should hold the names of the columns.") from error
    if len(headers) < 2:
        raise InputError(f"{path} has only one column ({headers[0][:60]!r}).", now="Save it as CSV with a comma, semicolon or tab between the columns.")
    csv.field_size_limit(CELL_LIMIT)
    return SourceFile(path, unique(headers, path), "csv", encoding, delimiter, digest_of(path), tuple(notes))


def encoding_of(path: Path) -> tuple[str, list[str]]:
    """Find the encoding from all bytes of the file; say so when it is not UTF-8."""
    with path.open("rb") as raw:
        start = raw.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        proven(path, "utf-16")
        return "utf-16", ["read as UTF-16"]
    fault = first_fault(path, "utf-8-sig")
    if fault is None:
        return "utf-8-sig", []
    if b"\x00" in path.open("rb").read(READ_BYTES):
        raise InputError(f"{path} holds NUL bytes: it is no text file, or UTF-16 without its mark.", now="Save it as CSV UTF-8.")
    proven(path, "cp1252")
    return "cp1252", [f"read as Windows-1252, because byte {fault} is not UTF-8"]


def proven(path: Path, encoding: str) -> None:
    """Read the whole file in an encoding, or say at which byte it fails."""
    fault = first_fault(path, encoding)
    if fault is not None:
        raise InputError(f"{path} is neither UTF-8 nor {encoding}: byte {fault} fits neither.", now="Save it as CSV UTF-8.")


def first_fault(path: Path, encoding: str) -> int | None:
    """Return the position of the first byte that the encoding cannot read, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    with path.open("rb") as raw:
        while True:
            block = raw.read(READ_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return max(0, seen + error.start)
            if not block:
                return None
            seen += len(block)


def delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that splits the first lines most evenly into most columns."""

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])

    return max(DELIMITERS, key=evenness)


def unique(headers: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Refuse a header that stands twice, naming it."""
    twice = sorted({name for name in headers if headers.count(name) > 1 and name})
    if twice:
        raise InputError(f"{path} has the column {', '.join(map(repr, twice))} more than once.", now="Give each column its own name.")
    return tuple(name or f"column {place}" for place, name in enumerate(headers, start=1))


def as_text(column: pa.Array) -> pa.Array:
    """Write any column as text, a timestamp as ISO."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


def without_nul(text: TextIO) -> Iterator[str]:
    """Yield the lines, with NUL characters (which no cell can mean) taken out."""
    return (line.replace("\x00", "") for line in text)


def ragged(name: str, line: int, cells: list[str], width: int) -> Refused:
    """Describe a row that has another number of cells than the header."""
    shown = " | ".join(cells)[:80]
    return Refused(name, line, "", shown, f"{len(cells)} cells where the header has {width}", "Look for a missing or extra delimiter, or a quotation mark.")


def digest_of(path: Path) -> str:
    """Return the sha256 of the file."""
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
