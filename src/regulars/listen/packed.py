"""Packed: files packed with gzip, bzip2, xz or zstd, and zips of tables, read through without unpacking to the disk.

What unpacks to far more than any table would is refused as soon as that shows. A name in a zip is only ever shown.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import IO, Any, Final, cast

import pyarrow as pa

from ..errors import InputError
from .carrier import Carrier, Held, one_line
from .parquet import PARQUET
from .source_file import SourceFile
from .workbook import WORKBOOK, open_workbook
from .zipped import BROKEN, ZIP, entries_of

__all__ = ["PACKED", "open_packed", "open_zip", "packed_with"]

PACKED: Final = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
ENDINGS: Final = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd")
MOST_BYTES: Final = 20_000_000_000  # unpacked
FREE_BYTES: Final = 100_000_000  # from here on a file may not be more than RATIO times what it was
RATIO: Final = 1_000
MOST_ZIPPED: Final = 20_000_000_000
MOST_TABLES: Final = 500  # of one zip
HELD_BYTES: Final = 64_000_000  # of a workbook or Parquet file in a zip, which is read in memory
XZ_MEMORY: Final = 128 << 20
START: Final = 4_096
BUFFER: Final = 1 << 18
SPOILT: Final = (*BROKEN, OSError, lzma.LZMAError, pa.ArrowException)
Opened = Callable[[Carrier], list[SourceFile]]  # how a file is opened that was found in another


class Bounded(io.RawIOBase):
    """Bytes that are unpacked while they are read, up to a limit; whatever is wrong with them is an InputError."""

    def __init__(self, source: IO[bytes] | Any, *, name: str, most: int) -> None:
        self.source, self.name, self.most, self.made = source, name, most, 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes."""
        try:
            read = self.source.read(len(buffer))
        except SPOILT as error:
            raise InputError(
                f"{self.name} is packed, and damaged after {self.made:,} bytes ({one_line(error)}).",
                now="Pack or export it again; nothing was heard.",
            ) from error
        self.made += len(read)
        if self.made > self.most:
            raise InputError(
                f"{self.name} unpacks to more than {self.most:,} bytes, which no table of its size does.",
                now="Unpack it and look what it is.",
            )
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        """Close what it reads from."""
        if not self.closed:
            self.source.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What is in a packed file, under its name without the ending."""

    inner: Carrier
    form: str

    @property
    def name(self) -> str:
        """The name of the packed file, without the ending that says how it is packed."""
        path = PurePath(self.inner.name)
        return path.stem if path.suffix.lower() in ENDINGS and path.stem else self.inner.name

    def open(self) -> io.BufferedIOBase:
        """Open it for reading, from the beginning and without going back."""
        most = min(MOST_BYTES, max(FREE_BYTES, RATIO * self.inner.size()))
        raw = self.inner.open()
        try:
            source = unpacker(raw, self.form)
        except SPOILT as error:
            raw.close()
            raise InputError(
                f"{self.inner} is packed with {self.form}, and damaged ({one_line(error)}).", now="Pack it again."
            ) from error
        return io.BufferedReader(Bounded(Both(source, raw), name=str(self.inner), most=most), BUFFER)

    def size(self) -> int:
        """Return how many bytes it has while packed."""
        return self.inner.size()

    def __str__(self) -> str:
        return str(self.inner)


@dataclass(frozen=True, slots=True)
class Both:
    """Unpacked bytes and what they come from, closed together."""

    source: Any
    raw: io.BufferedIOBase

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        return bytes(self.source.read(size))

    def close(self) -> None:
        """Close both."""
        for one in (self.source, self.raw):
            one.close()


def unpacker(raw: io.BufferedIOBase, form: str) -> Any:
    """Return a reader of unpacked bytes."""
    if form == "gzip":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if form == "bzip2":
        return bz2.BZ2File(raw)
    if form == "xz":
        lzma.LZMADecompressor(memlimit=XZ_MEMORY).decompress(raw.read(START), max_length=1)  # refuses what takes more
        raw.seek(0)
        return lzma.LZMAFile(cast(IO[bytes], raw))
    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")


def open_packed(carrier: Carrier, form: str, opened: Opened) -> list[SourceFile]:
    """Open what is in a packed file; a file that must be read back and forth is none that can be."""
    inside = Unpacked(carrier, form)
    with inside.open() as raw:
        start = raw.read(START)
    if start.startswith((ZIP, PARQUET)) or packed_with(start):
        raise InputError(f"{carrier} is packed twice over.", now="Unpack it once, and hear what was in it.")
    return opened(inside)


def packed_with(start: bytes) -> str:
    """Return how bytes are packed that begin so, or ""."""
    return next((form for mark, form in PACKED.items() if start.startswith(mark)), "")


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a zip."""

    zip: Carrier
    entry: zipfile.ZipInfo
    shown: str

    @property
    def name(self) -> str:
        """The zip's name and the member's own, without folders."""
        return f"{self.zip.name}/{self.shown}"

    def open(self) -> io.BufferedIOBase:
        """Open it for reading, from the beginning and without going back."""
        raw = self.zip.open()
        try:
            source = zipfile.ZipFile(raw).open(self.entry)  # noqa: SIM115 - closed by its reader
        except SPOILT as error:
            raw.close()
            raise InputError(f"{self} cannot be unpacked ({one_line(error)}).", now="Zip it again.") from error
        return io.BufferedReader(Bounded(Both(source, raw), name=str(self), most=self.entry.file_size), BUFFER)

    def size(self) -> int:
        """Return how many bytes it has unpacked."""
        return self.entry.file_size

    def __str__(self) -> str:
        return f"{self.zip}/{self.shown}"


