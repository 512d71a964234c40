"""Files: every form in which a source can be dropped, told by how its bytes begin, and who reads it.

A reader yields rows; it never writes and never interprets. A file that cannot be read at all says why; a row that is
broken is passed on as refused, and the rest goes on. One file may hold several tables, as a workbook has its sheets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..errors import InputError
from .calendar import is_calendar, open_calendar
from .cards import is_cards, open_cards
from .carrier import Carrier, carried_by, unreadable
from .json_lines import begins_like_json, open_json
from .mail import is_mail, open_mail
from .packed import open_packed, open_zip, packed_with
from .parquet import PARQUET, open_parquet
from .source_file import SourceFile
from .text import open_text
from .zipped import ZIP

__all__ = ["open_file", "open_files"]

START: Final = 4_096  # bytes by which a form is told


def open_file(place: Path | Carrier) -> SourceFile:
    """Look at a file with one table and say how it can be read, or raise InputError with what is wrong with it."""
    return open_files(place)[0]


def open_files(place: Path | Carrier) -> list[SourceFile]:
    """Look at a file and say how each of its tables can be read, or raise InputError with what is wrong with it."""
    carrier = carried_by(place)
    try:
        with carrier.open() as raw:
            start = raw.read(START)
        if not start:
            raise InputError(f"{carrier} is empty.", now="Export it again; nothing was heard from it.")
        return opened(carrier, start)
    except (OSError, ValueError) as error:
        raise unreadable(carrier, error) from error


def opened(carrier: Carrier, start: bytes) -> list[SourceFile]:
    """Choose the reader by how the bytes begin; what begins like nothing else is a table of text."""
    if start.startswith(PARQUET):
        return [open_parquet(carrier)]
    if start.startswith(ZIP):
        return open_zip(carrier, open_files)
    if form := packed_with(start):
        return open_packed(carrier, form, open_files)
    if begins_like_json(start):
        return open_json(carrier, start)
    if is_calendar(start):
        return [open_calendar(carrier)]
    if is_cards(start):
        return [open_cards(carrier)]
    if is_mail(start):
        return [open_mail(carrier)]
    return [open_text(carrier)]
