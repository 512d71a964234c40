"""Erasures: the log of who was erased, as keyed hashes. It is written first, and outlives the catalogue.

An erasure that is in the log and has no receipt in the catalogue has still to be done: the program was killed half-way,
or the catalogue comes from a backup that is older. Whoever opens the home does it before anything is served.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from ..errors import KeepError
from .catalogue import Catalogue
from .files import flushed

__all__ = ["FILE_NAME", "Erasure", "append", "log_into", "pending", "read_log"]

FILE_NAME: Final = "erasures.log"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure: its receipt, when, and the keyed hashes of the identifiers that led to the customer."""

    receipt: str
    erased_us: int
    digests: tuple[str, ...]
    lifted: bool = False  # a later entry that takes the stones of this receipt away


def read_log(path: Path) -> list[Erasure]:
    """Read a log; a last line that was torn off by a crash was never acknowledged, and is passed over."""
    if not path.exists():
        return []
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            entries.append(Erasure(**entry | {"digests": tuple(entry["digests"])}))
        except (ValueError, TypeError, KeyError):
            continue
    return entries


def append(folder: Path, entries: Iterable[Erasure]) -> None:
    """Add entries to the log of a folder, flushed to the disk; those that are there already are left out."""
    path = folder / FILE_NAME
    there = set(read_log(path))
    missing = [entry for entry in entries if entry not in there]
    if not missing:
        return
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    try:
        with path.open("a", encoding="utf-8") as opened:
            opened.write("\n" if torn else "")
            opened.writelines(json.dumps(asdict(entry), separators=(",", ":")) + "\n" for entry in missing)
            opened.flush()
            os.fsync(opened.fileno())
        flushed(folder)
    except OSError as error:
        raise KeepError(
            f"{path} could not be written ({error.strerror}); nothing was erased.",
            now="Look whether the disk is full or read-only, then try again.",
        ) from error


def log_into(home: Path, other: Path) -> None:
    """Add the log of one folder to that of another."""
    append(other, read_log(home / FILE_NAME))


def pending(home: Path, catalogue: Catalogue) -> list[Erasure]:
    """Return what is in the log and not yet done in this catalogue, and whether its stones were taken away since.

    Whoever was erased and is welcome again does not come back from an old backup either: only the stones are lifted.
    """
    entries = read_log(home / FILE_NAME)
    if not entries:
        return []
    done = {row["receipt"] for row in catalogue.all("select receipt from receipt")}
    lifted = {entry.receipt for entry in entries if entry.lifted}
    todo = [entry for entry in entries if entry.receipt not in done and not entry.lifted]
    return [replace(entry, lifted=entry.receipt in lifted) for entry in todo]
