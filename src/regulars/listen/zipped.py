"""Zipped: what stands in a zip, looked at before anything of it is unpacked.

A zip can promise terabytes in a few kilobytes, hold itself, or list millions of names. So its list is measured first,
then what the list declares, and what it declares is proven while it is unpacked. Nothing is ever written to the disk,
so the names in a zip lead nowhere.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, NoReturn

from ..errors import InputError
from .carrier import Carrier, one_line

__all__ = ["BROKEN", "ZIP", "entries_of", "too_large", "unpacked"]

ZIP: Final = b"PK\x03\x04"
BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
END: Final = b"PK\x05\x06"  # the end of a zip: where its list of entries is said to be
END_BYTES: Final = 22
FAR_END: Final = b"PK\x06\x07"  # before it in zips of many gigabytes: where their own end is
FAR_BYTES: Final = 76  # of both parts of that
COMMENT_BYTES: Final = 1 << 16
LIST_BYTES: Final = 1 << 20  # of the list of entries
ENTRIES: Final = 2_000
RATIO: Final = 250  # unpacked to packed bytes of one entry, where it is large; a table of text comes to 5 or 30
LARGE: Final = 10_000_000
HEAD_BYTES: Final = 30
CHUNK: Final = 1 << 20


def entries_of(carrier: Carrier, *, most: int) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip that may be unpacked, at most `most` bytes in all, or say what is wrong with it."""
    size = carrier.size()
    try:
        with carrier.open() as raw:
            if listed(raw, size) > LIST_BYTES:
                too_large(carrier, "lists more entries than any export has")
            with zipfile.ZipFile(raw) as opened:
                entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    except (OSError, *BROKEN) as error:
        raise InputError(
            f"{carrier} begins like a zip but cannot be opened ({one_line(error)}).", now="Export it again."
        ) from error
    if len(entries) > ENTRIES:
        too_large(carrier, f"holds {len(entries):,} entries")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError(f"{carrier} is locked with a password.", now="Save it without a password, and hear that.")
    measured(carrier, entries, size=size, most=most)
    return entries


def listed(raw: io.BufferedIOBase, size: int) -> int:
    """Return how many bytes the list of entries has, by what stands at the end of a zip."""
    raw.seek(max(0, size - COMMENT_BYTES - END_BYTES - FAR_BYTES))
    tail = raw.read()
    place = len(tail) - END_BYTES
    if tail[place : place + 4] != END or tail[-2:] != b"\0\0":
        place = tail.rfind(END)
    if place < 0:
        raise zipfile.BadZipFile("its list of entries is missing; it may have been cut short")
    if tail[max(0, place - 20) :].startswith(FAR_END):
        return int(struct.unpack_from("<Q", tail, place - FAR_BYTES + 40)[0])
    return int(struct.unpack_from("<L", tail, place + 12)[0])


def measured(carrier: Carrier, entries: list[zipfile.ZipInfo], *, size: int, most: int) -> None:
    """Refuse entries that share their bytes, or come to more than can be meant."""
    if sum(entry.compress_size for entry in entries) > size:
        too_large(carrier, "counts the same bytes several times over")
    total = sum(entry.file_size for entry in entries)
    if total > most:
        too_large(carrier, f"unpacks to {total / 1e6:,.0f} MB, more than the {most / 1e6:,.0f} MB that are read")
    for entry in entries:
        if entry.file_size > max(LARGE, RATIO * entry.compress_size):
            too_large(carrier, f"unpacks to {entry.file_size // max(1, entry.compress_size):,} times its size")


def too_large(carrier: Carrier, what: str) -> NoReturn:
    """Refuse what would fill the memory."""
    raise InputError(f"{carrier} {what}.", now="Save its tables as CSV UTF-8, and hear those.")


def unpacked(raw: io.BufferedIOBase, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of an entry; one that comes to more or less than it declares is a BadZipFile."""
    raw.seek(entry.header_offset)
    head = raw.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES or not head.startswith(ZIP):
        raise zipfile.BadZipFile("an entry is not where the list says")
    raw.seek(sum(struct.unpack_from("<HH", head, 26)), io.SEEK_CUR)
    left, made = entry.compress_size, 0
    opener = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if opener is None and entry.compress_type != zipfile.ZIP_STORED:
        raise NotImplementedError("packed in a way that is not read")
    while left:
        read = raw.read(min(CHUNK, left))
        if not read:
            raise EOFError("it was cut short")
        left -= len(read)
        while read:
            part = opener.decompress(read, CHUNK) if opener else read
            made += len(part)
            if made > entry.file_size:
                raise zipfile.BadZipFile("an entry is larger than it declares")
            yield part
            read = opener.unconsumed_tail if opener else b""
    if made != entry.file_size or (opener and not opener.eof):
        raise zipfile.BadZipFile("an entry is not as large as it declares")
