"""Intake: files become traces that count. The first step: listen, past the guard's first door, into the store.

A file that no longer looks as its source used to is not heard, and neither is any other of the same hearing: the source
is paused, with the reason, until the file is corrected or somebody says what its columns mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from .dates import instant_us
from .errors import MappingError
from .guard import may_keep
from .listen import Hearing, Mapping, Refused, SourceFile, write_mappings
from .listen import hear as hear_piece
from .listen.drift import reads
from .listen.refused import Cells
from .listen.shapes import SHAPES
from .listen.understood import Understood, unlike
from .listen.whose import LACKING
from .meaning import Ask, Heardable, kept, understood_all
from .store import Batch, Home
from .store.batch import REFUSED_KEPT
from .verdict import Allowed, Withheld

__all__ = ["FileHeard", "Progress", "hear"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class FileHeard:
    """What became of one file: how it was understood, its rows, its traces new and known, and rows that need a look.

    `new_columns` are those that its source did not have before, not stored until a mapping names them; `ahead` counts
    the rows up to a day in the future, which are kept; `corrected` the traces that say something else than before, and
    `held_back` those of people who were forgotten.
    """

    name: str
    mapping: Mapping
    rows: int
    new: int
    same: int
    refused: tuple[Refused, ...]
    kept_for: str
    new_columns: tuple[str, ...] = ()
    ahead: int = 0
    corrected: int = 0
    held_back: int = 0


@dataclass(slots=True)
class Count:
    """What the rows of one file came to so far."""

    file_id: int
    refused: list[Refused]
    rows: int = 0
    kept: int = 0  # refused rows whose cells are kept too
    made: int = 0
    ahead: int = 0
    new: int = 0
    corrected: int = 0
    held_back: int = 0


def hear(
    home: Home,
    given: Sequence[Heardable],
    *,
    source: str,
    now: datetime,
    map_path: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    answers: Dict[str, str] | None = None,
    ask: Ask | None = None,
    matched: Sequence[Mapping] = (),
) -> list[FileHeard]:
    """Hear files of one source as one batch: all of it counts at once, or nothing does.

    A dry run goes the very same way over all rows, and stops before the commit. `answers` are given to the questions
    of `listen.questions` by their keys; `ask` is asked what is open, once for all files of a source. `matched` are
    mappings that a person has made for files of that name (see `listen.matching`).
    """
    if not given:
        return []
    told = understood_all(home, given, source=source, map_path=map_path, matched=matched, answers=answers, ask=ask)
    by_hand = map_path is not None or bool(matched)
    known = [None if by_hand else heard_before(home, source, one) for one in told]
    unheard = [one for one, count in zip(told, known, strict=True) if count is None]
    look_for_changes(home, source, unheard, now_us=instant_us(now), dry_run=dry_run)
    found = [(one, allowed(one.mapping), count) for one, count in zip(told, known, strict=True)]
    found.sort(key=lambda pair: not (pair[1].it.dated and pair[1].it.named))  # orders before what leans on them
    fresh = [(one, mapping) for one, mapping, count in found if count is None]
    made = hear_files(home, source, fresh, now_us=instant_us(now), dry_run=dry_run, progress=progress) if fresh else []
    if not dry_run:
        resume(home, source, {one.mapping.shape for one in unheard}, given=by_hand)
    counts = iter(made)
    return [heard(one, mapping, count or next(counts)) for one, mapping, count in found]


def hear_files(
    home: Home,
    source: str,
    found: Sequence[tuple[Understood, Allowed[Mapping]]],
    *,
    now_us: int,
    dry_run: bool,
    progress: Progress | None,
) -> list[Count]:
    """Hear some files as one batch, and count what each comes to."""
    batch = home.batch(source, now_us=now_us)
    try:
        counts = [hear_file(one.file, mapping, batch, progress) for one, mapping in found]
        while any(hear_leaning(*pair, batch, count) for pair, count in zip(found, counts, strict=True)):
            pass
        for (one, mapping), count in zip(found, counts, strict=True):
            keep_cells(one, mapping, batch, count)
        if dry_run:
            new = batch.rehearse()
        else:
            new = batch.commit(
                {count.file_id: (count.rows, count.made) for count in counts},
                {count.file_id: count.refused for count in counts},
            )
            batch.remember(*remember(home, source, [mapping.it for _, mapping in found]))
            home.compact(now_us=now_us)
    except BaseException:
        batch.forget()
        raise
    for count in counts:
        count.new, count.corrected = new.get(count.file_id, 0), batch.changed.get(count.file_id, 0)
        count.held_back = batch.held_back[count.file_id]
    return counts


def heard_before(home: Home, source: str, one: Understood) -> Count | None:
    """Return what a file came to when it was heard before, byte for byte; None where it was not, or not wholly.

    It is not read again: it says nothing new, and what a later file has corrected must not be turned back.
    """
    found = one.file.digest and home.origins.heard_wholly(source, one.file.digest, one.mapping.shape)
    return Count(found["file_id"], [], rows=found["rows"], made=found["made"]) if found else None


def heard(one: Understood, mapping: Allowed[Mapping], count: Count) -> FileHeard:
    """Say what became of one file."""
    return FileHeard(
        one.file.name,
        mapping.it,
        count.rows,
        count.new,
        count.made - count.new - count.corrected - count.held_back,
        tuple(sorted(count.refused, key=lambda fault: fault.row)),
        mapping.why,
        one.new_columns,
        count.ahead,
        count.corrected,
        count.held_back,
    )


def hear_file(file: SourceFile, mapping: Allowed[Mapping], batch: Batch, progress: Progress | None) -> Count:
    """Hear the rows of one file, piece by piece, and count what they come to."""
    count = Count(batch.file(file.name, file.digest, mapping.it.shape), [])
    hearing = Hearing(batch.source, file.name, count.file_id, batch.now_us, batch.since_us)
    for piece in file.pieces(mapping.it.used):
        room = max(0, REFUSED_KEPT - count.kept)
        heard = hear_piece(piece, mapping.it, hearing=hearing, find=batch.staging.find, room=room)
        count.kept += min(room, len(heard.refused))
        batch.add(heard.traces)
        late = heard.traces.filter(pc.field("happened_at") > batch.now_us)
        count.ahead += len(late.column("row").unique())
        count.rows += piece.table.num_rows + len(piece.refused)
        count.made += heard.traces.num_rows
        count.refused += heard.refused
        if progress:
            progress(file.name, count.rows)
    return count


def hear_leaning(one: Understood, mapping: Allowed[Mapping], batch: Batch, count: Count) -> bool:
    """Hear again the rows that lacked what a row further on has told meanwhile; tell whether there were any.

    So the sequence of rows and files makes no difference, and hearing them twice changes nothing.
    """
    waiting = {fault.row for fault in count.refused if fault.reason in LACKING and "order" in mapping.it.columns}
    hearing = Hearing(batch.source, one.file.name, count.file_id, batch.now_us, batch.since_us)
    found = set[int]()
    for piece in one.file.pieces(mapping.it.used) if waiting else ():
        rows = piece.only(waiting)
        if rows.table.num_rows:
            heard = hear_piece(rows, mapping.it, hearing=hearing, find=batch.staging.find)
            batch.add(heard.traces)
            count.made += heard.traces.num_rows
            found |= set(rows.rows.to_pylist()) - {fault.row for fault in heard.refused}
    count.refused = [fault for fault in count.refused if fault.row not in found]
    return bool(found)


def keep_cells(one: Understood, mapping: Allowed[Mapping], batch: Batch, count: Count) -> None:
    """Keep the cells of refused rows for which there was no room, since others had been refused that no longer are."""
    lacking = {fault.row for fault in count.refused[:REFUSED_KEPT] if fault.cells == Cells()}
    hearing = Hearing(batch.source, one.file.name, count.file_id, batch.now_us, batch.since_us)
    found = dict[int, Cells | None]()
    for piece in one.file.pieces(mapping.it.used) if lacking else ():
        rows = piece.only(lacking)
        if rows.table.num_rows:
            heard = hear_piece(rows, mapping.it, hearing=hearing, find=batch.staging.find, room=rows.table.num_rows)
            found |= {fault.row: fault.cells for fault in heard.refused}
    count.refused = [replace(fault, cells=found[fault.row]) if fault.row in found else fault for fault in count.refused]


def look_for_changes(home: Home, source: str, told: Sequence[Understood], *, now_us: int, dry_run: bool) -> None:
    """Pause a source whose files have changed, and say in what."""
    why = " ".join(one.changed for one in told if one.changed)
    if not why:
        return
    before = paused(home, source)
    if not dry_run:
        home.pause(source, why, now_us=before["paused_us"] if before else now_us)
    raise MappingError(
        f"{why} Nothing was kept, and what this source last said stays as it is.",
        now=f"Correct the file and hear it again, or correct {home.mapping_path(source)} and give it with --map.",
    )


def resume(home: Home, source: str, shapes: set[str], *, given: bool) -> None:
    """Let a paused source go on, once all that had changed is heard again, or somebody has given a mapping."""
    before = paused(home, source)
    if before is not None:
        waiting = {shape.name for shape in SHAPES if unlike(shape.name) in before["paused_why"]}
        if given or waiting <= shapes:
            home.unpause(source)


def paused(home: Home, source: str) -> dict[str, Any] | None:
    """Return what is noted of a paused source, or None where it is not paused."""
    found = (row for row in home.origins.sources() if row["name"] == source and row["paused_us"] is not None)
    return next(found, None)


def allowed(mapping: Mapping) -> Allowed[Mapping]:
    """Pass a mapping through the first door of the guard."""
    verdict = may_keep(mapping)
    if isinstance(verdict, Withheld):
        raise MappingError(
            f"{mapping.file} may not be kept: {verdict.why}.", now="Correct the mapping file and give it with --map."
        )
    return verdict


def remember(home: Home, source: str, mappings: Sequence[Mapping]) -> tuple[str | None, str]:
    """Keep the mappings of a source, for the next time and for correcting; return their file before and after."""
    path = home.mapping_path(source)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    known = {reads(mapping): mapping for mapping in (*kept(home, source), *mappings)}
    write_mappings(path, known.values())
    return before, path.read_text(encoding="utf-8")
