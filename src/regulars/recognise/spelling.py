"""Spelling: a text in small plain letters, whatever its script, accents or capitals, so that equal looks equal.

Letters are written as `anyascii` writes them: ü is u, Ж is Zh, 王 is Wang. A column is spelt at once; only the values
that are not plain already cost more.
"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

__all__ = ["in_plain_letters", "listed", "plain_letters", "texts_of"]

BLANKS: Final = r"[\s\x00-\x1f\x7f]+"
LONGEST: Final = 400  # characters of a value that are read; nobody is called more
HALVES: Final = re.compile("[\ud800-\udfff]")  # halves of characters, which are no text


def plain_letters(text: str) -> str:
    """Spell one text.

    >>> plain_letters("  Zoë\u00a0 WEIß "), plain_letters("Юрий"), plain_letters("王小明")
    ('zoe weiss', 'yuriy', 'wangxiaoming')
    """
    return re.sub(BLANKS, " ", anyascii(HALVES.sub("", text[:LONGEST]))).strip().lower()[:LONGEST].strip()


def in_plain_letters(values: pa.Array) -> pa.Array:
    """Spell a whole column.

    >>> in_plain_letters(pa.array(["  Zoë  WEIß ", None])).to_pylist()
    ['zoe weiss', None]
    """
    ascii_only = pc.fill_null(pc.string_is_ascii(values), True)
    if not pc.all(ascii_only, min_count=0).as_py():
        others = pc.filter(values, pc.invert(ascii_only))
        spelt = pa.array([anyascii(text[:LONGEST]) for text in others.to_pylist()], pa.string())
        values = pc.replace_with_mask(values, pc.invert(ascii_only), spelt)
    low = pc.utf8_slice_codeunits(pc.ascii_lower(values), 0, LONGEST)
    if pc.any(pc.match_substring_regex(low, r"\s\s|[\t-\r\x00-\x1f\x7f]"), min_count=0).as_py():
        low = pc.replace_substring_regex(low, BLANKS, " ")
    return pc.ascii_trim_whitespace(low)


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written as one text, so that it reads like a list.

    >>> sorted(listed("info sales"))
    ['info', 'sales']
    """
    return frozenset(words.split())


def texts_of(column: pa.ChunkedArray | pa.Array | None, *, length: int) -> pa.Array:
    """Return a column as one array of texts; a column that is not there is a column of nulls."""
    if column is None:
        return pa.nulls(length, pa.string())
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole if whole.type == pa.string() else whole.cast(pa.string())
