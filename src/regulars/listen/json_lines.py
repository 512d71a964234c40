"""JSON: one object on each line, or one document with a list of objects in it. Each object is a row.

A line that cannot be read is refused with its number and its byte, and the rest goes on. A document is read as a whole
and refused as a whole, because after its first mistake nothing says where the next object begins.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from functools import partial
from pathlib import PurePath
from typing import Any, Final, NoReturn

from ..errors import InputError
from .carrier import Carrier
from .flat import DECODER
from .objects import Found, Object, open_objects
from .refused import Refused
from .source_file import SourceFile

__all__ = ["begins_like_json", "open_json"]

LONGEST_LINE: Final = 10_000_000  # bytes
LARGEST_DOCUMENT: Final = 64_000_000
LINES: Final = (".jsonl", ".ndjson")
BLANKS: Final = " \t\r\n\ufeff"
SHOWN: Final = 80
ONE_EACH: Final = "Write one object on each line, as JSON."


def begins_like_json(start: bytes) -> bool:
    """Tell whether bytes begin as JSON does: with an object, or with a list of objects."""
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"{"):
        return text[1:].lstrip()[:1] in (b'"', b"}", b"")
    return text.startswith(b"[") and text[1:].lstrip()[:1] in (b"{", b"]", b"")


def open_json(carrier: Carrier, start: bytes) -> list[SourceFile]:
    """Look at a file of JSON: its lines, or the one list of objects in it."""
    if is_lines(carrier, start):
        return open_objects(carrier, partial(lines_of, carrier))
    text = document(carrier)
    place = list_in(carrier, text)
    return open_objects(carrier, partial(elements, carrier, text, place))


def is_lines(carrier: Carrier, start: bytes) -> bool:
    """Tell whether the first line is an object of its own, rather than the beginning of a document or all of it."""
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        return False
    with carrier.open() as raw:
        lines = (
            line for line in iter(partial(raw.readline, LONGEST_LINE + 1), b"") if line.strip(b" \t\r\n\xef\xbb\xbf")
        )
        first, second = next(lines, b""), next(lines, b"")
    named = PurePath(carrier.name).suffix.lower() in LINES
    try:
        value = DECODER.decode(first.decode("utf-8-sig").strip())
    except (ValueError, RecursionError):
        return named or len(first) > LONGEST_LINE or second.lstrip().startswith(b"{")
    several = [own for own in value.values() if isinstance(own, list) and own and isinstance(own[0], dict)]
    return named or bool(second) or len(several) != 1


def lines_of(carrier: Carrier) -> Iterator[Found]:
    """Yield the object on each line, or say what is wrong with it; a blank line is none."""
    with carrier.open() as raw:
        number, offset = 0, 0
        while line := raw.readline(LONGEST_LINE + 1):
            number, read = number + 1, len(line)
            if len(line) > LONGEST_LINE:
                read += rest_of_line(raw, line)
                reason = f"a line of more than {LONGEST_LINE:,} bytes"
                yield refused(carrier, number, offset, line, reason)
            elif text := line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").strip():
                yield object_on(carrier, text, number, offset)
            offset += read


def rest_of_line(raw: io.BufferedIOBase, line: bytes) -> int:
    """Pass over the rest of a long line, and return how long it is."""
    read = 0
    while not line.endswith(b"\n") and (line := raw.readline(LONGEST_LINE)):
        read += len(line)
    return read


def object_on(carrier: Carrier, line: bytes, number: int, offset: int) -> Found:
    """Read the object on a line."""
    try:
        value = DECODER.decode(line.decode())
    except UnicodeDecodeError:
        return refused(carrier, number, offset, line, "bytes that are not UTF-8", "Export it again as UTF-8.")
    except RecursionError:
        return refused(carrier, number, offset, line, "objects in one another, deeper than can be read")
    except ValueError as error:
        return refused(carrier, number, offset, line, f"this is not JSON ({error})")
    if not isinstance(value, dict):
        return refused(carrier, number, offset, line, "this is JSON, but no object")
    return Object(number, offset, value)


def refused(carrier: Carrier, number: int, offset: int, line: bytes, reason: str, now: str = ONE_EACH) -> Refused:
    """Refuse a line."""
    return Refused(carrier.name, number, "", line[:SHOWN].decode("utf-8", "replace"), reason, now, offset)


def document(carrier: Carrier) -> str:
    """Return the text of a document, where it is not too large to be read as a whole."""
    with carrier.open() as raw:
        content = raw.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise InputError(
            f"{carrier} is one JSON document of more than {LARGEST_DOCUMENT // 10**6} MB.",
            now="Export it as JSON Lines, with one object on each line; those may be of any size.",
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{carrier} is JSON, but not in UTF-8: byte {error.start} does not fit.", now="Export it again as UTF-8."
        ) from error


def list_in(carrier: Carrier, text: str) -> int:
    """Return where the list of objects of a document begins: the document itself, or the only one that it holds."""
    place = past_blanks(text, 0)
    if text[place : place + 1] == "[":
        return place
    found, place = list[int](), past_blanks(text, place + 1)
    while text[place : place + 1] == '"':
        _, place = value_at(carrier, text, place)
        place = past_blanks(text, place)
        if text[place : place + 1] != ":":
            broken(carrier, text, place, "a colon is missing")
        place = past_blanks(text, place + 1)
        value, end = value_at(carrier, text, place)
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            found.append(place)
        place = past_blanks(text, end)
        place = past_blanks(text, place + 1) if text[place : place + 1] == "," else place
    if text[place : place + 1] != "}":
        broken(carrier, text, place, "its object does not end")
    if len(found) != 1:
        raise InputError(
            f"{carrier} is one JSON object with {len(found) or 'no'} lists of objects in it.",
            now="Export one list of objects, or one object on each line.",
        )
    return found[0]


def elements(carrier: Carrier, text: str, place: int) -> Iterator[Found]:
    """Yield the objects of a list, one after the other; each is numbered by its place in it."""
    number, before, offset = 0, 0, 0
    place = past_blanks(text, place + 1)
    while text[place : place + 1] not in ("]", ""):
        value, end = value_at(carrier, text, place)
        offset += len(text[before:place].encode())
        number, before = number + 1, place
        if isinstance(value, dict):
            yield Object(number, offset, value)
        else:
            shown = text[place : place + SHOWN]
            yield Refused(carrier.name, number, "", shown, "this is JSON, but no object", ONE_EACH, offset)
        place = past_blanks(text, end)
        if text[place : place + 1] == ",":
            place = past_blanks(text, place + 1)
        elif text[place : place + 1] != "]":
            broken(carrier, text, place, "a comma is missing")
    if text[place : place + 1] != "]":
        broken(carrier, text, place, "its list does not end")


def past_blanks(text: str, place: int) -> int:
    """Return where the next character stands that is no blank."""
    while place < len(text) and text[place] in BLANKS:
        place += 1
    return place


def value_at(carrier: Carrier, text: str, place: int) -> tuple[Any, int]:
    """Read the value that begins at a place, and say where it ends."""
    try:
        return DECODER.raw_decode(text, place)
    except RecursionError:
        broken(carrier, text, place, "it has objects in one another, deeper than can be read")
    except ValueError as error:
        broken(carrier, text, getattr(error, "pos", place), getattr(error, "msg", "it cannot be read"))


def broken(carrier: Carrier, text: str, place: int, why: str) -> NoReturn:
    """Say where a document is broken."""
    line = text.count("\n", 0, place) + 1
    raise InputError(f"{carrier} begins like JSON but is broken on line {line} ({why}).", now="Export it again.")
