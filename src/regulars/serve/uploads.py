"""Uploads: files that a form sends, read into memory and nowhere else.

An upload also holds the columns that nobody has mapped yet, and those must never touch the disk. So each part stays in
memory whatever its size, with a limit on all of them together.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ..listen import Held
from .body import Turned, media_type

__all__ = ["MOST_BYTES", "Sent", "sent_files"]

MOST_BYTES: Final = 256 << 20  # of all files of one form
MOST_FILES: Final = 50
MOST_FIELDS: Final = 10
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form sent: its fields, and its files by names that differ."""

    fields: dict[str, str]
    files: tuple[Held, ...]


class Kept(MultiPartParser):
    """Reads the parts of a form, and keeps each of them in memory."""

    spool_max_size = MOST_BYTES + 1


async def sent_files(request: Request) -> Sent:
    """Read a form with files. Raises Turned where it is too large or no form."""
    if media_type(request) != "multipart/form-data":
        raise Turned(415, "This was not sent by the form of this page.", "Choose files there.")
    if int(request.headers.get("content-length", "0")) > MOST_BYTES:
        raise too_large()
    parser = Kept(request.headers, within_limit(request), max_files=MOST_FILES, max_fields=MOST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Turned(400, f"These files did not arrive whole ({error.message}).", "Choose them once more.") from None
    fields, files = dict[str, str](), list[Held]()
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields[name] = value
        elif value.filename:
            files.append(Held(unlike(value.filename, {file.name for file in files}), await value.read()))
    await form.close()
    return Sent(fields, tuple(files))


async def within_limit(request: Request) -> AsyncGenerator[bytes, None]:
    """Pass on the bytes of a request as long as there are not too many."""
    so_far = 0
    async for chunk in request.stream():
        so_far += len(chunk)
        if so_far > MOST_BYTES:
            raise too_large()
        yield chunk


def unlike(called: str, names: set[str]) -> str:
    """Return the last part of a name, as no other file of the form is called.

    >>> unlike("C:\\\\exports\\\\orders.csv", {"orders.csv"}), unlike("../../orders.csv", set())
    ('orders (2).csv', 'orders.csv')
    """
    own = PurePath(Held(called, b"").name)
    stem, ending = own.stem[:LONGEST_NAME], own.suffix[:LONGEST_NAME]
    found, number = f"{stem}{ending}", 1
    while found in names:
        number += 1
        found = f"{stem} ({number}){ending}"
    return found


def too_large() -> Turned:
    """Say that the files are too large."""
    return Turned(
        413,
        f"These files have more than {MOST_BYTES >> 20} MB together.",
        "Send fewer at a time, or hear them from the command line: regulars hear FILE.",
    )
