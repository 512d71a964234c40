"""Sweep: remove what programs that died have left behind. Nothing that counts is ever touched."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

from .catalogue import Catalogue
from .segments import Segments, keys_of

__all__ = ["STALE_SECONDS", "sweep"]

STALE_SECONDS: Final = 6 * 3600  # what nobody has written to for so long belongs to no living program


def sweep(home: Path, catalogue: Catalogue, segments: Segments) -> None:
    """Remove old staging folders, segments that the catalogue does not name, half runs, and batches with no folder."""
    old = [path for path in (home / "segments").iterdir() if is_stale(path)]  # listed before the catalogue is asked
    named = {name for path in segments.paths() for name in (path.name, keys_of(path).name)}
    drafts = [path for path in (home / "runs").glob("*.draft") if is_stale(path)]
    for path in (*(home / "staging").iterdir(), *drafts, *(path for path in old if path.name not in named)):
        if is_stale(path):
            remove(path)
    batches = catalogue.all("select batch_id from batch where state = 'open'")
    dead = [(row["batch_id"],) for row in batches if not (home / "staging" / f"batch-{row['batch_id']:06}").exists()]
    if dead:
        with catalogue.transaction() as write:
            write.executemany("delete from file where batch_id = ?", dead)
            write.executemany("delete from batch where batch_id = ? and state = 'open'", dead)


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
