"""Keys: many identifiers at a time brought to one form, the one that `identifiers.py` gives each of them.

What is plain ASCII is read a whole column at a time; the rest is read one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .identifiers import LONGEST, PHONE_DIGITS, email_key, numbered, phone_key
from .tidy import all_tidied, one_by_one

__all__ = ["email_keys", "numbered_keys", "phone_keys"]

EMAIL: Final = r'^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>".]{2,}$'


def numbered_keys(kind: str, source: str, texts: pa.Array) -> pa.Array:
    """Return the identifiers of what a source numbers; null for a blank, or what is too long to be one."""
    values = pc.replace_substring_regex(all_tidied(texts), r"^(\d+)\.0+$", r"\1")
    return keys(texts, f"{kind}:{source}:", values, where=short(texts), read=lambda text: numbered(kind, source, text))


def email_keys(texts: pa.Array) -> pa.Array:
    """Return the identifiers of e-mail addresses, null for what is none."""
    values = pc.ascii_lower(all_tidied(texts))
    return keys(texts, "email:", values, where=pc.match_substring_regex(values, EMAIL), read=email_key)


def phone_keys(texts: pa.Array) -> pa.Array:
    """Return the identifiers of telephone numbers, null for what has too few digits."""
    digits = pc.replace_substring_regex(texts, r"[^0-9]+", "")
    values = pc.utf8_slice_codeunits(digits, -PHONE_DIGITS)
    enough = pc.equal(pc.binary_length(values), PHONE_DIGITS)
    return keys(texts, "phone:", values, where=pc.and_(enough, short(texts)), read=phone_key)


def short(texts: pa.Array) -> pa.Array:
    """Mark the texts that are not too long to be an identifier."""
    return pc.less_equal(pc.utf8_length(texts), LONGEST)


def keys(
    texts: pa.Array, prefix: str, values: pa.Array, *, where: pa.Array, read: Callable[[str], str | None]
) -> pa.Array:
    """Put a prefix before the values where they count, and read one by one what is not ASCII."""
    fitting = pc.and_(pc.fill_null(where, False), short(values))
    made = pc.if_else(fitting, pc.binary_join_element_wise(pa.scalar(prefix), values, ""), None)
    other = ~pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    return one_by_one(made, other, texts, read)
