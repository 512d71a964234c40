"""Tidy: many texts at a time brought to the form that `identifiers.plain` gives each of them.

Most texts of most files are tidy already, and telling so from all their bytes at once is far quicker than one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .column import Flags, Ints
from .identifiers import EMPTY, LONGEST_EMPTY, plain

__all__ = ["all_tidied", "bytes_of", "one_by_one"]

SPACE: Final = ord(" ")
EQUALS: Final = ord("=")
LAST: Final = ord("~")  # the last printable character of ASCII
WORDS: Final = pa.array(sorted(EMPTY), pa.string())


def all_tidied(texts: pa.Array) -> pa.Array:
    """Return each text tidied, null where nothing is left of it."""
    made = one_by_one(texts, untidy(texts), texts, plain)
    short = np.flatnonzero(np.diff(bytes_of(made)[1]) <= LONGEST_EMPTY)
    nothing = np.zeros(len(made), np.bool_)
    nothing[short] = pc.is_in(pc.utf8_lower(made.take(pa.array(short))), WORDS).to_numpy(zero_copy_only=False)
    return pc.if_else(pa.array(nothing), pa.scalar(None, pa.string()), made) if nothing.any() else made


def untidy(texts: pa.Array) -> Flags:
    """Mark the texts that need tidying, by their bytes (see `identifiers.is_plain`)."""
    content, ends = bytes_of(texts)
    found = np.zeros(len(texts), np.bool_)
    spaces = content == SPACE
    odd = (content < SPACE) | (content > LAST)
    odd[1:] |= spaces[1:] & spaces[:-1]
    if odd.any():
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(odd)])
        found |= before[ends[1:]] > before[ends[:-1]]
    some = np.flatnonzero(ends[1:] > ends[:-1])
    first, last = content[ends[some]], content[ends[some + 1] - 1]
    found[some] |= (first == SPACE) | (first == EQUALS) | (last == SPACE)
    return found


def bytes_of(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Return all bytes of some texts, none of them null, and where each text begins in them, and the end."""
    _, places, content = texts.buffers()
    ends = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    held = np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8)
    return held[ends[0] : ends[-1]], ends - ends[0]


def one_by_one(made: pa.Array, which: Flags, texts: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """Return what was made of some texts, with some of it made anew by reading those texts one by one."""
    if not which.any():
        return made
    mask = pa.array(which)
    return pc.replace_with_mask(made, mask, pa.array(map(read, texts.filter(mask).to_pylist()), pa.string()))
