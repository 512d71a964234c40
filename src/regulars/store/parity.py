"""Parity: one short name for what a table says, whichever engine worked it out.

Two tables have the same hash when they have the same columns (names and types) and the same rows in the same order. How
a table lies in memory does not count: chunks, words written out or numbered, what is stored beneath a missing value.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

__all__ = ["parity_hash"]

HASH_BYTES: Final = 16


def parity_hash(table: pa.Table) -> str:
    """Return 128 bits over the names, types and values of a table, as 32 hexadecimal digits.

    >>> parity_hash(pa.table({"day": [1, None]})) == parity_hash(pa.table({"day": [1, 0]}))
    False
    """
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(f"{name}\x1f{written(column.type)}\x1f{table.num_rows}\x1e".encode())
        take(digest, column.combine_chunks())
    return digest.hexdigest()


def written(kind: pa.DataType) -> str:
    """Write a type, without how it is kept: words by their number count as words, and a list's parts have no name."""
    if kinds.is_dictionary(kind):
        return written(kind.value_type)
    return f"list<{written(kind.value_type)}>" if kinds.is_list(kind) else str(kind)


def take(digest: Any, values: Any) -> None:
    """Take in one column: which values are missing, where each ends, and what they say."""
    if kinds.is_dictionary(values.type):
        values = values.dictionary_decode()
    there = values.is_valid()
    digest.update(np.packbits(there.to_numpy(zero_copy_only=False)).tobytes())
    values = values.filter(there)
    if kinds.is_list(values.type):
        digest.update(pc.list_value_length(values).to_numpy().astype("<i8").tobytes())
        take(digest, values.flatten())
    elif kinds.is_string(values.type) or kinds.is_binary(values.type):
        digest.update(pc.binary_length(values).to_numpy().astype("<i8").tobytes())
        digest.update(b"".join(values.cast(pa.binary()).to_pylist()))
    else:
        digest.update(np.ascontiguousarray(values.to_numpy(zero_copy_only=False)).tobytes())
