"""Tail: whether the log beside a SQLite catalogue ends in the middle of a change.

SQLite first writes every change to this log, page by page, each with a running sum, and marks the last page of each.
Whatever follows the last whole change never counts. Where a program was killed that is all there is to it: nobody was
told that it is kept. After a power cut, on a disk that lies about flushing, it may be the rest of something that was.
A log that was cut exactly between two changes shows nothing. (The format: sqlite.org/fileformat2.html, section 4.)
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["unfinished_bytes"]

HEAD: Final = 32  # bytes in front of the log
FRAME: Final = 24  # bytes in front of each page
BIG_ENDIAN_SUMS: Final = 1
WORD: Final = 0xFFFFFFFF
Sums = tuple[int, int]


def unfinished_bytes(log: bytes) -> int:
    """Return how many bytes of the current round of the log follow its last whole change."""
    if len(log) < HEAD:
        return len(log)
    page = struct.unpack_from(">I", log, 8)[0]
    order = ">" if log[3] & BIG_ENDIAN_SUMS else "<"
    salts, sums = log[16:24], summed(log[:24], (0, 0), order)
    whole, seen, place = HEAD, HEAD, HEAD
    while place < len(log) and salts.startswith(log[place + 8 : place + 16]):  # older rounds have other salts
        frame = log[place : place + FRAME + page]
        seen = place + len(frame)
        if len(frame) < FRAME + page:
            break
        sums = summed(frame[FRAME:], summed(frame[:8], sums, order), order)
        place += len(frame)
        if sums != struct.unpack_from(">II", frame, 16):
            sums = (-1, -1)  # torn here: nothing after it counts either
        elif frame[4:8] != b"\0\0\0\0":
            whole = place
    return seen - whole


def summed(words: bytes, sums: Sums, order: str) -> Sums:
    """Go on with the running sums over some pairs of words."""
    first, second = sums
    if first < 0:
        return sums
    for one, other in struct.iter_unpack(f"{order}II", words):
        first = (first + one + second) & WORD
        second = (second + other + first) & WORD
    return first, second
