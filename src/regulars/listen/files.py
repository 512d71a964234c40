"""Files: CSV and Parquet, read in pieces of bounded size, each row with the line on which it stands.

The reader yields rows; it never writes and never interprets. A file that cannot be read at all says why; a row that is
broken is passed on as refused, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InputError
from .careful import Form
from .delimited import rows_of
from .encoding import encoding_of
from .header import header_of
from .refused import Refused

__all__ = ["Piece", "SourceFile", "open_file"]

PIECE_ROWS: Final = 50_000  # of a Parquet file
PARQUET: Final = b"PAR1"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file as columns of text, with their lines and bytes, and those that are no rows at all."""

    table: pa.Table
    rows: pa.Array
    refused: list[Refused] = field(default_factory=list)
    typed: frozenset[str] = frozenset()  # columns that were numbers already; their decimals stand after a point
    offsets: pa.Array | None = None  # the byte of the file at which each row begins, where it has one


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
        """The file's own name, without its folder; bytes of it that are no UTF-8 are replaced."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")

    def pieces(self, only: tuple[str, ...] | None = None, *, most: int | None = None) -> Iterator[Piece]:
        """Yield the rows of the columns `only` (default: all), at most `most` rows in all."""
        headers = only if only is not None else self.headers
        found = self.parquet_pieces(headers) if self.form == "parquet" else self.csv_pieces(headers)
        try:
            yield from found if most is None else first_rows(found, most)
        finally:
            pa.default_memory_pool().release_unused()  # for the sorting that follows

    def parquet_pieces(self, headers: tuple[str, ...]) -> Iterator[Piece]:
        """Yield a Parquet file's rows as text, so that one reading of values serves all files. Its first row is 1."""
        first = 1
        try:
            with pq.ParquetFile(self.path) as opened:
                numbers = {part.name for part in opened.schema_arrow if is_numeric(part.type)}
                for batch in opened.iter_batches(batch_size=PIECE_ROWS, columns=list(headers)):
                    table = pa.table({name: as_text(batch.column(name)) for name in headers})
                    rows = pa.array(np.arange(first, first + batch.num_rows))
                    yield Piece(table, rows, typed=frozenset(numbers.intersection(headers)))
                    first += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{self.path} is damaged after row {first - 1} ({one_line(error)}).",
                now="Export it again; nothing was heard.",
            ) from error

    def csv_pieces(self, headers: tuple[str, ...]) -> Iterator[Piece]:
        """Yield a text file's rows; a broken one is refused with its line."""
        form = Form(self.name, self.delimiter)
        try:
            for rows in rows_of(self.path, form, encoding=self.encoding, headers=self.headers, only=headers):
                yield Piece(rows.table, pa.array(rows.lines), rows.refused, offsets=pa.array(rows.offsets))
        except OSError as error:
            raise InputError(
                f"{self.path} can no longer be read ({one_line(error)}).",
                now="Look whether its disk is still there; nothing was heard.",
            ) from error


def first_rows(pieces: Iterator[Piece], most: int) -> Iterator[Piece]:
    """Yield at most so many rows."""
    left = most
    for piece in pieces:
        offsets = piece.offsets.slice(0, left) if piece.offsets else None
        yield Piece(piece.table.slice(0, left), piece.rows.slice(0, left), piece.refused, piece.typed, offsets)
        left -= piece.table.num_rows
        if left <= 0:
            return


def open_file(path: Path) -> SourceFile:
    """Look at a file and say how it can be read, or raise InputError with what is wrong with it."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a file.", now=f"Name the files in it, for example {path}/*.csv.")
        size = path.stat().st_size
        with path.open("rb") as raw:
            start = raw.read(len(PARQUET))
        if size == 0:
            raise InputError(f"{path} is empty.", now="Export it again; nothing was heard from it.")
        return open_parquet(path) if start == PARQUET else open_text(path)
    except (OSError, ValueError) as error:  # a path with a NUL in it is a ValueError
        why = error.strerror if isinstance(error, OSError) and error.strerror else one_line(error)
        raise InputError(f"{path} cannot be read ({why}).", now="Check the path and its permissions.") from error


def open_parquet(path: Path) -> SourceFile:
    """Look at a Parquet file."""
    try:
        with pq.ParquetFile(path) as opened:
            headers = tuple(opened.schema_arrow.names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} begins like Parquet but cannot be opened ({one_line(error)}).", now="Export it again."
        ) from error
    twice(headers, path)
    return SourceFile(path, headers, "parquet", digest=digest_of(path))


def open_text(path: Path) -> SourceFile:
    """Look at a text file: its encoding on all its bytes, its delimiter, its headers."""
    encoding, notes = encoding_of(path)
    headers, delimiter = header_of(path, encoding=encoding)
    twice(headers, path)
    return SourceFile(path, filled(headers), "csv", encoding, delimiter, digest_of(path), tuple(notes))


def twice(headers: tuple[str, ...], path: Path) -> None:
    """Refuse a file in which a header stands twice, naming it."""
    repeated = sorted({name for name in headers if headers.count(name) > 1 and name})
    if repeated:
        shown = ", ".join(repr(name[:80]) for name in repeated[:5])
        raise InputError(f"{path} has the column {shown} more than once.", now="Give each column its own name.")


def filled(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Name the columns whose header is empty after their place.

    >>> filled(("order", "", "column 2"))
    ('order', 'column 2 (no name)', 'column 2')
    """
    named = []
    for place, header in enumerate(headers, start=1):
        name = header or f"column {place}"
        while not header and name in headers:
            name += " (no name)"
        named.append(name)
    return tuple(named)


def is_numeric(kind: pa.DataType) -> bool:
    """Tell whether a column of this type holds numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def as_text(column: pa.Array) -> pa.Array:
    """Write any column as text, a timestamp as ISO."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # lists, bytes that are no text, and the like
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def one_line(error: Exception) -> str:
    """Return the first line of a library's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def digest_of(path: Path) -> str:
    """Return the sha256 of the file."""
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
