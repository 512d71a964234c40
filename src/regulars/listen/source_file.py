"""Source file: a table that can be heard, whatever it came in: its headers, how it was written, its rows in pieces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from .mapping import Lookup, Mapping
from .post import Post
from .refused import Refused

__all__ = ["Piece", "Read", "SourceFile", "post_file", "rows_file", "table_file"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file as columns of text, with their lines and bytes, and those that are no rows at all."""

    table: pa.Table
    rows: pa.Array
    refused: list[Refused] = field(default_factory=list)
    typed: frozenset[str] = frozenset()  # columns that were numbers already; their decimals stand after a point
    offsets: pa.Array | None = None  # the byte of the file at which each row begins, where it has one

    def only(self, lines: Collection[int]) -> Piece:
        """Return the rows that stand on some lines."""
        chosen = pc.is_in(self.rows, pa.array(lines, self.rows.type))
        offsets = self.offsets.filter(chosen) if self.offsets is not None else None
        return Piece(self.table.filter(chosen), self.rows.filter(chosen), [], self.typed, offsets)


Read = Callable[[tuple[str, ...]], Iterator[Piece]]  # the rows of some columns, from the first


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A table that can be heard. Only the columns that `read` is asked for are ever looked at."""

    name: str
    headers: tuple[str, ...]
    read: Read
    digest: str = ""
    notes: tuple[str, ...] = ()
    means: Mapping | None = None  # what its columns mean, where its format itself says so
    encoding: str = "utf-8"
    shape: str = ""  # the only shape it is to be taken for, where its rows are several things at once
    lookups: tuple[Lookup, ...] = ()  # what other files of the same hearing lend it
    lacking: tuple[str, ...] = ()  # columns that a lookup lent to its source before, and are blank this time
    post: Post | None = None  # letters or meetings, which are no table: they are heard past the sieve only

    def pieces(self, only: tuple[str, ...] | None = None, *, most: int | None = None) -> Iterator[Piece]:
        """Yield the rows of the columns `only` (default: all), at most `most` rows in all."""
        found = self.read(only if only is not None else self.headers)
        try:
            yield from found if most is None else first_rows(found, most)
        finally:
            pa.default_memory_pool().release_unused()  # for the sorting that follows


def first_rows(pieces: Iterator[Piece], most: int) -> Iterator[Piece]:
    """Yield at most so many rows."""
    left = most
    for piece in pieces:
        offsets = piece.offsets.slice(0, left) if piece.offsets else None
        yield Piece(piece.table.slice(0, left), piece.rows.slice(0, left), piece.refused, piece.typed, offsets)
        left -= piece.table.num_rows
        if left <= 0:
            return


def table_file(
    name: str, table: pa.Table, *, lines: pa.Array | None = None, digest: str = "", means: Mapping | None = None
) -> SourceFile:
    """Return a table of texts in memory as one that can be heard; its rows stand on `lines`, or are numbered from 1."""
    rows = lines if lines is not None else pa.array(range(1, table.num_rows + 1), pa.int64())

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        yield Piece(table.select(list(only)), rows)

    return SourceFile(name, tuple(table.column_names), read, digest, means=means)


def rows_file(name: str, tables: list[pa.Table], means: Mapping) -> SourceFile:
    """Return rows of texts, each with its line in a column of that name, as a table that can be heard."""

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        for table in tables:
            yield Piece(table.select(list(only)), table.column("line").combine_chunks())

    return SourceFile(name, means.used, read, means=means)


def post_file(name: str, post: Post) -> SourceFile:
    """Return letters or meetings as a file that has no rows of its own."""

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        del only
        yield from ()

    return SourceFile(name, (), read, post=post)
