"""Back: a sheet that comes back is heard as the files from which its rows came: with their mappings, names and lines.

So a mended row makes the very traces that its file would have made, had it been right, and hearing the corrected file
later changes nothing. What is still wrong stays refused, with its reason of now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ..dates import instant_us
from ..errors import MappingError
from ..intake import allowed
from ..listen import Carrier, Hearing, Mapping, Piece, Refused, SourceFile, open_files
from ..listen import hear as hear_piece
from ..listen.carrier import carried_by
from ..listen.drift import placed
from ..listen.looked_at import Returned, begins_like_sheet, is_sheet, returned
from ..listen.whose import LACKING
from ..meaning import kept
from ..store import Batch, Home
from ..store.catalogue import Catalogue
from ..store.quarantine import AGAIN, ERASED, MENDED, MENDS, Kept
from ..verdict import Allowed

__all__ = ["Mended", "hear_sheet", "holds_sheet"]


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of the rows of a sheet: mended now, still refused, mended before, and those that are not known.

    `unmarked` rows were added by somebody, `unfilled` ones have no cells, `cut` ones are too long for a sheet.
    """

    name: str
    rows: int
    mended: int
    still: tuple[Refused, ...]
    before: int
    unknown: int
    unmarked: int
    unfilled: int
    cut: int
    new: int
    same: int
    corrected: int
    held_back: int


@dataclass(slots=True)
class Group:
    """The rows of a sheet that come from one file, and what became of them."""

    kept: Kept
    mapping: Allowed[Mapping] | None
    rows: list[Returned]
    typed: frozenset[str]
    file_id: int = 0
    made: int = 0
    sound: set[int] = field(default_factory=set)
    refused: dict[int, Refused] = field(default_factory=dict)

    def piece(self) -> Piece:
        """Return its rows as the file would have given them, on their own lines."""
        used = self.mapping.it.used if self.mapping else ()
        columns = [pa.array([self.cell(row, header) for row in self.rows], pa.string()) for header in used]
        lines = pa.array([row.row for row in self.rows], pa.int64())
        return Piece(pa.table(columns, list(used)), lines, [], self.typed)

    def cell(self, row: Returned, header: str) -> str:
        """Return a cell; what a spreadsheet gives as a number has its decimals after the mark of the file."""
        comma = self.mapping is not None and self.mapping.it.decimals == "comma"
        text = row.cells[header]
        return text.replace(".", ",") if comma and header in row.typed - self.typed else text


def holds_sheet(place: Path | Carrier) -> bool:
    """Tell whether a file is a sheet of rows that need a look."""
    return begins_like_sheet(carried_by(place)) and any(is_sheet(file) for file in open_files(place))


def hear_sheet(
    home: Home, place: Path | Carrier | SourceFile, *, source: str = "", now: datetime, dry_run: bool = False
) -> Mended:
    """Hear a sheet that came back: what is right now counts, what is not still needs a look. Twice changes nothing.

    `source` says of which source its rows have to be; "" leaves that to their marks.
    """
    tables = [place] if isinstance(place, SourceFile) else open_files(place)
    table = next(file for file in tables if is_sheet(file))
    rows = list(returned(table))
    marked = {(row.file_id, row.row): row for row in reversed(rows) if row.marked}
    found = home.quarantine.of_files(file_id for file_id, _ in marked)
    there = {spot: row for spot, row in marked.items() if spot in found and found[spot].file == row.file}
    if marked and not there:
        raise MappingError(
            f"No row of {table.name} is known here: it is a sheet of another home, or its batch has been undone.",
            now="Download the sheet again with 'regulars refused SOURCE --out FILE'.",
        )
    others = sorted({found[spot].source for spot in there} - {source}) if source else []
    if others:
        raise MappingError(
            f"{table.name} holds rows of {', '.join(others)}, not of {source}.", now=f"Hear it with --as {others[0]}."
        )
    open_ones = [spot for spot in there if not found[spot].mended]
    cut = [spot for spot in open_ones if found[spot].cut]
    filled = [spot for spot in open_ones if not found[spot].cut and not there[spot].blank]
    sources = sorted({found[spot].source for spot in filled})
    done = [
        mend(home, one, groups(home, one, [(found[spot], there[spot]) for spot in filled]), now=now, dry_run=dry_run)
        for one in sources
    ]
    every = [group for some, _ in done for group in some]
    return Mended(
        name=table.name,
        rows=len(rows),
        mended=sum(len(group.sound) for group in every),
        still=tuple(fault for group in every for _, fault in sorted(group.refused.items())),
        before=len(there) - len(open_ones),
        unknown=sum(row.marked for row in rows) - len(there),
        unmarked=sum(not row.marked for row in rows),
        unfilled=len(open_ones) - len(cut) - len(filled),
        cut=len(cut),
        new=sum(came.new for _, came in done),
        same=sum(came.same for _, came in done),
        corrected=sum(came.corrected for _, came in done),
        held_back=sum(came.held_back for _, came in done),
    )


@dataclass(frozen=True, slots=True)
class CameTo:
    """How many traces the mended rows of one source came to."""

    new: int = 0
    same: int = 0
    corrected: int = 0
    held_back: int = 0


