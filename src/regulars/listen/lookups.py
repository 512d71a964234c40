"""Lookups: files that name nobody and lend their columns to those that do, by a key that both have.

A list of products says nothing of a customer, but order lines that carry its `product_id` gain its category. A lookup
may itself borrow from another: lines from products, products from a translation. Only what is asked for is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .drift import tidy
from .guess import LENT_ROLES, Sample, fits, fits_nothing, sampled
from .mapping import Lookup, Mapping
from .roles import CATEGORY, ITEM, ORDER, WHO, Role, header_words
from .source_file import Piece, SourceFile

__all__ = ["LOOKUP_ROWS", "joined", "with_blanks"]

LOOKUP_ROWS: Final = 1_000_000  # rows of a lookup; it is held in memory while a file borrows from it
# Every list has such a column; that two of them have it says nothing.
GENERIC: Final = re.compile(r"(?:row |record )?(?:id|no|nr|num|number|key|code|name|date|day|type|status|state|city)")
DEEPEST: Final = 4  # lookups in a chain
LENT: Final = tuple(role for role in (ITEM, CATEGORY) if role.name in LENT_ROLES)


def joined(files: Sequence[SourceFile], kept: Sequence[Mapping] = ()) -> list[SourceFile]:
    """Return the files of one hearing that tell of customers, with what the lookups among them lend.

    `kept` are the mappings of the source; what they say that a lookup lends is lent as well. A lookup that no other
    file has the key of stays in the list, to be refused in words.
    """
    if len(files) < 2:
        return [with_blanks(file, kept) for file in files]
    samples = {id(file): sampled(file) for file in files if may_lend(file)}
    lenders = [file for file in files if id(file) in samples and is_lookup(file, samples[id(file)])]
    wanted = frozenset(header for mapping in kept for lookup in mapping.lookups for header in lookup.lends)
    found, used = list[SourceFile](), set[int]()
    for file in files:
        if all(file is not lender for lender in lenders):
            found.append(with_blanks(borrowed(file, lenders, wanted, used), kept))
    idle = [lender for lender in lenders if id(lender) not in used]
    return [*found, *idle]


def with_blanks(file: SourceFile, kept: Sequence[Mapping]) -> SourceFile:
    """Return a file with blank columns in place of what a lookup lent to its source and is not here this time."""
    there = set(map(tidy, file.headers))
    for mapping in kept:
        own = {tidy(header) for header in mapping.used if header not in mapping.lent}
        lacking = tuple(header for header in mapping.used if header in mapping.lent and tidy(header) not in there)
        if lacking and own <= there:
            return widened(file, lacking)
    return file


def widened(file: SourceFile, lacking: tuple[str, ...]) -> SourceFile:
    """Return a file with some columns more, all blank."""

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        own = tuple(header for header in only if header not in lacking) or file.headers[:1]
        for piece in file.read(own):
            blank = pa.nulls(piece.table.num_rows, pa.string())
            columns = [blank if header in lacking else piece.table.column(header) for header in only]
            yield replace(piece, table=pa.table(columns, names=list(only)))

    return replace(file, headers=(*file.headers, *lacking), read=read, lacking=lacking)


def may_lend(file: SourceFile) -> bool:
    """Tell by its headers alone whether a file could be a lookup: it names no customer and no order."""
    words = map(header_words, file.headers)
    return (
        file.means is None and not file.shape and not any(role.suits(word) for word in words for role in (*WHO, ORDER))
    )


def is_lookup(file: SourceFile, sample: Sample) -> bool:
    """Tell whether nothing can be made of a file by itself, and it is small enough to be held."""
    return fits_nothing(sample, file) and any(sample.distinct.values())


def borrowed(
    file: SourceFile, lenders: Sequence[SourceFile], wanted: frozenset[str], used: set[int], depth: int = DEEPEST
) -> SourceFile:
    """Return a file with the columns that lookups lend it, each by its own key; `used` gathers who was asked."""
    own = file
    for lender in lenders if depth else ():
        key = shared_key(own, lender)
        if key is None:
            continue
        used.add(id(lender))
        others = [other for other in lenders if other is not lender]
        fuller = borrowed(lender, others, wanted, used, depth - 1)
        lends = lent_by(fuller, file, key, wanted)
        told = f"{', '.join(lends)} lent by {lender.name}, by {key}" if lends else ""
        idle = f"{lender.name} is a lookup by {key}, and nothing of it is used"
        file = replace(file, notes=(*file.notes, told or idle))
        if lends:
            file = lent(file, fuller, Lookup(lender.name, key, lends))
    return file


def shared_key(file: SourceFile, lender: SourceFile) -> str | None:
    """Return the column that both files have, different in each row of the lender; None where there is none."""
    there = {tidy(header) for header in file.headers}
    for header in lender.headers:
        if tidy(header) in there and not GENERIC.fullmatch(header_words(header)):
            own = next(name for name in file.headers if tidy(name) == tidy(header))
            keys = keys_of(lender, header)
            if keys is not None and meets(file, own, keys):
                return own
    return None


def keys_of(lender: SourceFile, header: str) -> pa.Array | None:
    """Return the values of a column that is different in each row, or None where it is not, or too long."""
    parts, rows = list[pa.ChunkedArray](), 0
    for piece in lender.pieces((header,)):
        rows += piece.table.num_rows
        if rows > LOOKUP_ROWS:
            return None
        parts.append(trimmed(piece.table.column(header)))
    whole = pa.chunked_array([chunk for part in parts for chunk in part.chunks], pa.string())
    full = whole.filter(pc.not_equal(whole, ""))
    return whole.combine_chunks() if rows and len(full) == rows == pc.count_distinct(full).as_py() else None


def meets(file: SourceFile, header: str, keys: pa.Array) -> bool:
    """Tell whether any of the first rows of a file has one of the keys."""
    first = next(iter(file.pieces((header,), most=10_000)), None)
    return first is not None and bool(pc.any(pc.is_in(trimmed(first.table.column(header)), keys)).as_py())


def lent_by(lender: SourceFile, file: SourceFile, key: str, wanted: frozenset[str]) -> tuple[str, ...]:
    """Return the columns a lookup lends: those whose header and values name an item or its category."""
    sample = sampled(lender)
    there = {tidy(header) for header in (*file.headers, key)}

    def lends(role: Role) -> Iterator[str]:
        return (header for header in lender.headers if fits(role, header, sample))

    named = [header for role in LENT for header in lends(role)]
    chosen = dict.fromkeys([*named, *(header for header in lender.headers if header in wanted)])
    return tuple(header for header in chosen if tidy(header) not in there)


def lent(file: SourceFile, lender: SourceFile, lookup: Lookup) -> SourceFile:
    """Return a file with the columns that one lookup lends it; a row whose key is unknown there has blanks."""
    key = next(header for header in lender.headers if tidy(header) == tidy(lookup.key))

    def read(only: tuple[str, ...]) -> Iterator[Piece]:
        asked = tuple(header for header in only if header in lookup.lends)
        own = tuple(header for header in only if header not in asked)
        if not asked:
            yield from file.read(own)
            return
        table = pa.concat_tables([piece.table for piece in lender.pieces((key, *asked))])
        keys = trimmed(table.column(key)).combine_chunks()
        for piece in file.read(tuple(dict.fromkeys((*own, lookup.key)))):
            places = pc.index_in(trimmed(piece.table.column(lookup.key)), keys)
            columns = [table.column(name).take(places) if name in asked else piece.table.column(name) for name in only]
            yield replace(piece, table=pa.table(columns, names=list(only)))

    lookups = (*lender.lookups, *file.lookups, lookup)
    once = tuple(dict.fromkeys(lookups))
    return replace(file, headers=(*file.headers, *lookup.lends), read=read, lookups=once)


def trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of keys as they are compared; blanks are empty texts."""
    return pc.fill_null(pc.utf8_trim_whitespace(column.cast(pa.string())), "")
