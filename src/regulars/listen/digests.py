"""Digests: what is named by a short hash, many at a time: traces, and the customers under whom they are kept."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa

from .column import Ints

__all__ = ["DIGEST", "hashed", "ids_of", "subjects_of"]

DIGEST: Final = 10  # bytes of a hash that tells where a trace came from
MOMENT: Final = 6  # bytes of its milliseconds in front
SUBJECT: Final = 8


def ids_of(source: str, numbers: pa.Array, moments: Ints) -> pa.Array:
    """Return the `trace.trace_id` of many traces of one source."""
    milliseconds = np.maximum(0, moments // 1000) & 0xFFFF_FFFF_FFFF
    ids = np.empty((len(numbers), MOMENT + DIGEST), np.uint8)
    ids[:, :MOMENT] = milliseconds.astype(">u8").view(np.uint8).reshape(-1, 8)[:, -MOMENT:]
    ids[:, MOMENT:] = np.frombuffer(hashed(numbers, DIGEST, before=f"{source}\x1f"), np.uint8).reshape(-1, DIGEST)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(MOMENT + DIGEST), len(ids), [None, pa.py_buffer(ids)])


def subjects_of(keys: pa.Array, first: Ints) -> Ints:
    """Mint the number under which each row's traces are kept, from its strongest identifier; 0 where it has none."""
    used, subjects = np.zeros(len(keys), np.bool_), np.zeros(len(keys) + 1, np.int64)
    used[first[first >= 0]] = True
    subjects[:-1][used] = np.frombuffer(hashed(keys.filter(pa.array(used)), SUBJECT), ">i8")
    return subjects[first]


def hashed(texts: pa.Array, size: int, *, before: str = "") -> bytes:
    """Return a hash of each text, all behind one another; `before` is put before each of them."""
    begun, digests = hashlib.blake2b(before.encode(), digest_size=size), []
    for text in texts.cast(pa.binary()).to_pylist():
        one = begun.copy()  # quicker than beginning anew
        one.update(text)
        digests.append(one.digest())
    return b"".join(digests)
