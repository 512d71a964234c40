"""Encoding: how the bytes of a text file are to be read, proven on all of them; or what the file is instead of text.

Whatever is not UTF-8 is named in what is said of the hearing. What could be two things, or none that we know, is
refused: a wrong letter in a name would never be found again.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from ..errors import InputError
from .carrier import Carrier
from .letters import damaged, is_chinese, is_western, named_letters

__all__ = ["READ_BYTES", "encoding_of"]

READ_BYTES: Final = 1 << 20
NUL_SHARE: Final = 0.01  # more NUL bytes than this are no slip of a text file
HALF_SHARE: Final = 0.2  # of the even or of the odd bytes are NUL in UTF-16: figures, delimiters and ends of lines
LINES: Final = 2_000  # with other bytes than those of ASCII, from which an encoding is told
LINE_BYTES: Final = 10_000
SAVE: Final = "Save it as CSV UTF-8."
OLD: Final = (("cp1252", "Windows-1252"), ("gb18030", "GB18030"))
HIGH: Final = re.compile(rb"[\x80-\xff]")
CELL_END: Final = re.compile(rb"[^,;\t| ]*\Z")  # what was perhaps cut in two
# How files that are no text begin, what they are, and what to do.
FORMS: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password", "Save it as XLSX without a password."),
    (b"PK\x05\x06", "an empty zip", "Zip it again; nothing was heard from it."),
    (b"Rar!", "packed with RAR", "Unpack it, and hear what was in it."),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", "Unpack it, and hear what was in it."),
    (b"\x1f\x9d", "packed with compress", "Unpack it, and hear what was in it."),
    (b"%PDF", "a PDF", "Export the table itself as CSV UTF-8."),
    (b"\x89PNG", "a picture", "Export the table itself as CSV UTF-8."),
    (b"\xff\xd8\xff", "a picture", "Export the table itself as CSV UTF-8."),
    (b"GIF8", "a picture", "Export the table itself as CSV UTF-8."),
    (b"SQLite format 3", "an SQLite database", "Export its table as CSV UTF-8."),
    (codecs.BOM_UTF32_LE, "text in UTF-32", SAVE),
    (codecs.BOM_UTF32_BE, "text in UTF-32", SAVE),
)
# The marks with which text begins that is not UTF-8, and the encodings that they promise.
MARKED: Final = (
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
    ("\ufeff".encode("gb18030"), "gb18030", "GB18030"),
)


def encoding_of(carrier: Carrier) -> tuple[str, list[str]]:
    """Find the encoding from all bytes of the file; the second part says so when it is not UTF-8."""
    with carrier.open() as raw:
        start = raw.read(READ_BYTES)
    for mark, what, now in FORMS:
        if start.startswith(mark):
            raise InputError(f"{carrier} is {what}, not a text file.", now=now)
    for mark, encoding, name in MARKED:
        if start.startswith(mark):
            proven(carrier, encoding, f"not the {name} that its mark promises")
            return encoding, [f"read as {name}"]
    if encoding := unmarked(start):
        proven(carrier, encoding, "neither UTF-8 nor UTF-16 without its mark")
        return encoding, ["read as UTF-16, though its mark is missing"]
    if start.count(0) > NUL_SHARE * len(start):
        raise InputError(
            f"{carrier} holds {start.count(0)} NUL bytes: it is no text file, or UTF-32 without its mark.", now=SAVE
        )
    fault = first_fault(carrier, "utf-8")
    return ("utf-8", []) if fault is None else told_by_letters(carrier, fault)


def unmarked(start: bytes) -> str:
    """Return which UTF-16 a text without a mark is in, by the half of its bytes that is NUL; "" where it is none."""
    units = len(start) // 2
    first, second = start[0 : 2 * units : 2].count(0), start[1 : 2 * units : 2].count(0)
    for encoding, empty, other in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if empty > HALF_SHARE * units and other <= NUL_SHARE * units:
            return encoding
    return ""


def told_by_letters(carrier: Carrier, fault: int) -> tuple[str, list[str]]:
    """Find the encoding of text of which one byte is not UTF-8, or refuse what cannot be told."""
    lines = list(islice(other_lines(carrier), LINES))
    why = f"because byte {fault} is not UTF-8"
    if damaged(lines):
        return "utf-8", [f"byte {fault} is not UTF-8, though nearly all others are; rows with such bytes are refused"]
    western, chinese = is_western(lines), is_chinese(lines)
    if western and not chinese:
        proven(carrier, "cp1252", "neither UTF-8 nor Windows-1252")
        return "cp1252", [f"read as Windows-1252, {why}; its letters are then {named_letters(lines, 'cp1252')}"]
    if chinese and not western:
        proven(carrier, "gb18030", "neither UTF-8 nor GB18030")
        return "gb18030", [f"read as GB18030, {why}; its letters are then {named_letters(lines, 'gb18030')}"]
    raise InputError(undecided(carrier, lines, fault), now=f"{SAVE} Only the program that wrote it knows its encoding.")


def undecided(carrier: Carrier, lines: Sequence[bytes], fault: int) -> str:
    """Say that an encoding cannot be told, and what the letters would be."""
    readings = [f"'{named_letters(lines, encoding)}' in {name}" for encoding, name in OLD if fits(lines, encoding)]
    if not readings:
        return f"{carrier} is neither UTF-8 nor Windows-1252 nor GB18030: byte {fault} does not fit."
    return f"{carrier} is not UTF-8 at byte {fault}, and its letters do not tell what else: {', '.join(readings)}."


def fits(lines: Sequence[bytes], encoding: str) -> bool:
    """Tell whether all lines can be read in an encoding."""
    try:
        b"\n".join(lines).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def other_lines(carrier: Carrier) -> Iterator[bytes]:
    """Yield the lines of a text that hold more than ASCII; of a very long one what begins there."""
    with carrier.open() as raw:
        rest = b""
        while block := raw.read(READ_BYTES):
            *lines, rest = re.split(rb"[\r\n]+", rest[-LINE_BYTES:] + block)
            yield from filter(None, map(other, lines))
        if found := other(rest):
            yield found


def other(line: bytes) -> bytes:
    """Return what of a line is to be looked at: nothing where it is ASCII, and no more than so many bytes."""
    found = HIGH.search(line)
    if found is None or len(line) <= LINE_BYTES:
        return line if found else b""
    start = max(0, found.start() - 1)
    return CELL_END.sub(b"", line[start : start + LINE_BYTES])


def proven(carrier: Carrier, encoding: str, what: str) -> None:
    """Read the whole file in an encoding, or say at which byte it fails."""
    fault = first_fault(carrier, encoding)
    if fault is not None:
        raise InputError(f"{carrier} is {what}: byte {fault} does not fit.", now=SAVE)


def first_fault(carrier: Carrier, encoding: str) -> int | None:
    """Return the position of the first byte that the encoding cannot read, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    with carrier.open() as raw:
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
