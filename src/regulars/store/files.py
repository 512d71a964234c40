"""Durable files: written under another name, flushed to the disk, then renamed, so that no half a file ever counts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..errors import KeepError

__all__ = ["flushed", "settle", "sha256_of", "written"]


def settle(drafted: Path, final: Path) -> None:
    """Flush a written file, give it its final name and flush its folder."""
    try:
        with drafted.open("rb+") as opened:
            os.fsync(opened.fileno())
        drafted.rename(final)
        flushed(final.parent)
    except OSError as error:
        raise KeepError(
            f"{final} could not be written ({error.strerror}).",
            now="Look whether the disk is full; nothing was half-written.",
        ) from error


def written(path: Path, text: str) -> None:
    """Write a small text file as a whole, or leave the one that is there."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KeepError(
            f"{path} could not be written ({error.strerror}).",
            now="Look whether the disk is full; nothing was half-written.",
        ) from error
    settle(draft, path)


def flushed(folder: Path) -> None:
    """Flush the list of a folder's files to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
