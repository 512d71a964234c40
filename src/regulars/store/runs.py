"""Runs: what each turn of the loop worked out. Derived, immutable, and swapped by one pointer.

A run is a folder of Parquet tables, each sorted by customer. Its name is a hash of what it was worked out from (the
segments, the code's version, the settings, the date), so the same question gives the same run, and a reader sees one
run or the next, never a mixture.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import KeepError, NotReady
from .catalogue import Catalogue
from .files import settle, sha256_of
from .shelf import ROW_GROUP, Shelf

__all__ = ["Run", "Runs"]

INSERT: Final = """
insert into run (run_id, as_of_us, made_us, code, settings, segments, customers, notes) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (run_id) do update set notes = excluded.notes, made_us = excluded.made_us
"""
OF_DAY: Final = "select * from run where as_of_us = ? order by made_us desc, run_id"
OLD: Final = "select run_id from run where run_id not in (select run_id from current_run) order by made_us desc, run_id"
EARLIER: Final = """
select * from run where run_id <> ? and made_us < ? and as_of_us <= ?
order by as_of_us desc, made_us desc, run_id limit 1
"""
KEEP: Final = 20  # runs whose tables are kept
POINT: Final = (
    "insert into current_run (one, run_id) values (1, ?) on conflict (one) do update set run_id = excluded.run_id"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its name, its date, and what it noted about itself (`notes`: fitted parameters, licence, counts)."""

    run_id: str
    as_of_us: int
    made_us: int
    customers: int
    code: str
    segments: str
    folder: Path
    notes: dict[str, Any]


class Runs:
    """The runs of a home."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.shelves: dict[tuple[str, str], Shelf] = {}

    def current(self) -> Run:
        """Return the run that pages show."""
        rows = self.catalogue.all("select r.* from run r join current_run c on c.run_id = r.run_id")
        if not rows:
            raise NotReady(
                "Nothing has been worked out yet in this home.",
                now="Hear a file with 'regulars hear FILE', then run 'regulars turn'.",
            )
        return self.opened(rows[0])

    def before_current(self) -> Run | None:
        """Return what the run before the one that pages show noted; its tables may be gone."""
        run = self.current()
        rows = self.catalogue.all(EARLIER, (run.run_id, run.made_us, run.as_of_us))
        return self.opened(rows[0]) if rows else None

    def named(self, run_id: str) -> Run | None:
        """Return a run by its name, if it was made."""
        rows = self.catalogue.all("select * from run where run_id = ?", (run_id,))
        return self.opened(rows[0]) if rows and (self.folder / run_id).is_dir() else None

    def of_day(self, as_of_us: int) -> list[Run]:
        """Return the runs of a day whose tables are still kept, the latest first."""
        runs = [self.opened(row) for row in self.catalogue.all(OF_DAY, (as_of_us,))]
        return [run for run in runs if run.folder.is_dir()]

    def opened(self, row: Any) -> Run:
        """Turn a row of the catalogue into a run."""
        plain = {name: row[name] for name in ("run_id", "as_of_us", "made_us", "customers", "code", "segments")}
        return Run(**plain, folder=self.folder / row["run_id"], notes=json.loads(row["notes"]))

    def write(self, run: Run, tables: dict[str, pa.Table], *, settings: str, rewritten: int) -> bool:
        """Write the tables of a run and make it known. Nobody sees half of one.

        False where something was taken back or erased while it was worked out (`rewritten` has grown): then it is gone.
        """
        draft = self.folder / f"{run.run_id}.{token_hex(4)}.draft"
        try:
            draft.mkdir()
            for name, table in tables.items():
                path = draft / f"{name}.parquet"
                texts = [one.name for one in table.schema if pa.types.is_string(one.type)]  # numbers rarely repeat
                pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP, use_dictionary=texts)
                settle(path, path)
            sums = {path.name: sha256_of(path) for path in sorted(draft.iterdir())}
            made = (run.run_id, run.as_of_us, run.made_us, run.code, settings, run.segments, run.customers)
            with self.catalogue.transaction() as write:
                if self.rewritten() != rewritten:
                    return False
                if self.named(run.run_id) is None:
                    shutil.rmtree(run.folder, ignore_errors=True)  # a program died before it could note this folder
                    draft.rename(run.folder)
                    write.change(INSERT, (*made, json.dumps(run.notes | {"files": sums})))
        except OSError as error:
            raise KeepError(
                f"The run {run.run_id} could not be written ({error}).",
                now="Look whether the disk is full; the run before is untouched.",
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return True

    def rewritten(self) -> int:
        """Return how often traces that counted were taken back or erased."""
        return int(self.catalogue.one("select rewritten from home")["rewritten"])

    def prune(self) -> None:
        """Remove the tables of old runs; their records stay, so that each can be worked out again.

        They go out of sight at once, so that nobody meets half of one where a program dies meanwhile.
        """
        if not any((self.folder / row["run_id"]).is_dir() for row in self.catalogue.all(OLD)[KEEP:]):
            return
        with self.catalogue.transaction() as write:  # nobody is about to show one
            old = [self.folder / row["run_id"] for row in write.all(OLD)[KEEP:]]
            gone = [(path, path.with_name(f"{path.name}.{token_hex(4)}.gone")) for path in old if path.is_dir()]
            for path, away in gone:
                with suppress(OSError):  # what cannot be moved stays whole
                    path.rename(away)
        for _, away in gone:
            shutil.rmtree(away, ignore_errors=True)

    def point(self, run: Run) -> None:
        """Let pages show this run from now on."""
        with self.catalogue.transaction() as write:
            write.change(POINT, (run.run_id,))

    def point_nowhere(self) -> None:
        """Let pages show no run: there is nothing left to work one out from."""
        with self.catalogue.transaction() as write:
            write.change("delete from current_run")

    def fetch(self, run: Run, table: str, number: int, *, key: str = "customer") -> pa.Table:
        """Return one customer's rows of a table of a run, or those of another key that it is sorted by."""
        place = (run.run_id, table)
        if place not in self.shelves:
            self.shelves[place] = Shelf(run.folder / f"{table}.parquet", key=key)
        return self.shelves[place].fetch(number)

    def put_away(self, run: Run) -> None:
        """Close the files of a run that was only tried out."""
        for key in [key for key in self.shelves if key[0] == run.run_id]:
            self.shelves.pop(key).close()

    def table(self, run: Run, table: str, columns: list[str] | None = None) -> pa.Table:
        """Return a whole table of a run."""
        return pq.read_table(run.folder / f"{table}.parquet", columns=columns)

    def close(self) -> None:
        """Close all files."""
        for shelf in self.shelves.values():
            shelf.close()
        self.shelves.clear()
