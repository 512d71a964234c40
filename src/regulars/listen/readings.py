"""Readings: the rows of one file, read as each thing that its preset says they are; of a file of no preset, as it is.

An export of orders with a row for each line is read twice, as orders and as lines. Each reading is a file of its own to
all that follows, and only one of them needs to be read at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from .guess import by_part, sampled
from .presets import Part, preset_of, spelt
from .source_file import Piece, SourceFile

__all__ = ["readings"]


def readings(file: SourceFile, shapes: Sequence[str] = ()) -> list[SourceFile]:
    """Return a file as each reading that its preset has of it.

    `shapes` are those that a mapping file speaks of: other readings are left out then.
    """
    preset = preset_of(file.headers) if file.means is None and not file.shape else None
    if preset is None:
        return [file]
    sample = sampled(file)
    parts = [part for part in preset.parts if not shapes or part.shape in shapes]
    return [reading(file, part) for part in parts if by_part(part, file, sample)] or [file]


def reading(file: SourceFile, part: Part) -> SourceFile:
    """Return one reading of a file: its shape, and only the rows that are meant."""
    by_words = {spelt(header): header for header in reversed(file.headers)}
    first = by_words.get(spelt(part.first_of), "") if part.first_of else ""
    where = by_words.get(spelt(part.where[0]), "") if part.where else ""

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        seen: set[str] = set()
        for piece in file.read(tuple(dict.fromkeys((*only, *filter(None, (first, where)))))):
            chosen = pa.array([True] * piece.table.num_rows, pa.bool_())
            if where:
                chosen = pc.and_(chosen, begins(piece.table.column(where), part.where[1:]))
            if first:
                chosen = pc.and_(chosen, firsts(piece.table.column(first), seen))
            yield only_rows(piece, chosen, only)

    if not first and not where:
        return replace(file, shape=part.shape)
    told = [f"only rows whose {where} is {' or '.join(part.where[1:])}"] if where else []
    told += [f"of each {first} the first row"] if first else []
    return replace(file, read=read, shape=part.shape, notes=(*file.notes, *told))


def begins(column: pa.ChunkedArray, words: Sequence[str]) -> pa.Array:
    """Mark the rows whose text is one of some words, whatever its case, or begins with one and goes on after it."""
    texts = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))).combine_chunks()
    return pc.match_substring_regex(texts, rf"^(?:{'|'.join(words)})\b")


def firsts(column: pa.ChunkedArray, seen: set[str]) -> pa.Array:
    """Mark the rows with a value that has not been seen; a blank is nobody's value and counts."""
    found = list[bool]()
    for text in column.to_pylist():
        found.append(not text or text not in seen)
        seen.add(text or "")
    return pa.array(found, pa.bool_())


def only_rows(piece: Piece, chosen: pa.Array, only: tuple[str, ...]) -> Piece:
    """Return the chosen rows of a piece, and of its columns those that were asked for."""
    offsets = piece.offsets.filter(chosen) if piece.offsets is not None else None
    table = piece.table.select(list(only)).filter(chosen)
    return replace(piece, table=table, rows=piece.rows.filter(chosen), offsets=offsets)
