"""A town on disk: the shop's exports as CSV files, and beside them, in `truth/`, what really was.

Rows are written as the days go by. Orders, tickets and promises wait until their story has ended (or two
months have passed, or the town has), so that each is one line; memory therefore follows the number of people,
not the number of rows. Everything is written into a folder beside the wanted one, which takes its place at
the end: an interrupted run leaves nothing half-written.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

import numpy as np

from ..errors import InputError, KeepError
from .daybook import HEADERS, Columns, Day
from .departments import COUNTER, DEPARTMENTS, LATE_AFTER, LATE_BEFORE
from .shop import FEWEST_DAYS, Town

__all__ = ["Written", "people_for", "write"]

VERSION = 1
MARKER = Path("truth") / "town.json"
LONGEST_WAIT_DAYS = 62
BUFFER_BYTES = 1 << 20
# export: (the column that is empty while the story goes on)
UNFINISHED = {"orders": "status", "tickets": "status", "promises": "kept_at"}
# days and rows per person, measured on towns of 4,000 to 30,000 people (seeds 1 and 2)
ROWS_PER_PERSON = (
    (14, 6.40),
    (30, 7.75),
    (60, 10.07),
    (120, 14.70),
    (240, 23.24),
    (365, 30.95),
    (730, 51.23),
    (1461, 83.85),
    (2922, 129.90),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and where."""

    folder: Path
    rows: Mapping[str, int]  # by file name, without the truth
    people: int
    customers: int
    seed: int
    first: date
    last: date


def people_for(traces: int, days: int = 730) -> int:
    """How many people make about `traces` rows (all files together) over `days` days.

    Within a tenth for towns of a thousand people or more and 14 to 2,922 days; small towns scatter more.

    >>> 500 < people_for(30_000, 730) < 700
    True
    """
    known = np.array(ROWS_PER_PERSON)
    per_person = float(np.exp(np.interp(np.log(max(days, FEWEST_DAYS)), np.log(known[:, 0]), np.log(known[:, 1]))))
    return max(10, round(traces / per_person))


