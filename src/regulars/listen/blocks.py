"""Blocks: the lines of a text file, some megabytes at a time, each with its place in the file as it lies on disk."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from .carrier import Carrier
from .column import Ints

__all__ = ["BLOCK_BYTES", "LINE_FEED", "RETURN", "Block", "blocks"]

BLOCK_BYTES: Final = 1 << 22
LONGEST_LINE: Final = 1 << 26  # bytes; beyond this a file is no table
LINE_FEED: Final = 10
RETURN: Final = 13
UNREADABLE: Final = re.compile("[\udc80-\udcff]")  # how a byte that is not UTF-8 is decoded
# The widths of what encodings are made of, in bytes, and the marks with which their files may begin.
UNITS: Final = {"utf-16-le": "<u2", "utf-16-be": ">u2"}
MARKS: Final = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": "\ufeff".encode("gb18030"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines as UTF-8. Both `starts` and `offsets` have one more entry than there are lines: the end."""

    text: bytes
    starts: Ints  # where each line begins in `text`
    offsets: Ints  # where each line begins in the file, in bytes
    first: int  # the number of the first line, as an editor counts
    last: bool  # whether the file ends here
    damaged: frozenset[int] = frozenset()  # the numbers of lines in which NUL stands for bytes that are not UTF-8

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.starts) - 1

    def line(self, place: int) -> str:
        """Return one line, with its end."""
        return self.text[self.starts[place] : self.starts[place + 1]].decode()

    def after(self, place: int) -> Block:
        """Return the lines from `place` on."""
        starts = self.starts[place:]
        text = self.text[starts[0] :]
        return Block(text, starts - starts[0], self.offsets[place:], self.first + place, self.last, self.damaged)

    def joined(self, later: Block) -> Block:
        """Return these lines and the ones that follow them."""
        starts = np.concatenate([self.starts[:-1], later.starts + len(self.text)])
        offsets = np.concatenate([self.offsets[:-1], later.offsets])
        damaged = self.damaged | later.damaged
        return Block(self.text + later.text, starts, offsets, self.first, later.last, damaged)


def blocks(carrier: Carrier, *, encoding: str, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Yield all lines of a file, about `size` bytes at a time; the last block may be empty."""
    unit = np.dtype(UNITS.get(encoding, "u1"))
    with carrier.open() as raw:
        mark = raw.read(len(MARKS.get(encoding, b"")))
        seen = len(mark) if mark == MARKS.get(encoding) else 0
        rest, first, last = mark[seen:], 1, False
        while not last:
            read = raw.read(size)
            rest, last = rest + read, len(read) < size
            ends = line_ends(np.frombuffer(rest, unit, len(rest) // unit.itemsize), last=last) * unit.itemsize
            if len(ends) == 1 and not last:  # the line goes on
                too_long(carrier, rest, first)
                continue
            whole, rest = rest[: ends[-1]], rest[ends[-1] :]
            text = utf8(carrier, whole, encoding)
            starts = ends if encoding == "utf-8" else line_ends(np.frombuffer(text, np.uint8), last=True)
            damaged = (
                differing(text, whole, starts, first) if encoding == "utf-8" and text != whole else frozenset[int]()
            )
            yield Block(text, starts, ends + seen, first, last, damaged)
            seen, first = seen + int(ends[-1]), first + len(ends) - 1


def line_ends(units: npt.NDArray[np.uint8], *, last: bool) -> Ints:
    """Return 0 and the place after each line's end; a file may end without one."""
    found = units == LINE_FEED
    returns = np.flatnonzero(units == RETURN)
    if len(returns):
        whole = returns[returns + 1 < len(units)]  # one in the last place may be the first half of an end
        found[whole[units[whole + 1] != LINE_FEED]] = True
    ends = np.flatnonzero(found) + 1
    ended = [len(units)] if last and len(units) and (not len(ends) or ends[-1] < len(units)) else []
    return np.concatenate([np.zeros(1, np.int64), ends, np.array(ended, np.int64)])


def too_long(carrier: Carrier, line: bytes, number: int) -> None:
    """Refuse a file with a line that no table has; memory must not grow with it."""
    if len(line) > LONGEST_LINE:
        raise InputError(
            f"Line {number} of {carrier} is longer than {LONGEST_LINE >> 20} MB: this is no table.",
            now="Export it again with one row on each line.",
        )


def utf8(carrier: Carrier, raw: bytes, encoding: str) -> bytes:
    """Return bytes of a file as UTF-8, with a NUL in the place of each byte that cannot be read."""
    try:
        text = raw.decode(encoding)
        return raw if encoding == "utf-8" else text.encode()
    except UnicodeError as error:
        if encoding != "utf-8":  # all its bytes have been proven
            what = f"{carrier} changed while it was read."
            raise InputError(what, now="Hear it again when it is complete.") from error
        return UNREADABLE.sub("\0", raw.decode(encoding, "surrogateescape")).encode()


def differing(text: bytes, raw: bytes, starts: Ints, first: int) -> frozenset[int]:
    """Return the numbers of the lines in which two texts of equal length differ."""
    places = np.flatnonzero(np.frombuffer(text, np.uint8) != np.frombuffer(raw, np.uint8))
    return frozenset((first + np.searchsorted(starts, places, "right") - 1).tolist())