def open_zip(carrier: Carrier, opened: Opened) -> list[SourceFile]:
    """Open a workbook, or all tables that were zipped together."""
    entries = entries_of(carrier, most=MOST_ZIPPED)
    if any(entry.filename == WORKBOOK for entry in entries):
        return open_workbook(carrier)
    named = [(entry, shown_name(entry.filename)) for entry in entries]
    members = [Member(carrier, entry, shown) for entry, shown in named if not shown.startswith(("._", ".DS_Store"))]
    if not members:
        raise InputError(f"{carrier} is an empty zip.", now="Zip it again; nothing was heard from it.")
    if len(members) > MOST_TABLES:
        raise InputError(f"{carrier} holds {len(members):,} files.", now=f"Hear at most {MOST_TABLES} at a time.")
    return [table for member in members for table in tables_in(member, opened)]


def shown_name(name: str) -> str:
    """Return the last part of a name in a zip, as it can be shown.

    >>> shown_name("../../etc/orders.csv"), shown_name("a\\\\b.csv"), shown_name("x\\x1b[0m.csv"), shown_name("..")
    ('orders.csv', 'b.csv', 'x[0m.csv', 'unnamed')
    """
    own = PurePath(name.replace("\\", "/")).name
    kept = "".join(letter for letter in own if letter.isprintable())[:120]
    return kept if kept.strip(". ") else "unnamed"


def tables_in(member: Member, opened: Opened) -> list[SourceFile]:
    """Open one file of a zip."""
    with member.open() as raw:
        start = raw.read(START)
    if start.startswith((ZIP, PARQUET)):
        if member.size() > HELD_BYTES:
            raise InputError(f"{member} is too large to be read inside a zip.", now="Unpack it, and hear it itself.")
        with member.open() as raw:
            held = Held(member.shown, raw.read())
        if start.startswith(ZIP) and WORKBOOK.encode() not in held.content:
            raise InputError(f"{member} is a zip inside a zip.", now="Unpack the outer one, and hear what was in it.")
        inside = open_workbook(held) if start.startswith(ZIP) else opened(held)
        return [renamed(table, member) for table in inside]
    if packed_with(start):
        raise InputError(f"{member} is packed twice over.", now="Unpack the zip, and hear what was in it.")
    return opened(member)


def renamed(table: SourceFile, member: Member) -> SourceFile:
    """Return a table under the name of the zip that it was found in."""
    return replace(table, name=f"{member.zip.name}/{table.name}")