def write(
    out: Path,
    *,
    seed: int = 7,
    people: int = 600,
    days: int = 730,
    until: date = date(2026, 10, 31),
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Make a town and write it to the folder `out`.

    Args:
        out: the folder; it may be missing, empty, or an earlier town (which is replaced).
        seed: same seed, same bytes.
        people: how many live there; `people_for` turns a number of rows into this.
        days: how many days are played.
        until: the last of them.
        progress: told the share done, 0 to 1, after each day.

    Raises:
        InputError: `out` holds something that is not a town, or the numbers make no town.
        KeepError: the disk refused; nothing was half-written.
    """
    _check(out)
    start = until - timedelta(days=days - 1)
    town = Town(seed=seed, people=people, start=start, days=days)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as refused:
        raise KeepError(f"No folder can be made in {out.parent}: {refused}.", now="Name another folder.") from refused
    try:
        rows = _play(town, beside, days=days, progress=progress)
        customers = _write_truth(town, beside)
        marker = {
            "version": VERSION,
            "seed": seed,
            "people": people,
            "days": days,
            "until": until.isoformat(),
        }
        (beside / MARKER).write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")
        beside.chmod(0o755)
        _take_place(beside, out)
    except OSError as refused:
        raise KeepError(f"The town could not be written to {out}: {refused}.", now="Free some space.") from refused
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Written(folder=out, rows=rows, people=people, customers=customers, seed=seed, first=start, last=until)


def _check(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise InputError(f"{out} is not empty and holds no town.", now="Name a new or an empty folder.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file.", now="Name a folder.")


def _take_place(beside: Path, out: Path) -> None:
    """Put the finished folder where it belongs; an earlier town goes only after that."""
    if not out.exists():
        beside.rename(out)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    out.rename(earlier / "town")
    try:
        beside.rename(out)
    except BaseException:
        (earlier / "town").rename(out)
        raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _play(town: Town, folder: Path, *, days: int, progress: Callable[[float], None] | None) -> dict[str, int]:
    with ExitStack() as stack:
        papers = {name: _Paper(stack.enter_context(_open(folder / f"{name}.csv")), name) for name in HEADERS}
        for number in range(days):
            today = town.day()
            _hand_out(papers, today, number)
            if progress is not None:
                progress((number + 1) / days)
        for paper in papers.values():
            paper.finish()
    return {f"{name}.csv": paper.rows for name, paper in papers.items()}


def _hand_out(papers: Mapping[str, _Paper], today: Day, number: int) -> None:
    for name, columns in today.rows.items():
        papers[name].add(columns, day=number)
    for name, columns in today.changes.items():
        papers[name].complete(columns)
    for name in UNFINISHED:
        papers[name].let_go(day=number)


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="", buffering=BUFFER_BYTES)


class _Paper:
    """One export file; unfinished rows are held back until they are complete."""

    __slots__ = ("_held", "_name", "_open_rows", "_writer", "rows")

    def __init__(self, file: TextIO, name: str) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(HEADERS[name])
        self._name = name
        self._held: deque[tuple[int, Columns]] = deque()
        self._open_rows: dict[str | int, tuple[Columns, int]] = {}
        self.rows = 0

    def add(self, columns: Columns, *, day: int) -> None:
        """Take a day's rows, in order of time."""
        self.rows += len(columns[HEADERS[self._name][0]])
        if self._name not in UNFINISHED:
            self._write(columns)
            return
        self._held.append((day, columns))
        ids, marks = columns[HEADERS[self._name][0]], columns[UNFINISHED[self._name]]
        for place, (row, mark) in enumerate(zip(ids, marks, strict=True)):
            if mark in ("open", ""):
                self._open_rows[row] = (columns, place)

    def complete(self, changes: Columns) -> None:
        """Fill in what became known."""
        key, *names = changes
        for number, row in enumerate(changes[key]):
            columns, place = self._open_rows.pop(row)
            for name in names:
                columns[name][place] = changes[name][number]

    def let_go(self, *, day: int) -> None:
        """Write the rows at the front that are complete, or have waited long enough."""
        mark, key = UNFINISHED[self._name], HEADERS[self._name][0]
        while self._held:
            written, columns = self._held[0]
            unfinished = [row for row, cell in zip(columns[key], columns[mark], strict=True) if cell in ("open", "")]
            if unfinished and day - written < LONGEST_WAIT_DAYS:
                return
            for row in unfinished:
                del self._open_rows[row]
            self._write(columns)
            self._held.popleft()

    def finish(self) -> None:
        """Write everything that still waits; it stays unfinished."""
        for _, columns in self._held:
            self._write(columns)
        self._held.clear()
        self._open_rows.clear()

    def _write(self, columns: Columns) -> None:
        self._writer.writerows(zip(*(columns[name] for name in HEADERS[self._name]), strict=True))


def _write_truth(town: Town, folder: Path) -> int:
    truth = folder / "truth"
    truth.mkdir()
    people = town.truth()
    _table(truth / "people.csv", list(people), zip(*people.values(), strict=True))
    twice: list[tuple[str, str]] = []
    customers = 0
    for person, ids in zip(people["person_id"], people["customer_ids"], strict=True):
        entries = str(ids).split(";")
        customers += len(entries)
        if len(entries) > 1:
            twice += [(entry, str(person)) for entry in entries]
    _table(truth / "duplicates.csv", ["customer_id", "person_id"], sorted(twice))
    late = town.lateness
    rows = [
        (
            name,
            f"{LATE_BEFORE[number]:.4f}",
            f"{LATE_AFTER[number]:.4f}",
            late.shift_on.isoformat(),
            ";".join(week.isoformat() for week in late.bad_week_dates(number)),
        )
        for number, name in enumerate(DEPARTMENTS)
        if number != COUNTER
    ]
    _table(
        truth / "departments.csv",
        ["department", "p_late_before", "p_late_after", "shift_on", "bad_weeks"],
        rows,
    )
    return customers


def _table(path: Path, header: list[str], rows: Iterable[tuple[str | int, ...]]) -> None:
    with _open(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
