"""Text: a table as text with a delimiter, its encoding proven on all its bytes, its headers named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow as pa

from ..errors import InputError
from .careful import Form
from .carrier import Carrier, digest_of, one_line
from .delimited import rows_of
from .encoding import encoding_of
from .header import filled, header_of, twice
from .source_file import Piece, SourceFile

__all__ = ["open_text"]


def open_text(carrier: Carrier) -> SourceFile:
    """Look at a text file: its encoding on all its bytes, its delimiter, its headers."""
    encoding, notes = encoding_of(carrier)
    found, delimiter = header_of(carrier, encoding=encoding)
    twice(found, carrier)
    headers, form = filled(found), Form(carrier.name, delimiter)
    read = partial(pieces_of, carrier, form, encoding, headers)
    return SourceFile(carrier.name, headers, read, digest_of(carrier), tuple(notes), encoding=encoding)


def pieces_of(
    carrier: Carrier, form: Form, encoding: str, headers: tuple[str, ...], only: tuple[str, ...]
) -> Iterator[Piece]:
    """Yield a text file's rows; a broken one is refused with its line."""
    try:
        for rows in rows_of(carrier, form, encoding=encoding, headers=headers, only=only):
            yield Piece(rows.table, pa.array(rows.lines), rows.refused, offsets=pa.array(rows.offsets))
    except OSError as error:
        raise InputError(
            f"{carrier} can no longer be read ({one_line(error)}).",
            now="Look whether its disk is still there; nothing was heard.",
        ) from error
