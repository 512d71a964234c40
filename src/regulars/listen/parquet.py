"""Parquet: its rows as columns of text, so that one reading of values serves all files. Its first row is 1."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InputError
from .carrier import Carrier, digest_of, one_line
from .header import twice
from .source_file import Piece, SourceFile

__all__ = ["PARQUET", "as_text", "is_numeric", "open_parquet"]

PARQUET: Final = b"PAR1"
PIECE_ROWS: Final = 50_000


def open_parquet(carrier: Carrier) -> SourceFile:
    """Look at a Parquet file."""
    try:
        with carrier.open() as raw, pq.ParquetFile(raw) as opened:
            headers = tuple(opened.schema_arrow.names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{carrier} begins like Parquet but cannot be opened ({one_line(error)}).", now="Export it again."
        ) from error
    twice(headers, carrier)
    return SourceFile(carrier.name, headers, partial(rows_of, carrier), digest_of(carrier))


def rows_of(carrier: Carrier, headers: tuple[str, ...]) -> Iterator[Piece]:
    """Yield a Parquet file's rows as text."""
    first = 1
    try:
        with carrier.open() as raw, pq.ParquetFile(raw) as opened:
            numbers = {part.name for part in opened.schema_arrow if is_numeric(part.type)}
            for batch in opened.iter_batches(batch_size=PIECE_ROWS, columns=list(headers)):
                table = pa.table({name: as_text(batch.column(name)) for name in headers})
                table.validate(full=True)  # texts that are not UTF-8
                rows = pa.array(np.arange(first, first + batch.num_rows))
                yield Piece(table, rows, typed=frozenset(numbers.intersection(headers)))
                first += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{carrier} is damaged after row {first - 1} ({one_line(error)}).",
            now="Export it again; nothing was heard.",
        ) from error


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
