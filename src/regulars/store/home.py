"""Home: the folder in which everything is kept.

regulars-home/
  settings.toml       every knob
  secret              ties the catalogue to this folder, and hides who was erased
  catalogue.sqlite    everything that changes: sources, batches, inbox, segments, runs (or a PostgreSQL database)
  mappings/           how each source's files become traces
  segments/           the traces: sorted, immutable Parquet
  runs/               what each turn of the loop worked out, one folder each
  staging/            what is being heard right now
  exports/            copies that customers asked for
  erasures.log        who was erased, as keyed hashes: replayed before a restored backup may serve
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from ..errors import HomeError
from ..listen.trace import Found
from ..settings import FILE_NAME, Settings, read_settings, write_settings
from . import sweep
from .backup import RESTORING, BackedUp, back_up, restore
from .batch import Batch, open_batch
from .catalogue import LAYOUT, Catalogue
from .claims import Verdicts
from .compact import compact
from .dump import before_a_new_layout
from .engine import Engine, Known
from .erase import Receipt, erase, finish_erasures
from .holding import Holding
from .inbox import Inbox
from .keys import WriteKeys
from .live import Delivered, Delivery, find_now, keep_live, since
from .news import News, known_to, news_since
from .origins import Origins
from .quarantine import Quarantine
from .restrict import restricted_subjects
from .rulings import Rulings
from .runs import Run, Runs
from .segments import Segments
from .sqlite import FILE_NAME as CATALOGUE
from .stock import Stock
from .timeline import Timeline
from .tombstones import FILE_NAME as SECRET
from .tombstones import Tombstones, make_secret, read_secret
from .undo import Undone, undo

__all__ = ["Home", "database", "make_home", "open_home", "restore_home"]

FOLDERS: Final = ("segments", "runs", "staging", "mappings", "exports")
KNOBS: Final = (
    "grace_days",
    "answer_within_days",
    "recent_days",
    "horizon_days",
    "numbers_per_email",
    "people_per_device",
    "records_per_identifier",
    "identifiers_per_record",
)
PAUSE: Final = "update source set paused_us = ?, paused_why = ? where name = ?"
LONGEST_NAME: Final = 100  # characters of a source's name that become part of a file name


class Home:
    """An open home: its settings, its catalogue, its traces and runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if (path / RESTORING).exists():
            raise HomeError(f"The home {path} is only half restored.", now="Run 'regulars restore' once more.")
        self.settings: Settings = read_settings(path)
        self.catalogue = Catalogue(path, database())
        try:
            self.catalogue.check()
            self.bring_forward()
            tombstones = Tombstones(self.catalogue, read_secret(path))
            tie(self.catalogue, tombstones)
        except BaseException:
            self.catalogue.close()
            raise
        self.stock = Stock(
            self.catalogue, Segments(path / "segments", self.catalogue), Inbox(self.catalogue), tombstones
        )
        self.stock.segments.adopt()
        self.runs = Runs(path / "runs", self.catalogue)
        self.engine_kind: type[Engine] = Engine  # SparkEngine: more than one machine
        self.timeline = Timeline(self.stock)
        self.origins = Origins(self.catalogue)
        self.quarantine = Quarantine(self.catalogue)
        self.holding = Holding(self.stock)
        self.write_keys = WriteKeys(self.catalogue)
        self.verdicts = Verdicts(self.catalogue)
        self.rulings = Rulings(self.catalogue)
        self.finished = finish_erasures(path, self.stock, now_us=time.time_ns() // 1000)

    @property
    def staging(self) -> Path:
        """The folder for what is not finished."""
        return self.path / "staging"

    def bring_forward(self) -> None:
        """Bring a home of an older layout to ours, after a copy of its catalogue was put aside."""
        if (layout := self.catalogue.layout()) < LAYOUT:
            before_a_new_layout(self.path, self.catalogue, layout)
            for folder in FOLDERS:
                (self.path / folder).mkdir(exist_ok=True)
            make_secret(self.path)
            self.catalogue.bring_forward(now_us=0)

    def content(self) -> str:
        """Return what stands for all traces that count: what a run was worked out from."""
        return self.stock.content()

    def restricted(self) -> tuple[int, ...]:
        """Return the records of all customers who asked to be left alone."""
        return restricted_subjects(self.catalogue)

    def newest_us(self) -> int | None:
        """Return the instant of the newest trace."""
        return self.stock.segments.newest_us()

    def known(self) -> Known:
        """Look at all that counts."""
        known = known_to(self.stock, self.restricted(), self.verdicts.in_force())
        return replace(known, rulings=self.rulings.in_force())

    def news_since(self, known: Known, run: Run) -> News | None:
        """Return what `known` holds that a run did not see yet; None where that cannot be told."""
        return news_since(self.stock, known, run.notes["kept"], as_of_us=run.as_of_us)

    def engine(self, *, as_of_us: int, as_of_day: int, known: Known | None = None) -> Engine:
        """Open an engine over what was known on a date."""
        knobs = {name: getattr(self.settings, name) for name in KNOBS}
        return self.engine_kind(
            known or self.known(),
            as_of_us=as_of_us,
            as_of_day=as_of_day,
            knobs=knobs,
            spill=self.staging,
        )

    def mapping_path(self, source: str) -> Path:
        """Return where a source's mapping is kept."""
        return self.path / "mappings" / f"{safe(source)}.toml"

    def batch(self, source: str, *, now_us: int) -> Batch:
        """Begin to hear files of a source."""
        self.sweep()
        return open_batch(self.stock, self.staging, source=source, now_us=now_us)

    def keep(self, traces: pa.Table, *, now_us: int) -> int:
        """Keep a few fresh traces for good, none of them twice; return how many are new."""
        return self.stock.keep(traces, now_us=now_us)

    def keep_live(self, deliveries: Sequence[Delivery], *, now_us: int) -> list[Delivered]:
        """Keep what several senders brought in one commit; see `live.py`."""
        return keep_live(self.stock, deliveries, now_us=now_us)

    def since_us(self, source: str, *, now_us: int) -> int:
        """Return since when a source is listened to."""
        return since(self.stock, source, now_us=now_us)

    def find(self, keys: Sequence[str], fresh: pa.Table, *, now_us: int) -> Found:
        """Say whose an order is and when it was placed, from all that counts and from what has just been read."""
        return find_now(self.stock, self.staging, keys, fresh, now_us=now_us)

    def compact(self, *, now_us: int) -> bool:
        """Fold the inbox and merge small segments, where there is need."""
        return compact(self.stock, self.staging, now_us=now_us)

    def back_up(self, place: Path, *, now_us: int) -> BackedUp:
        """Copy everything that cannot be worked out again to a folder."""
        return back_up(self.path, self.stock, place, now_us=now_us)

    def erase(self, subjects: Sequence[int], *, keys: Iterable[str], texts: Iterable[str], now_us: int) -> Receipt:
        """Erase the customer of some records: `keys` led to them alone, `texts` are names they went by."""
        receipt = erase(self.path, self.stock, subjects=subjects, keys=keys, texts=texts, now_us=now_us)
        self.runs.close()
        return receipt

    def undo(self, batch_id: int, *, now_us: int) -> Undone:
        """Take one batch back; where nothing is left, pages show nothing."""
        undone = undo(self.stock, self.staging, batch_id, mappings=self.mapping_path, now_us=now_us)
        if self.newest_us() is None:
            self.runs.point_nowhere()
        return undone

    def pause(self, source: str, why: str, *, now_us: int) -> None:
        """Say that a source cannot be heard until somebody has looked at it."""
        with self.catalogue.transaction() as write:
            write.change(PAUSE, (now_us, why, source))

    def unpause(self, source: str) -> None:
        """Say that a source is heard again."""
        with self.catalogue.transaction() as write:
            write.change("update source set paused_us = null, paused_why = '' where name = ?", (source,))

    def sweep(self) -> None:
        """Remove what programs that died have left behind."""
        sweep.sweep(self.path, self.catalogue, self.stock.segments)

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
    catalogue = Catalogue(path, database())
    if not catalogue.layout():
        make_secret(path)
        catalogue.bring_forward(now_us=now_us)
    catalogue.close()
    return Home(path)


def restore_home(place: Path, path: Path) -> BackedUp:
    """Fill an empty folder from a backup; the home opens once every known erasure has been done again."""
    for folder in FOLDERS:
        (path / folder).mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(path, database())
    try:
        return restore(place, path, catalogue)
    finally:
        catalogue.close()


def open_home(path: Path) -> Home:
    """Open the home at `path`, or say what to do where there is none."""
    if not (path / CATALOGUE).exists() and not (database() and (path / SECRET).exists()):
        there = "is not a home of Regulars" if path.exists() else "does not exist"
        if (path / SECRET).exists():
            there = "keeps its catalogue in a database that is not named here"
        raise HomeError(
            f"The home {path} {there}.",
            now=f"Make one with 'regulars init --home {path}', name another with --home or REGULARS_HOME, "
            "or name its database with REGULARS_DATABASE.",
        )
    return Home(path)


def database() -> str:
    """Return the database that the environment names for the catalogue, "" for a file in the home."""
    return os.environ.get("REGULARS_DATABASE", "")


def tie(catalogue: Catalogue, tombstones: Tombstones) -> None:
    """See that a catalogue belongs to this folder; a new one is tied to it."""
    check, found = tombstones.check(), catalogue.one("select key_check from home")["key_check"]
    if not found:
        with catalogue.transaction() as write:
            write.change("update home set key_check = ?", (check,))
    elif found != check:
        raise HomeError(
            f"{catalogue.place} belongs to another home than this folder.",
            now="Name the folder that goes with it, or another database with REGULARS_DATABASE.",
        )


def safe(name: str) -> str:
    """Turn a source's name into a file name.

    >>> safe("our shop"), safe("../x")
    ('our_shop', '_x')
    """
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")[:LONGEST_NAME] or "_"
