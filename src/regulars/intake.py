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
from .errors import InputError, MappingError
from .guard import may_keep
from .listen import Carrier, Hearing, Mapping, Refused, SourceFile, open_files, read_mappings, write_mappings
from .listen import hear as hear_piece
from .listen.drift import placed, reads
from .listen.lookups import joined
from .listen.questions import Question, answered, answers_of, closed, questions_of
from .listen.readings import readings
from .listen.shapes import SHAPES
from .listen.understood import Understood, as_given, openly_understood, unlike
from .listen.whose import LACKING
from .store import Batch, Home
from .verdict import Allowed, Withheld

__all__ = ["Ask", "FileHeard", "Heardable", "Progress", "hear"]

Progress = Callable[[str, int], None]
Ask = Callable[[Question], str]
Heardable = Path | Carrier | SourceFile  # a file, bytes in memory, or a table that somebody has opened already


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
) -> list[FileHeard]:
    """Hear files of one source as one batch: all of it counts at once, or nothing does.

    A dry run goes the very same way over all rows, and stops before the commit. `answers` are given to the questions
    of `listen.questions` by their keys; `ask` is asked what is open, once for all files of a source.
    """
    before = told_before(home, source, map_path)
    shapes = [mapping.shape for mapping in before] if map_path else []
    opened = [file for one in given for table in tables_of(one) for file in readings(table, shapes)]
    tables = joined(opened, before)
    if not given:
        return []
    told = [meant(file, home, source, map_path) for file in tables]
    told = settled(told, kept(home, source), dict(answers or {}), ask)
    known = [None if map_path else heard_before(home, source, one) for one in told]
    unheard = [one for one, count in zip(told, known, strict=True) if count is None]
    look_for_changes(home, source, unheard, now_us=instant_us(now), dry_run=dry_run)
    found = [(one, allowed(one.mapping), count) for one, count in zip(told, known, strict=True)]
    found.sort(key=lambda pair: not (pair[1].it.dated and pair[1].it.named))  # orders before what leans on them
    fresh = [(one, mapping) for one, mapping, count in found if count is None]
    made = hear_files(home, source, fresh, now_us=instant_us(now), dry_run=dry_run, progress=progress) if fresh else []
    if not dry_run:
        resume(home, source, {one.mapping.shape for one in unheard}, given=map_path is not None)
    counts = iter(made)
    return [heard(one, mapping, count or next(counts)) for one, mapping, count in found]


def tables_of(given: Heardable) -> list[SourceFile]:
    """Open a file and return its tables; what is a table already is itself one. Post goes through the sieve instead."""
    tables = [given] if isinstance(given, SourceFile) else open_files(given)
    for table in tables:
        if table.post:
            raise InputError(
                f"{table.name} holds {table.post.form.several}, which are no table: strangers would become customers.",
                now="Hear it with 'regulars hear', which judges every sender first.",
            )
    return tables


def settled(
    told: Sequence[Understood], before: Sequence[Mapping], answers: dict[str, str], ask: Ask | None
) -> list[Understood]:
    """Answer what is open: by the answers given, by those of earlier files of the source, or by asking, once each."""
    given, known, found = dict(answers), answers_of(before) | answers, list[Understood]()
    for one in told:
        mapping = answered(one.mapping, known if one.guessed else given)
        for question in questions_of(one.file, mapping) if one.guessed and ask else ():
            if ask and question.key not in known and (question.must or not before):
                known[question.key] = ask(question)
                mapping = answered(mapping, {question.key: known[question.key]})
        found.append(replace(one, mapping=closed(one.file, mapping)))
    return found


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
        heard = hear_piece(piece, mapping.it, hearing=hearing, find=batch.staging.find)
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


def meant(file: SourceFile, home: Home, source: str, map_path: Path | None) -> Understood:
    """Say what a file's columns mean: by the mapping given, by one kept for this source, or by a guess."""
    zone, currency = home.settings.zone, home.settings.currency
    if map_path is None and file.means is not None:
        return Understood(file, replace(file.means, file=file.name, reasons=(*file.means.reasons, *file.notes)))
    if map_path is None:
        reason = f"as written in {home.mapping_path(source).name}"
        return openly_understood(file, kept(home, source), reason=reason, zone=zone, currency=currency)
    given = [placed(mapping, file.headers) for mapping in read_mappings(map_path, zone=zone, currency=currency)]
    fitting = [mapping for mapping in given if mapping and file.shape in ("", mapping.shape)]
    if not fitting:
        raise MappingError(
            f"No table of {map_path} fits {file.name}: it has the columns {', '.join(file.headers)}.",
            now="Name columns that the file has.",
        )
    best = max(fitting, key=lambda mapping: (mapping.file == file.name, len(mapping.used)))
    left_out = tuple(header for header in file.headers if header not in best.used)
    reasons = (f"as written in {map_path.name}", *file.notes)
    return as_given(file, replace(best, file=file.name, left_out=left_out, reasons=reasons))


def told_before(home: Home, source: str, map_path: Path | None) -> list[Mapping]:
    """Return the mappings that say which columns lookups lend: those given, else those of the source."""
    if map_path is None:
        return kept(home, source)
    return read_mappings(map_path, zone=home.settings.zone, currency=home.settings.currency)


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


def kept(home: Home, source: str) -> list[Mapping]:
    """Return the mappings that a source was heard with so far."""
    path = home.mapping_path(source)
    return read_mappings(path, zone=home.settings.zone, currency=home.settings.currency) if path.exists() else []
