"""Sweep: remove what programs that died have left behind. Nothing that counts is ever touched."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

from .catalogue import Catalogue
from .holder import alive
from .segments import Segments, keys_of

__all__ = ["STALE_SECONDS", "sweep"]

STALE_SECONDS: Final = 6 * 3600  # what nobody has written to for so long belongs to no living program
OPEN: Final = "select batch_id, holder from batch where state = 'open'"


def sweep(home: Path, catalogue: Catalogue, segments: Segments) -> None:
    """Remove the batches of dead programs, old staging folders, segments that nothing names, and half runs."""
    old = [path for path in (home / "segments").iterdir() if is_stale(path)]  # listed before the catalogue is asked
    named = {name for path in segments.paths() for name in (path.name, keys_of(path).name)}
    halves = [path for path in (home / "runs").iterdir() if is_stale(path)]
    noted = {row["run_id"] for row in catalogue.all("select run_id from run")}
    if dead(home, catalogue):
        with catalogue.transaction() as write:  # judged once more: another program may have swept, and begun anew
            for batch_id in dead(home, write):
                remove(folder_of(home, batch_id))
                write.change("delete from file where batch_id = ?", (batch_id,))
                write.change("delete from batch where batch_id = ? and state = 'open'", (batch_id,))
    halves = [path for path in halves if path.name not in noted]
    for path in (*(home / "staging").iterdir(), *halves, *(path for path in old if path.name not in named)):
        if is_stale(path):
            remove(path)


def dead(home: Path, catalogue: Catalogue) -> list[int]:
    """Return the open batches whose program is gone, or whose folder is."""
    return [
        row["batch_id"]
        for row in catalogue.all(OPEN)
        if (row["holder"] and not alive(row["holder"])) or not folder_of(home, row["batch_id"]).exists()
    ]


def folder_of(home: Path, batch_id: int) -> Path:
    """Return the folder in which a batch gathers."""
    return home / "staging" / f"batch-{batch_id:06}"


def is_stale(path: Path) -> bool:
    """Tell whether nothing in a file or folder has been written for long; what has just gone is not."""
    try:
        newest = max(entry.stat().st_mtime for entry in (path, *(path.iterdir() if path.is_dir() else ())))
    except OSError:
        return False
    return bool(time.time() - newest > STALE_SECONDS)


def remove(path: Path) -> None:
    """Remove a file or folder, whoever else may be doing so."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
