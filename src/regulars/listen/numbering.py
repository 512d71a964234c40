"""Numbering: what numbers each trace within its source, so that the same row heard twice is one trace.

A row with a number of its own is known by it. All others are known by what they say, however it was written: the same
rows as CSV and as Parquet count once. An instant that the row does not give itself is no part of that.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .column import Ints
from .digests import DIGEST, hashed
from .named import Named
from .shapes import Shape
from .sheet import Sheet
from .trace import COUNTED

__all__ = ["key_roles", "numbers_of", "states_of"]

# What a row is known by that has no number of its own.
SAYS: Final = (
    "kind", "who", "about", "item", "category", "quantity_milli", "amount_minor", "currency", "rating_milli", "text",
    "due_at", "channel", "department", "attributes",
)  # fmt: skip


def key_roles(columns: dict[str, tuple[str, ...]], shape: Shape) -> tuple[str, ...]:
    """Return the roles that number a row: order and line together, or the shape's own key; () where there are none."""
    if "line" in columns and "order" in columns:
        return ("order", "line")
    return (shape.key,) if shape.key in columns else ()


def numbers_of(
    sheet: Sheet, shape: Shape, named: Named, *, rows: Ints, moments: Ints, columns: dict[str, pa.Array]
) -> pa.Array:
    """Return the `source_id` of each trace: its row's own number, or a hash of all it says (moment 0: not its own)."""
    roles = key_roles(sheet.mapping.columns, shape) if sheet.mapping.numbered else ()
    if roles:
        parts = [pc.fill_null(sheet.texts(role).of_rows(rows).array(), "") for role in roles]
        own = pc.binary_join_element_wise(*parts, "/") if len(parts) > 1 else parts[0]
        return pc.binary_join_element_wise(columns["kind"].cast(pa.string()), own, ":")
    says = columns | {"who": named.spelt(rows)}
    lent = {role for role, headers in sheet.mapping.columns.items() if headers[0] in sheet.mapping.lent}
    said = [marked("at", pa.array(moments)), *(marked(name, says[name]) for name in SAYS if name not in lent)]
    texts = pc.binary_join_element_wise(*(column for column in said if column is not None), "")
    digits = hashed(texts, DIGEST).hex()
    width = 2 * DIGEST
    return pa.array([COUNTED + digits[place : place + width] for place in range(0, len(digits), width)], pa.string())


def states_of(what: str, named: Named, rows: Ints) -> pa.Array:
    """Return the `source_id` of what holds for a customer until a later file says otherwise; it tells no address."""
    keys = named.keys.take(pa.array(named.first[rows]))
    digits, width = hashed(keys, DIGEST).hex(), 2 * DIGEST
    return pa.array([f"{what}:{digits[place : place + width]}" for place in range(0, len(digits), width)], pa.string())


def marked(name: str, values: pa.Array) -> pa.Array | None:
    """Write each value with its name; a blank is nothing, so that a column nobody filled in makes no difference."""
    if values.null_count == len(values):
        return None
    written = pc.binary_join_element_wise(pa.scalar(name), values.cast(pa.string()), "\x1f")
    return pc.fill_null(pc.binary_join_element_wise(written, pa.scalar(""), "\x1e"), "")
