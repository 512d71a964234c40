"""Numbering: what numbers each trace within its source, so that the same row heard twice is one trace.

A row with a number of its own is known by it. All others are known by what they say, however it was written: the same
rows as CSV and as Parquet count once. An instant that the row does not give itself is no part of that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from .column import Ints
from .shapes import Shape
from .sheet import Sheet
from .trace import COUNTED

__all__ = ["key_roles", "numbers_of", "subject_of"]

SAYS: Final = (
    "kind", "who", "about", "item", "category", "quantity_milli", "amount_minor", "currency", "rating_milli", "text",
    "due_at", "channel", "department", "attributes",
)  # fmt: skip


def key_roles(columns: dict[str, tuple[str, ...]], shape: Shape) -> tuple[str, ...]:
    """Return the roles that number a row: order and line together, or the shape's own key; () where there are none."""
    if "line" in columns and "order" in columns:
        return ("order", "line")
    return (shape.key,) if shape.key in columns else ()


def numbers_of(sheet: Sheet, shape: Shape, *, rows: Ints, moments: Ints, columns: dict[str, Any]) -> list[str]:
    """Return the `source_id` of each trace: its row's own number, or a hash of all it says (moment 0: not its own)."""
    roles = key_roles(sheet.mapping.columns, shape) if sheet.mapping.numbered else ()
    if roles:
        parts = [sheet.texts(role) for role in roles]
        return [
            f"{kind}:{'/'.join(part[row] or '' for part in parts)}"
            for kind, row in zip(columns["kind"], rows.tolist(), strict=True)
        ]
    said = [marked("at", moments.tolist()), *(marked(name, listed(columns[name])) for name in SAYS)]
    texts = map("".join, zip(*(column for column in said if column), strict=True))
    return [COUNTED + hashlib.blake2b(text.encode(), digest_size=10).hexdigest() for text in texts]


def listed(column: Any) -> Sequence[Any]:
    """Return a column as a list, empty where no row says anything."""
    if isinstance(column, pa.Array):
        return [] if column.null_count == len(column) else column.to_pylist()
    return column if any(column) else []


def marked(name: str, values: Sequence[Any]) -> list[str]:
    """Write each value with its name; a blank is nothing, so that a column nobody filled in makes no difference."""
    return ["" if value is None else f"{name}\x1f{value}\x1e" for value in values]


def subject_of(key: str) -> int:
    """Mint the number under which a customer's traces are kept, from the strongest identifier."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
