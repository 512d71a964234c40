"""Content: one number that stands for a set of traces, whatever order they came in and whichever files hold them.

Each trace becomes two mixed 64-bit numbers, and these are added up. So the content of two files together is the sum of
theirs, merging files changes nothing, and taking traces away leaves exactly what was there before they came. A trace
is named by its id, by when it was heard, and by the file and line it came from; what is inside is pinned by the
sha256 of its file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["NAMING", "NOTHING", "content_of", "ids_of", "summed"]

NAMING: Final = ("trace_id", "heard_at", "file_id", "row")
NOTHING: Final = "0" * 32
WORD: Final = 1 << 64
Words = npt.NDArray[np.uint64]


def content_of(table: pa.Table) -> str:
    """Return the content of some traces, as 32 hexadecimal digits. Needs the columns of `NAMING`."""
    if not table.num_rows:
        return NOTHING
    ids = ids_of(table)
    heard, file_id, row = (
        table.column(name).to_numpy().astype(np.int64).view(np.uint64) for name in ("heard_at", "file_id", "row")
    )
    came_from = mixed(row ^ mixed(file_id ^ mixed(heard)))
    first = mixed(ids[:, 0] ^ came_from)
    second = mixed(ids[:, 1] ^ first)
    return f"{int(first.sum(dtype=np.uint64)):016x}{int(second.sum(dtype=np.uint64)):016x}"


def summed(contents: Iterable[str]) -> str:
    """Return the content of several sets of traces together.

    >>> summed(["0" * 31 + "1", "f" * 32]) == "f" * 16 + "0" * 16
    True
    """
    several = list(contents)
    first = sum(int(content[:16], 16) for content in several) % WORD
    second = sum(int(content[16:], 16) for content in several) % WORD
    return f"{first:016x}{second:016x}"


def ids_of(table: pa.Table) -> Words:
    """Return the ids of some traces as two big-endian words each, so that they sort as bytes do."""
    fixed = table.column("trace_id").combine_chunks().cast(pa.binary(16))
    if isinstance(fixed, pa.ChunkedArray):
        fixed = fixed.combine_chunks()
    words = np.frombuffer(fixed.buffers()[1], ">u8")[2 * fixed.offset : 2 * (fixed.offset + len(fixed))]
    return words.astype(np.uint64).reshape(-1, 2)


def mixed(words: Words) -> Words:
    """Spread each word over all bits (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
