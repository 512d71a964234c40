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
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from ..errors import HomeError
from ..listen import SCHEMA, Refused
from ..recognise import Customer, customer_of
from ..settings import FILE_NAME, Settings, read_settings, write_settings
from .catalogue import Catalogue
from .engine import Engine
from .files import settle, sha256_of
from .runs import Run, Runs
from .staging import Staged, Staging
from .timeline import Timeline, plain

__all__ = ["Batch", "Counts", "Faults", "Home", "make_home", "open_home"]

Counts = dict[int, tuple[int, int]]  # per file: its rows read, and the traces made of them
Faults = dict[int, Sequence[Refused]]  # per file: its rows that need a look

FOLDERS: Final = ("segments", "runs", "staging", "mappings")
INSERT_SEGMENT: Final = """
insert into segment (batch_id, name, rows, bytes, first_id, last_id, first_us, last_us, sha256, keys_sha256)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
UPSERT_SOURCE: Final = "insert into source values (?, ?, ?) on conflict (name) do update set last_us = excluded.last_us"
STALE_SECONDS: Final = 6 * 3600  # staging folders older than this belong to a program that died


class Home:
    """An open home: its settings, its catalogue, its segments and runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings: Settings = read_settings(path)
        self.catalogue = Catalogue(path)
        self.catalogue.check()
        self.runs = Runs(path / "runs", self.catalogue)
        self.timeline = Timeline()

    def segments(self) -> list[Path]:
        """Return the files of all traces that count."""
        return [self.path / "segments" / row["name"] for row in self.catalogue.all("select name from segment order by segment_id")]

    def keys(self) -> list[Path]:
        """Return the files of all identifiers that count."""
        return [keys_of(path) for path in self.segments()]

    def fingerprint(self) -> str:
        """Return the sha256 of every segment, in order: what a run was worked out from."""
        return ",".join(row["sha256"] for row in self.catalogue.all("select sha256 from segment order by segment_id"))

    def newest_us(self) -> int | None:
        """Return the instant of the newest trace."""
        return self.catalogue.one("select max(last_us) as newest from segment")["newest"]  # type: ignore[no-any-return]

    def engine(self, *, as_of_us: int, as_of_day: int) -> Engine:
        """Open an engine over what was known on a date."""
        knobs = {name: getattr(self.settings, name) for name in ("grace_days", "answer_within_days", "recent_days", "horizon_days")}
        return Engine(self.segments(), self.keys(), as_of_us=as_of_us, as_of_day=as_of_day, knobs=knobs, spill=self.path / "staging")

    def mapping_path(self, source: str) -> Path:
        """Return where a source's mapping is kept."""
        return self.path / "mappings" / f"{safe(source)}.toml"

    def batch(self, source: str, *, now_us: int) -> Batch:
        """Begin to hear files of a source."""
        self.sweep()
        with self.catalogue.transaction() as write:
            batch_id = write.execute("insert into batch (source, received_us, state) values (?, ?, 'open')", (source, now_us)).lastrowid
        return Batch(self, int(batch_id or 0), source, now_us)

    def place(self, file_id: int, row: int) -> str:
        """Say where a trace came from: its file and line."""
        names = self.catalogue.all("select name from file where file_id = ?", (file_id,))
        return f"{names[0]['name'] if names else 'a file'}, line {row}"

    def file_names(self) -> list[str]:
        """Return the names of all files that were heard."""
        return [row["name"] for row in self.catalogue.all("select distinct name from file order by name")]

    def file_ids(self, name: str) -> list[int]:
        """Return the files of a name, or of a source."""
        found = self.catalogue.all("select file_id from file f join batch b using (batch_id) where b.state = 'kept' and (f.name = ? or b.source = ?)", (name, name))
        return [row["file_id"] for row in found]

    def refused_at(self, file_ids: Sequence[int], row: int) -> str:
        """Say why a row was refused, or "" where it was not."""
        for file_id in file_ids:
            for found in self.catalogue.all("select reason from refused where file_id = ? and row = ?", (file_id, row)):
                return str(found["reason"])
        return ""

    def traces_of_row(self, file_ids: Sequence[int], row: int) -> pa.Table:
        """Return the traces that one row of some files made."""
        wanted = (ds.field("row") == row) & ds.field("file_id").isin(list(file_ids))
        return plain(ds.dataset([str(path) for path in self.segments()]).to_table(filter=wanted)) if self.segments() else SCHEMA.empty_table()

    def segment_of(self, trace_id: str) -> str:
        """Return the name of the segment that holds a trace."""
        identity = bytes.fromhex(trace_id)
        for row in self.catalogue.all("select name from segment where first_id <= ? and last_id >= ?", (identity, identity)):
            found = pq.read_table(self.path / "segments" / row["name"], columns=["trace_id"], filters=[("trace_id", "==", identity)])
            if found.num_rows:
                return str(row["name"])
        return "no segment"

    def customer_of_subject(self, run: Run, subject: int) -> Customer | None:
        """Return the customer to whom a record belongs in a run."""
        members = self.runs.table(run, "members")
        found = members.filter(pc.equal(members.column("subject"), subject)).column("customer").to_pylist()
        return customer_of(self.runs.fetch(run, "customers", found[0]).to_pylist()[0]) if found else None

    def sweep(self) -> None:
        """Remove what programs that died have left behind."""
        for folder in (self.path / "staging").iterdir():
            if folder.is_dir() and time.time() - folder.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Close all files."""
        self.timeline.close()
        self.runs.close()
        self.catalogue.close()


class Batch:
    """Files of one source on their way in. Nothing counts until `commit`."""

    def __init__(self, home: Home, batch_id: int, source: str, now_us: int) -> None:
        self.home, self.batch_id, self.source, self.now_us = home, batch_id, source, now_us
        self.known = home.segments()
        self.staging = Staging(home.path / "staging" / f"batch-{batch_id:06}", self.known)
        since = home.catalogue.all("select since_us from source where name = ?", (source,))
        self.since_us = since[0]["since_us"] if since else now_us

    def file(self, name: str, digest: str, shape: str) -> int:
        """Note a file and return the number under which its rows are kept."""
        with self.home.catalogue.transaction() as write:
            return int(write.execute("insert into file (batch_id, name, digest, shape) values (?, ?, ?, ?)", (self.batch_id, name, digest, shape)).lastrowid or 0)

    def commit(self, counts: Counts, refused: Faults) -> dict[int, int]:
        """Make everything count at once; return how many traces of each file are new."""
        while True:
            staged = self.staging.finish()
            name = self.place(staged) if staged else ""
            with self.home.catalogue.transaction() as write:
                if self.home.segments() == self.known:
                    self.note(write, staged, name)
                    self.count(write, staged.new_by_file if staged else {}, counts, refused)
                    break
            self.known = self.home.segments()  # another program committed meanwhile: look again what is new
            self.staging.live = list(self.known)
        self.staging.clear()
        return staged.new_by_file if staged else {}

    def place(self, staged: Staged) -> str:
        """Move the sorted files to their final place. Until the commit nobody reads them."""
        name = f"segment-{self.batch_id:06}.parquet"
        final = self.home.path / "segments" / name
        settle(staged.segment, final)
        settle(staged.keys, keys_of(final))
        return name

    def note(self, write: Connection, staged: Staged | None, name: str) -> None:
        """Write the batch and its segment into the catalogue."""
        if staged:
            path = self.home.path / "segments" / name
            span = (staged.rows, path.stat().st_size, staged.first_id, staged.last_id, staged.first_us, staged.last_us)
            write.execute(INSERT_SEGMENT, (self.batch_id, name, *span, sha256_of(path), sha256_of(keys_of(path))))
        write.execute(UPSERT_SOURCE, (self.source, self.since_us, self.now_us))
        write.execute("update batch set state = 'kept' where batch_id = ?", (self.batch_id,))
        write.execute("insert into audit (happened_us, did, about) values (?, 'hear', ?)", (self.now_us, f"batch {self.batch_id}"))

    def count(self, write: Connection, new: dict[int, int], counts: Counts, refused: Faults) -> None:
        """Write down what became of each file's rows."""
        for file_id, (rows, made) in counts.items():
            kept, faults = new.get(file_id, 0), refused[file_id]
            write.execute("update file set rows = ?, kept = ?, same = ?, refused = ? where file_id = ?", (rows, kept, made - kept, len(faults), file_id))
            write.executemany(
                "insert into refused values (?, ?, ?, ?, ?, ?)", [(file_id, fault.row, fault.column, fault.value, fault.reason, fault.suggestion) for fault in faults]
            )

    def rehearse(self) -> dict[int, int]:
        """Return how many traces of each file would be new, and leave no trace of having asked."""
        staged = self.staging.finish()
        self.forget()
        return staged.new_by_file if staged else {}

    def forget(self) -> None:
        """Undo the beginning of this batch."""
        self.staging.clear()
        with self.home.catalogue.transaction() as write:
            write.execute("delete from file where batch_id = ?", (self.batch_id,))
            write.execute("delete from batch where batch_id = ? and state = 'open'", (self.batch_id,))


def make_home(path: Path, settings: Settings, *, now_us: int) -> Home:
    """Make a home, or open the one that is there."""
    try:
        for folder in FOLDERS:
            (path / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(f"No home can be made at {path} ({error.strerror}).", now="Name another folder with --home.") from error
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
        raise HomeError(f"The home {path} {there}.", now=f"Make one with 'regulars init --home {path}', or name another with --home or REGULARS_HOME.")
    return Home(path)


def keys_of(segment: Path) -> Path:
    """Return the file of identifiers beside a segment."""
    return segment.with_name(segment.name.replace("segment-", "keys-"))


def safe(name: str) -> str:
    """Turn a source's name into a file name."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".") or "_"
