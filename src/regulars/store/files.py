"""Durable files: written under another name, flushed to the disk, then renamed, so that no half a file ever counts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..errors import KeepError

__all__ = ["settle", "sha256_of"]


def settle(written: Path, final: Path) -> None:
    """Flush a written file, give it its final name and flush its folder."""
    try:
        with written.open("rb+") as opened:
            os.fsync(opened.fileno())
        written.rename(final)
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeepError(
            f"{final} could not be written ({error.strerror}).",
            now="Look whether the disk is full; nothing was half-written.",
        ) from error


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
