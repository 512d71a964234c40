"""Encoding: how the bytes of a text file are to be read, proven on all of them; or what the file is instead of text."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from ..errors import InputError

__all__ = ["READ_BYTES", "encoding_of"]

READ_BYTES: Final = 1 << 20
NUL_SHARE: Final = 0.01  # more NUL bytes than this are no slip of a text file
# How files that are no text begin, what they are, and what to do.
FORMS: Final = (
    (b"PK\x03\x04", "an Excel workbook or another zip", "Open it and save the sheet as CSV UTF-8."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Open it and save the sheet as CSV UTF-8."),
    (b"\x1f\x8b", "packed with gzip", "Unpack it first, with 'gunzip'."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Unpack it first, with 'unzstd'."),
    (b"%PDF", "a PDF", "Export the table itself as CSV UTF-8."),
    (b"\x89PNG", "a picture", "Export the table itself as CSV UTF-8."),
    (b"\xff\xd8\xff", "a picture", "Export the table itself as CSV UTF-8."),
    (b"GIF8", "a picture", "Export the table itself as CSV UTF-8."),
    (b"SQLite format 3", "an SQLite database", "Export its table as CSV UTF-8."),
    (codecs.BOM_UTF32_LE, "text in UTF-32", "Save it as CSV UTF-8."),
    (codecs.BOM_UTF32_BE, "text in UTF-32", "Save it as CSV UTF-8."),
)


def encoding_of(path: Path) -> tuple[str, list[str]]:
    """Find the encoding from all bytes of the file; the second part says so when it is not UTF-8."""
    with path.open("rb") as raw:
        start = raw.read(READ_BYTES)
    for mark, what, now in FORMS:
        if start.startswith(mark):
            raise InputError(f"{path} is {what}, not a text file.", now=now)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        proven(path, "utf-16")
        return "utf-16", ["read as UTF-16"]
    if start.count(0) > NUL_SHARE * len(start):
        raise InputError(
            f"{path} holds {start.count(0)} NUL bytes: it is no text file, or UTF-16 without its mark.",
            now="Save it as CSV UTF-8.",
        )
    fault = first_fault(path, "utf-8-sig")
    if fault is None:
        return "utf-8-sig", []
    proven(path, "cp1252")
    return "cp1252", [f"read as Windows-1252, because byte {fault} is not UTF-8"]


def proven(path: Path, encoding: str) -> None:
    """Read the whole file in an encoding, or say at which byte it fails."""
    fault = first_fault(path, encoding)
    if fault is not None:
        name = {"cp1252": "neither UTF-8 nor Windows-1252", "utf-16": "not the UTF-16 that its mark promises"}[encoding]
        raise InputError(f"{path} is {name}: byte {fault} does not fit.", now="Save it as CSV UTF-8.")


def first_fault(path: Path, encoding: str) -> int | None:
    """Return the position of the first byte that the encoding cannot read, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    with path.open("rb") as raw:
        while True:
            block = raw.read(READ_BYTES)
            held = len(decoder.getstate()[0])  # bytes of a character that the last block cut in two
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return max(0, seen - held + error.start)
            if not block:
                return None
            seen += len(block)
