"""Rewrite: segments without some of their traces. What undoing a batch and erasing a person have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Final

import pyarrow as pa

from .segments import Live
from .sorting import Sorted, connect, write_sorted

__all__ = ["Rewritten", "without", "workplace"]

COUNT_OF_FILES: Final = "select count(*) from old where file_id in (select value from gone)"
COUNT_OF_SUBJECTS: Final = """
select count(*) from old
where subject in (select value from gone) or trace_id[7:] in (select tail from versions)
"""
LESS_FILES: Final = "create view fresh as select * from old where file_id not in (select value from gone)"
LESS_SUBJECTS: Final = """
create view fresh as
select * from old
where subject not in (select value from gone) and trace_id[7:] not in (select tail from versions)
"""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Segments that shall count no longer, what takes their place, and how many traces that leaves out."""

    gone: tuple[Path, ...]
    come: tuple[Sorted, ...]
    left_out: int


@contextmanager
def workplace(staging: Path) -> Iterator[Path]:
    """Make a folder to work in, and remove it at the end."""
    folder = staging / f"work-{token_hex(6)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def without(
    lives: Sequence[Live],
    folder: Path,
    *,
    files: Sequence[int] = (),
    subjects: Sequence[int] = (),
    tails: Sequence[bytes] = (),
) -> Rewritten:
    """Write anew the segments that hold traces of some files or subjects, without these; the others are not touched.

    `tails` are the numbers of traces that go with the subjects, whichever record their earlier versions are kept under.
    """
    gone, come, left_out = [], [], 0
    count, less = (COUNT_OF_FILES, LESS_FILES) if files else (COUNT_OF_SUBJECTS, LESS_SUBJECTS)
    values = pa.table({"value": pa.array(sorted(files or subjects), pa.int64())})
    versions = pa.table({"tail": pa.array(sorted(tails), pa.binary())})
    for live in lives:
        inside = any(live.first_subject <= subject <= live.last_subject for subject in subjects)
        if subjects and not tails and not inside:
            continue
        with connect(folder / "spill") as engine:
            engine.register("gone", values)
            engine.register("versions", versions)
            engine.read_parquet(str(live.path)).create_view("old")
            found = engine.sql(count).fetchall()[0][0]
            if not found:
                continue
            gone.append(live.path)
            left_out += found
            if found < live.rows:
                place = folder / live.path.stem
                place.mkdir()
                engine.execute(less)
                come += write_sorted(engine, place, live.rows - found)
    return Rewritten(tuple(gone), tuple(come), left_out)
