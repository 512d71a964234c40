"""Intake: files become traces that count. The first step: listen, past the guard's first door, into the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .dates import instant_us
from .errors import MappingError
from .guard import may_keep
from .listen import Hearing, Mapping, Refused, SourceFile, guess_mapping, open_file, read_mappings, write_mappings
from .listen import hear as hear_piece
from .store import Batch, Home
from .verdict import Allowed, Withheld

__all__ = ["FileHeard", "Progress", "hear"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class FileHeard:
    """What became of one file: how it was understood, its rows, its traces new and known, and rows that need a look."""

    name: str
    mapping: Mapping
    rows: int
    new: int
    same: int
    refused: tuple[Refused, ...]
    kept_for: str


def hear(
    home: Home,
    paths: Sequence[Path],
    *,
    source: str,
    now: datetime,
    map_path: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[FileHeard]:
    """Hear files of one source as one batch: all of it counts at once, or nothing does.

    A dry run goes the very same way over all rows, and stops before the commit.
    """
    found = [(file, allowed(understood(file, home, source, map_path))) for file in map(open_file, paths)]
    found.sort(key=lambda pair: not (pair[1].it.dated and pair[1].it.named))  # orders before what leans on them
    batch = home.batch(source, now_us=instant_us(now))
    try:
        heard = {file.path: hear_file(file, mapping, batch, progress) for file, mapping in found}
        counts = {file_id: (rows, made) for file_id, rows, made, _ in heard.values()}
        new = (
            batch.rehearse()
            if dry_run
            else batch.commit(counts, {file_id: refused for file_id, *_, refused in heard.values()})
        )
    except BaseException:
        batch.forget()
        raise
    if not dry_run:
        remember(home, source, [mapping.it for _, mapping in found])
    report = []
    for file, mapping in found:
        file_id, rows, made, refused = heard[file.path]
        kept = new.get(file_id, 0)
        report.append(
            FileHeard(
                file.name,
                mapping.it,
                rows,
                kept,
                made - kept,
                tuple(sorted(refused, key=lambda fault: fault.row)),
                mapping.why,
            )
        )
    return report


def hear_file(
    file: SourceFile, mapping: Allowed[Mapping], batch: Batch, progress: Progress | None
) -> tuple[int, int, int, list[Refused]]:
    """Hear the rows of one file, piece by piece; return its number, its rows, the traces made and what was refused."""
    file_id = batch.file(file.name, file.digest, mapping.it.shape)
    hearing = Hearing(batch.source, file.name, file_id, batch.now_us, batch.since_us)
    rows, made, refused = 0, 0, []
    for piece in file.pieces(mapping.it.used):
        heard = hear_piece(piece, mapping.it, hearing=hearing, find=batch.staging.find)
        batch.staging.add(heard.traces)
        rows += piece.table.num_rows + len(piece.refused)
        made += heard.traces.num_rows
        refused += heard.refused
        if progress:
            progress(file.name, rows)
    return file_id, rows, made, refused


def understood(file: SourceFile, home: Home, source: str, map_path: Path | None) -> Mapping:
    """Say what a file's columns mean: by the mapping given, by the one kept for this source, or by a guess."""
    kept = home.mapping_path(source)
    for path in [map_path] if map_path else [kept] if kept.exists() else []:
        fitting = [mapping for mapping in read_mappings(path) if set(mapping.used) <= set(file.headers)]
        if fitting:
            best = max(fitting, key=lambda mapping: (mapping.file == file.name, len(mapping.used)))
            left_out = tuple(header for header in file.headers if header not in best.used)
            return replace(best, file=file.name, left_out=left_out, reasons=(f"as written in {path.name}",))
        if map_path:
            raise MappingError(
                f"No table of {map_path} fits {file.name}: it has the columns {', '.join(file.headers)}.",
                now="Name columns that the file has.",
            )
    return guess_mapping(file, zone=home.settings.zone, currency=home.settings.currency)


def allowed(mapping: Mapping) -> Allowed[Mapping]:
    """Pass a mapping through the first door of the guard."""
    verdict = may_keep(mapping)
    if isinstance(verdict, Withheld):
        raise MappingError(
            f"{mapping.file} may not be kept: {verdict.why}.", now="Correct the mapping file and give it with --map."
        )
    return verdict


def remember(home: Home, source: str, mappings: Sequence[Mapping]) -> None:
    """Keep the mappings of a source, for the next time and for correcting."""
    path = home.mapping_path(source)
    known = {mapping.used: mapping for mapping in (read_mappings(path) if path.exists() else [])}
    write_mappings(path, (known | {mapping.used: mapping for mapping in mappings}).values())