def groups(home: Home, source: str, pairs: Sequence[tuple[Kept, Returned]]) -> list[Group]:
    """Part rows by the file from which they came, and find the mapping of each."""
    mappings, found = kept(home, source), dict[int, Group]()
    for was, row in sorted(pairs, key=lambda pair: (pair[0].file_id, pair[0].row)):
        if was.source != source:
            continue
        if was.file_id not in found:
            mapping = mapping_of(was, row, mappings)
            found[was.file_id] = Group(was, allowed(mapping) if mapping else None, [], frozenset(was.typed))
        group = found[was.file_id]
        if group.mapping is None:
            group.refused[was.row] = without_mapping(was)
        else:
            group.rows.append(row)
    return sorted(found.values(), key=leans)


def leans(group: Group) -> bool:
    """Tell whether rows lean on those of other files, which are then heard before them."""
    return not (group.mapping and group.mapping.it.dated and group.mapping.it.named)


def mapping_of(was: Kept, row: Returned, mappings: Sequence[Mapping]) -> Mapping | None:
    """Return the mapping with which the file of a row was heard, in the spelling of the sheet."""
    headers = tuple(header for header in row.cells if header in was.cells or not was.cells)
    fitting = [
        (one.file == was.file, len(one.used), own)
        for one in mappings
        if one.shape == was.shape and (own := placed(one, headers)) is not None
    ]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


def without_mapping(was: Kept) -> Refused:
    """Say that a row cannot be understood any more."""
    reason = "its source is read by other columns now, or one of them is gone from the sheet"
    advice = "Download the sheet again, or mend the row in its file and hear that."
    return Refused(was.file, was.row, was.header, was.value, reason, advice)


def mend(
    home: Home, source: str, several: Sequence[Group], *, now: datetime, dry_run: bool
) -> tuple[Sequence[Group], CameTo]:
    """Hear the rows of one source as one batch; mark what counts in the same commit."""
    now_us = instant_us(now)
    batch = home.batch(source, now_us=now_us)
    try:
        for group in several:
            group.file_id = batch.file(group.kept.file, f"{MENDS}{group.kept.file_id}", group.kept.shape)
            hear_rows(group, batch)
        while any(hear_leaning(group, batch) for group in several):
            pass
        if not any(group.sound for group in several):
            batch.forget()
            if not dry_run:
                with home.catalogue.transaction() as write:
                    for group in several:
                        noted_again(write, batch, group)
            return several, CameTo()
        if dry_run:
            new = batch.rehearse()
        else:
            batch.also = written_down(batch, several, now_us)
            counts = {group.file_id: (len(group.sound), group.made) for group in several}
            new = batch.commit(counts, {group.file_id: () for group in several})
            home.compact(now_us=now_us)
    except BaseException:
        batch.forget()
        raise
    return several, came_to(several, batch, new)


def hear_rows(group: Group, batch: Batch, only: frozenset[int] | None = None) -> None:
    """Hear the rows of a group, or some of them again; note which are sound and which are still refused."""
    if group.mapping is None:
        return
    piece = group.piece() if only is None else group.piece().only(only)
    hearing = Hearing(batch.source, group.kept.file, group.file_id, batch.now_us, batch.since_us)
    room = piece.table.num_rows
    heard = hear_piece(piece, group.mapping.it, hearing=hearing, find=batch.staging.find, room=room)
    batch.add(heard.traces)
    group.made += heard.traces.num_rows
    group.sound |= set(heard.traces.column("row").to_pylist())
    for row in piece.rows.to_pylist():
        group.refused.pop(row, None)
    group.refused |= {fault.row: fault for fault in heard.refused}


def hear_leaning(group: Group, batch: Batch) -> bool:
    """Hear again the rows that lacked what another row has told meanwhile; tell whether that helped any."""
    lacking = frozenset(row for row, fault in group.refused.items() if fault.reason in LACKING)
    if lacking:
        hear_rows(group, batch, lacking)
    return any(row not in group.refused for row in lacking)


def written_down(batch: Batch, several: Sequence[Group], now_us: int) -> Callable[[Catalogue], None]:
    """Return what marks the rows that count as mended, and notes anew why the others do not, in the batch's commit."""

    def also(write: Catalogue) -> None:
        for group in several:
            was = group.kept.file_id
            write.changes(MENDED, [(now_us, was, row) for row in sorted(group.sound)])
            gone = [(was, row) for row in sorted(group.sound) if (group.file_id, row) in batch.erased]
            write.changes(ERASED, gone)
            noted_again(write, batch, group)

    return also


def noted_again(write: Catalogue, batch: Batch, group: Group) -> None:
    """Note why the rows of a group are still refused, with what somebody has corrected in them so far."""
    still = [fault for fault in group.refused.values() if fault.cells is not None]
    write.changes(AGAIN, [(*batch.told(fault), group.kept.file_id, fault.row) for fault in still])


def came_to(several: Sequence[Group], batch: Batch, new: dict[int, int]) -> CameTo:
    """Count the traces of the groups of a batch."""
    numbers = [group.file_id for group in several]
    fresh, changed = sum(new.get(one, 0) for one in numbers), sum(batch.changed.get(one, 0) for one in numbers)
    held, made = sum(batch.held_back[one] for one in numbers), sum(group.made for group in several)
    return CameTo(fresh, made - fresh - changed - held, changed, held)
