"""Home: the folder in which everything is kept.

regulars-home/
  settings.toml       every knob
  catalogue.sqlite    everything that changes: sources, batches, segments, runs
  mappings/           how each source's files become traces
  segments/           the traces: sorted, immutable Parquet
  runs/               what each turn of the loop worked out, one folder each
  staging/            what is being heard right now
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from ..errors import HomeError
from ..settings import FILE_NAME, Settings, read_settings, write_settings
from . import origins
from .batch import Batch, open_batch
from .catalogue import Catalogue
from .engine import Engine
from .runs import Runs
from .segments import Segments
from .sweep import sweep
from .timeline import Timeline

__all__ = ["Home", "make_home", "open_home"]

FOLDERS: Final = ("segments", "runs", "staging", "mappings")
KNOBS: Final = ("grace_days", "answer_within_days", "recent_days", "horizon_days")
LONGEST_NAME: Final = 100  # characters of a source's name that become part of a file name


class Home:
    """An open home: its settings, its catalogue, its segments and runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings: Settings = read_settings(path)
        self.catalogue = Catalogue(path)
        self.catalogue.check()
        self.stock = Segments(path / "segments", self.catalogue)
        self.runs = Runs(path / "runs", self.catalogue)
        self.timeline = Timeline()

    def segments(self) -> list[Path]:
        """Return the files of all traces that count."""
        return self.stock.paths()

    def keys(self) -> list[Path]:
        """Return the files of all identifiers that count."""
        return self.stock.keys()

    def fingerprint(self) -> str:
        """Return the sha256 of every segment, in order: what a run was worked out from."""
        return self.stock.fingerprint()

    def newest_us(self) -> int | None:
        """Return the instant of the newest trace."""
        return self.stock.newest_us()

    def engine(self, *, as_of_us: int, as_of_day: int) -> Engine:
        """Open an engine over what was known on a date."""
        knobs = {name: getattr(self.settings, name) for name in KNOBS}
        spill = self.path / "staging"
        return Engine(self.segments(), self.keys(), as_of_us=as_of_us, as_of_day=as_of_day, knobs=knobs, spill=spill)

    def mapping_path(self, source: str) -> Path:
        """Return where a source's mapping is kept."""
        return self.path / "mappings" / f"{safe(source)}.toml"

    def batch(self, source: str, *, now_us: int) -> Batch:
        """Begin to hear files of a source."""
        self.sweep()
        return open_batch(self.catalogue, self.stock, self.path / "staging", source=source, now_us=now_us)

    def place(self, file_id: int, row: int) -> str:
        """Say where a trace came from: its file and line."""
        return origins.place(self.catalogue, file_id, row)

    def file_names(self) -> list[str]:
        """Return the names of all files that were heard."""
        return origins.file_names(self.catalogue)

    def file_ids(self, name: str) -> list[int]:
        """Return the files of a name, or of a source."""
        return origins.file_ids(self.catalogue, name)

    def refused_at(self, file_ids: Sequence[int], row: int) -> str:
        """Say why a row was refused, or "" where it was not."""
        return origins.refused_at(self.catalogue, file_ids, row)

    def traces_of_row(self, file_ids: Sequence[int], row: int) -> pa.Table:
        """Return the traces that one row of some files made."""
        return self.stock.of_row(file_ids, row)

    def segment_of(self, trace_id: str) -> str:
        """Return the name of the segment that holds a trace."""
        return self.stock.holding(trace_id)

    def sweep(self) -> None:
        """Remove what programs that died have left behind."""
        sweep(self.path, self.catalogue, self.stock)

    def close(self) -> None:
        """Close all files."""
        self.timeline.close()
        self.runs.close()
        self.catalogue.close()


def make_home(path: Path, settings: Settings, *, now_us: int) -> Home:
    """Make a home, or open the one that is there."""
    try:
        for folder in FOLDERS:
            (path / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(
            f"No home can be made at {path} ({error.strerror}).", now="Name another folder with --home."
        ) from error
    if not (path / FILE_NAME).exists():
        write_settings(path, settings)
    catalogue = Catalogue(path)
    catalogue.make(now_us=now_us)
    catalogue.close()
    return Home(path)


def open_home(path: Path) -> Home:
    """Open the home at `path`, or say what to do where there is none."""
    if not (path / "catalogue.sqlite").exists():
        there = "is not a home of Regulars" if path.exists() else "does not exist"
        raise HomeError(
            f"The home {path} {there}.",
            now=f"Make one with 'regulars init --home {path}', or name another with --home or REGULARS_HOME.",
        )
    return Home(path)


def safe(name: str) -> str:
    """Turn a source's name into a file name.

    >>> safe("our shop"), safe("../x")
    ('our_shop', '_x')
    """
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")[:LONGEST_NAME] or "_"
