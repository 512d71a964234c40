"""Carrier: what the bytes of a source come in. A file on the disk, or an upload that stays in memory.

Readers ask a carrier for its bytes as often as they need them; none ever writes. An upload is held in memory and not
on the disk, because it also holds the columns that nobody has mapped yet.
"""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from ..errors import InputError

__all__ = ["Carrier", "Disk", "Held", "carried_by", "digest_of", "one_line", "unreadable"]


class Carrier(Protocol):
    """Something whose bytes can be read, from the beginning and more than once."""

    @property
    def name(self) -> str:
        """Its own name, without a folder."""

    def open(self) -> io.BufferedIOBase:
        """Open its bytes for reading, at the beginning."""

    def size(self) -> int:
        """Return how many bytes there are."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A file on the disk."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name; bytes of it that are no UTF-8 are replaced."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")

    def open(self) -> io.BufferedIOBase:
        """Open the file."""
        return self.path.open("rb")

    def size(self) -> int:
        """Return how many bytes it has."""
        return self.path.stat().st_size

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that are held in memory, under the name they came with; a folder in that name means nothing."""

    called: str
    content: bytes

    @property
    def name(self) -> str:
        """The last part of the name, whichever way its folders are written."""
        return PurePath(self.called.replace("\\", "/")).name or "upload"

    def open(self) -> io.BufferedIOBase:
        """Open the bytes."""
        return io.BytesIO(self.content)

    def size(self) -> int:
        """Return how many bytes there are."""
        return len(self.content)

    def __str__(self) -> str:
        return self.name


def carried_by(place: Path | Carrier) -> Carrier:
    """Return the carrier of a path, or refuse what is no file; a carrier is itself one."""
    if not isinstance(place, Path):
        return place
    try:
        if place.is_dir():
            raise InputError(
                f"{place} is a folder, not a file.", now=f"Name the files in it, for example {place}/*.csv."
            )
        place.stat()
    except (OSError, ValueError) as error:  # a path with a NUL in it is a ValueError
        raise unreadable(place, error) from error
    return Disk(place)


def unreadable(carrier: object, error: Exception) -> InputError:
    """Say that something cannot be read."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else one_line(error)
    return InputError(f"{carrier} cannot be read ({why}).", now="Check the path and its permissions.")


def one_line(error: Exception) -> str:
    """Return the first line of a library's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def digest_of(carrier: Carrier) -> str:
    """Return the sha256 of all bytes."""
    with carrier.open() as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
